"""A receiver of webhooks on this machine, and a verifier that shares no code with the sender."""

import asyncio
import base64
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

SILENT: Final = 0
"""Instead of a status: nothing is answered, and the connection stays open."""
HUNG_UP: Final = -1
"""Likewise: the connection ends without an answer."""
HELD: Final = -2
"""Likewise: it is answered once ``release`` is set."""


@dataclass
class Request:
    """What came."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]


@dataclass
class Receiver:
    """Keeps what comes, and answers as it is told.

    Attributes:
        statuses: Of the next answers; 204 after them.
        more: Header lines of each answer.
        heard: Called with each request before it is answered.
        release: Ends what is held.
    """

    port: int = 0
    statuses: list[int] = field(default_factory=list)
    more: str = ""
    came: list[Request] = field(default_factory=list)
    heard: Callable[[Request], None] = lambda _: None
    release: asyncio.Event = field(default_factory=asyncio.Event)

    def next_one(self) -> asyncio.Event:
        """Return what is set once the next request is there."""
        there = asyncio.Event()

        def heard(_: Request) -> None:
            self.heard = lambda _: None
            there.set()

        self.heard = heard
        return there

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    @property
    def ids(self) -> list[str]:
        return [one.id for one in self.came]

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            first, *lines = head.strip().split("\r\n")
            headers = {
                name.lower(): value.strip() for name, _, value in (one.partition(":") for one in lines)
            }
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            request = Request(first.split(" ")[1], headers, body)
            self.came.append(request)
            self.heard(request)
            status = self.statuses.pop(0) if self.statuses else 204
            if status == SILENT:
                await reader.read()
                return
            if status == HUNG_UP:
                return
            if status == HELD:
                await self.release.wait()
                status = 204
            writer.write(f"HTTP/1.1 {status} X\r\n{self.more}content-length: 0\r\n\r\n".encode())
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def receiver(port: int = 0, tls: ssl.SSLContext | None = None) -> AsyncIterator[Receiver]:
    """Run a receiver, on any port or on this one, by HTTPS where it has a certificate."""
    made = Receiver()
    server = await asyncio.start_server(made.answer, "127.0.0.1", port, ssl=tls)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()


def is_signed(request: Request, public: str) -> bool:
    """Verify a request as its receiver would: by the public key, base64url, and the headers."""
    version, _, signature = request.headers["webhook-signature"].partition(",")
    content = b"%s.%s.%s" % (
        request.headers["webhook-id"].encode(),
        request.headers["webhook-timestamp"].encode(),
        request.body,
    )
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(public + "=="))
        key.verify(base64.b64decode(signature), content)
    except InvalidSignature:
        return False
    return version == "v1a"
