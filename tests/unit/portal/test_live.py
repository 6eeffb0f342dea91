"""The stream of figures: one reading for all who look, only what changed, and an end."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, cast

from services.portal.endpoints.live import Latest, counted, lines
from services.portal.views import Scope


async def test_all_who_look_within_a_second_share_one_reading() -> None:
    readings = 0

    async def read() -> dict[str, Any]:
        nonlocal readings
        readings += 1
        await asyncio.sleep(0.01)
        return {"by_institution": {}}

    latest = Latest(read, period_s=5)
    await asyncio.gather(*(latest.get() for _ in range(20)))
    assert readings == 1


async def test_the_stream_sends_what_changed_and_ends() -> None:
    values = iter([{"n": 1}, {"n": 1}, {"n": 2}])
    last: dict[str, Any] = {}

    async def read() -> dict[str, Any]:
        nonlocal last
        last = next(values, last)
        return last

    stream = lines(Latest(read, period_s=0), Scope({}), period_s=0.01, longest_s=0.2)
    assert [part async for part in stream] == [
        b'event: figures\ndata: {"n":1}\n\n',
        b'event: figures\ndata: {"n":2}\n\n',
    ]


async def test_a_closed_stream_is_no_longer_counted() -> None:
    async def source() -> AsyncIterator[bytes]:
        yield b"1"
        yield b"2"

    among: set[object] = set()
    stream = counted(source(), among)
    assert await anext(stream) == b"1"
    assert len(among) == 1
    await cast(Any, stream).aclose()
    assert among == set()
