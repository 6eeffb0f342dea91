"""A subject that waits for an input: looked at once the input is there, and no more than once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from shared.casework.protocol import Stream, Timed
from shared.contracts.common import AdvanceClock
from tests.support.runtime import harness as runtime
from tests.support.runtime.harness import World
from tests.support.runtime.service import COMMANDS, PARTITIONS, POISON, T0, Added, Counter, Mistakes

INPUT = "calendar-2027"
LATER = T0 + timedelta(days=30)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    """A counter whose odd sums wait for an input, and become even with it."""
    plain = runtime.stream

    def waiting(mistakes: Mistakes) -> Stream[Counter]:
        stream = plain(mistakes)
        assert stream.advance is not None
        timers = stream.advance

        def advance(state: Counter, to: datetime) -> Sequence[Timed]:
            if state.total % 2 and INPUT in made.given:
                return [Timed(to, Added(amount=1, fired=state.fired))]
            return timers(state, to)

        return replace(stream, advance=advance, awaits=lambda state: INPUT if state.total % 2 else None)

    monkeypatch.setattr(runtime, "stream", waiting)
    made = World()
    return made


def due(world: World) -> list[str]:
    return asyncio.run(world.repository.idle.due(range(PARTITIONS), LATER, 100))


def look(world: World, *subjects: str) -> None:
    async def one() -> None:
        await world.worker.own({f"{COMMANDS}:{partition}" for partition in range(PARTITIONS)})
        await world.worker.tick(subjects, COMMANDS, LATER)
        await world.worker.release()

    asyncio.run(one())


def test_quiet_subjects_are_looked_at_once_their_input_is_there(world: World) -> None:
    world.run([world.log.event("a1", 1, 3), world.log.event("b1", 1, 2)])
    assert world.rows("streams")["a1"]["awaits"] == INPUT
    assert "awaits" not in world.rows("streams")["b1"]
    assert due(world) == []

    world.given = ("calendar-2026", INPUT)
    world.start()
    assert due(world) == ["a1"]
    look(world, "a1")

    assert world.state("a1").total == 4
    assert "awaits" not in world.rows("streams")["a1"]
    assert due(world) == []
    look(world, "a1")
    assert world.state("a1").total == 4


def test_a_subject_that_waits_is_advanced_before_its_next_message(world: World) -> None:
    world.run([world.log.event("a1", 1, 3)])
    world.given = (INPUT,)
    world.start()
    world.run([world.log.event("a1", 2, 10)])

    assert [value for _, value in world.told("a1")] == [
        f'{{"amount":{amount},"fired":0}}' for amount in (3, 1, 10)
    ]
    assert world.history("a1")[1]["actor"] == "system//timer"


def test_a_look_of_a_person_is_enough(world: World) -> None:
    world.run([world.log.event("a1", 1, 3)])
    world.given = (INPUT,)
    world.start()
    world.run([world.log.command("a1", AdvanceClock(), id="c", at=T0 + timedelta(hours=2))])
    assert world.state("a1").total == 4


def test_while_the_input_is_missing_timers_go_on(world: World) -> None:
    world.run([world.log.event("a1", 1, 3, hours=5)])
    assert due(world) == ["a1"]
    look(world, "a1")
    assert world.state("a1").fired == 1
    assert world.rows("streams")["a1"]["awaits"] == INPUT


def test_a_wait_that_is_none_any_more_is_forgotten(world: World) -> None:
    """An older version of the program may have taken the subject further without knowing of the wait."""
    world.run([world.log.event("a1", 1, 2)])
    world.rows("streams")["a1"]["awaits"] = INPUT
    world.given = (INPUT,)
    world.start()
    assert due(world) == ["a1"]
    look(world, "a1")
    assert due(world) == []
    assert world.state("a1").total == 2


def test_what_is_blocked_waits_for_its_redrive(world: World) -> None:
    world.run([world.log.event("a1", 1, 3)])
    world.mistakes.decision = True
    world.run([world.log.event("a1", 2, POISON)])
    world.given = (INPUT,)
    world.start()
    assert due(world) == []
