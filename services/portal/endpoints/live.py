"""Figures as they move: read once a second for all who look, sent as server-sent events."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from time import monotonic
from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Depends
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Send
from starlette.types import Scope as AsgiScope

from services.portal.views import Scope, for_person
from shared.runtime.serve.problems import Problem, answer
from shared.runtime.serve.tokens import Person, Still, require, still

PATH: Final = "/stream"
PERIOD_S: Final = 1.0
"""How often the figures are read and sent, seconds."""
LONGEST_S: Final = 600.0
"""After this a stream ends and the page comes again, seconds."""
LOOK_S: Final = 2.0
"""How often it is asked whether the token still opens anything, seconds."""
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


class OpenStreams:
    """Counts the open streams, all and each person's.

    Args:
        each: Most of one person.
        most: Most of all together.
    """

    def __init__(self, each: int, most: int = MAX_STREAMS) -> None:
        self._each = each
        self._most = most
        self._open: Counter[Person] = Counter()

    def opened(self, person: Person) -> None:
        """Count one more.

        Raises:
            Problem: 429 ``stream.too_many``: the person has enough; 503 ``http.unavailable``: all have.
        """
        if self._open[person] >= self._each:
            raise Problem(429, "stream.too_many", headers={"Retry-After": "5"})
        if self._open.total() >= self._most:
            raise Problem(503, "http.unavailable", headers={"Retry-After": "5"})
        self._open[person] += 1

    def closed(self, person: Person) -> None:
        """Count one less."""
        self._open[person] -= 1
        if not self._open[person]:
            del self._open[person]


class CountedStream(StreamingResponse):
    """A stream that counts from its first byte to its end, also one by which the client went away.

    It is counted where it is sent: between the count and the sending nothing can fail.

    Args:
        source: What is sent.
        person: To whom.
        among: The streams that are open.
    """

    def __init__(self, source: AsyncIterator[bytes], person: Person, among: OpenStreams) -> None:
        super().__init__(
            source,
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )
        self._person = person
        self._among = among

    async def __call__(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        """Send the stream, or the refusal."""
        try:
            self._among.opened(self._person)
        except Problem as problem:
            await answer(problem)(scope, receive, send)
            return
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._among.closed(self._person)


def routes(latest: Latest, seen: Callable[..., Awaitable[Scope]], each: int) -> APIRouter:
    """Return the endpoint of the stream.

    Args:
        latest: The figures.
        seen: What a person may see.
        each: How many streams one person may have open.
    """
    router = APIRouter(tags=["read"])
    among = OpenStreams(each)

    @router.get(PATH, operation_id="read_stream", summary="实时数字 | Figures as server-sent events")
    async def stream(
        person: Annotated[Person, Depends(require())],
        opens: Annotated[Still, Depends(still)],
        scope: Scope = Depends(seen),
    ) -> StreamingResponse:
        return CountedStream(lines(latest, scope, opens), person, among)

    return router


async def lines(
    latest: Latest, scope: Scope, opens: Still, *, period_s: float = PERIOD_S, longest_s: float = LONGEST_S
) -> AsyncIterator[bytes]:
    """Yield the stream: the figures when they changed, a comment when it was long silent.

    It ends with its token: one that is revoked, expired, or of somebody who left, is told nothing more.
    """
    sent, end, spoke, looked = b"", monotonic() + longest_s, monotonic(), monotonic()
    while monotonic() < end:
        if monotonic() - looked >= LOOK_S:
            if not await opens():
                return
            looked = monotonic()
        data = orjson.dumps(for_person(await latest.get(), scope))
        if data != sent:
            sent, spoke = data, monotonic()
            yield b"event: figures\ndata: " + data + b"\n\n"
        elif monotonic() - spoke >= QUIET_S:
            spoke = monotonic()
            yield b": still here\n\n"
        await asyncio.sleep(period_s)
