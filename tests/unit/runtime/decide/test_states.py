"""States across versions: what a program cannot read it leaves alone, what it does not know it carries on."""

from __future__ import annotations

import asyncio
import copy
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

from shared.casework.protocol import State
from shared.contracts.common import DiscardDeadLetters, RedriveDeadLetters
from shared.runtime.decide import states
from shared.runtime.decide.subject import UNKNOWN
from shared.runtime.decide.unknown_fields import Lost
from tests.support.runtime.harness import World
from tests.support.runtime.service import COMMANDS, Ask, Counter, Mistakes, stream

# A state of another version --------------------------------------------------------------------


def changed(world: World, subject: str, **fields: Any) -> dict[str, Any]:
    """Change a stored document as another version of the program would; return it."""
    document = world.rows("streams")[subject] = {**world.rows("streams")[subject], **fields}
    return copy.deepcopy(document)


def state(world: World, subject: str, **fields: Any) -> str:
    return json.dumps({**json.loads(world.rows("streams")[subject]["state"]), **fields})


NEWER: Sequence[dict[str, Any]] = (
    {"state_version": 2},
    {"kind": "ledger"},
    {"state": '{"total": "a new kind of number", "fired": 0, "due": null}', "shape": "other"},
    {"state": "no json"},
)
"""What a later version may have stored: a version, a kind, a value, a form that are not known here."""


def same_but(document: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name not in names}


@pytest.mark.parametrize("newer", NEWER, ids=["version", "kind", "value", "form"])
def test_a_state_that_cannot_be_read_blocks_its_case_alone_and_stays_as_it_is(newer: dict[str, Any]) -> None:
    world = World()
    world.run([world.log.event(subject, 1, 1) for subject in ("a1", "b1")])
    before = changed(world, "a1", **newer, tenant="north")
    world.run(
        [
            world.log.event("a1", 2, 2),
            world.log.event("b1", 2, 2),
            world.log.command("a1", Ask(amount=3), id="c"),
        ]
    )
    assert world.state("b1").total == 3
    after = world.rows("streams")["a1"]
    assert same_but(after, "parked", "revision") == same_but(before, "parked", "revision")
    assert after["parked"]["reason"] == "state.unreadable"
    assert world.reasons() == ["state.unreadable", "case.parked"]
    # Redriven in vain, it is still as it was; put back and redriven, nothing is missing.
    world.run([world.log.command("a1", RedriveDeadLetters(), id="r-1")])
    assert [row["tries"] for row in world.letters()] == [2, 1]
    changed(world, "a1", **{"state_version": 1, "kind": "counter", "shape": "", "state": '{"total": 1}'})
    world.run([world.log.command("a1", RedriveDeadLetters(), id="r-2")], [world.log.event("a1", 3, 4)])
    assert world.state("a1").total == 10
    assert world.letters() == []
    assert "parked" not in world.rows("streams")["a1"]
    assert world.rows("streams")["a1"]["tenant"] == "north"


def look(world: World) -> None:
    """Look at all subjects, as the ticker does."""

    async def looking() -> None:
        await world.worker.own({f"{COMMANDS}:{p}" for p in range(3)})
        subjects = await world.repository.idle.due([0, 1, 2], world.now, 10)
        await world.worker.tick(subjects, COMMANDS, world.now)
        await world.worker.release()

    asyncio.run(looking())


def resume(world: World) -> None:
    """Do what a process does when it takes partitions over."""

    asyncio.run(world.resume())


def test_a_look_at_an_unreadable_state_stops_no_other_and_ends_by_itself_once_it_can_be_read() -> None:
    world = World()
    world.run([world.log.event(subject, 1, 1, hours=1) for subject in ("a1", "b1")])
    changed(world, "a1", state_version=2)
    look(world)
    assert world.state("b1").fired == 1
    document = world.rows("streams")["a1"]
    assert (document["parked"]["letters"], document["parked"]["reason"]) == (0, "state.unreadable")
    assert asyncio.run(world.repository.idle.due([0, 1, 2], world.now, 10)) == []
    assert asyncio.run(world.repository.waiting())["blocked_cases"] == 1
    resume(world)
    assert "parked" in world.rows("streams")["a1"]
    changed(world, "a1", state_version=1)
    resume(world)
    assert "parked" not in world.rows("streams")["a1"]
    look(world)
    assert world.state("a1").fired == 1


def test_a_block_without_letters_ends_with_the_next_message_once_the_state_can_be_read() -> None:
    world = World()
    world.run([world.log.event("a1", 1, 1, hours=1)])
    changed(world, "a1", state_version=2)
    look(world)
    changed(world, "a1", state_version=1)
    world.run([world.log.event("a1", 2, 2)])
    assert world.state("a1").total == 3
    assert world.letters() == []


def test_discarding_all_letters_of_an_unreadable_case_leaves_it_blocked() -> None:
    world = World()
    world.run([world.log.event("a1", 1, 1)])
    changed(world, "a1", state_version=2)
    world.run([world.log.event("a1", 2, 2)], [world.log.command("a1", DiscardDeadLetters(), id="d")])
    assert world.letters() == []
    assert world.rows("streams")["a1"]["parked"]["letters"] == 0
    changed(world, "a1", state_version=1)
    world.run([world.log.event("a1", 3, 3)])
    assert world.state("a1").total == 4


def test_an_early_message_of_an_unreadable_case_is_held_and_its_turn_comes() -> None:
    world = World()
    world.run([world.log.event("a1", 1, 1)])
    changed(world, "a1", state_version=2)
    world.run([world.log.event("a1", 3, 3)], [world.log.event("a1", 2, 2)])
    assert [row["order"] for row in world.letters()] == [1, 2]
    changed(world, "a1", state_version=1)
    world.run([world.log.command("a1", RedriveDeadLetters(), id="r")])
    assert world.state("a1").total == 6


def test_a_lower_version_is_brought_up_by_the_streams_own_function_before_it_is_read() -> None:
    made = replace(
        stream(Mistakes()),
        version=3,
        upgrade=lambda version, old: {"total": old["sum"] * version, "fired": 0},
    )
    read, unknown = states.read(made, {"kind": "counter", "state": '{"sum": 2}', "state_version": 2})
    assert read == Counter(total=4)
    assert unknown is None
    assert states.written(made, read, unknown)["state_version"] == 3


def test_an_unknown_kind_is_never_taken_for_one_that_is_not_known_yet() -> None:
    with pytest.raises(states.Unreadable, match="kind"):
        states.read(UNKNOWN, {"kind": "ledger", "state": None})


# Fields of a later version ----------------------------------------------------------------------


class Line(State):
    name: str = ""
    note: str = ""


class Older(State):
    """What this version knows of a state."""

    total: int = 0
    line: Line | None = None
    lines: tuple[Line, ...] = ()
    by_name: dict[str, Line] = Field(default_factory=dict)


OLDER = replace(UNKNOWN, name="older", state=Older)
values = st.one_of(st.integers(), st.text(max_size=3), st.none(), st.lists(st.integers(), max_size=2))
names = st.sampled_from(("new_a", "new_b"))
extras = st.dictionaries(names, st.one_of(values, st.dictionaries(names, values, max_size=2)), max_size=2)
word = st.sampled_from(("x", "y", "z"))
lines = st.builds(lambda name, note, more: {"name": name, "note": note, **more}, word, word, extras)
documents = st.builds(
    lambda total, line, many, mapped, more: {
        "total": total, "line": line, "lines": many, "by_name": mapped, **more
    },
    st.integers(),
    st.one_of(st.none(), lines),
    st.lists(lines, max_size=3),
    st.dictionaries(word, lines, max_size=3),
    extras,
)  # fmt: skip


def rewritten(stored: dict[str, Any], change: Any) -> dict[str, Any]:
    """Let an older program read a state, change it, and write it."""
    document = {"kind": "older", "state": json.dumps(stored), "shape": "newer"}
    read, unknown = states.read(OLDER, document)
    written = states.written(OLDER, change(read), unknown)
    assert ("shape" in written) == (unknown is None)
    return dict(json.loads(written["state"]))


@given(documents)
def test_whatever_a_newer_program_stored_an_older_one_writes_it_back_whole(stored: dict[str, Any]) -> None:
    assert rewritten(stored, lambda state: state) == stored


@given(documents, st.data())
def test_an_older_program_changes_what_it_knows_and_loses_nothing_else(
    stored: dict[str, Any], data: st.DataObject
) -> None:
    expected = copy.deepcopy(stored)

    def note(line: Line) -> Line:
        return line.model_copy(update={"note": "changed"})

    def change(state: Older) -> Older:
        update: dict[str, Any] = {"total": 7}
        expected["total"] = 7
        if state.line is not None and data.draw(st.booleans()):
            update["line"], expected["line"]["note"] = note(state.line), "changed"
        if state.by_name:
            name = data.draw(st.sampled_from(sorted(state.by_name)))
            update["by_name"] = {**state.by_name, name: note(state.by_name[name])}
            expected["by_name"][name]["note"] = "changed"
        if state.lines:
            place = data.draw(st.integers(0, len(state.lines) - 1))
            many = [note(line) if at == place else line for at, line in enumerate(state.lines)]
            if data.draw(st.booleans()):
                many.append(Line(name="appended"))
                expected["lines"].append({"name": "appended", "note": ""})
            update["lines"] = tuple(many)
            expected["lines"][place]["note"] = "changed"
        return state.model_copy(update=update)

    assert rewritten(stored, change) == expected


def test_an_item_that_moved_keeps_its_fields_and_one_that_was_removed_takes_them_along() -> None:
    stored = {
        "total": 0,
        "line": None,
        "by_name": {},
        "lines": [{"name": n, "note": "", "new": n} for n in "abc"],
    }
    after = rewritten(stored, lambda state: state.model_copy(update={"lines": state.lines[1:]}))
    assert after["lines"] == [{"name": n, "note": "", "new": n} for n in "bc"]


def test_a_state_is_not_written_when_nobody_can_say_where_an_unknown_field_belongs() -> None:
    stored = {
        "total": 0,
        "line": None,
        "by_name": {},
        "lines": [{"name": n, "note": "", "new": n} for n in "ab"],
    }
    with pytest.raises(Lost):
        rewritten(stored, lambda state: state.model_copy(update={"lines": (Line(name="c"),)}))


def test_an_unknown_field_lives_through_messages_of_an_older_service_in_state_and_document() -> None:
    world = World()
    world.run([world.log.event("a1", 1, 1)])
    newer = state(world, "a1", currency="CNY")
    changed(world, "a1", state=newer, shape="newer", tenant="north")
    world.run([world.log.event("a1", 2, 2)], [world.log.event("a1", 3, 3)])
    document = world.rows("streams")["a1"]
    assert json.loads(document["state"]) == {"total": 6, "fired": 0, "due": None, "currency": "CNY"}
    assert document["tenant"] == "north"
    assert "shape" not in document
