"""No deadline passes before everything that came in time is decided, on whatever topic it came."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from shared.runtime.base.partitioner import partition_of
from shared.runtime.ingest.interleave import Horizon
from tests.support.runtime.harness import World
from tests.support.runtime.service import COMMANDS, PARTITIONS, T0, Ask, spoken

GROUP = partition_of("a1", PARTITIONS)
ELSEWHERE = next(one for one in ("b1", "b2", "b3", "b4") if partition_of(one, PARTITIONS) != GROUP)
"""A subject of another partition number."""
NEVER, LONG_AGO = 0, 1


@pytest.fixture(autouse=True)
def _spoken() -> Iterator[None]:
    with spoken():
        yield


def hours(count: float) -> datetime:
    return T0 + timedelta(hours=count)


def with_a_timer() -> World:
    """A case whose timer is due two hours after the beginning."""
    world = World()
    world.run([world.log.event("a1", 1, 1, hours=2, at=T0)])
    return world


def fired(world: World) -> list[int]:
    """How many timers had fired at each addition."""
    return [
        int(value.split('"fired":')[1].rstrip("}")) for name, value in world.told("a1") if name == "added"
    ]


def test_a_command_of_monday_is_decided_before_an_event_of_wednesday_lets_tuesdays_deadline_pass() -> None:
    world = with_a_timer()
    event = world.log.event("a1", 2, 1, at=hours(3))
    command = world.log.command("a1", Ask(amount=1), id="c-1", at=hours(1))
    world.run([event, command])
    assert fired(world) == [0, 0, 1]


def test_so_it_is_when_the_command_has_not_even_been_read_yet() -> None:
    world = with_a_timer()
    event = world.log.event("a1", 2, 1, at=hours(3))
    command = world.log.command("a1", Ask(amount=1), id="c-1", at=hours(1))

    async def catch_up() -> None:
        world.worker.horizon = lambda: Horizon(open=frozenset({f"{COMMANDS}:{GROUP}"}))
        await world.worker.take([event])
        assert world.worker.interleaver.backlog == 1
        world.worker.horizon = Horizon
        await world.worker.take([command])
        await world.worker.release()

    asyncio.run(catch_up())
    assert fired(world) == [0, 0, 1]


def test_a_message_that_lets_a_deadline_pass_waits_until_the_siblings_were_looked_at_after_it() -> None:
    world = with_a_timer()
    event = world.log.event("a1", 2, 1, at=hours(3))
    later = world.log.event(ELSEWHERE, 1, 1, at=hours(4))
    command = world.log.command("a1", Ask(amount=1), id="c-1", at=hours(1))
    looked = event.timestamp - 1

    async def live() -> None:
        world.worker.horizon = lambda: Horizon(looked_ms={GROUP: looked})
        await world.worker.take([event, later])
        assert fired(world) == [0]
        assert world.state(ELSEWHERE).total == 1
        await world.worker.take([])
        assert fired(world) == [0]
        world.worker.horizon = lambda: Horizon(looked_ms={GROUP: event.timestamp})
        await world.worker.take([command])
        await world.worker.release()

    asyncio.run(live())
    assert fired(world) == [0, 0, 1]


def test_a_message_that_lets_no_deadline_pass_waits_for_nothing() -> None:
    world = with_a_timer()

    async def live() -> None:
        world.worker.horizon = lambda: Horizon(looked_ms={GROUP: NEVER})
        await world.worker.take([world.log.event("a1", 2, 1, at=hours(1))])
        await world.worker.release()

    asyncio.run(live())
    assert fired(world) == [0, 0]


def test_what_follows_a_message_that_waits_stays_behind_it() -> None:
    world = with_a_timer()
    first, second = world.log.event("a1", 2, 1, at=hours(3)), world.log.event("a1", 3, 5, at=hours(4))

    async def live() -> None:
        world.worker.horizon = lambda: Horizon(looked_ms={GROUP: LONG_AGO})
        await world.worker.take([first])
        await world.worker.take([second])
        assert world.state("a1").total == 1
        world.worker.horizon = Horizon
        await world.worker.take([])
        await world.worker.release()

    asyncio.run(live())
    assert world.state("a1").total == 7
    assert world.rows("holds") == {}


def test_what_waits_is_neither_lost_nor_done_twice_when_the_batch_is_cancelled() -> None:
    world = World()
    records = [world.log.event("a1", n) for n in (1, 2, 3)]

    async def live() -> None:
        find = world.database.find
        stuck = asyncio.Event()

        async def never(*args: object, **more: object) -> object:
            stuck.set()
            await asyncio.sleep(60)
            return []

        world.database.find = never  # type: ignore[method-assign,assignment]
        task = asyncio.create_task(world.worker.take(records))
        await stuck.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        world.database.find = find  # type: ignore[method-assign]
        await world.worker.take(records)  # The client reads them again.
        await world.worker.release()

    asyncio.run(live())
    assert world.state("a1").total == 3
    assert len(world.history("a1")) == 3


def test_partitions_that_are_given_up_take_what_waits_of_them_along() -> None:
    world = with_a_timer()

    async def live() -> None:
        world.worker.horizon = lambda: Horizon(looked_ms={GROUP: LONG_AGO})
        await world.worker.take([world.log.event("a1", 2, 1, at=hours(3))])
        assert world.worker.interleaver.backlog == 1
        await world.worker.release({f"intake.events:{GROUP}"})
        assert world.worker.interleaver.backlog == 0

    asyncio.run(live())
