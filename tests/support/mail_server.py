"""A mail server on this machine that keeps what comes, and answers as it is told."""

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword

from deploy.local.ports import choose_port

Mailed = tuple[str, list[str], EmailMessage]
"""Sender, recipients, message."""


@dataclass
class MailServerHere:
    """Keeps envelopes.

    Attributes:
        port: On 127.0.0.1.
        to_recipient: Answer to a recipient.
        to_text: Answer to the text; ``None`` answers nothing.
        came: What was taken.
    """

    port: int
    to_recipient: str = "250 OK"
    to_text: str | None = "250 OK"
    came: list[Mailed] = field(default_factory=list)

    async def handle_RCPT(self, _: Any, __: Any, envelope: Envelope, address: str, ___: Any) -> str:
        if self.to_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.to_recipient

    async def handle_DATA(self, _: Any, __: Any, envelope: Envelope) -> str:
        if self.to_text is None:
            await asyncio.sleep(60)
        if str(self.to_text).startswith("250"):
            assert isinstance(envelope.content, bytes)
            message = message_from_bytes(envelope.content, policy=policy.default)
            assert isinstance(message, EmailMessage)
            self.came.append((str(envelope.mail_from), list(envelope.rcpt_tos), message))
        return str(self.to_text)


@contextmanager
def mail_server(
    *,
    port: int | None = None,
    tls: ssl.SSLContext | None = None,
    first: bool = False,
    login: tuple[str, str] | None = None,
) -> Iterator[MailServerHere]:
    """Run a server.

    Args:
        port: On 127.0.0.1; ``None`` for a free one.
        tls: Its certificate; with it nothing is taken in the clear.
        first: TLS comes before anything is said; otherwise with STARTTLS.
        login: The name and password without which it takes nothing.
    """

    def known(_: Any, __: Any, ___: Any, ____: str, given: Any) -> AuthResult:
        assert isinstance(given, LoginPassword)
        return AuthResult(success=(given.login.decode(), given.password.decode()) == login, handled=False)

    here = MailServerHere(port or choose_port())
    controller = Controller(
        here,
        hostname="127.0.0.1",
        port=here.port,
        ssl_context=tls if first else None,
        tls_context=None if first else tls,
        require_starttls=tls is not None and not first,
        authenticator=known if login else None,
        auth_required=login is not None,
        auth_require_tls=not first,  # it knows only of TLS that it was asked for
    )
    controller.start()
    try:
        yield here
    finally:
        controller.stop()
