"""Figures as they move: read once a second for all who look, sent as server-sent events."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from time import monotonic
from typing import Any, Final

import orjson
from fastapi import APIRouter, Depends
from fastapi.responses import StreamingResponse

from services.portal.views import Scope, for_person
from shared.runtime.serve.problems import Problem

PERIOD_S: Final = 1.0
"""How often the figures are read and sent, seconds."""
LONGEST_S: Final = 600.0
"""After this a stream ends and the page comes again, so that an expired token is seen, seconds."""
QUIET_S: Final = 10.0
"""Longest silence of a stream, seconds."""
MAX_STREAMS: Final = 150
"""Fewer than the connections that the server takes, so that calls get through."""


class Latest:
    """The figures of this second: whoever asks within it gets the same reading.

    Args:
        read: Reads them.
        period_s: For how long a reading is good, seconds.
    """

    def __init__(
        self, read: Callable[[], Awaitable[dict[str, Any]]], period_s: float = PERIOD_S * 0.9
    ) -> None:
        self._read = read
        self._period_s = period_s
        self._lock = asyncio.Lock()
        self._value: dict[str, Any] = {}
        self._good_until = float("-inf")

    async def get(self) -> dict[str, Any]:
        """Return the figures, read at most a period ago."""
        async with self._lock:
            if monotonic() >= self._good_until:
                self._value = await self._read()
                self._good_until = monotonic() + self._period_s
            return self._value


def routes(latest: Latest, seen: Callable[..., Awaitable[Scope]]) -> APIRouter:
    """Return the endpoint of the stream."""
    router = APIRouter(tags=["read"])
    open_streams: set[object] = set()

    @router.get("/stream", operation_id="read_stream", summary="实时数字 | Figures as server-sent events")
    async def stream(scope: Scope = Depends(seen)) -> StreamingResponse:
        if len(open_streams) >= MAX_STREAMS:
            raise Problem(503, "http.unavailable", headers={"Retry-After": "5"})
        return StreamingResponse(
            counted(lines(latest, scope), open_streams),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )

    return router


async def counted(source: AsyncIterator[bytes], among: set[object]) -> AsyncIterator[bytes]:
    """Pass a stream through and count it as long as it is open."""
    mark = object()
    among.add(mark)
    try:
        async for part in source:
            yield part
    finally:
        among.discard(mark)


async def lines(
    latest: Latest, scope: Scope, *, period_s: float = PERIOD_S, longest_s: float = LONGEST_S
) -> AsyncIterator[bytes]:
    """Yield the stream: the figures when they changed, a comment when it was long silent."""
    sent, end, spoke = b"", monotonic() + longest_s, monotonic()
    while monotonic() < end:
        data = orjson.dumps(for_person(await latest.get(), scope))
        if data != sent:
            sent, spoke = data, monotonic()
            yield b"event: figures\ndata: " + data + b"\n\n"
        elif monotonic() - spoke >= QUIET_S:
            spoke = monotonic()
            yield b": still here\n\n"
        await asyncio.sleep(period_s)
