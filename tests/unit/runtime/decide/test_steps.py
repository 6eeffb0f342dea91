"""A release or a remedy of thousands takes many steps, and comes to the same end as one at once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.contracts.common import DiscardDeadLetters, RedriveDeadLetters
from shared.runtime.base.records import Raw
from shared.runtime.decide.ranges import Ranges, run_end
from tests.support.runtime.checks import SUBJECTS, cut, finish, sound
from tests.support.runtime.harness import World
from tests.support.runtime.service import POISON, Ask, spoken

SOME = settings(max_examples=80, deadline=None)
OTHER = "/suyuan/court_bridge"


def stored(world: World, subject: str = "a1") -> dict[str, Any]:
    return world.rows("streams")[subject]


# A hold -----------------------------------------------------------------------------------------


def test_a_long_hold_is_released_in_steps_and_what_comes_meanwhile_waits_behind_it() -> None:
    world = World(step=10)
    world.run([world.log.event("a1", n, n) for n in range(2, 41)])
    assert stored(world)["held"] == {"/suyuan/intake": list(range(2, 41))}
    first = world.log.event("a1", 1, 1)
    command = world.log.command("a1", Ask(amount=1000), id="c-1")
    world.run([first], [command, world.log.event("a1", 41, 41)])
    world.run([world.log.again(first), world.log.event("a1", 1, 500, source=OTHER)])
    assert stored(world)["seen"] == {"/suyuan/intake": 10}
    assert stored(world)["unfinished"] is True
    assert len(world.rows("holds")) == 30 + 3
    before = world.database.commits
    finish(world)
    assert [v.split(",")[0] for _, v in world.told("a1")] == [
        f'{{"amount":{n}' for n in (*range(1, 41), 1000, 41, 500)
    ]
    assert world.database.commits - before == 4
    assert world.rows("holds") == {}
    assert not stored(world).keys() & {"unfinished", "backlog", "held"}
    world.run([world.log.event("a1", 42, 42)])
    assert stored(world)["seen"] == {"/suyuan/intake": 42, OTHER: 1}
    sound(world)


def test_what_follows_a_held_message_that_a_queued_one_releases_keeps_its_place_among_other_sources() -> None:
    """It was held as early, and so came before what another source had sent before it."""
    plain, world = World(), World(step=1)
    log = world.log
    records = [log.event("a1", n, n) for n in (1, 2, 3, 5, 6, 4, 8, 7)]
    records += [log.event("a1", 1, 100, source=OTHER), log.event("a1", 9, 9)]
    for one in (plain, world):
        one.run(records[:5], records[5:])
    finish(world)
    assert [value.split(",")[0] for _, value in world.told("a1")][-2:] == ['{"amount":100', '{"amount":9']
    assert world.end() == plain.end()


def test_a_batch_loads_only_the_held_messages_that_it_may_release() -> None:
    world = World(step=10)
    world.run([world.log.event("a1", n, n) for n in range(3, 100)])
    asked: list[Any] = []
    find = world.database.find

    async def listening(collection: str, filter: Any, **more: Any) -> Any:
        if collection == "holds":
            asked.extend(filter["_id"]["$in"])
        return await find(collection, filter, **more)

    world.database.find = listening  # type: ignore[method-assign]
    world.run([world.log.event("a1", 1, 1)])
    assert asked == []
    world.run([world.log.event("a1", 2, 2)])
    assert len(asked) == 10


def test_a_release_goes_on_with_whoever_owns_the_subject_after_a_crash() -> None:
    world = World(step=5)
    world.run([world.log.event("a1", n, n) for n in (*range(2, 31), 1)])
    assert stored(world)["unfinished"] is True
    world.start()
    finish(world)
    assert stored(world)["seen"] == {"/suyuan/intake": 30}


def test_a_message_that_fails_within_a_release_blocks_the_rest_behind_it_in_order() -> None:
    world = World(step=5)
    world.mistakes.decision = True
    world.run([world.log.event("a1", n, POISON if n == 8 else n) for n in range(2, 21)])
    world.run([world.log.event("a1", 1, 1)], [world.log.command("a1", Ask(amount=9), id="c-1")])
    finish(world)
    letters = sorted(world.letters(), key=lambda row: row["order"])
    assert [row["reason"] for row in letters] == ["decision.raised", *["case.parked"] * 13]
    assert letters[-1]["message"] == "c-1"
    world.mistakes.decision = False
    world.run([world.log.command("a1", RedriveDeadLetters(), id="r")])
    finish(world)
    assert world.state("a1").total == sum(range(1, 21)) - 8 + POISON + 9
    assert world.letters() == []
    sound(world)


def test_the_clock_of_a_case_waits_for_the_end_of_its_release() -> None:
    world = World(step=2)
    world.run([world.log.event("a1", n, n, hours=1) for n in (*range(2, 9), 1)])
    assert asyncio.run(world.repository.idle.due([0, 1, 2], world.now, 10)) == []
    finish(world)
    assert asyncio.run(world.repository.idle.due([0, 1, 2], world.now, 10)) == ["a1"]


def test_numbers_of_an_older_version_are_read_one_by_one() -> None:
    world = World()
    world.run([world.log.event("a1", n, n) for n in (2, 3, 5)])
    stored(world)["held"] = {"/suyuan/intake": [2, 3, 5]}
    world.run([world.log.event("a1", 1, 1), world.log.event("a1", 4, 4)])
    assert world.state("a1").total == 15


def test_a_short_hold_is_written_as_the_first_version_reads_it_and_a_long_one_in_runs() -> None:
    """It knows single numbers alone: at one case held by a newer replica it stood still for good."""
    world = World()
    world.run([world.log.event("a1", n, n) for n in (2, 3, 5)])
    assert stored(world)["held"] == {"/suyuan/intake": [2, 3, 5]}
    assert Ranges(range(1, 501)).plain() == list(range(1, 501))
    assert Ranges(range(1, 502)).plain() == [[1, 501]]


def test_a_held_message_that_is_not_there_any_more_is_awaited_again() -> None:
    world = World(step=2)
    world.run([world.log.event("a1", n, n) for n in range(2, 9)])
    world.rows("holds").pop("a1|/suyuan/intake|00000005")
    world.run([world.log.event("a1", 1, 1)])
    finish(world)
    assert stored(world)["seen"] == {"/suyuan/intake": 4}
    world.run([world.log.event("a1", 5, 5)])
    finish(world)
    assert world.state("a1").total == sum(range(1, 9))


# A remedy ---------------------------------------------------------------------------------------


def blocked(world: World, count: int) -> None:
    """Block a case behind some letters."""
    world.mistakes.decision = True
    world.run([world.log.event("a1", n, POISON if n == 1 else n) for n in range(1, count + 1)])
    world.mistakes.decision = False


def test_a_redrive_of_many_letters_takes_steps_and_takes_along_what_comes_meanwhile() -> None:
    world = World(step=5)
    blocked(world, 20)
    world.run([world.log.command("a1", RedriveDeadLetters(), id="r")], [world.log.event("a1", 21, 21)])
    assert stored(world)["parked"]["remedies"] == [{"what": "redrive", "upto": 20}]
    assert len(world.letters("redriven")) == 4
    world.start()
    finish(world)
    assert world.state("a1").total == POISON + sum(range(2, 22))
    assert world.letters() == []
    assert "parked" not in stored(world)
    sound(world)


def test_a_redrive_that_fails_in_a_later_step_ends_there() -> None:
    world = World(step=5)
    world.mistakes.decision = True
    world.run([world.log.event("a1", n, POISON if n in (1, 12) else n) for n in range(1, 21)])
    amounts = iter((False, True))
    world.mistakes.decision = next(amounts)
    world.run([world.log.command("a1", RedriveDeadLetters(), id="r")])
    world.mistakes.decision = next(amounts)
    finish(world)
    waiting = sorted(world.letters(), key=lambda row: row["order"])
    assert [(row["order"], row["tries"]) for row in waiting] == [(12, 2), *((n, 1) for n in range(13, 21))]
    assert "unfinished" not in stored(world)


def test_a_discard_of_many_letters_leaves_those_that_came_after_it() -> None:
    world = World(step=5)
    blocked(world, 20)
    world.run([world.log.command("a1", DiscardDeadLetters(), id="d")], [world.log.event("a1", 21, 21)])
    finish(world)
    assert len(world.letters("discarded")) == 20
    assert [row["order"] for row in world.letters()] == [21]
    world.run([world.log.command("a1", RedriveDeadLetters(), id="r")])
    assert world.state("a1").total == 21


def ids(world: World, subject: str) -> list[str]:
    """Return the letters of a case in their order."""
    own = [row for row in world.letters() if row["subject"] == subject]
    return [row["_id"] for row in sorted(own, key=lambda row: row["order"])]


def test_a_case_whose_many_letters_are_all_given_up_by_their_ids_goes_on() -> None:
    world = World(step=5)
    blocked(world, 8)
    body = DiscardDeadLetters(letters=tuple(ids(world, "a1")))
    world.run([world.log.command("x", body, id="d")])
    finish(world)
    assert world.letters() == []
    assert not stored(world).keys() & {"parked", "unfinished"}
    world.run([world.log.event("a1", 9, 9)])
    assert world.state("a1").total == 9


def test_a_case_some_of_whose_many_letters_are_given_up_waits_behind_the_others() -> None:
    world = World(step=5)
    blocked(world, 8)
    body = DiscardDeadLetters(letters=tuple(ids(world, "a1")[:7]))
    world.run([world.log.command("x", body, id="d")])
    finish(world)
    assert [row["order"] for row in world.letters()] == [8]
    assert "parked" in stored(world)
    assert "unfinished" not in stored(world)


def test_a_letter_that_is_named_is_not_tried_before_others_of_its_case_that_were_not_loaded() -> None:
    """The letters of another case took the room in what is loaded at once."""
    world = World(step=4)
    world.mistakes.decision = True
    world.run([world.log.event("a1", n, POISON) for n in range(1, 7)])
    world.run([world.log.event("b1", n, POISON if n == 1 else n) for n in range(1, 4)])
    body = RedriveDeadLetters(letters=(ids(world, "a1")[0], ids(world, "b1")[2]))
    world.run([world.log.command("x", body, id="r")])
    finish(world)
    assert [row["order"] for row in world.letters() if row["subject"] == "b1"] == [1, 2, 3]
    world.mistakes.decision = False
    for subject in ("a1", "b1"):
        world.run([world.log.command(subject, RedriveDeadLetters(), id=f"r-{subject}")])
        finish(world)
    assert [value for _, value in world.told("b1")] == [f'{{"amount":{n},"fired":0}}' for n in (POISON, 2, 3)]
    assert world.letters() == []


def test_remedies_of_one_case_are_done_one_after_the_other() -> None:
    world = World(step=5)
    blocked(world, 20)
    bodies = (RedriveDeadLetters(), DiscardDeadLetters())
    world.run([world.log.command("a1", body, id=f"r-{n}") for n, body in enumerate(bodies)])
    finish(world)
    assert world.letters("discarded") == []
    assert world.state("a1").total == POISON + sum(range(2, 21))


@pytest.mark.parametrize("remedy", [False, True], ids=["hold", "letters"])
def test_a_row_that_is_refused_in_a_step_is_the_fault_of_its_message_alone(remedy: bool) -> None:
    world = World(step=5)
    if remedy:
        blocked(world, 20)
        last = world.log.command("a1", RedriveDeadLetters(), id="r")
    else:
        world.run([world.log.event("a1", n, n) for n in range(2, 21)])
        last = world.log.event("a1", 1, 1)
    world.database.refuse = lambda name, row: name == "history" and '"amount":8,' in row["value"]
    world.run([last])
    finish(world)
    letters = sorted(world.letters(), key=lambda row: row["order"])
    assert [(row["reason"], row["message"]) for row in letters[:1]] == [
        ("store.rejected", "a1:8@/suyuan/intake")
    ]
    assert len(letters) == 13
    world.database.refuse = None
    world.run([world.log.command("a1", RedriveDeadLetters(), id="r-2")])
    finish(world)
    assert stored(world)["seen"] == {"/suyuan/intake": 20}
    assert world.letters() == []


# The same end -----------------------------------------------------------------------------------

arrivals = st.lists(
    st.tuples(
        st.sampled_from(SUBJECTS), st.sampled_from(("/suyuan/intake", OTHER, "")), st.sampled_from((1, 2))
    ),
    min_size=1,
    max_size=16,
)


def told(world: World, wanted: Sequence[tuple[str, str, int]]) -> list[Raw]:
    """Tell a world events of two sources, and commands where there is none."""
    numbers: dict[tuple[str, str], int] = {}
    out = []
    for place, (subject, source, amount) in enumerate(wanted):
        if not source:
            out.append(world.log.command(subject, Ask(amount=amount), id=f"c-{place}"))
            continue
        number = numbers[subject, source] = numbers.get((subject, source), 0) + 1
        out.append(world.log.event(subject, number, amount, source=source))
    return out


@SOME
@given(arrivals, st.data())
def test_releases_in_steps_come_to_the_same_end_as_releases_at_once(
    wanted: list[tuple[str, str, int]], data: st.DataObject
) -> None:
    with spoken():
        order = data.draw(st.permutations(told(World(), wanted)))
        plain, world = World(), World(step=data.draw(st.integers(1, 3)))
        records = [plain.log.again(record) for record in order]
        batches = cut(records, data.draw(st.lists(st.integers(1, 6), min_size=1, max_size=4)))
        plain.run(*batches)
        for batch in batches:
            world.run(batch)
            if data.draw(st.booleans()):
                finish(world)
            if data.draw(st.booleans()):
                world.start()
        finish(world)
        sound(world)
        assert world.end() == plain.end()


@given(st.lists(st.integers(1, 30)), st.integers(0, 31))
def test_ranges_are_sets(numbers: list[int], number: int) -> None:
    ranges = Ranges()
    for one in numbers:
        ranges.add(one)
    assert list(ranges) == sorted(set(numbers))
    assert list(Ranges(ranges.stored())) == list(Ranges(numbers)) == sorted(set(numbers))
    assert (number in ranges) == (number in numbers)
    assert len(ranges.stored()) == sum(one - 1 not in numbers for one in set(numbers))
    end = run_end(number, ranges, Ranges())
    assert set(range(number + 1, end + 1)) <= set(numbers)
    assert end + 1 not in numbers
    assert ranges.cut_to(number) == sorted({one for one in numbers if one <= number})
    assert list(ranges) == sorted({one for one in numbers if one > number})
