"""Notices by e-mail: handed to the operator's own mail server, which takes them further.

Source: RFC 5321 (SMTP), RFC 5322 (the message), RFC 3207 (STARTTLS), RFC 3834 (mail that a program sends).
"""

import asyncio
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final
from urllib.parse import urlsplit

import aiosmtplib

from shared.contracts.addresses import is_loopback
from shared.runtime.deliver.parcels import NotSent, Parcel

_PORTS: Final = {"smtp": 587, "smtps": 465}
_NO_MAILBOX: Final = frozenset({550, 551, 553, 556})
"""What a server says of a recipient that no further try would change (RFC 5321 section 4.2.3, RFC 7504)."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed in.

    Attributes:
        host: Name or address.
        port: TCP port.
        tls: Whether TLS comes first (``smtps``); otherwise it is asked for (``smtp``, STARTTLS), and
            only a server on this machine may do without.
    """

    host: str
    port: int
    tls: bool

    @classmethod
    def of(cls, url: str) -> "MailServer":
        """Read ``smtps://host[:port]`` or ``smtp://host[:port]``.

        Raises:
            ValueError: It is neither.
        """
        parts = urlsplit(url)
        bare = (parts.path in ("", "/")) and not (parts.query or parts.fragment or parts.username)
        if parts.scheme not in _PORTS or not parts.hostname or not bare:
            raise ValueError(url)
        return cls(parts.hostname, parts.port or _PORTS[parts.scheme], parts.scheme == "smtps")

    @property
    def must_start_tls(self) -> bool:
        """Whether nothing is said in the clear: the server is on another machine."""
        here = self.host == "localhost" or is_loopback(self.host)
        return not self.tls and not here


class Mail:
    """Hands in parcels as messages of plain text.

    Args:
        server: The mail server.
        sender: The address that the messages come from.
        timeout_s: Longest time of one try, seconds.
        now: The wall clock.
        user: Name at the server; empty for none.
        password: Its password.
        tls: Whom to believe; ``None`` for the public authorities.
    """

    def __init__(
        self,
        server: MailServer,
        sender: str,
        timeout_s: float,
        now: Callable[[], datetime],
        *,
        user: str = "",
        password: str = "",
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._server = server
        self._sender = sender
        self._timeout_s = timeout_s
        self._now = now
        self._user = user
        self._password = password
        self._tls = tls or ssl.create_default_context()

    async def send(self, parcel: Parcel, target: str) -> None:
        """Hand in a message; the server's answer to its text confirms it.

        Each try has the same ``Message-ID``, by which a mailbox knows a repeat.

        Raises:
            NotSent: ``notice.refused`` for good: there is no such mailbox, or it takes nothing;
                ``notice.answered``: the server said no otherwise, to the password or the text;
                ``notice.unreachable``: nothing in time, or no TLS.
        """
        try:
            async with asyncio.timeout(self._timeout_s):
                await self._hand_in(self._message(parcel, target), target)
        except aiosmtplib.SMTPRecipientsRefused as error:
            code = error.recipients[0].code
            if code in _NO_MAILBOX:
                raise NotSent("notice.refused", f"SMTP {code}", for_good=True) from error
            raise NotSent("notice.answered", f"SMTP {code}") from error
        except aiosmtplib.SMTPResponseException as error:
            raise NotSent("notice.answered", f"SMTP {error.code}") from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise NotSent("notice.unreachable", type(error).__name__) from error

    async def _hand_in(self, message: EmailMessage, target: str) -> None:
        client = aiosmtplib.SMTP(
            hostname=self._server.host,
            port=self._server.port,
            use_tls=self._server.tls,
            start_tls=True if self._server.must_start_tls else None,
            username=self._user or None,
            password=self._password or None,
            tls_context=self._tls,
            timeout=self._timeout_s,
        )
        await client.connect()
        try:
            await client.send_message(message, sender=self._sender, recipients=[target])
        finally:
            # The message is taken, or is not: how the two part changes nothing.
            with suppress(aiosmtplib.SMTPException, OSError):
                await client.quit()
            client.close()

    def _message(self, parcel: Parcel, target: str) -> EmailMessage:
        message = EmailMessage(policy=policy.SMTP)
        message["From"] = self._sender
        message["To"] = target
        message["Subject"] = parcel.subject
        message["Date"] = format_datetime(self._now())
        message["Message-ID"] = f"<{parcel.id}@{self._sender.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(parcel.text)
        return message
