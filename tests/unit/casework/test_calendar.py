"""Working days against the State Council's notices, and the ends of legal periods."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.casework.calendar import (
    SHANGHAI,
    Deadline,
    awaited,
    end_of_day,
    last_day,
    last_day_after_months,
    library_calendar,
    local_day,
    notice_of,
)
from tests.support.calendars import known_until

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
KNOWN = library_calendar()
is_working_day, add_working_days = KNOWN.is_working_day, KNOWN.add_working_days
roll_forward, working_days_between = KNOWN.roll_forward, KNOWN.working_days_between


def deadline_after_days(start: datetime, days: int) -> datetime:
    return KNOWN.after_days(start, days).at


def deadline_after_working_days(start: datetime, days: int) -> datetime:
    return KNOWN.after_working_days(start, days).at


def deadline_after_months(start: datetime, months: int) -> datetime:
    return KNOWN.after_months(start, months).at


def days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + DAY * i for i in range((date(year + 1, 1, 1) - first).days)]


def noon(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 12, tzinfo=SHANGHAI)


@pytest.mark.parametrize("year", WORKING_DAYS)
def test_every_day_is_as_the_notice_says(year: int) -> None:
    notice = json.loads((DATA / f"{year}.json").read_text(encoding="utf-8"))
    stated = {date.fromisoformat(one["date"]): not one["isOffDay"] for one in notice["days"]}
    assert year in KNOWN.years

    for day in days_of(year):
        assert is_working_day(day) is stated.get(day, day.weekday() < 5), day
    assert sum(map(is_working_day, days_of(year))) == WORKING_DAYS[year]


@pytest.mark.parametrize("year", MAKE_UP)
def test_make_up_days_are_the_weekend_days_that_people_work(year: int) -> None:
    worked = [day for day in days_of(year) if day.weekday() >= 5 and is_working_day(day)]

    assert [f"{day:%m-%d}" for day in worked] == MAKE_UP[year]


def test_every_known_day_is_as_the_package_says() -> None:
    years = KNOWN.years
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


# Where no notice reaches


def test_a_deadline_in_a_year_nobody_announced_is_provisional() -> None:
    before = known_until(2026)

    # 30 days after 2 December 2026 are Friday 1 January 2027, the one holiday that needs no notice.
    assert before.after_days(noon(2026, 12, 2), 30) == Deadline(end_of_day(date(2027, 1, 4)), True)
    assert before.after_days(noon(2026, 11, 20), 30) == Deadline(end_of_day(date(2026, 12, 21)), False)
    # Thursday and New Year's Eve, then Monday: New Year's Day and the weekend are not counted.
    assert before.after_working_days(noon(2026, 12, 29), 3) == Deadline(end_of_day(date(2027, 1, 4)), True)
    assert before.after_months(noon(2026, 12, 14), 2) == Deadline(end_of_day(date(2027, 2, 15)), True)


@pytest.mark.parametrize("year", [1949, 2003, 2027, 2031, 2098])
def test_a_year_nobody_announced_has_weekends_and_new_years_day(year: int) -> None:
    before = known_until(2026)

    for day in days_of(year):
        assert before.is_working_day(day) is (day.weekday() < 5 and (day.month, day.day) != (1, 1)), day
        assert not before.is_final(day)
    assert before.after_days(noon(year, 6, 2), 30).provisional


def test_the_last_week_of_a_year_waits_for_the_notice_of_the_next() -> None:
    # The notice for 2019 made Monday 31 December 2018 a day off, and Saturday the 29th a working day.
    before, after = known_until(2018), known_until(2019)

    assert before.after_days(noon(2018, 12, 1), 30) == Deadline(end_of_day(date(2018, 12, 31)), True)
    assert after.after_days(noon(2018, 12, 1), 30) == Deadline(end_of_day(date(2019, 1, 2)), False)
    assert before.after_working_days(noon(2018, 12, 28), 1) == Deadline(end_of_day(date(2018, 12, 31)), True)
    assert after.after_working_days(noon(2018, 12, 28), 1) == Deadline(end_of_day(date(2018, 12, 29)), False)
    assert before.after_days(noon(2018, 11, 24), 30) == Deadline(end_of_day(date(2018, 12, 24)), False)


def test_no_notice_ever_changed_the_year_before_it_outside_its_last_week() -> None:
    years = {day: notice_of(day) for day in (*KNOWN.off, *KNOWN.work)}

    assert {(day.month, day.day) for day, year in years.items() if day.year < year} == {
        (12, 29),
        (12, 30),
        (12, 31),
    }
    assert not any(day.month == 12 and day.day < 25 for day in years)


def test_working_days_are_counted_across_the_end_of_a_year() -> None:
    assert known_until(2017).working_days_between(date(2017, 12, 25), date(2018, 1, 5)) == 8
    assert KNOWN.working_days_between(date(2018, 12, 24), date(2019, 1, 4)) == 8
    # From the unknown into the known, and within the unknown.
    assert KNOWN.working_days_between(date(2003, 12, 29), date(2004, 1, 5)) == 4
    assert KNOWN.working_days_between(date(2098, 1, 1), date(2098, 1, 10)) == 7


def test_a_period_that_starts_before_the_first_known_year_is_provisional_too() -> None:
    assert KNOWN.after_working_days(noon(2003, 12, 29), 3) == Deadline(end_of_day(date(2004, 1, 2)), True)
    assert not KNOWN.after_working_days(noon(2003, 12, 31), 1).provisional


@pytest.mark.parametrize(
    ("last", "name"),
    [
        (date(2026, 12, 24), "calendar-2026"),
        (date(2026, 12, 25), "calendar-2027"),
        (date(2027, 1, 4), "calendar-2027"),
        (date(2027, 12, 31), "calendar-2028"),
    ],
)
def test_a_provisional_deadline_names_the_calendar_that_makes_it_final(last: date, name: str) -> None:
    assert awaited(end_of_day(last)) == name


@given(DAYS, st.integers(0, 60))
def test_a_deadline_that_is_final_never_moves(day: date, days: int) -> None:
    start = datetime(day.year, day.month, day.day, 12, tzinfo=SHANGHAI)
    before = known_until(day.year).after_days(start, days)

    if not before.provisional:
        assert KNOWN.after_days(start, days) == before
    else:
        assert awaited(before.at) not in known_until(day.year).names
        assert not known_until(day.year + 1).after_days(start, days).provisional


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
