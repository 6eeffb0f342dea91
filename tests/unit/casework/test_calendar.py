"""Working days against the State Council's notices, and the ends of legal periods."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.casework.calendar import (
    SHANGHAI,
    CalendarYearUnknown,
    add_working_days,
    deadline_after_days,
    deadline_after_months,
    deadline_after_working_days,
    end_of_day,
    is_working_day,
    known_years,
    last_day,
    last_day_after_months,
    local_day,
    next_working_day,
    roll_forward,
    working_days_between,
)

DATA = Path(__file__).parents[2] / "data" / "holidays-cn"
DAY = timedelta(days=1)
WORKING_DAYS = {2023: 249, 2024: 251, 2025: 248, 2026: 248}
MAKE_UP = {
    2023: ["01-28", "01-29", "04-23", "05-06", "06-25", "10-07", "10-08"],
    2024: ["02-04", "02-18", "04-07", "04-28", "05-11", "09-14", "09-29", "10-12"],
    2025: ["01-26", "02-08", "04-27", "09-28", "10-11"],
    2026: ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"],
}
DAYS = st.dates(date(2004, 1, 1), date(2025, 12, 31))


def days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + DAY * i for i in range((date(year + 1, 1, 1) - first).days)]


def noon(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 12, tzinfo=SHANGHAI)


@pytest.mark.parametrize("year", WORKING_DAYS)
def test_every_day_is_as_the_notice_says(year: int) -> None:
    notice = json.loads((DATA / f"{year}.json").read_text(encoding="utf-8"))
    stated = {date.fromisoformat(one["date"]): not one["isOffDay"] for one in notice["days"]}
    assert year in known_years()

    for day in days_of(year):
        assert is_working_day(day) is stated.get(day, day.weekday() < 5), day
    assert sum(map(is_working_day, days_of(year))) == WORKING_DAYS[year]


@pytest.mark.parametrize("year", MAKE_UP)
def test_make_up_days_are_the_weekend_days_that_people_work(year: int) -> None:
    worked = [day for day in days_of(year) if day.weekday() >= 5 and is_working_day(day)]

    assert [f"{day:%m-%d}" for day in worked] == MAKE_UP[year]


def test_every_known_day_is_as_the_package_says() -> None:
    years = known_years()
    assert years.start <= 2004
    assert years.stop > 2026
    for year in (years.start, 2020, years.stop - 1):
        for day in days_of(year):
            assert is_working_day(day) is chinese_calendar.is_workday(day), day


def test_three_working_days_to_contact_a_party_across_national_day() -> None:
    # Accepted on Tuesday 30 September 2025; off from 1 to 8 October; Saturday the 11th is worked.
    accepted = datetime(2025, 9, 30, 9, 30, tzinfo=SHANGHAI)

    due = deadline_after_working_days(accepted, 3)

    assert last_day(due) == date(2025, 10, 11)
    assert due == datetime(2025, 10, 12, tzinfo=SHANGHAI)


def test_three_working_days_across_spring_festival() -> None:
    # Off from 15 to 23 February 2026; Saturdays 14 and 28 are worked.
    assert add_working_days(date(2026, 2, 13), 1) == date(2026, 2, 14)
    assert add_working_days(date(2026, 2, 13), 3) == date(2026, 2, 25)
    assert add_working_days(date(2026, 2, 26), 2) == date(2026, 2, 28)


def test_thirty_days_that_end_on_a_holiday_roll_to_the_next_working_day() -> None:
    # 5 September 2025 + 30 days is 5 October, a day off until the 8th.
    assert last_day(deadline_after_days(noon(2025, 9, 5), 30)) == date(2025, 10, 9)
    # + 25 days is a working day and stays.
    assert last_day(deadline_after_days(noon(2025, 9, 5), 25)) == date(2025, 9, 30)


def test_a_last_day_that_is_made_up_does_not_roll() -> None:
    # Saturday 11 October 2025 is worked; Sunday the 12th is not.
    assert last_day(deadline_after_days(noon(2025, 9, 11), 30)) == date(2025, 10, 11)
    assert last_day(deadline_after_days(noon(2025, 9, 12), 30)) == date(2025, 10, 13)


def test_the_first_day_is_not_counted_whatever_its_hour() -> None:
    early = datetime(2025, 6, 2, 0, 0, tzinfo=SHANGHAI)
    late = datetime(2025, 6, 2, 23, 59, 59, 999_999, tzinfo=SHANGHAI)

    for start in (early, late):
        assert deadline_after_days(start, 1) == datetime(2025, 6, 4, tzinfo=SHANGHAI)
        assert deadline_after_working_days(start, 1) == datetime(2025, 6, 4, tzinfo=SHANGHAI)


def test_the_day_is_the_one_in_shanghai() -> None:
    # 16:00 UTC is midnight there.
    before = datetime(2025, 6, 2, 15, 59, 59, tzinfo=UTC)
    after = before + timedelta(seconds=1)

    assert (local_day(before), local_day(after)) == (date(2025, 6, 2), date(2025, 6, 3))
    assert deadline_after_days(after, 1) - deadline_after_days(before, 1) == DAY
    west = timezone(timedelta(hours=-11))
    assert deadline_after_days(after.astimezone(west), 1) == deadline_after_days(after, 1)


def test_a_deadline_is_the_first_instant_after_its_last_day() -> None:
    due = end_of_day(date(2025, 6, 3))

    assert due == datetime(2025, 6, 4, 0, 0, tzinfo=SHANGHAI)
    assert due.utcoffset() == timedelta(hours=8)
    assert last_day(due) == date(2025, 6, 3)
    assert last_day(due + timedelta(microseconds=1)) == date(2025, 6, 4)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2025, 1, 31), 1, date(2025, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2025, 12, 31), 2, date(2026, 2, 28)),
        (date(2025, 11, 15), 2, date(2026, 1, 15)),
        (date(2024, 2, 29), 24, date(2026, 2, 28)),
        (date(2025, 10, 31), 1, date(2025, 11, 30)),
        (date(2025, 10, 30), 2, date(2025, 12, 30)),
        (date(2025, 5, 5), 0, date(2025, 5, 5)),
        (date(2026, 6, 1), 24, date(2028, 6, 1)),
    ],
)
def test_months_end_on_the_corresponding_day_or_the_last(day: date, months: int, expected: date) -> None:
    assert last_day_after_months(day, months) == expected


def test_two_months_to_answer_a_suggestion_roll_over_a_holiday() -> None:
    # 1 December 2025 + 2 months is Sunday 1 February 2026.
    assert last_day(deadline_after_months(noon(2025, 12, 1), 2)) == date(2026, 2, 2)


def test_a_year_without_a_calendar_is_a_clear_error_and_no_guess() -> None:
    unknown = known_years().stop

    failures: tuple[Callable[[], object], ...] = (
        lambda: is_working_day(date(unknown, 1, 4)),
        lambda: add_working_days(date(unknown - 1, 12, 20), 30),
        lambda: add_working_days(date(unknown, 1, 4), 1),
        lambda: roll_forward(date(unknown, 1, 1)),
        lambda: next_working_day(date(unknown - 1, 12, 31)),
        lambda: deadline_after_days(noon(unknown - 1, 12, 20), 30),
        lambda: deadline_after_months(noon(unknown - 1, 12, 20), 2),
        lambda: deadline_after_working_days(noon(unknown - 1, 12, 31), 1),
        lambda: working_days_between(date(unknown - 1, 12, 1), date(unknown, 1, 1)),
    )
    for fail in failures:
        with pytest.raises(CalendarYearUnknown) as caught:
            fail()
        assert caught.value.code == "calendar.year_unknown"
        assert caught.value.year == unknown
        assert f"No working-day calendar for {unknown}" in caught.value.en
        assert "then redrive" in caught.value.en
        assert f"没有 {unknown} 年的工作日历" in caught.value.zh


def test_the_years_before_the_first_are_unknown_too() -> None:
    with pytest.raises(CalendarYearUnknown) as caught:
        is_working_day(date(1999, 1, 1))
    assert caught.value.year == 1999
    assert pickle.loads(pickle.dumps(caught.value)).year == 1999


def test_counting_backward_is_refused() -> None:
    failures: tuple[Callable[[], object], ...] = (
        lambda: add_working_days(date(2025, 1, 2), -1),
        lambda: deadline_after_days(noon(2025, 1, 2), -1),
        lambda: deadline_after_months(noon(2025, 1, 2), -1),
    )
    for fail in failures:
        with pytest.raises(ValueError, match="forward"):
            fail()


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        deadline_after_days(datetime(2025, 1, 2), 1)  # noqa: DTZ001


@given(DAYS, st.integers(1, 40))
def test_the_nth_working_day_is_found_by_walking(day: date, n: int) -> None:
    walk, left = day, n
    while left:
        walk += DAY
        left -= is_working_day(walk)

    assert add_working_days(day, n) == walk


@given(DAYS, st.integers(0, 100), st.integers(0, 100))
def test_adding_in_two_steps_is_adding_at_once(day: date, one: int, other: int) -> None:
    start = roll_forward(day)

    assert add_working_days(add_working_days(start, one), other) == add_working_days(start, one + other)


@given(DAYS, st.integers(1, 100))
def test_counting_back_gives_what_was_added(day: date, n: int) -> None:
    assert working_days_between(day, add_working_days(day, n)) == n
    assert working_days_between(add_working_days(day, n), day) == 0


@given(DAYS)
def test_rolling_stops_at_the_first_working_day_and_stays_there(day: date) -> None:
    rolled = roll_forward(day)

    assert is_working_day(rolled)
    assert not any(is_working_day(day + DAY * i) for i in range((rolled - day).days))
    assert roll_forward(rolled) == rolled


@given(DAYS, st.integers(0, 200), st.integers(0, 86_399))
def test_a_deadline_ends_on_a_working_day_not_before_its_days_are_over(
    day: date, days: int, second: int
) -> None:
    start = datetime(day.year, day.month, day.day, tzinfo=SHANGHAI) + timedelta(seconds=second)

    due = deadline_after_days(start, days)

    assert is_working_day(last_day(due))
    assert due > start + DAY * days
    assert due - start <= DAY * (days + 1 + 12)
    assert deadline_after_days(start, days + 1) >= due


@given(DAYS, st.integers(0, 60))
def test_months_never_skip_a_month(day: date, months: int) -> None:
    ends = last_day_after_months(day, months)

    assert (ends.year * 12 + ends.month) - (day.year * 12 + day.month) == months
    assert ends.day == day.day or (ends.day < day.day and (ends + DAY).day == 1)
