"""A case that misses a number for ever goes on once an operator says so, and only as far as was said."""

from __future__ import annotations

from typing import Any

import pytest

from cli.missing import gaps_of
from shared.contracts.common import AcceptMissing
from shared.contracts.envelope import Actor
from shared.runtime.base.records import Raw
from tests.support.runtime.checks import finish
from tests.support.runtime.harness import World
from tests.support.runtime.service import POISON, SOURCE


def accept(world: World, before: int, *, id: str = "go-on", **more: Any) -> Raw:
    body = AcceptMissing(source=SOURCE, before=before, reason="the bank's system lost it")
    return world.log.command("a1", body, id=id, **more)


def holding(*sequences: int, **more: Any) -> World:
    """Return a world in which numbers of one case came."""
    world = World(**more)
    return world.run([world.log.event("a1", n, n) for n in sequences])


def amounts(world: World) -> list[int]:
    return [int(value.split(":")[1].split(",")[0]) for _, value in world.told("a1")]


def test_a_case_goes_on_without_a_message_that_never_came() -> None:
    world = holding(1, 3, 4, 7)
    assert gaps_of(world.rows("streams")["a1"]) == [(SOURCE, 2, 3)]
    world.run([accept(world, 3)])
    assert amounts(world) == [1, 3, 4]
    stored = world.rows("streams")["a1"]
    assert (stored["seen"], stored["held"]) == ({SOURCE: 4}, {SOURCE: [7]})
    (row,) = world.rows("gaps").values()
    assert (row["kind"], row["subject"], row["source"]) == ("case", "a1", SOURCE)
    assert (row["first"], row["resume"], row["missing"], row["status"]) == (2, 3, 1, "passed")
    assert (row["by"]["person"], row["why"]) == ("p-1", "the bank's system lost it")
    world.run([world.log.event("a1", 2, 2)])
    assert amounts(world) == [1, 3, 4], "what was given up has no effect when it comes after all"
    world.run([accept(world, 7, id="again")])
    assert amounts(world) == [1, 3, 4, 7]
    assert world.rows("holds") == {}


def test_a_later_hole_may_be_given_up_together_with_those_before_it() -> None:
    world = holding(1, 3, 4, 7)
    world.run([accept(world, 7)])
    assert amounts(world) == [1, 3, 4, 7]
    (row,) = world.rows("gaps").values()
    assert (row["first"], row["resume"], row["missing"]) == (2, 7, 3)


def test_asking_twice_has_one_effect_and_an_old_question_none() -> None:
    world = holding(1, 3)
    world.run([accept(world, 3)], [accept(world, 3)], [accept(world, 3, id="other")])
    assert amounts(world) == [1, 3]
    assert len(world.rows("gaps")) == 1
    world.run([accept(world, 9, id="nothing waits there")])
    assert world.rows("streams")["a1"]["seen"] == {SOURCE: 3}
    assert len(world.rows("gaps")) == 1


def test_what_came_after_all_is_not_given_up() -> None:
    world = holding(1, 4)
    world.run([world.log.event("a1", 2, 2), world.log.event("a1", 3, 3)], [accept(world, 4)])
    assert amounts(world) == [1, 2, 3, 4]
    assert world.rows("gaps") == {}


def test_a_case_whose_first_message_never_came_goes_on() -> None:
    world = holding(2, 3)
    world.run([accept(world, 2)])
    assert amounts(world) == [2, 3]


def test_only_an_operator_may_and_only_on_the_commands_of_the_service() -> None:
    world = holding(1, 3)
    bank = Actor("ccb", "p-2", "institution_agent")
    world.run([accept(world, 3, actor=bank), accept(world, 3, id="x", topic="mediation.rosters")])
    assert amounts(world) == [1]
    assert {row["reason"] for row in world.letters()} == {"actor.not_allowed", "message.wrong_topic"}


@pytest.mark.parametrize("waits", [25, 3])
def test_thousands_behind_a_hole_are_released_in_steps(waits: int) -> None:
    world = holding(1, *range(3, 3 + waits), step=10)
    world.run([accept(world, 3)])
    finish(world)
    assert amounts(world) == [1, *range(3, 3 + waits)]
    assert world.rows("holds") == {}


def test_a_blocked_case_stays_blocked_and_what_is_released_waits_in_its_order() -> None:
    world = World()
    world.mistakes.decision = True
    world.run([world.log.event("a1", 1, POISON), world.log.event("a1", 3, 3)])
    world.run([accept(world, 3)])
    assert [row["order"] for row in world.letters()] == [1, 2]
    assert world.rows("streams")["a1"]["parked"]["seen"] == {SOURCE: 3}
