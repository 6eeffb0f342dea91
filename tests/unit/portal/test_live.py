"""The stream of figures: one reading for all who look, only what changed, and an end."""

import asyncio
from typing import Any

from services.portal.endpoints.live import Latest, lines
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


async def always() -> bool:
    return True


async def test_the_stream_sends_what_changed_and_ends() -> None:
    values = iter([{"n": 1}, {"n": 1}, {"n": 2}])
    last: dict[str, Any] = {}

    async def read() -> dict[str, Any]:
        nonlocal last
        last = next(values, last)
        return last

    stream = lines(Latest(read, period_s=0), Scope({}), always, period_s=0.01, longest_s=0.2)
    assert [part async for part in stream] == [
        b'event: figures\ndata: {"n":1}\n\n',
        b'event: figures\ndata: {"n":2}\n\n',
    ]
