"""The events of a subject are heard in their order, whichever process wrote them, whatever the clocks say."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from shared.casework.protocol import Routed
from tests.support.runtime.harness import World
from tests.support.runtime.replicas import Gate, first_and_second, numbers
from tests.support.runtime.service import COMMANDS, EVENTS, Ask, spoken


@pytest.fixture(autouse=True)
def _spoken() -> Iterator[None]:
    with spoken():
        yield


def test_what_one_replica_wrote_is_out_before_another_adds_to_the_same_case() -> None:
    world = World()
    first, second = first_and_second(world)

    async def run() -> None:
        gate = Gate(first)
        await first.take([world.log.event("a1", 1)])
        await second.take([world.log.command("a1", Ask(amount=2), id="c1")])
        await second.release()
        gate.open()
        await first.release()

    asyncio.run(run())
    # The first writer's own, late publication is a repeat.
    assert numbers(world, "a1") == [1, 2, 1]
    assert world.rows("outbox") == {}


def test_all_that_the_other_replica_wrote_before_goes_out_too() -> None:
    world = World()
    first, second = first_and_second(world)

    async def run() -> None:
        gate = Gate(first)
        await first.own({f"{topic}:{n}" for topic in (EVENTS, COMMANDS) for n in range(3)})
        await first.take([world.log.event("a1", 1)])
        held = asyncio.create_task(first.take([world.log.command("a1", Ask(amount=5), id="c0")]))
        for _ in range(200):
            await asyncio.sleep(0)
        assert len(world.rows("outbox")) == 2
        await second.take([world.log.event("a1", 2)])
        await second.release()
        gate.open()
        await held
        await first.release()

    asyncio.run(run())
    assert numbers(world, "a1")[:3] == [1, 2, 3]


def test_so_it_does_where_the_second_reads_another_topic_than_the_first() -> None:
    world = World()
    first, second = first_and_second(world)

    async def run() -> None:
        gate = Gate(first)
        await first.own({f"{topic}:{n}" for topic in (EVENTS, COMMANDS) for n in range(3)})
        await first.take([world.log.event("a1", 1)])
        held = asyncio.create_task(first.take([world.log.command("a1", Ask(amount=5), id="c0")]))
        for _ in range(200):
            await asyncio.sleep(0)
        assert len(world.rows("outbox")) == 2
        await second.take([world.log.event("a1", 1, source="/suyuan/court_bridge", topic="court.events")])
        await second.release()
        gate.open()
        await held
        await first.release()

    asyncio.run(run())
    assert numbers(world, "a1")[:3] == [1, 2, 3]


def test_who_only_held_a_message_does_not_hide_what_is_not_published_yet() -> None:
    """Its commit writes the subject's row as well, but no event: the last one is still of the row before."""
    world = World()
    first, second = first_and_second(world)

    async def run() -> None:
        gate = Gate(first)
        await first.own({f"{EVENTS}:{n}" for n in range(3)})
        await first.take([world.log.event("a1", 1)])
        held = asyncio.create_task(first.take([world.log.event("a1", 5)]))
        for _ in range(200):
            await asyncio.sleep(0)
        assert len(world.rows("holds")) == 1
        await second.take([world.log.command("a1", Ask(amount=2), id="c1")])
        await second.release()
        gate.open()
        await held
        await first.release()

    asyncio.run(run())
    assert numbers(world, "a1") == [1, 2, 1]


def test_a_case_of_one_replica_alone_costs_no_look_at_the_outbox() -> None:
    world = World()
    world.run([world.log.event("a1", 1)])
    asked: list[str] = []
    find = world.database.find

    async def listening(collection: str, *args: object, **more: object) -> object:
        asked.append(collection)
        return await find(collection, *args, **more)  # type: ignore[arg-type]

    world.database.find = listening  # type: ignore[method-assign,assignment]

    async def run() -> None:
        await world.worker.own({"intake.events:0", "intake.events:1", "intake.events:2"})
        asked.clear()
        await world.worker.take([world.log.event("a1", 2)])
        await world.worker.take([world.log.event("a1", 3)])
        await world.worker.release()

    asyncio.run(run())
    assert "outbox" not in asked


def test_a_clock_that_steps_back_does_not_turn_the_outbox_round(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    times = iter([2_000_000_000_000_000_000, 1_000_000_000_000_000_000, 1_000_000_000_000_000_001])
    monkeypatch.setattr(time, "time_ns", lambda: next(times))
    ids = [world.repository.outbox.new_row_id() for _ in range(3)]
    assert ids == sorted(ids)


def test_a_process_that_starts_again_under_the_same_number_is_another_writer() -> None:
    world = World()
    first = world.repository.outbox.new_row_id()
    world.start()
    assert not world.repository.outbox._is_own(first)


def test_what_a_predecessor_committed_after_the_takeover_is_published_by_the_sweep() -> None:
    world = World()
    first, second = first_and_second(world)

    async def run() -> None:
        Gate(first)
        await second.own({f"intake.events:{n}" for n in range(3)})
        await first.take([world.log.event("a1", 1)])  # Its commit was under way when it lost the partition.
        await second.sweep()

    asyncio.run(run())
    assert numbers(world, "a1") == [1]
    assert world.rows("outbox") == {}


def test_the_sweep_leaves_alone_what_belongs_to_partitions_of_others() -> None:
    world = World()
    first, second = first_and_second(world)

    async def run() -> None:
        Gate(first)
        await second.own({"mediation.commands:0"})
        await first.take([world.log.event("a1", 1)])
        await second.sweep()

    asyncio.run(run())
    assert numbers(world, "a1") == []
    assert len(world.rows("outbox")) == 1


# Numbers that an older version did not count ---------------------------------------------------------


def by_a_version_that_counts_all(world: World) -> World:
    """The same service, upgraded to a version that counts every number of a source."""
    counter = replace(world.engine.streams["counter"], version=2, counts_from=2)
    world.engine.streams["counter"] = counter
    world.engine.route = lambda topic, key, message: Routed(counter, message)
    return world


def test_a_case_of_which_an_older_version_left_numbers_uncounted_waits_for_none_of_them() -> None:
    world = World()
    world.run([world.log.event("a1", 1, 1)])
    by_a_version_that_counts_all(world)
    world.run([world.log.event("a1", 6, 2), world.log.event("a1", 7, 4)])
    assert world.state("a1").total == 7
    assert world.rows("holds") == {}


def test_what_an_older_version_held_for_a_number_that_it_did_not_count_goes_on() -> None:
    world = World()
    world.run([world.log.event("a1", 2, 1)])
    assert len(world.rows("holds")) == 1
    by_a_version_that_counts_all(world)
    world.run([world.log.event("a1", 6, 2)])
    assert world.state("a1").total == 3
    assert world.rows("holds") == {}


def test_once_counted_in_full_a_case_waits_for_what_is_missing() -> None:
    world = World()
    world.run([world.log.event("a1", 1, 1)])
    by_a_version_that_counts_all(world)
    world.run([world.log.event("a1", 3, 2)])
    world.run([world.log.event("a1", 5, 4)])
    assert world.state("a1").total == 3
    assert len(world.rows("holds")) == 1
