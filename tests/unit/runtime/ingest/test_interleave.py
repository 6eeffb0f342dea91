"""Records of sibling partitions are decided in the order of their times, and nothing waits for nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from shared.runtime.decide.entries import Item
from shared.runtime.ingest.interleave import Horizon, Interleaver
from tests.support.runtime.service import T0

EVENTS, COMMANDS, OTHER = "intake.events:2", "mediation.commands:2", "mediation.commands:1"


def item(origin: str, offset: int, hours: float | None) -> Item:
    return Item(origin, offset, at=None if hours is None else T0 + timedelta(hours=hours))


def ids(items: list[Item]) -> list[tuple[str, int]]:
    return [(one.origin, one.offset) for one in items]


def test_siblings_are_taken_by_their_times() -> None:
    items = [item(EVENTS, 0, 1), item(EVENTS, 1, 9), item(COMMANDS, 0, 5)]
    assert ids(Interleaver().take(items)) == [(EVENTS, 0), (COMMANDS, 0), (EVENTS, 1)]


def test_within_a_partition_the_order_stays_whatever_the_times() -> None:
    items = [item(EVENTS, 0, 9), item(EVENTS, 1, 1), item(COMMANDS, 0, 5)]
    assert ids(Interleaver().take(items)) == [(COMMANDS, 0), (EVENTS, 0), (EVENTS, 1)]


def test_what_is_ahead_of_a_sibling_that_lags_waits_for_it() -> None:
    one = Interleaver()
    behind = Horizon(open=frozenset({COMMANDS}))
    assert ids(one.take([item(EVENTS, 0, 1), item(EVENTS, 1, 48)], behind)) == []
    assert ids(one.take([item(COMMANDS, 0, 24)], behind)) == [(EVENTS, 0), (COMMANDS, 0)]
    assert ids(one.take([], Horizon())) == [(EVENTS, 1)]


def test_a_partition_of_another_number_does_not_wait() -> None:
    behind = Horizon(open=frozenset({COMMANDS}))
    assert ids(Interleaver().take([item(OTHER, 0, 48)], behind)) == [(OTHER, 0)]


def test_filings_have_no_siblings_and_never_wait() -> None:
    behind = Horizon(open=frozenset({COMMANDS, "filings.ccb:2"}))
    assert ids(Interleaver().take([item("filings.abc:2", 0, 48)], behind)) == [("filings.abc:2", 0)]


def test_at_the_end_of_a_partition_nothing_waits() -> None:
    one = Interleaver()
    assert ids(one.take([item(EVENTS, 0, 48)])) == [(EVENTS, 0)]
    assert ids(one.take([item(COMMANDS, 0, 1)])) == [(COMMANDS, 0)]
    assert one.backlog == 0


def test_a_record_without_a_time_goes_with_the_one_before_it() -> None:
    items = [item(EVENTS, 0, 9), item(EVENTS, 1, None), item(COMMANDS, 0, 5), item(COMMANDS, 1, None)]
    assert ids(Interleaver().take(items)) == [(COMMANDS, 0), (COMMANDS, 1), (EVENTS, 0), (EVENTS, 1)]


def test_what_comes_back_is_first_again() -> None:
    one = Interleaver()
    first, second = item(EVENTS, 0, 1), item(EVENTS, 1, 2)
    one.take([first])
    one.back([first])
    assert ids(one.take([second])) == [(EVENTS, 0), (EVENTS, 1)]


def test_what_waits_of_a_partition_that_is_given_up_is_dropped() -> None:
    one = Interleaver()
    one.take([item(EVENTS, 0, 48)], Horizon(open=frozenset({COMMANDS})))
    assert one.waits(EVENTS)
    one.forget([EVENTS])
    assert ids(one.take([])) == []


times = st.lists(st.integers(0, 50), max_size=12)


@given(times, times, st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=30))
def test_however_the_records_come_they_are_decided_in_the_order_of_their_times(
    events: list[int], commands: list[int], arrivals: list[tuple[int, int]]
) -> None:
    one, out = Interleaver(), []
    rest = {
        EVENTS: [item(EVENTS, n, hours) for n, hours in enumerate(events)],
        COMMANDS: [item(COMMANDS, n, hours) for n, hours in enumerate(commands)],
    }
    for sizes in [*arrivals, (99, 99)]:
        came = []
        for origin, size in zip(rest, sizes, strict=True):
            came += rest[origin][:size]
            rest[origin] = rest[origin][size:]
        out += one.take(came, Horizon(open=frozenset(origin for origin in rest if rest[origin])))
    assert one.backlog == 0
    assert len(out) == len(events) + len(commands)
    for origin in rest:
        offsets = [one.offset for one in out if one.origin == origin]
        assert offsets == sorted(offsets)
    ahead: dict[str, datetime] = {}
    keys = []
    for taken in out:
        assert taken.at is not None
        ahead[taken.origin] = max(ahead.get(taken.origin, taken.at), taken.at)
        keys.append(ahead[taken.origin])
    assert keys == sorted(keys)
