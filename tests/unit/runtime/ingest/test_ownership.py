"""Two owners, a lost answer, trouble half-way: each guard by itself, and what it alone protects."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Sequence
from typing import Any

import pytest

from shared.casework.protocol import Change, Increment, Received, Routed, State, Stream
from shared.contracts.common import RedriveDeadLetters
from shared.contracts.message import Event
from shared.runtime.base.documents import Work
from shared.runtime.base.metrics import Metrics
from shared.runtime.base.records import Raw
from shared.runtime.commit.mongo import Unavailable
from shared.runtime.ingest.interleave import Horizon
from shared.runtime.ingest.worker import Worker
from tests.support.runtime.harness import Killed, World
from tests.support.runtime.replicas import Gate, first_and_second, numbers
from tests.support.runtime.service import COMMANDS, EVENTS, ROSTERS, SERVICE, T0, Broken, TimerSet

OTHER_EVENTS, OTHER_SOURCE = "court.events", "/suyuan/court_bridge"
LONG_S = 20.0
"""More than any of this takes, and less than for ever."""


def origin_of(record: Raw) -> str:
    return f"{record.topic}:{record.partition}"


def conflicts(*workers: Worker) -> int:
    """How many write conflicts these workers met."""
    registries = [worker._metrics.registry for worker in workers]
    return sum(
        int(r.get_sample_value("suyuan_conflicts_total", {"service": SERVICE}) or 0) for r in registries
    )


async def soon(work: Awaitable[Any]) -> Any:
    """Return what something gives that must not take for ever."""
    task = asyncio.ensure_future(work)
    await asyncio.wait({task}, timeout=LONG_S)
    if not task.done():
        task.cancel()
        await asyncio.wait({task})
        pytest.fail("it goes on for ever")
    return task.result()


async def release(*workers: Worker) -> None:
    for worker in workers:
        await soon(worker.release())


# Two owners ---------------------------------------------------------------------------------------


class Figures(State):
    """A read model has no events and no history: only rows, and what it heard."""


def figures(world: World) -> World:
    """Make a world's service one that only counts, as the portal does."""

    def decide(state: Figures | None, message: Received) -> Sequence[Event]:
        return []

    def evolve(state: Figures | None, event: Event, at: object) -> Figures:
        raise AssertionError(event)

    def rows(change: Change[Figures]) -> list[Increment]:
        return [Increment("figures", change.partition, {"messages": 1})]

    made = Stream("figures", Figures, decide, evolve, rows=rows)
    world.engine.streams = {"figures": made}
    world.engine.route = lambda topic, key, message: Routed(made, message)
    return world


def two_that_count() -> tuple[World, Worker, Worker]:
    """Two processes of one read model on one database."""
    world = figures(World())
    first = world.worker
    world.start()
    figures(world)
    return world, first, world.worker


async def race(first: Worker, second: Worker, *batches: Sequence[Raw]) -> None:
    """Give both the same batches at the same time."""
    for batch in batches:
        await soon(asyncio.gather(first.take(batch), second.take(batch)))
    await release(first, second)


def test_two_workers_on_one_partition_count_each_message_once_without_any_history() -> None:
    world, first, second = two_that_count()
    records = [world.log.event("a1", n) for n in range(1, 9)]
    asyncio.run(race(first, second, *(records[n : n + 2] for n in range(0, 8, 2))))
    assert world.rows("history") == {}
    assert world.rows("figures")[origin_of(records[0])]["messages"] == 8
    assert conflicts(first, second) >= 1


def test_of_two_owners_one_alone_counts_a_message_that_changes_no_subject() -> None:
    """What is known by its id leaves no number in its subject: the watermark alone says who was first."""
    world, first, second = two_that_count()
    records = [world.log.event("a1", n, topic=ROSTERS) for n in range(1, 5)]
    asyncio.run(race(first, second, records[:2], records[2:]))
    assert world.rows("streams") == {}
    assert world.rows("figures")[origin_of(records[0])]["messages"] == 4
    assert conflicts(first, second) >= 1


def test_an_owner_of_the_past_moves_no_watermark_back() -> None:
    world = World()
    first, second = first_and_second(world)
    records = [world.log.event("other", n) for n in range(1, 6)]  # Nobody cares about these.

    async def run() -> None:
        await first.take(records[:1])
        await second.take(records)
        await soon(first.take(records[1:3]))
        await release(first, second)

    asyncio.run(run())
    assert world.rows("watermarks")[origin_of(records[0])]["offset"] == 4
    assert conflicts(first) == 1


def test_what_two_workers_hear_of_one_subject_on_two_topics_is_all_kept() -> None:
    world, first, second = two_that_count()
    known = world.log.event("a1", 1)
    one = world.log.event("a1", 2)
    other = world.log.event("a1", 1, source=OTHER_SOURCE, topic=OTHER_EVENTS)

    async def run() -> None:
        await first.take([known])
        await release(first)
        await first.own({origin_of(one)})
        await second.own({origin_of(other)})
        await soon(asyncio.gather(first.take([one]), second.take([other])))
        await release(first, second)

    asyncio.run(run())
    assert world.rows("streams")["a1"]["seen"] == {"/suyuan/intake": 2, OTHER_SOURCE: 1}
    assert conflicts(first, second) == 1


# What a worker believes -----------------------------------------------------------------------------


def test_a_record_that_is_read_again_is_skipped_and_moves_no_watermark_back() -> None:
    world = World()
    records = [world.log.event("other", n) for n in range(1, 4)]

    async def run() -> None:
        await world.worker.take(records)
        commits = world.database.commits
        await world.worker.take(records[:1])
        await release(world.worker)
        assert world.database.commits == commits + 1

    asyncio.run(run())
    assert world.rows("watermarks")[origin_of(records[0])]["offset"] == 2
    skipped = world.metrics.registry.get_sample_value(
        "suyuan_messages_total", {"service": SERVICE, "outcome": "skipped"}
    )
    assert skipped == 1


def test_after_trouble_a_worker_waits_for_its_own_publishing_and_repeats_nothing() -> None:
    """What it has not published yet stands in the outbox, as if somebody had left it."""
    world = World()
    gate = Gate(world.worker)

    async def run() -> None:
        await world.worker.take([world.log.event("a1", 1)])
        world.database.away = 1
        behind = asyncio.create_task(world.worker.take([world.log.event("a1", 2)]))
        for _ in range(200):
            await asyncio.sleep(0)
        gate.open()
        await soon(behind)
        await release(world.worker)

    asyncio.run(run())
    assert numbers(world, "a1") == [1, 2]


def test_a_commit_whose_answer_was_lost_is_no_conflict() -> None:
    world = World()
    world.database.uncertain = 1
    world.run([world.log.event("a1", 1, 5)])
    assert world.state("a1").total == 5
    assert conflicts(world.worker) == 0


def test_a_worker_that_others_overtook_finds_out_and_goes_on() -> None:
    world = World()
    first, second = first_and_second(world)
    records = [world.log.event("a1", n) for n in (1, 2, 3)]

    async def run() -> None:
        await first.take(records[:1])
        await first.take([])
        await second.take(records[:2])
        await soon(first.take(records[1:]))
        await release(first, second)

    asyncio.run(run())
    assert world.state("a1").total == 3
    assert conflicts(first) == 1


def test_a_watermark_that_was_moved_without_an_answer_is_looked_up_again() -> None:
    world = World()
    origin = f"{EVENTS}:0"

    async def run() -> bool:
        assert await world.worker.own({origin}) == {origin: -1}
        world.database.uncertain = 1
        with pytest.raises(Unavailable):
            await world.worker.move(origin, -1, 4, Work())
        return await world.worker.move(origin, -1, 4, Work())

    assert asyncio.run(run()) is False
    assert world.rows("watermarks")[origin]["offset"] == 4


# Taking over and letting go -------------------------------------------------------------------------


def test_what_was_released_is_owned_and_believed_no_more() -> None:
    world = World()
    record = world.log.event("a1", 1, 1, hours=1, at=T0)
    clocks = {f"{COMMANDS}:{n}" for n in range(3)}

    async def run() -> None:
        await world.worker.own({origin_of(record), *clocks})
        await world.worker.take([record])
        assert world.worker.applied_ms.keys() == {origin_of(record)}
        await world.worker.release({origin_of(record)})
        assert world.worker.watermarks.keys() == clocks
        assert world.worker.applied_ms == {}
        assert await world.worker.resume(["a1"], COMMANDS)
        await world.worker.release(clocks)
        assert not await world.worker.resume(["a1"], COMMANDS)
        assert world.worker.watermarks == {}

    asyncio.run(run())


def test_a_release_returns_once_everything_is_published() -> None:
    world = World()
    gate = Gate(world.worker)

    async def run() -> None:
        await world.worker.take([world.log.event("a1", 1)])
        released = asyncio.create_task(world.worker.release())
        for _ in range(50):
            await asyncio.sleep(0)
        assert not released.done()
        gate.open()
        await soon(released)
        assert numbers(world, "a1") == [1]
        assert world.rows("outbox") == {}

    asyncio.run(run())


def test_what_waited_of_a_partition_before_it_was_taken_over_again_is_dropped() -> None:
    """Its next record comes from behind the watermark, and with it all that waited."""
    world = World()
    record = world.log.event("a1", 1)

    async def run() -> None:
        world.worker.horizon = lambda: Horizon(open=frozenset({f"{COMMANDS}:{record.partition}"}))
        await world.worker.take([record])
        assert world.worker.interleaver.waits(origin_of(record))
        await world.worker.own({origin_of(record)})
        assert not world.worker.interleaver.waits(origin_of(record))

    asyncio.run(run())


def test_what_was_left_is_published_at_the_takeover_also_where_nothing_more_comes() -> None:
    world = World()
    record = world.log.event("a1", 1)
    world.publisher.die_after = 0
    with pytest.raises(Killed):
        world.run([record])
    world.start()
    asyncio.run(world.worker.own({origin_of(record)}))
    assert numbers(world, "a1") == [1]
    assert world.rows("outbox") == {}


def test_whoever_gives_up_waiting_for_the_publishing_ends_nobody_elses_waiting() -> None:
    """aiokafka's coordinator and FastStream's consume loop ended by a cancellation that was not theirs."""
    world = World()
    gate = Gate(world.worker)

    async def run() -> None:
        await world.worker.take([world.log.event("a1", 1)])
        behind = asyncio.create_task(world.worker._publishing.done())
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await world.worker.release()
        await asyncio.sleep(0)
        assert not behind.done(), "it was not asked to end"
        gate.open()
        await soon(behind)
        await release(world.worker)

    asyncio.run(run())
    assert numbers(world, "a1") == [1]


# All or nothing -------------------------------------------------------------------------------------


def test_nothing_stays_of_a_message_one_of_whose_events_cannot_be_written() -> None:
    world = World()
    outgoing, broken = world.engine.publication.outgoing, [True]

    def raising(row: Any, event: Any = None) -> Any:
        if broken[0] and isinstance(event, TimerSet):
            raise Broken("the second of two events")
        return outgoing(row, event)

    world.engine.publication.outgoing = raising  # type: ignore[method-assign]
    world.run([world.log.event("a1", 1, 3, hours=1), world.log.event("b1", 1, 1)])
    assert world.reasons() == ["decision.raised"]
    assert world.told("a1") == []
    assert "a1" not in world.delivered()
    assert world.rows("streams")["a1"]["version"] == 0
    broken[0] = False
    world.run([world.log.command("a1", RedriveDeadLetters(), id="r")])
    assert [row["_id"] for row in world.history("a1")] == ["a1:00000001", "a1:00000002"]
    assert [row["before"] for row in world.history("a1")] == ["", world.history("a1")[0]["digest"]]
    assert len(world.delivered()["a1"]) == 2


# Figures --------------------------------------------------------------------------------------------


def test_the_age_of_the_outbox_is_that_of_its_oldest_row(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    gate = Gate(world.worker)

    async def run() -> None:
        assert await world.repository.outbox.age_s() == 0.0
        began = time.time()
        await world.worker.take([world.log.event("a1", 1)])
        monkeypatch.setattr(time, "time", lambda: began + 60)
        age = await world.repository.outbox.age_s()
        assert age == pytest.approx(60, abs=5)
        metrics = Metrics(SERVICE)
        metrics.outbox(age)
        monkeypatch.setattr(time, "time", lambda: began + 70)
        shown = metrics.registry.get_sample_value("suyuan_outbox_age_seconds", {"service": SERVICE})
        assert shown == pytest.approx(70, abs=5)
        gate.open()
        await release(world.worker)
        assert await world.repository.outbox.age_s() == 0.0

    asyncio.run(run())
