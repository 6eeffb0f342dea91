"""A state made again: its own events in their order, and what others told it where it was taken."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from shared.casework.protocol import Received, Routed, State, Stream
from shared.contracts.common import CommandRefused, CommandUnchanged, RulesAdopted
from shared.contracts.envelope import SYSTEM
from shared.contracts.message import Event
from shared.runtime.decide.rebuilding import Own, differing, rebuilt

T0 = datetime(2027, 3, 1, tzinfo=UTC)


class Said(State):
    """What was said, in its order."""

    words: tuple[str, ...] = ()


def add(state: Said | None, word: str) -> Said:
    return Said(words=(*(state or Said()).words, word))


def evolve(state: Said | None, event: Event, at: datetime) -> Said:
    assert isinstance(event, RulesAdopted)
    return add(state, event.by)


def absorb(state: Said | None, message: Received) -> Said:
    return add(state, f"<{message.id[4:]}>")


STREAM = Stream("said", Said, lambda state, message: (), evolve, absorb=absorb)


def own(minute: int, word: str, causation: str = "c") -> Own:
    event = RulesAdopted(rules_version="v", base_version="v", by=word, rules_digest="d")
    return Own(event, T0 + timedelta(minutes=minute), causation)


def told(minute: int, id: str, source: str = "/suyuan/intake") -> Routed:
    body = CommandUnchanged(command="x")
    return Routed(STREAM, Received(body, f"sy1:{id}", source, "sy1", T0 + timedelta(minutes=minute), SYSTEM))


def words(own: Sequence[Own], told: Sequence[Routed]) -> str:
    made = rebuilt(STREAM, own, told)
    return " ".join(made.words) if isinstance(made, Said) else ""


def test_a_subject_of_which_nothing_is_recorded_has_no_state() -> None:
    assert rebuilt(STREAM, [], []) is None


def test_what_others_told_stands_by_its_time() -> None:
    assert words([own(1, "a"), own(3, "b")], [told(2, "x"), told(4, "y")]) == "a <x> b <y>"


def test_what_led_to_events_stands_behind_them_whatever_its_time_says() -> None:
    """A telling that came late keeps its time: its place in the history says when it was taken."""
    assert (
        words([own(1, "a"), own(5, "b"), own(2, "c", "sy1:x"), own(6, "d")], [told(2, "x")]) == "a b c <x> d"
    )


def test_the_order_of_a_history_is_kept_behind_one_that_came_late() -> None:
    late = [own(1, "a"), own(5, "b"), own(2, "c", "sy1:x")]

    assert words(late, [told(2, "x"), told(3, "y")]) == "a b c <x> <y>"
    assert words(late, [told(1, "w"), told(2, "x")]) == "a <w> b c <x>"
    assert words([own(5, "b", "sy1:y")], [told(9, "x"), told(4, "y")]) == "b <x> <y>"


def test_refusals_change_nothing_and_a_kind_that_takes_nothing_has_its_own_events_alone() -> None:
    refused = Own(CommandRefused(command="c", reason="r"), T0, "c")
    alone = replace(STREAM, absorb=None)

    assert words([own(1, "a"), refused, own(2, "b")], []) == "a b"
    made = rebuilt(alone, [own(1, "a")], [told(2, "x")])
    assert made == Said(words=("a",))


@pytest.mark.parametrize(
    ("one", "other", "fields"),
    [
        (None, None, []),
        (Said(), None, ["."]),
        (Said(words=("a",)), Said(words=("b",)), ["words"]),
        (Said(words=("a",)), Said(words=("a",)), []),
    ],
)
def test_states_differ_by_their_fields(one: Said | None, other: Said | None, fields: list[str]) -> None:
    assert differing(one, other) == fields
