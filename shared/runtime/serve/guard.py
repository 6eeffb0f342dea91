"""What holds for every request: its size and time are limited, its answer has security headers.

Every HTTP server of the platform has this one layer. It is plain ASGI, so that a stream stays a stream.
"""

import asyncio
import traceback
from collections.abc import Iterable
from typing import Any, Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.runtime.base import logs
from shared.runtime.commit.mongo import Unavailable
from shared.runtime.serve.problems import Problem, answer

CSP: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The page runs its own script and style, talks to its own server, and stands in no frame."""

HEADERS: Final = (
    (b"content-security-policy", CSP.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)

TIMEOUT_S: Final = 15.0
"""Longest time of a request, seconds; a stream has its own end."""
SEND_S: Final = 15.0
"""How long a client may leave a part of its answer unread, seconds; then its connection ends."""

_LOG = logs.get("runtime")


class Guard:
    """The layer around the application.

    Args:
        app: The application.
        max_bytes: Largest request body, bytes.
        timeout_s: Longest time of a request, seconds.
        send_s: How long a client may leave a part of its answer unread, seconds.
        streams: Paths whose answers have no such end.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        max_bytes: int,
        timeout_s: float = TIMEOUT_S,
        send_s: float = SEND_S,
        streams: Iterable[str] = (),
    ) -> None:
        self._app = app
        self._max_bytes = max_bytes
        self._timeout_s = timeout_s
        self._send_s = send_s
        self._streams = frozenset(streams)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        reply = _Reply(send, self._send_s)
        body = _Body(receive, self._max_bytes)
        try:
            _check_headers(scope)
            self._check_length(scope)
            timeout = None if scope["path"] in self._streams else self._timeout_s
            async with asyncio.timeout(timeout):
                await self._app(scope, body.receive, reply.send)
        except Exception as error:
            if reply.started:
                raise
            await answer(_problem(error, scope, body))(scope, receive, reply.send)

    def _check_length(self, scope: Scope) -> None:
        for name, value in scope["headers"]:
            if name == b"content-length" and (not value.isdigit() or int(value) > self._max_bytes):
                raise Problem(413, "http.too_large")


def _check_headers(scope: Scope) -> None:
    """Refuse a request that a proxy in front may have understood otherwise, and end its connection.

    Raises:
        Problem: 400 ``http.ambiguous``: two lengths (RFC 9112, 6.3), or two holders (RFC 9110, 5.3).
    """
    names = [name for name, _ in scope["headers"]]
    two_lengths = b"content-length" in names and b"transfer-encoding" in names
    if two_lengths or names.count(b"authorization") > 1:
        raise Problem(400, "http.ambiguous", headers={"Connection": "close"})


class _Body:
    """A request's body on its way in.

    Attributes:
        whole: Whether all of it came.
    """

    def __init__(self, receive: Receive, max_bytes: int) -> None:
        self._receive = receive
        self._left = max_bytes
        self.whole = False

    async def receive(self) -> Message:
        """Return the next part.

        Raises:
            Problem: 413 ``http.too_large``.
        """
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            raise Problem(413, "http.too_large")
        self.whole = self.whole or not message.get("more_body", False)
        return message


class _Reply:
    """An answer on its way out, with its headers."""

    def __init__(self, send: Send, send_s: float) -> None:
        self._send = send
        self._send_s = send_s
        self.started = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            message = {**message, "headers": _with_defaults(message.get("headers", ()))}
        # A client that reads nothing would hold its place for as long as it likes.
        async with asyncio.timeout(self._send_s):
            await self._send(message)


def _with_defaults(headers: Iterable[Any]) -> list[tuple[bytes, bytes]]:
    out = [(bytes(name).lower(), bytes(value)) for name, value in headers]
    there = {name for name, _ in out}
    out += [pair for pair in HEADERS if pair[0] not in there]
    if b"cache-control" not in there:
        out.append((b"cache-control", b"no-store"))
    return out


def _problem(error: Exception, scope: Scope, body: _Body) -> Problem:
    match error:
        case Problem():
            return error
        case TimeoutError():
            if body.whole or scope["method"] in ("GET", "HEAD"):
                return Problem(504, "http.timeout")
            return Problem(408, "http.slow_request")
        case Unavailable():
            return Problem(503, "http.unavailable", headers={"Retry-After": "2"})
        case _:
            # The path's pattern, not the path: ids of cases and people stay out of the log.
            pattern = getattr(scope.get("route"), "path", "")
            # Its places, not its values: an error's text and a frame's variables may be personal data.
            stack = "".join(traceback.format_tb(error.__traceback__, limit=-8))
            _LOG.error("runtime.http.failed", route=pattern, error=type(error).__name__, stack=stack)
            return Problem(500, "http.unexpected")
