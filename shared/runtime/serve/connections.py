"""Connections that send nothing, or too slowly: they lose their place, so that nobody else does.

uvicorn limits how many connections there are, not how long one may take to say what it wants: some two
hundred that send half a request each would have all others refused.
"""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, Final, Protocol

import h11
import orjson
from uvicorn.protocols.http.h11_impl import H11Protocol

from shared.runtime.base.settings import Settings

MOST: Final = 200
"""Most connections of a server; over it uvicorn answers 503."""
_SPARE: Final = 20
_LINGER_S: Final = 2.0
_AGAIN_S: Final = 5


class Connection(Protocol):
    """What is counted."""

    def evict(self) -> None:
        """End at once."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a server grants.

    Attributes:
        first_byte_s: Longest wait for a new connection's first byte, seconds.
        headers_s: Longest wait for the rest of a request's headers, seconds.
        per_peer: Most connections from one address.
        most: Most connections of all.
        trusted: Addresses of proxies, through which many come: not limited.
    """

    first_byte_s: float
    headers_s: float
    per_peer: int
    most: int = MOST - _SPARE
    trusted: frozenset[str] = frozenset()

    @classmethod
    def of(cls, settings: Settings) -> "Limits":
        """Return what the settings say."""
        return cls(
            first_byte_s=settings.http_first_byte_s,
            headers_s=settings.http_headers_s,
            per_peer=settings.http_peer_connections,
            trusted=settings.proxies(),
        )


class Connections:
    """The connections of one server, by peer; those that wait for a request, longest first.

    Args:
        limits: How many there may be.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._of: dict[str, OrderedDict[Connection, bool]] = {}

    @property
    def total(self) -> int:
        """How many there are."""
        return sum(map(len, self._of.values()))

    def admit(self, new: Connection, peer: str) -> bool:
        """Count a new connection; return whether there is room for it.

        Where there is none, the connection that has waited longest makes room: of the same peer, or, where
        all places are taken, of the peer that has most. What is being answered is not touched.
        """
        own = self._of.get(peer, OrderedDict())
        if len(own) >= self._limits.per_peer and peer not in self._limits.trusted and not self._evict(peer):
            return False
        if self.total >= self._limits.most and not any(map(self._evict, self._by_size())):
            return False
        self._of.setdefault(peer, OrderedDict())[new] = True
        return True

    def mark(self, one: Connection, peer: str, *, waits: bool) -> None:
        """Note whether a connection waits for a request, or has one that is being answered."""
        own = self._of.get(peer)
        if own is not None and one in own and own[one] != waits:
            own[one] = waits
            own.move_to_end(one)

    def gone(self, one: Connection, peer: str) -> None:
        """Count a connection no more."""
        own = self._of.get(peer)
        if own is not None and own.pop(one, None) is not None and not own:
            del self._of[peer]

    def _by_size(self) -> list[str]:
        return sorted(self._of, key=lambda peer: len(self._of[peer]), reverse=True)

    def _evict(self, peer: str) -> bool:
        oldest = next((one for one, waits in self._of[peer].items() if waits), None)
        if oldest is None:
            return False
        self.gone(oldest, peer)
        oldest.evict()
        return True


class GuardedProtocol(H11Protocol):
    """uvicorn's HTTP/1.1, with limits to how long a connection may take, and how many a peer may have."""

    limits: Limits
    among: Connections

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._peer = ""
        self._timer: asyncio.TimerHandle | None = None
        self._began = False
        """Whether a first byte of the next request came."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection, or refuse it with 429."""
        super().connection_made(transport)
        self._peer = self.client[0] if self.client else ""
        if not self.among.admit(self, self._peer):
            self._end(429, "http.too_many_connections")
            return
        self._wait(self.limits.first_byte_s)

    def data_received(self, data: bytes) -> None:
        """Take bytes; the first of a request start the time for its headers."""
        if self.transport.is_closing():
            return
        if self.conn.their_state is h11.IDLE and not self._began:
            self._began = True
            self._wait(self.limits.headers_s)
        super().data_received(data)
        self._look()

    def on_response_complete(self) -> None:
        """Wait for the next request; not for the rest of one that is answered already."""
        super().on_response_complete()
        if self.transport.is_closing():
            return
        if self.conn.their_state is h11.SEND_BODY:
            # Time for the answer to be read: a connection that ends with bytes unread takes it back.
            self._wait(_LINGER_S)
            self._began = True
            return
        self._look()

    def connection_lost(self, exc: Exception | None) -> None:
        """Count it no more."""
        self._stop_waiting()
        self.among.gone(self, self._peer)
        super().connection_lost(exc)

    def evict(self) -> None:
        """End at once: others need the place."""
        self._stop_waiting()
        self.transport.close()

    def _look(self) -> None:
        """Note what the connection is doing now."""
        if self.transport.is_closing():
            return
        waits = self.conn.their_state is h11.IDLE
        if not waits and not self.cycle.response_complete:
            self._stop_waiting()
            self._began = False
        self.among.mark(self, self._peer, waits=waits)

    def _wait(self, seconds: float) -> None:
        self._stop_waiting()
        self._timer = self.loop.call_later(seconds, self._end, 408, "http.slow_request")

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _end(self, status: int, code: str) -> None:
        """Say why, and end the connection."""
        self._stop_waiting()
        self.among.gone(self, self._peer)
        if self.transport.is_closing():
            return
        if self.conn.our_state is h11.IDLE:
            self.transport.write(_refusal(status, code))
        self.transport.close()


def guarded(limits: Limits) -> type[GuardedProtocol]:
    """Return the protocol of one server: its connections share one count."""
    return type("Guarded", (GuardedProtocol,), {"limits": limits, "among": Connections(limits)})


def _refusal(status: int, code: str) -> bytes:
    # Imported here: the server of the probes needs no web framework until then.
    from shared.runtime.serve.problems import MEDIA_TYPE, body

    content = orjson.dumps(body(status, code))
    reason = {408: "Request Timeout", 429: "Too Many Requests"}[status]
    lines = (
        f"HTTP/1.1 {status} {reason}",
        f"Content-Type: {MEDIA_TYPE}",
        f"Content-Length: {len(content)}",
        "Cache-Control: no-store",
        *([f"Retry-After: {_AGAIN_S}"] if status == 429 else []),
        "Connection: close",
    )
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content
