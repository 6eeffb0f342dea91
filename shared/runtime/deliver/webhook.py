"""Notices by HTTP: signed, to public addresses, without following where the answer leads.

Source: Standard Webhooks 1.0 (headers ``webhook-id``, ``webhook-timestamp``, ``webhook-signature``; ``v1a``
is Ed25519, RFC 8032).
"""

import asyncio
import base64
import ssl
from collections.abc import Callable, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Final

import httpcore

from shared.contracts.addresses import is_loopback
from shared.runtime.base.signing import Signer
from shared.runtime.deliver.outward import Network, Outward
from shared.runtime.deliver.parcels import NotSent, Parcel

KEY_HEADER: Final = "suyuan-key"
"""Names the key of the signature, as it stands in the keys file: there may be several."""
_TROUBLE: Final = (
    httpcore.NetworkError,
    httpcore.TimeoutException,
    httpcore.ProtocolError,
    httpcore.UnsupportedProtocol,
    TimeoutError,
    OSError,
)


def signed_content(id: str, timestamp: str, body: bytes) -> bytes:
    """Return what is signed: id, time and body with full stops between."""
    return b".".join((id.encode(), timestamp.encode(), body))


class Webhook:
    """Posts parcels.

    Args:
        signer: The service's own key for notices.
        allowed: Networks that may be reached though they are not public.
        timeout_s: Longest time of one try, from the look-up of the name to the answer's first line, seconds.
        now: The wall clock.
        tls: Whom to believe; ``None`` for the public authorities.
    """

    def __init__(
        self,
        signer: Signer,
        allowed: Sequence[Network],
        timeout_s: float,
        now: Callable[[], datetime],
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._signer = signer
        self._allowed = allowed
        self._timeout_s = timeout_s
        self._now = now
        self._tls = tls or httpcore.default_ssl_context()

    async def send(self, parcel: Parcel, target: str) -> None:
        """Post a parcel; any 2xx confirms it. Of the answer only the status is read.

        Raises:
            NotSent: ``notice.private_address``, ``notice.redirected`` and ``notice.refused`` (410) for good;
                ``notice.answered``: another status; ``notice.unreachable``: none in time.
        """
        try:
            async with asyncio.timeout(self._timeout_s):
                status = await self._posted(parcel, target)
        except _TROUBLE as error:
            raise NotSent("notice.unreachable", type(error).__name__) from error
        if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
            return
        if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
            raise NotSent("notice.redirected", f"HTTP {status}", for_good=True)
        if status == HTTPStatus.GONE:
            raise NotSent("notice.refused", f"HTTP {status}", for_good=True)
        raise NotSent("notice.answered", f"HTTP {status}")

    async def _posted(self, parcel: Parcel, target: str) -> int:
        url = httpcore.URL(target)
        if url.scheme != b"https" and not is_loopback(url.host.decode()):
            raise NotSent("notice.private_address", "only https leaves this machine", for_good=True)
        body = parcel.body.encode()
        # A pool of its own for each try: nothing of one receiver, cookies or connections, meets another's.
        async with (
            httpcore.AsyncConnectionPool(
                ssl_context=self._tls, network_backend=Outward(self._allowed), retries=0
            ) as pool,
            pool.stream("POST", url, headers=self._headers(parcel.id, body), content=body) as answer,
        ):
            status: int = answer.status
            return status

    def _headers(self, id: str, body: bytes) -> list[tuple[str, str]]:
        timestamp = str(int(self._now().timestamp()))
        signature = self._signer.sign(signed_content(id, timestamp, body))
        return [
            ("content-type", "application/json"),
            ("user-agent", "suyuan"),
            ("webhook-id", id),
            ("webhook-timestamp", timestamp),
            ("webhook-signature", "v1a," + base64.b64encode(signature.raw).decode()),
            (KEY_HEADER, signature.key),
        ]
