"""Years that an operator gives as files: the notice as it is, or a reason why not."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from shared.casework.announced import with_years
from shared.casework.calendar import Calendar, library_calendar
from shared.contracts.calendar_file import MAX_BYTES, CalendarError, CalendarFile, parse_calendar
from shared.contracts.reasons import REASONS
from shared.runtime.serve.calendars import load_calendar
from tests.support.calendars import known_until, library_notice, notice, put

HOLIDAYS = Path(__file__).parents[2] / "data" / "holidays-cn"
DAY = timedelta(days=1)
BEFORE = known_until(2026)


def read(content: dict[str, Any]) -> CalendarFile:
    return parse_calendar(json.dumps(content).encode(), f"calendar-{content['year']}.json")


def refused(code: str, *words: str, **content: Any) -> None:
    """Assert that the file of a year is refused with a code, whose sentences name the file and words."""
    with pytest.raises(CalendarError) as caught:
        with_years(BEFORE, [read(notice(2027) | content)])
    error = caught.value
    assert error.code == code
    assert code in REASONS
    for text in (error.zh, error.en):
        assert all(word in text for word in ("calendar-2027.json", *words)), text


def working(calendar: Calendar) -> tuple[range, list[date]]:
    """Return the years and all working days; weekend days of a holiday may be listed or not."""
    days = map(date.fromordinal, range(date(2020, 1, 1).toordinal(), date(2027, 1, 1).toordinal()))
    return calendar.years, [day for day in days if calendar.is_working_day(day)]


def without(*dates: str) -> list[dict[str, Any]]:
    return [one for one in notice(2027)["days"] if one["date"] not in dates]


def and_also(day: str, *, off: bool) -> list[dict[str, Any]]:
    return [*notice(2027)["days"], {"name": "x", "date": day, "isOffDay": off}]


@pytest.mark.parametrize("year", [2023, 2024, 2025, 2026])
def test_the_public_files_of_past_years_are_taken_as_they_are(year: int) -> None:
    data = (HOLIDAYS / f"{year}.json").read_bytes()
    file = parse_calendar(data, f"calendar-{year}.json")

    assert working(with_years(known_until(year - 1), [file])) == working(known_until(year))
    assert with_years(library_calendar(), [file]) is library_calendar()


@pytest.mark.parametrize("year", range(2019, 2027))
def test_every_notice_since_the_second_of_may_is_off_would_have_been_taken(year: int) -> None:
    file = read(library_notice(year))
    assert with_years(known_until(year - 1), [file]) == known_until(year)


def test_a_file_makes_its_year_known_and_the_end_of_the_year_before_final() -> None:
    calendar = with_years(BEFORE, [read(notice(2027, off=["2026-12-31"], work=["2026-12-26"]))])

    assert calendar.years == range(2004, 2028)
    assert not calendar.is_working_day(date(2026, 12, 31))
    assert calendar.is_working_day(date(2026, 12, 26))
    assert BEFORE.is_working_day(date(2026, 12, 31))
    assert calendar.final_until == date(2027, 12, 24)
    assert calendar.names[-1] == "calendar-2027"
    assert all(
        calendar.is_working_day(day) is BEFORE.is_working_day(day)
        for day in (date(2004, 1, 1) + DAY * n for n in range(8390))
        if day <= BEFORE.final_until
    )


def test_several_years_are_taken_in_their_order() -> None:
    assert with_years(BEFORE, [read(notice(2028)), read(notice(2027))]).years.stop == 2029


def test_the_notice_of_the_next_year_has_the_last_word_on_the_last_week() -> None:
    once = with_years(BEFORE, [read(notice(2027, off=["2027-12-27"]))])
    twice = with_years(once, [read(notice(2028, work=["2027-12-26"]))])

    assert not once.is_working_day(date(2027, 12, 27))
    assert twice.is_working_day(date(2027, 12, 27))
    assert twice.is_working_day(date(2027, 12, 26))


@pytest.mark.parametrize("day", ["2027-01-01", "2027-05-01", "2027-05-02", "2027-10-01", "2027-10-03"])
def test_a_file_without_a_fixed_holiday_misses_days(day: str) -> None:
    refused("calendar.missing_days", day, days=without(day))


@pytest.mark.parametrize(
    ("day", "name"),
    [("2027-02-05", "春节"), ("2027-04-05", "清明节"), ("2027-06-09", "端午节"), ("2027-09-15", "中秋节")],
)
def test_a_file_without_a_moving_holiday_misses_days(day: str, name: str) -> None:
    refused("calendar.missing_days", name, days=without(day))


def test_a_file_of_another_year_is_no_file_of_this() -> None:
    refused("calendar.wrong_year", "2026-11-30", days=and_also("2026-11-30", off=True))
    refused("calendar.wrong_year", "2028-01-01", days=and_also("2028-01-01", off=True))
    with pytest.raises(CalendarError) as caught:
        parse_calendar(json.dumps(notice(2026)).encode(), "calendar-2027.json")
    assert caught.value.code == "calendar.wrong_year"
    assert "2026" in caught.value.en


def test_a_make_up_day_on_a_weekday_that_is_worked_anyway_is_a_mistake() -> None:
    refused("calendar.not_a_change", "2027-03-01", days=and_also("2027-03-01", off=False))


def test_a_day_that_is_off_and_worked_is_a_mistake() -> None:
    refused("calendar.day_twice", "2027-02-06", days=and_also("2027-02-06", off=False))


def test_a_year_that_is_known_with_other_days_is_a_conflict() -> None:
    days = [*library_notice(2026)["days"], {"name": "", "date": "2026-03-02", "isOffDay": True}]
    with pytest.raises(CalendarError) as caught:
        with_years(BEFORE, [read({"year": 2026, "days": days})])
    assert caught.value.code == "calendar.conflict"
    assert "2026-03-02" in caught.value.en
    fewer = [one for one in library_notice(2026)["days"] if one["date"] != "2026-10-05"]
    with pytest.raises(CalendarError, match=r"calendar\.conflict.*2026-10-05"):
        with_years(BEFORE, [read({"year": 2026, "days": fewer})])


def test_a_known_year_may_not_take_back_what_it_moved_in_the_december_before() -> None:
    days = [one for one in library_notice(2019)["days"] if one["date"] != "2018-12-31"]
    with pytest.raises(CalendarError, match=r"calendar\.conflict.*2018-12-31"):
        with_years(BEFORE, [read({"year": 2019, "days": days})])


def test_years_follow_one_another_without_a_gap() -> None:
    with pytest.raises(CalendarError) as caught:
        with_years(BEFORE, [read(notice(2028))])
    assert caught.value.code == "calendar.gap"
    assert "2027" in caught.value.zh


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"{",
        b'{"year": 2027}',
        b'{"year": "2027", "days": []}',
        b'{"year": 2027, "days": []}',
        b'{"year": 2027, "days": [{"date": "2027-13-01", "isOffDay": true}]}',
        b'{"year": 2027, "days": [{"date": "2027-01-01", "isOffDay": "yes"}]}',
        b'{"year": 2027, "days": [{"date": "2027-01-01"}]}',
        b"[" * 90_000,
        b" " * (MAX_BYTES + 1),
        json.dumps(
            notice(2027, off=[f"2027-{m:02}-{d:02}" for m in range(1, 13) for d in range(1, 29)])
        ).encode(),
    ],
)
def test_what_is_no_calendar_file_is_said_to_be_none(data: bytes) -> None:
    with pytest.raises(CalendarError) as caught:
        parse_calendar(data, "calendar-2027.json")
    assert caught.value.code == "calendar.malformed"


# Beside the network file


def test_files_beside_the_network_file_are_found(tmp_path: Path) -> None:
    put(tmp_path, notice(2027))
    put(tmp_path, notice(2028))
    put(tmp_path, library_notice(2026))
    (tmp_path / "fengtai.yaml").touch()

    assert load_calendar(tmp_path / "fengtai.yaml", BEFORE).years.stop == 2029
    assert load_calendar(tmp_path / "nowhere" / "fengtai.yaml", BEFORE) is BEFORE


@pytest.mark.parametrize("name", ["calendar-27.json", "calendar-2027.yaml", "calendar-2027 (1).json"])
def test_a_file_with_another_name_is_not_passed_over(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("{}")
    with pytest.raises(CalendarError) as caught:
        load_calendar(tmp_path / "fengtai.yaml")
    assert caught.value.code == "calendar.misnamed"
    assert name in caught.value.zh


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "calendar-2027.json").mkdir()
    with pytest.raises(CalendarError) as caught:
        load_calendar(tmp_path / "fengtai.yaml")
    assert caught.value.code == "calendar.unreadable"


def test_a_file_of_any_size_is_refused_after_its_first_bytes(tmp_path: Path) -> None:
    with (tmp_path / "calendar-2027.json").open("wb") as file:
        file.truncate(10**12)
    with pytest.raises(CalendarError) as caught:
        load_calendar(tmp_path / "fengtai.yaml")
    assert caught.value.code == "calendar.malformed"
