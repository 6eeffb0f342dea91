"""The city's own rules on the path of every message: recorded once, and known before anything is decided."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from services.mediation.rules import CASE_RULES
from shared.casework.own_rules import OwnRules, own_rules
from shared.network.load import parse_network
from shared.runtime.decide.entries import Item
from tests.support.network_file import OWN, SMALL
from tests.support.runtime.harness import Killed, World
from tests.support.runtime.replicas import first_and_second, numbers
from tests.support.runtime.service import NOW, Ask

SUBJECT = "~rules.mediation"
ADOPTS = Item("", -1, idle=SUBJECT, at=NOW, adopts=True)


def rules(text: str = OWN) -> OwnRules[Any]:
    return own_rules("mediation", CASE_RULES, parse_network(text, "small.yaml"))


@pytest.fixture
def world() -> World:
    made = World()
    made.rules = rules()
    made.start()
    return made


async def adopt(world: World) -> None:
    async with asyncio.timeout(10):
        await world.worker.record(ADOPTS)
        await world.worker.release()


def test_replicas_that_start_together_record_a_version_once(world: World) -> None:
    one, other = first_and_second(world)

    async def both() -> None:
        await asyncio.gather(one.record(replace(ADOPTS)), other.record(replace(ADOPTS)))
        await asyncio.gather(one.release(), other.release())

    asyncio.run(both())
    assert [kind for kind, _ in world.told(SUBJECT)] == ["rules-adopted"]
    assert set(numbers(world, SUBJECT)) == {1}


def test_one_that_dies_before_it_publishes_leaves_it_to_the_next(world: World) -> None:
    world.publisher.die_after = 0
    with pytest.raises(Killed):
        asyncio.run(adopt(world))
    assert numbers(world, SUBJECT) == []

    world.start()
    world.run([world.log.event("a1", 1, 3)])
    assert numbers(world, SUBJECT) == [1]


def test_a_replica_with_an_older_file_knows_the_version_before_it_decides(world: World) -> None:
    asyncio.run(adopt(world))
    world.rules = older = rules(SMALL)
    world.start()
    assert older.book.in_force == CASE_RULES.current

    world.run([world.log.event("a1", 1, 3)])

    assert older.book.in_force == "small-1"
    assert older.book.at("small-1").period_days == 20


def test_nobody_reaches_the_record_with_a_message(world: World) -> None:
    asyncio.run(adopt(world))
    before = world.rows("streams")[SUBJECT]
    world.run([world.log.command(SUBJECT, Ask(amount=5), id="c1"), world.log.event(SUBJECT, 1, 3)])

    assert world.reasons() == ["case.unknown", "case.unknown"]
    assert world.rows("streams")[SUBJECT] == before, "it is not blocked either"


def test_a_file_that_contradicts_the_record_records_nothing(world: World) -> None:
    asyncio.run(adopt(world))
    world.rules = rules(OWN.replace("value: 20", "value: 21"))
    world.start()
    asyncio.run(adopt(world))
    assert len(world.told(SUBJECT)) == 1
