"""Working days in China and the ends of legal periods, all in the zone Asia/Shanghai.

One convention holds everywhere: **a deadline is the first instant after its last day**, which is
00:00 of the following day. An act at `at` is in time when `at < deadline`, and the deadline has
passed when `deadline <= to`. `last_day` gives back the day to print for people.

Working days include make-up days (调休), as the State Council's yearly notice sets them. A notice
comes late in the year before, so some deadlines always end where no notice reaches yet. Such a
deadline is **provisional**: counted with weekends and the fixed New Year's Day alone, marked as such,
and corrected once the notice is known. No question about a day is ever refused.

Source: 民事诉讼法 (2023) art 85: the first day is not counted, and a last day on a statutory day
off rolls to the first working day after it. 民法典 art 202: a period of months ends on the
corresponding day of its last month, or on that month's last day. 全国年节及纪念日放假办法 (2024)
art 2: 1 January is a day off.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache, cached_property
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

__all__ = [
    "SHANGHAI",
    "Calendar",
    "Deadline",
    "awaited",
    "end_of_day",
    "last_day",
    "last_day_after_months",
    "library_calendar",
    "local_day",
    "notice_of",
]

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
"""The zone in which days begin and end."""

_ONE_DAY: Final = timedelta(days=1)
_NEXT_NOTICE: Final = (12, 25)
"""From this day on the notice of the next year may change the year. (The earliest so far: 29 December
of 2007 and 2018, both Saturdays that were made working days.)"""


class Deadline(NamedTuple):
    """The end of a period."""

    at: datetime
    """The first instant after the last day."""
    provisional: bool
    """Whether a notice that is still to come may move it."""

    def in_place_of(self, before: datetime, now: datetime) -> Deadline:
        """Return what a provisional limit becomes, once the calendar says that this is the right one.

        One that has passed by the calendar while the provisional one has not leaves that one in force for
        good: nothing is missed in the past.

        Args:
            before: The provisional limit.
            now: Business time of the correction.
        """
        passed = self.at < before and self.at <= now
        return Deadline(before, False) if passed else self


@dataclass(frozen=True)
class Calendar:
    """What is known about working days: an input of decisions, like their rules.

    Attributes:
        years: The years whose notices are known, without a gap.
        off: Days off that these notices name.
        work: Make-up days that these notices name.
    """

    years: range
    off: frozenset[date]
    work: frozenset[date]

    @cached_property
    def _works(self) -> bytes:
        """1 for a working day, 0 for a day off, from 1 January of the first year on."""
        works = bytearray()
        for ordinal in range(self._first, date(self.years.stop, 1, 1).toordinal()):
            day = date.fromordinal(ordinal)
            works.append(day in self.work or (day.weekday() < 5 and day not in self.off))
        return bytes(works)

    @cached_property
    def _first(self) -> int:
        return date(self.years.start, 1, 1).toordinal()

    @cached_property
    def final_until(self) -> date:
        """The last day that no notice to come can change."""
        return date(self.years.stop - 1, *_NEXT_NOTICE) - _ONE_DAY

    @cached_property
    def names(self) -> tuple[str, ...]:
        """What this calendar knows, by the names that `awaited` gives."""
        return tuple(map(_name, self.years))

    def is_final(self, day: date) -> bool:
        """Whether no notice to come can change a day."""
        return day.year >= self.years.start and day <= self.final_until

    def is_working_day(self, day: date) -> bool:
        """Whether people work on a day: weekdays that are no holiday, and make-up days."""
        return self._is_on(day.toordinal())

    def _is_on(self, ordinal: int) -> bool:
        index = ordinal - self._first
        if 0 <= index < len(self._works):
            return bool(self._works[index])
        day = date.fromordinal(ordinal)
        return day.weekday() < 5 and (day.month, day.day) != (1, 1)

    def add_working_days(self, day: date, n: int) -> date:
        """Return the n-th working day after a day; the day itself is not counted.

        Args:
            day: the day on which the period starts, a working day or not.
            n: working days, 0 or more. 0 gives the day itself or, from a day off, the next working
                day.

        Raises:
            ValueError: `n` is negative.

        Source: 民事诉讼法 (2023) art 85.
        """
        if n < 0:
            raise ValueError(f"working days are counted forward, not by {n}")
        if n == 0:
            return self.roll_forward(day)
        ordinal = day.toordinal()
        while n:
            ordinal += 1
            n -= self._is_on(ordinal)
        return date.fromordinal(ordinal)

    def roll_forward(self, day: date) -> date:
        """Return the day itself if it is a working day, otherwise the first working day after it.

        Source: 民事诉讼法 (2023) art 85.
        """
        ordinal = day.toordinal()
        while not self._is_on(ordinal):
            ordinal += 1
        return date.fromordinal(ordinal)

    def working_days_between(self, start: date, end: date) -> int:
        """Return how many working days lie after `start`, up to and including `end`; 0 if none do."""
        return sum(map(self._is_on, range(start.toordinal() + 1, end.toordinal() + 1)))

    def after_days(self, start: datetime, days: int) -> Deadline:
        """Return the end of a period of calendar days.

        Args:
            start: when the period starts, with a zone; that day is not counted.
            days: calendar days, 0 or more.

        Raises:
            ValueError: `start` has no zone, or `days` is negative.

        Source: 民事诉讼法 (2023) art 85.
        """
        if days < 0:
            raise ValueError(f"days are counted forward, not by {days}")
        return self.rolled(local_day(start) + timedelta(days=days))

    def after_working_days(self, start: datetime, n: int) -> Deadline:
        """Return the end of a period of working days.

        Args:
            start: when the period starts, with a zone; that day is not counted.
            n: working days, 0 or more.

        Raises:
            ValueError: `start` has no zone, or `n` is negative.

        Source: 民事诉讼法 (2023) art 85.
        """
        day = local_day(start)
        return self._deadline(day + _ONE_DAY if n else day, self.add_working_days(day, n))

    def after_months(self, start: datetime, months: int) -> Deadline:
        """Return the end of a period of months.

        Args:
            start: when the period starts, with a zone; that day is not counted.
            months: 0 or more.

        Raises:
            ValueError: `start` has no zone, or `months` is negative.

        Source: 民事诉讼法 (2023) art 85; 民法典 art 202.
        """
        return self.rolled(last_day_after_months(local_day(start), months))

    def rolled(self, day: date) -> Deadline:
        """Return the deadline whose last day is a day, or the first working day after it."""
        return self._deadline(day, self.roll_forward(day))

    def _deadline(self, first: date, last: date) -> Deadline:
        # Every day that was looked at must be final: what is counted, and what is rolled over.
        return Deadline(end_of_day(last), not (self.is_final(first) and self.is_final(last)))


@cache
def library_calendar() -> Calendar:
    """Return what the installed `chinese_calendar` package knows."""
    # The tables themselves: the package's own functions search them anew for every day.
    from chinese_calendar.constants import holidays, workdays

    years = range(min(holidays).year, max(holidays).year + 1)
    return Calendar(years, frozenset(holidays), frozenset(workdays))


def notice_of(day: date) -> int:
    """Return the year whose notice has the last word on a day: its own, or the next at the year's end."""
    return day.year + ((day.month, day.day) >= _NEXT_NOTICE)


def awaited(deadline: datetime) -> str:
    """Return the name of what makes a provisional deadline final, as in `Calendar.names`."""
    return _name(notice_of(last_day(deadline)))


def _name(year: int) -> str:
    return f"calendar-{year}"


def local_day(at: datetime) -> date:
    """Return the calendar day of an instant in Asia/Shanghai.

    Raises:
        ValueError: the time has no zone.
    """
    if at.tzinfo is None:
        raise ValueError("a time without a zone is on no particular day")
    return at.astimezone(SHANGHAI).date()


def end_of_day(day: date) -> datetime:
    """Return the first instant after a day: 00:00 of the next one in Asia/Shanghai."""
    return datetime.combine(day + _ONE_DAY, time.min, SHANGHAI)


def last_day(deadline: datetime) -> date:
    """Return the day that a deadline closes, for people to read: the inverse of `end_of_day`.

    Raises:
        ValueError: the time has no zone.
    """
    return local_day(deadline - timedelta(microseconds=1))


def last_day_after_months(day: date, months: int) -> date:
    """Return the corresponding day some months later, not rolled.

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
