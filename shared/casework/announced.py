"""Years that an operator announces: checked against the law's days and what is known, then added.

Source: 全国年节及纪念日放假办法 (2024) art 2: 1 January, 1 and 2 May and 1 to 3 October are days off; so
are four days at the Spring Festival and one each at Qingming, Dragon Boat and Mid-Autumn, whose dates
the lunar calendar moves within the spans below.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from shared.casework.calendar import Calendar, notice_of
from shared.contracts.calendar_file import CalendarError, CalendarFile

__all__ = ["with_years"]

_Day = tuple[int, int]
_FIXED: Final[tuple[_Day, ...]] = ((1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3))
_MOVING: Final[dict[str, tuple[_Day, _Day, int]]] = {
    "春节": ((1, 18), (3, 1), 4),
    "清明节": ((4, 2), (4, 8), 1),
    "端午节": ((5, 25), (6, 27), 1),
    "中秋节": ((9, 6), (10, 11), 1),
}
"""Between which days a moving holiday lies, and how many days off it has at least."""
_NAMED: Final = 20
"""Most days that an error names."""


def with_years(known: Calendar, files: Iterable[CalendarFile]) -> Calendar:
    """Return a calendar that knows the years of some files too.

    Args:
        known: What is known without them.
        files: One for each year, in any order.

    Raises:
        CalendarError: `calendar.day_twice`: a day is listed twice; `calendar.wrong_year`: a day belongs to
            the notice of another year; `calendar.not_a_change`: a make-up day that is worked anyway;
            `calendar.missing_days`: a holiday of the law is not there; `calendar.conflict`: the year
            is known already, with other days; `calendar.gap`: a year before it is unknown.
    """
    for file in sorted(files, key=lambda one: one.year):
        known = _with(known, file)
    return known


def _with(known: Calendar, file: CalendarFile) -> Calendar:
    name = f"calendar-{file.year}.json"
    days = [one.date for one in file.days]
    _none(name, "calendar.day_twice", (day for day in days if days.count(day) > 1))
    _none(name, "calendar.wrong_year", (day for day in days if not _may_name(file.year, day)))
    off = frozenset(one.date for one in file.days if one.isOffDay)
    work = frozenset(one.date for one in file.days if not one.isOffDay)
    _none(name, "calendar.not_a_change", (day for day in work if day.weekday() < 5))
    if file.year in known.years:
        return _same(known, file.year, off, work, name)
    fixed = [date(file.year, *day) for day in _FIXED]
    missing = [day.isoformat() for day in fixed if day not in off]
    missing += [
        holiday
        for holiday, (first, last, least) in _MOVING.items()
        if sum(first <= (day.month, day.day) <= last for day in off if day not in fixed) < least
    ]
    if missing:
        raise CalendarError("calendar.missing_days", name, ", ".join(missing))
    if file.year != known.years.stop:
        raise CalendarError("calendar.gap", name, str(known.years.stop))
    # The last word on the year's end is the later notice's.
    settled = {day for day in (*known.off, *known.work) if notice_of(day) < file.year}
    return Calendar(
        range(known.years.start, file.year + 1), (known.off & settled) | off, (known.work & settled) | work
    )


def _may_name(year: int, day: date) -> bool:
    """Tell whether the notice of a year may name a day: of the year, or of the last week before it."""
    return notice_of(day) == year or day.year == year


def _same(known: Calendar, year: int, off: frozenset[date], work: frozenset[date], name: str) -> Calendar:
    """Return the calendar as it is, if it says of the year what the file says."""
    span = map(date.fromordinal, range(date(year - 1, 12, 1).toordinal(), date(year, 12, 31).toordinal()))
    days = [day for day in span if notice_of(day) == year]
    said = {day: day in work or (day.weekday() < 5 and day not in off) for day in days}
    _none(
        name,
        "calendar.conflict",
        (day for day in days if known.is_working_day(day) != said[day]),
    )
    return known


def _none(name: str, code: str, wrong: Iterable[date]) -> None:
    found = sorted(set(wrong))
    if found:
        raise CalendarError(code, name, ", ".join(day.isoformat() for day in found[:_NAMED]))
