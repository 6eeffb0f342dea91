"""The mediation clock: both starts, pauses, extensions, the last day."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.casework import clocks
from shared.casework.calendar import SHANGHAI, end_of_day, last_day, library_calendar
from shared.casework.clocks import (
    Clock,
    ClockError,
    Pause,
    receive_materials,
    resume,
    used,
)
from tests.support.calendars import known_until

KNOWN = library_calendar()
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
JUNE_2 = datetime(2025, 6, 2, 10, tzinfo=SHANGHAI)
"""A working day; 30 days later, 2 July, is one too."""


def due_at(clock: Clock) -> datetime | None:
    due = clocks.due_at(clock, KNOWN)
    return None if due is None else due.at


def pause(clock: Clock, at: datetime) -> Clock:
    return clocks.pause(clock, at, KNOWN)


def extend(clock: Clock, days: int, at: datetime) -> Clock:
    return clocks.extend(clock, days, at, KNOWN)


def ends(clock: Clock) -> date:
    due = due_at(clock)
    assert due is not None
    return last_day(due)


def refused(code: str, change: object) -> None:
    assert callable(change)
    with pytest.raises(ClockError) as caught:
        change()
    assert caught.value.code == code


def test_thirty_days_from_acceptance_with_the_first_day_not_counted() -> None:
    assert ends(Clock(accepted_at=JUNE_2)) == date(2025, 7, 2)


def test_the_last_day_rolls_over_a_holiday() -> None:
    # 30 days after 5 September 2025 is in the National Day holiday.
    assert ends(Clock(accepted_at=datetime(2025, 9, 5, 10, tzinfo=SHANGHAI))) == date(2025, 10, 9)


def test_the_end_is_provisional_where_no_calendar_reaches() -> None:
    before = known_until(2026)
    clock = Clock(accepted_at=datetime(2026, 12, 2, 10, tzinfo=SHANGHAI))

    assert clocks.due_at(clock, before) == (end_of_day(date(2027, 1, 4)), True)
    assert clocks.extend(clock, 30, clock.accepted_at + DAY, before).extension_days == 30
    assert not clocks.pause(clock, clock.accepted_at + DAY, before).pauses[0].until


def test_after_filing_the_limits_are_shorter() -> None:
    assert ends(Clock(accepted_at=JUNE_2, limit_days=15)) == date(2025, 6, 17)
    assert ends(Clock(accepted_at=JUNE_2, limit_days=7)) == date(2025, 6, 9)


def test_both_starts_are_kept_and_the_rules_say_which_counts() -> None:
    online = receive_materials(Clock(accepted_at=JUNE_2), JUNE_2 + 5 * DAY)
    delegated = receive_materials(Clock(accepted_at=JUNE_2, counts_from="receipt"), JUNE_2 + 5 * DAY)

    assert (online.accepted_at, online.received_at) == (JUNE_2, JUNE_2 + 5 * DAY)
    assert (delegated.accepted_at, delegated.received_at) == (JUNE_2, JUNE_2 + 5 * DAY)
    assert (ends(online), ends(delegated)) == (date(2025, 7, 2), date(2025, 7, 7))
    assert used(delegated, JUNE_2 + 5 * DAY) == timedelta()


def test_until_the_materials_are_signed_for_acceptance_counts() -> None:
    assert ends(Clock(accepted_at=JUNE_2, counts_from="receipt")) == date(2025, 7, 2)


def test_a_second_receipt_changes_nothing() -> None:
    clock = receive_materials(Clock(accepted_at=JUNE_2), JUNE_2 + DAY)

    assert receive_materials(clock, JUNE_2 + 9 * DAY) is clock


def test_a_paused_clock_has_no_end_and_does_not_run() -> None:
    clock = pause(Clock(accepted_at=JUNE_2), JUNE_2 + 3 * DAY)

    assert clock.is_paused
    assert due_at(clock) is None
    assert used(clock, JUNE_2 + 99 * DAY) == 3 * DAY


def test_a_pause_of_whole_days_moves_the_end_by_them() -> None:
    clock = resume(pause(Clock(accepted_at=JUNE_2), JUNE_2 + 3 * DAY), JUNE_2 + 8 * DAY)

    assert not clock.is_paused
    assert ends(clock) == date(2025, 7, 7)
    assert used(clock, JUNE_2 + 10 * DAY) == 5 * DAY


def test_a_remainder_of_paused_hours_gives_the_whole_day() -> None:
    clock = resume(pause(Clock(accepted_at=JUNE_2), JUNE_2 + DAY), JUNE_2 + DAY + HOUR)

    assert ends(clock) == date(2025, 7, 3)
    assert due_at(clock) == datetime(2025, 7, 4, tzinfo=SHANGHAI)


def test_a_pause_of_no_time_changes_nothing() -> None:
    clock = Clock(accepted_at=JUNE_2)

    assert due_at(resume(pause(clock, JUNE_2 + DAY), JUNE_2 + DAY)) == due_at(clock)


def test_a_pause_before_the_materials_came_is_not_given_twice() -> None:
    clock = Clock(accepted_at=JUNE_2, counts_from="receipt")
    clock = resume(pause(clock, JUNE_2 + DAY), JUNE_2 + 3 * DAY)
    clock = receive_materials(clock, JUNE_2 + 5 * DAY)

    assert ends(clock) == date(2025, 7, 7)
    assert used(clock, JUNE_2 + 9 * DAY) == 4 * DAY


def test_extensions_add_up() -> None:
    clock = extend(Clock(accepted_at=JUNE_2), 5, JUNE_2 + DAY)

    assert ends(clock) == date(2025, 7, 7)
    assert ends(extend(clock, 3, JUNE_2 + DAY)) == date(2025, 7, 10)


def test_a_paused_clock_may_be_extended() -> None:
    clock = extend(pause(Clock(accepted_at=JUNE_2), JUNE_2 + DAY), 5, JUNE_2 + 60 * DAY)

    assert ends(resume(clock, JUNE_2 + 2 * DAY)) == date(2025, 7, 8)


def test_nothing_brings_an_ended_period_back() -> None:
    clock = Clock(accepted_at=JUNE_2)
    due = due_at(clock)
    assert due is not None

    refused("clock.expired", lambda: extend(clock, 5, due))
    refused("clock.expired", lambda: pause(clock, due))
    assert ends(extend(clock, 5, due - timedelta(microseconds=1))) == date(2025, 7, 7)


def test_changes_that_make_no_sense_are_refused_by_code() -> None:
    clock = Clock(accepted_at=JUNE_2)
    paused = pause(clock, JUNE_2 + 3 * DAY)

    refused("clock.not_paused", lambda: resume(clock, JUNE_2 + DAY))
    refused("clock.paused", lambda: pause(paused, JUNE_2 + 4 * DAY))
    refused("clock.out_of_order", lambda: resume(paused, JUNE_2 + 2 * DAY))
    refused("clock.out_of_order", lambda: pause(clock, JUNE_2 - HOUR))
    again = resume(paused, JUNE_2 + 5 * DAY)
    refused("clock.out_of_order", lambda: pause(again, JUNE_2 + 4 * DAY))
    with pytest.raises(ValueError, match="at least a day"):
        extend(clock, 0, JUNE_2)


@pytest.mark.parametrize(
    "pauses",
    [
        (Pause(since=JUNE_2), Pause(since=JUNE_2 + DAY)),
        (Pause(since=JUNE_2, until=JUNE_2 + 2 * DAY), Pause(since=JUNE_2 + DAY)),
    ],
)
def test_overlapping_pauses_are_no_clock(pauses: tuple[Pause, ...]) -> None:
    with pytest.raises(ValidationError, match="overlap"):
        Clock(accepted_at=JUNE_2, pauses=pauses)


def test_a_pause_does_not_end_before_it_begins() -> None:
    with pytest.raises(ValidationError, match="before it begins"):
        Pause(since=JUNE_2, until=JUNE_2 - HOUR)


# Alternating running and paused spans of up to two days, in seconds: the clock stays in its 30 days.
SPANS = st.lists(st.integers(0, 2 * 86_400), max_size=12)
STARTS = st.datetimes(datetime(2005, 1, 1), datetime(2024, 12, 31)).map(  # noqa: DTZ001
    lambda at: at.replace(tzinfo=SHANGHAI)
)


def run(start: datetime, spans: list[int]) -> tuple[Clock, datetime, timedelta, timedelta]:
    """Play the spans: the clock, the time reached, the time run and the time paused."""
    clock, now, ran, stood = Clock(accepted_at=start), start, timedelta(), timedelta()
    for index, seconds in enumerate(spans):
        span = timedelta(seconds=seconds)
        now += span
        if index % 2 == 0:
            ran += span
            clock = pause(clock, now)
        else:
            stood += span
            clock = resume(clock, now)
    return clock, now, ran, stood


@given(STARTS, SPANS)
def test_the_sum_of_running_spans_is_the_time_used(start: datetime, spans: list[int]) -> None:
    clock, now, ran, stood = run(start, spans)

    assert used(clock, now) == ran
    assert used(clock, now) + stood == now - start
    later = now + 5 * DAY
    assert used(clock, later) == (ran if clock.is_paused else ran + 5 * DAY)


@given(STARTS, SPANS, st.integers(0, 40))
def test_the_time_used_is_the_same_whenever_it_is_asked(start: datetime, spans: list[int], n: int) -> None:
    """A later pause does not change what was used before it."""
    whole, _, _, _ = run(start, spans)
    part, now, ran, _ = run(start, spans[:n])

    assert used(whole, now) == used(part, now) == ran


@given(STARTS, SPANS, st.integers(0, 30))
def test_the_end_gives_the_full_limit_and_less_than_a_roll_more(
    start: datetime, spans: list[int], days: int
) -> None:
    clock, now, _, _ = run(start, spans)
    if clock.is_paused:
        clock = resume(clock, now)
    if days:
        clock = extend(clock, days, now)
    due = due_at(clock)

    assert due is not None
    assert KNOWN.is_working_day(last_day(due))
    assert due > now
    limit = DAY * (30 + days)
    # At most: the uncounted first day, the rounding of a pause, the longest run of days off.
    assert limit <= used(clock, due) <= limit + DAY * (1 + 1 + 12)


@given(STARTS, st.integers(1, 90))
def test_without_pauses_the_end_is_the_plain_deadline(start: datetime, limit: int) -> None:
    assert due_at(Clock(accepted_at=start, limit_days=limit)) == KNOWN.after_days(start, limit).at


@given(STARTS, SPANS)
def test_a_clock_survives_its_json(start: datetime, spans: list[int]) -> None:
    clock, now, _, _ = run(start, spans)
    again = Clock.model_validate_json(clock.model_dump_json())

    assert again == clock
    assert used(again, now) == used(clock, now)
    assert due_at(again) == due_at(clock)
