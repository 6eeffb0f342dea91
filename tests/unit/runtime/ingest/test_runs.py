"""No watermark passes an offset whose record was neither applied nor explained away."""

from __future__ import annotations

import asyncio
from typing import Any

from shared.runtime.base.partitioner import partition_of
from shared.runtime.decide.entries import Item
from shared.runtime.ingest.interleave import Horizon
from shared.runtime.ingest.runs import broken
from tests.support.runtime.harness import World
from tests.support.runtime.service import COMMANDS, PARTITIONS, Ask

EVENTS, OTHER = "intake.events:2", "mediation.commands:2"


def items(*offsets: int, origin: str = EVENTS) -> list[Item]:
    return [Item(origin, offset) for offset in offsets]


def test_an_unbroken_run_is_none_of_its_business() -> None:
    assert broken([*items(5, 6), *items(0, origin=OTHER), *items(7)], {EVENTS: 4, OTHER: -1}, {}) == {}


def test_what_was_applied_already_does_not_break_it() -> None:
    assert broken(items(2, 3, 4, 5), {EVENTS: 4}, {}) == {}


def test_what_is_missing_before_the_batch_and_within_it_is_named() -> None:
    assert broken(items(7, 8), {EVENTS: 4}, {}) == {EVENTS: (4, 7)}
    assert broken(items(5, 7), {EVENTS: 4}, {}) == {EVENTS: (5, 7)}


def test_a_jump_over_offsets_without_records_is_none() -> None:
    assert broken(items(5, 8), {EVENTS: 4}, {EVENTS: {8: 5}}) == {}
    assert broken(items(8), {EVENTS: 7}, {EVENTS: {8: 5}}) == {}


def test_an_explained_jump_does_not_cover_what_is_missing_before_it() -> None:
    assert broken(items(8), {EVENTS: 4}, {EVENTS: {8: 5}}) == {EVENTS: (4, 8)}


def test_a_look_at_a_quiet_subject_has_no_offset() -> None:
    assert broken([Item(EVENTS, -1)], {EVENTS: 4}, {}) == {}


def test_a_batch_with_a_hole_before_it_is_read_again_and_the_other_partitions_go_on() -> None:
    world = World()
    asked: list[dict[str, int]] = []
    lost, found = world.log.event("a1", 1), world.log.event("a1", 2)
    command = world.log.command("a1", Ask(amount=7), id="c-1")

    async def run() -> None:
        def read_again(offsets: dict[str, int]) -> None:
            asked.append(offsets)
            assert any(step.startswith("jump:") for step in world.worker.health.troubles)

        world.worker.read_again = read_again
        await world.worker.take([found, command])
        assert asked == [{f"{found.topic}:{found.partition}": lost.offset}]
        assert world.state("a1").total == 7
        await world.worker.take([lost, found])
        await world.worker.release()

    asyncio.run(run())
    assert world.state("a1").total == 9
    assert world.worker.health.trouble == ""
    assert world.rows("holds") == {}


def test_records_of_a_partition_that_was_given_up_since_the_poll_are_not_taken() -> None:
    world = World()
    first, second = world.log.event("a1", 1), world.log.event("a1", 2)

    async def run() -> None:
        behind = f"{COMMANDS}:{partition_of('a1', PARTITIONS)}"
        world.worker.horizon = lambda: Horizon(open=frozenset({behind}))
        await world.worker.take([first])  # It waits for its sibling.
        await world.worker.release({f"{first.topic}:{first.partition}"})
        world.worker.horizon = Horizon
        world.worker.wanted = lambda records: []
        await world.worker.take([second])
        world.worker.wanted = lambda records: records
        await world.worker.take([first, second])
        await world.worker.release()

    asyncio.run(run())
    assert world.state("a1").total == 2


def test_so_it_is_even_where_nobody_leaves_them_out() -> None:
    world = World()
    first, second = world.log.event("a1", 1), world.log.event("a1", 2)
    asked: list[Any] = []

    async def run() -> None:
        behind = f"{COMMANDS}:{partition_of('a1', PARTITIONS)}"
        world.worker.horizon = lambda: Horizon(open=frozenset({behind}))
        await world.worker.take([first])
        await world.worker.release({f"{first.topic}:{first.partition}"})
        world.worker.horizon = Horizon
        world.worker.read_again = asked.append
        await world.worker.take([second])
        await world.worker.take([first, second])
        await world.worker.release()

    asyncio.run(run())
    assert len(asked) == 1
    assert world.state("a1").total == 2
    assert world.rows("holds") == {}
