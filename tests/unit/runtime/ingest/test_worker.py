"""The worker in trouble: nothing is passed over, and it says what it waits for."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from aiokafka.errors import KafkaConnectionError

from shared.contracts.common import RedriveDeadLetters
from tests.support.runtime.harness import Killed, World
from tests.support.runtime.service import COMMANDS, EVENTS, POISON, T0


def test_mongodb_away_holds_the_batch_and_then_takes_it() -> None:
    world = World()
    world.database.away = 7
    world.run([world.log.event("a1", 1)])
    assert world.state("a1").total == 1
    assert world.worker.health.trouble == ""


def test_trouble_is_told_while_it_lasts() -> None:
    world = World()
    told: list[str] = []
    find = world.database.find

    async def listening(*args: Any, **more: Any) -> Any:
        told.append(world.worker.health.trouble)
        return await find(*args, **more)

    world.database.find = listening  # type: ignore[method-assign]
    world.database.away = 2
    world.run([world.log.event("a1", 1)])
    assert "away" in told
    assert world.worker.health.trouble == ""


def test_trouble_in_publishing_the_last_batch_ends_by_itself() -> None:
    world = World()
    world.publisher.failures = [KafkaConnectionError(), TimeoutError(), RuntimeError("a bug in the client")]
    world.run([world.log.event("a1", 1)])
    assert world.worker.health.trouble == ""
    assert world.delivered()["a1"] == ["a1:1@/suyuan/mediation"]


def test_a_commit_whose_answer_is_lost_has_one_effect() -> None:
    world = World()
    world.database.uncertain = 1
    world.run([world.log.event("a1", 1, 5)])
    assert world.state("a1").total == 5
    assert world.delivered()["a1"] == ["a1:1@/suyuan/mediation"]


def test_offsets_that_cannot_be_committed_stop_nothing() -> None:
    world = World()

    async def never(watermarks: dict[str, int]) -> None:
        raise RuntimeError("no group")

    world.worker.commit_offsets = never
    world.run([world.log.event("a1", 1)], [world.log.event("a1", 2)])
    assert world.state("a1").total == 2


def test_two_workers_on_the_same_partitions_have_one_effect() -> None:
    world = World()
    first = world.worker
    world.start()
    second = world.worker
    records = [world.log.event("a1", n) for n in range(1, 9)]

    async def race() -> None:
        for start in range(0, 8, 2):
            batch = records[start : start + 2]
            await asyncio.gather(first.take(batch), second.take(batch))
        await first.release()
        await second.release()

    asyncio.run(race())
    assert world.state("a1").total == 8
    assert len(world.history("a1")) == 8
    assert world.delivered()["a1"] == [f"a1:{n}@/suyuan/mediation" for n in range(1, 9)]


def test_a_refused_row_is_the_fault_of_its_message_alone() -> None:
    world = World()
    world.database.refuse = lambda name, row: name == "sums" and row["_id"] == "a1"
    records = [world.log.event(s, n) for n in (1, 2) for s in ("a2", "a1", "b1")]
    world.run(records)
    assert world.state("a2").total == world.state("b1").total == 2
    assert world.reasons() == ["store.rejected", "case.parked"]
    world.database.refuse = None
    world.run([world.log.command("a1", RedriveDeadLetters(), id="r")])
    assert world.state("a1").total == 2


def test_what_cannot_even_be_buried_is_held_and_never_passed_over() -> None:
    world = World()
    world.database.refuse = lambda name, row: b"a1" in str(row).encode()

    async def run() -> None:
        task = asyncio.create_task(world.worker.take([world.log.event("a1", 1), world.log.event("b1", 1)]))
        await asyncio.sleep(0.2)
        assert not task.done()
        assert "stuck" in world.worker.health.troubles
        task.cancel()

    asyncio.run(run())
    assert all(row["offset"] == -1 for row in world.rows("watermarks").values() if row["_id"].endswith(":2"))


def test_the_next_owner_publishes_first_what_the_last_one_left() -> None:
    world = World()
    world.publisher.die_after = 0
    try:
        world.run([world.log.event("a1", 1)])
    except Killed:
        pass
    assert world.published == []
    assert len(world.rows("outbox")) == 1
    world.start()
    world.run([world.log.event("a1", 2)])
    assert world.delivered()["a1"] == ["a1:1@/suyuan/mediation", "a1:2@/suyuan/mediation"]
    assert world.rows("outbox") == {}


def test_what_is_left_goes_out_in_its_order_also_to_who_takes_over_a_part() -> None:
    """The second row is of both origins, the first of the other one alone."""
    world = World()
    world.publisher.die_after = 0
    batches = [[world.log.event("a2", 1)], [world.log.event("a1", 1), world.log.event("a2", 2)]]
    one, both = batches[1]
    origins = [f"{record.topic}:{record.partition}" for record in (one, both)]

    async def die() -> None:
        await world.worker.own(set(origins))
        for batch in batches:
            await world.worker.take(batch)

    with pytest.raises(Killed):
        asyncio.run(die())
    assert len(world.rows("outbox")) == 2
    world.start()
    asyncio.run(world.worker.own({origins[0]}))
    assert world.delivered()["a2"] == ["a2:1@/suyuan/mediation", "a2:2@/suyuan/mediation"]


def test_taking_partitions_over_again_looks_at_what_others_did_meanwhile() -> None:
    world = World()
    first = world.worker
    record = world.log.event("a1", 1)
    origin = f"{record.topic}:{record.partition}"

    async def run() -> dict[str, int]:
        await first.own({origin})
        await first.release({origin})
        await first.take([])
        world.start()
        await world.worker.take([record])
        await world.worker.release()
        return await first.own({origin})

    assert asyncio.run(run()) == {origin: 0}


def test_clocks_go_on_after_mongodb_was_away() -> None:
    """The ticker's partitions have no messages of their own that would read their watermarks again."""
    world = World()

    async def run() -> None:
        await world.worker.own({f"{topic}:{p}" for topic in (COMMANDS, EVENTS) for p in range(3)})
        await world.worker.take([world.log.event("a1", 1, 1, hours=1, at=T0)])
        world.database.away = 1
        await world.worker.take([world.log.event("b1", 1)])
        await world.worker.tick(["a1"], COMMANDS, T0 + timedelta(hours=2))
        assert world.worker.watermarks.keys() >= {f"{COMMANDS}:{p}" for p in range(3)}
        await world.worker.release()

    asyncio.run(run())
    assert world.state("a1").fired == 1


def test_a_look_at_what_is_not_ours_does_nothing() -> None:
    world = World()
    world.run([world.log.event("a1", 1, 1, hours=1, at=T0)])
    asyncio.run(world.worker.tick(["a1"], COMMANDS, T0 + timedelta(hours=2)))
    assert world.state("a1").fired == 0


def test_the_poisoned_message_is_found_among_many() -> None:
    world = World()
    world.mistakes.state = True
    amounts = [1] * 40
    amounts[23] = POISON
    world.run([world.log.event(f"a{n}", 1, amount) for n, amount in enumerate(amounts)])
    assert [row["subject"] for row in world.letters()] == ["a23"]
    assert len(world.rows("history")) == 39


def test_whoever_gives_up_waiting_does_not_end_the_publishing() -> None:
    """A release with a limit, while nothing could be published, ended the task that all others wait for."""
    world = World()
    publish = world.publisher.publish
    gate = asyncio.Event()

    async def stuck(messages: Any) -> None:
        await gate.wait()
        await publish(messages)

    world.publisher.publish = stuck  # type: ignore[method-assign]

    async def run() -> None:
        await world.worker.take([world.log.event("a1", 1)])
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await world.worker.release()
        behind = asyncio.create_task(world.worker.take([world.log.event("a1", 2)]))
        await asyncio.sleep(0.05)
        behind.cancel()
        await asyncio.wait({behind})
        gate.set()
        await world.worker.take([world.log.event("a1", 3)])
        await world.worker.release()

    asyncio.run(run())
    assert world.delivered()["a1"] == [f"a1:{n}@/suyuan/mediation" for n in (1, 2, 3)]
    assert world.rows("outbox") == {}


def test_a_publishing_that_was_ended_goes_out_before_what_comes_later() -> None:
    world = World()
    publish = world.publisher.publish
    gate = asyncio.Event()

    async def stuck(messages: Any) -> None:
        await gate.wait()
        await publish(messages)

    world.publisher.publish = stuck  # type: ignore[method-assign]

    async def run() -> None:
        await world.worker.take([world.log.event("a1", 1)])
        await asyncio.sleep(0)
        latest = world.worker._publishing._latest
        assert latest is not None
        latest._task.cancel()
        gate.set()
        await world.worker.take([world.log.event("a1", 2)])
        await world.worker.release()

    asyncio.run(run())
    assert world.delivered()["a1"] == [f"a1:{n}@/suyuan/mediation" for n in (1, 2)]
