"""Days of history: each is closed once, whoever does it and whatever dies, and leads to the day before."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.contracts import merkle
from shared.contracts.days import DayClosed, Tip, days_root, signed
from shared.runtime.base.signing import Signature, Signer, holds, public_key
from shared.runtime.decide.days import Days, closed, days_subject, known
from shared.runtime.decide.entries import Item
from shared.runtime.serve.days import day_of
from tests.support.runtime.harness import Killed, World
from tests.support.runtime.replicas import first_and_second
from tests.support.runtime.service import NOW, SERVICE

SIGNER = Signer("mediation-history-1", b"k" * 32)
SUBJECT = days_subject(SERVICE)
TIPS = [Tip("a1", 3, "2:" + "1" * 64), Tip("b 2", 1, "2:" + "2" * 64)]


def event(before: Days, day: str, tips: list[Tip] = TIPS) -> DayClosed:
    return closed(SERVICE, before, SIGNER, day=day, until=NOW, listing="l", leaves=[one.leaf for one in tips])


def item(said: DayClosed) -> Item:
    return Item("", -1, idle=SUBJECT, at=NOW, closes=said)


@pytest.fixture
def world() -> World:
    return World()


def stored(world: World) -> Days:
    return known(SERVICE, world.rows("streams").get(SUBJECT))


def told(world: World) -> list[DayClosed]:
    return [DayClosed.model_validate_json(row["value"]) for row in world.history(SUBJECT)]


async def record(world: World, said: DayClosed) -> None:
    async with asyncio.timeout(10):
        await world.worker.record(item(said))
        await world.worker.release()


def test_a_day_is_signed_and_its_root_is_over_the_days_before_it_too(world: World) -> None:
    for day in ("2027-03-01", "2027-03-02", "2027-03-03"):
        asyncio.run(record(world, event(stored(world), day)))

    said = told(world)
    key = public_key(SIGNER.public)
    assert [one.day_number for one in said] == [1, 2, 3]
    for count, one in enumerate(said, 1):
        assert one.tips_root == merkle.root([tip.leaf for tip in TIPS]).hex()
        assert one.days_root == days_root(SERVICE, said[:count])
        assert holds(key, Signature.parse(one.signature), signed(SERVICE, one))
        assert not holds(key, Signature.parse(one.signature), signed("intake", one))
    on = [message for message in world.published if message.topic == "history.days"]
    assert [message.value for message in on] == [row["value"].encode() for row in world.history(SUBJECT)]


def test_two_replicas_that_close_one_day_close_it_once(world: World) -> None:
    one, other = first_and_second(world)
    first, second = event(Days(), "2027-03-01"), event(Days(), "2027-03-01", TIPS[:1])

    async def both() -> None:
        await asyncio.gather(one.record(item(first)), other.record(item(second)))
        await asyncio.gather(one.release(), other.release())

    asyncio.run(both())

    assert len(told(world)) == 1
    assert stored(world).number == 1


def test_a_day_that_was_closed_when_its_replica_died_is_published_and_not_closed_again(world: World) -> None:
    said = event(Days(), "2027-03-01")
    world.publisher.die_after = 0
    with pytest.raises(Killed):
        asyncio.run(record(world, said))
    world.start()

    asyncio.run(record(world, event(Days(), "2027-03-01", TIPS[:1])))
    asyncio.run(world.resume())

    assert told(world) == [said]


@pytest.mark.parametrize(
    "wrong",
    [
        {"day_number": 3},
        {"day_number": 1},
        {"day": "2027-03-01"},
        {"days_root": "0" * 64},
        {"tips_root": "0" * 64},
        {"histories": 9},
    ],
)
def test_what_does_not_follow_from_the_days_before_closes_no_day(world: World, wrong: dict[str, Any]) -> None:
    asyncio.run(record(world, event(Days(), "2027-03-01")))
    asyncio.run(record(world, event(stored(world), "2027-03-02").model_copy(update=wrong)))

    assert len(told(world)) == 1


def test_no_message_reaches_the_days_of_a_service(world: World) -> None:
    asyncio.run(record(world, event(Days(), "2027-03-01")))

    world.run([world.log.event(SUBJECT, 1, 3)])

    assert world.reasons() == ["case.unknown"]
    assert len(told(world)) == 1


def test_a_tip_is_read_back_as_it_was_written() -> None:
    assert [Tip.parse(str(one)) for one in TIPS] == TIPS
    assert len({one.leaf for one in (*TIPS, Tip("a1", 4, TIPS[0].digest), Tip("a1", 3, TIPS[1].digest))}) == 4


def test_a_day_of_24_hours_begins_at_midnight_in_china() -> None:
    at = datetime(2027, 3, 1, 15, 59, tzinfo=UTC)
    day = timedelta(days=1)

    assert day_of(at, day).isoformat() == "2027-03-01T00:00:00+08:00"
    assert day_of(at + timedelta(minutes=1), day).isoformat() == "2027-03-02T00:00:00+08:00"
    assert day_of(at, timedelta(seconds=2)) <= at < day_of(at, timedelta(seconds=2)) + timedelta(seconds=2)
