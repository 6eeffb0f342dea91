"""Working days in China and the ends of legal periods, all in the zone Asia/Shanghai.

One convention holds everywhere: **a deadline is the first instant after its last day**, which is
00:00 of the following day. An act at `at` is in time when `at < deadline`, and the deadline has
passed when `deadline <= to`. `last_day` gives back the day to print for people.

Working days include make-up days (调休), as the State Council's yearly notice sets them; they come
from the maintained `chinese_calendar` package, read once. A year that it does not know is
`CalendarYearUnknown`, never a guess. (A notice can still change the last days of the December
before it; update the package when the notice is out, usually in November.)

Source: 民事诉讼法 (2023) art 85: the first day is not counted, and a last day on a statutory day
off rolls to the first working day after it. 民法典 art 202: a period of months ends on the
corresponding day of its last month, or on that month's last day.
"""

from __future__ import annotations

from bisect import bisect_left
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from chinese_calendar.constants import holidays, workdays

from shared.contracts.errors import SuyuanError

__all__ = [
    "SHANGHAI",
    "CalendarYearUnknown",
    "add_working_days",
    "deadline_after_days",
    "deadline_after_months",
    "deadline_after_working_days",
    "end_of_day",
    "is_working_day",
    "known_years",
    "last_day",
    "last_day_after_months",
    "local_day",
    "next_working_day",
    "roll_forward",
    "working_days_between",
]

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
"""The zone in which days begin and end."""

_ONE_DAY: Final = timedelta(days=1)


class CalendarYearUnknown(SuyuanError):
    """The working days of a year are not known yet, so nothing that depends on them is decided.

    Code `calendar.year_unknown`. Update the calendar package and try (or redrive) again.
    """

    year: int
    """The year that was asked for."""

    def __init__(self, year: int) -> None:
        """Name the year and the years that are known."""
        self.year = year
        known = known_years()
        first, last = known.start, known.stop - 1
        super().__init__(
            code="calendar.year_unknown",
            zh=f"没有 {year} 年的工作日历（已有 {first} 至 {last} 年），"
            "请更新 chinese_calendar 软件包后重投。",
            en=f"No working-day calendar for {year} (known: {first} to {last}). "
            "Update the chinese_calendar package, then redrive.",
        )


class _Table(NamedTuple):
    first: int
    """Ordinal of the first known day."""
    works: bytes
    """1 for a working day, 0 for a day off, from the first known day on."""
    days: tuple[int, ...]
    """Ordinals of all working days."""
    before: tuple[int, ...]
    """How many working days lie before each known day."""
    years: range


@cache
def _table() -> _Table:
    # The tables themselves: the package's own functions search them anew for every day.
    years = range(min(holidays).year, max(holidays).year + 1)
    first = date(years.start, 1, 1).toordinal()
    works = bytearray()
    days: list[int] = []
    before: list[int] = []
    for ordinal in range(first, date(years.stop, 1, 1).toordinal()):
        day = date.fromordinal(ordinal)
        on = day in workdays or (day.weekday() < 5 and day not in holidays)
        works.append(on)
        before.append(len(days))
        if on:
            days.append(ordinal)
    return _Table(first, bytes(works), tuple(days), tuple(before), years)


def known_years() -> range:
    """The years whose working days are known, without a gap."""
    return _table().years


def _index(table: _Table, day: date) -> int:
    index = day.toordinal() - table.first
    if not 0 <= index < len(table.works):
        raise CalendarYearUnknown(day.year)
    return index


def is_working_day(day: date) -> bool:
    """Whether people work on this day: weekdays that are no holiday, and make-up days.

    Raises:
        CalendarYearUnknown: the day lies in a year that is not known.
    """
    table = _table()
    return bool(table.works[_index(table, day)])


def add_working_days(day: date, n: int) -> date:
    """The n-th working day after a day; the day itself is not counted.

    Args:
        day: the day on which the period starts, a working day or not.
        n: working days, 0 or more. 0 gives the day itself or, from a day off, the next working
            day.

    Raises:
        CalendarYearUnknown: the day or the answer lies in a year that is not known.
        ValueError: `n` is negative.

    Source: 民事诉讼法 (2023) art 85.
    """
    if n < 0:
        raise ValueError(f"working days are counted forward, not by {n}")
    if n == 0:
        return roll_forward(day)
    table = _table()
    index = _index(table, day)
    target = table.before[index] + table.works[index] + n - 1
    if target >= len(table.days):
        raise CalendarYearUnknown(table.years.stop)
    return date.fromordinal(table.days[target])


def next_working_day(day: date) -> date:
    """The first working day after a day.

    Raises:
        CalendarYearUnknown: the day or the answer lies in a year that is not known.
    """
    return add_working_days(day, 1)


def roll_forward(day: date) -> date:
    """The day itself if it is a working day, otherwise the first working day after it.

    Raises:
        CalendarYearUnknown: the day or the answer lies in a year that is not known.

    Source: 民事诉讼法 (2023) art 85.
    """
    return day if is_working_day(day) else add_working_days(day, 1)


def working_days_between(start: date, end: date) -> int:
    """How many working days lie after `start`, up to and including `end`; 0 if none do.

    Raises:
        CalendarYearUnknown: either day lies in a year that is not known.
    """
    table = _table()
    low, high = _index(table, start), _index(table, end)
    if high <= low:
        return 0
    return bisect_left(table.days, end.toordinal() + 1) - table.before[low] - table.works[low]


def local_day(at: datetime) -> date:
    """The calendar day of an instant in Asia/Shanghai.

    Raises:
        ValueError: the time has no zone.
    """
    if at.tzinfo is None:
        raise ValueError("a time without a zone is on no particular day")
    return at.astimezone(SHANGHAI).date()


def end_of_day(day: date) -> datetime:
    """The first instant after a day: 00:00 of the next one in Asia/Shanghai."""
    return datetime.combine(day + _ONE_DAY, time.min, SHANGHAI)


def last_day(deadline: datetime) -> date:
    """The day that a deadline closes, for people to read: the inverse of `end_of_day`.

    Raises:
        ValueError: the time has no zone.
    """
    return local_day(deadline - timedelta(microseconds=1))


def last_day_after_months(day: date, months: int) -> date:
    """The corresponding day some months later, not rolled; it needs no working-day calendar.

    Use it for far limits whose year has no calendar yet, and roll when the year is known.

    Args:
        day: the day on which the period starts.
        months: 0 or more; 24 for two years.

    Raises:
        ValueError: `months` is negative.

    Source: 民法典 art 202.
    """
    if months < 0:
        raise ValueError(f"months are counted forward, not by {months}")
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), following - _ONE_DAY)


def deadline_after_days(start: datetime, days: int) -> datetime:
    """The end of a period of calendar days.

    Args:
        start: when the period starts, with a zone; that day is not counted.
        days: calendar days, 0 or more.

    Returns:
        The first instant after the last day, in Asia/Shanghai.

    Raises:
        CalendarYearUnknown: the last day lies in a year that is not known.
        ValueError: `start` has no zone, or `days` is negative.

    Source: 民事诉讼法 (2023) art 85.
    """
    if days < 0:
        raise ValueError(f"days are counted forward, not by {days}")
    return end_of_day(roll_forward(local_day(start) + timedelta(days=days)))


def deadline_after_working_days(start: datetime, n: int) -> datetime:
    """The end of a period of working days.

    Args:
        start: when the period starts, with a zone; that day is not counted.
        n: working days, 0 or more.

    Returns:
        The first instant after the last day, in Asia/Shanghai.

    Raises:
        CalendarYearUnknown: the start or the last day lies in a year that is not known.
        ValueError: `start` has no zone, or `n` is negative.

    Source: 民事诉讼法 (2023) art 85.
    """
    return end_of_day(add_working_days(local_day(start), n))


def deadline_after_months(start: datetime, months: int) -> datetime:
    """The end of a period of months.

    Args:
        start: when the period starts, with a zone; that day is not counted.
        months: 0 or more.

    Returns:
        The first instant after the last day, in Asia/Shanghai.

    Raises:
        CalendarYearUnknown: the last day lies in a year that is not known.
        ValueError: `start` has no zone, or `months` is negative.

    Source: 民事诉讼法 (2023) art 85; 民法典 art 202.
    """
    return end_of_day(roll_forward(last_day_after_months(local_day(start), months)))
