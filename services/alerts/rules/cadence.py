"""When a subscriber is told: at once or in a digest, never in quiet hours, in the court's zone.

Source: practice of the platform; days off and make-up days as the State Council's notices set them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from shared.casework.calendar import SHANGHAI, Calendar, local_day
from shared.contracts.subscriptions import Cadence

_DAY: Final = timedelta(days=1)
_LOOK_BACK: Final = 21
"""A digest of so many days ago may still lie ahead: the longest holidays have 9 days."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When somebody may be told. Times of day are local.

    Attributes:
        weekday: Of a weekly digest, 1 for Monday; one that falls on a day off waits for the next working day.
        quiet: From when until when nothing is sent, over midnight where the first is the later one.
    """

    cadence: Cadence = Cadence.AT_ONCE
    tell_at: time = time(9)
    weekday: int = 1
    quiet: tuple[time, time] | None = None
    working_days_only: bool = False

    def next_time(self, at: datetime, calendar: Calendar) -> datetime:
        """Return when what came at a time is told: that time itself, or a later one.

        A year whose days off are not announced has weekends and New Year's Day alone.
        """
        if self.cadence is Cadence.AT_ONCE:
            return self._loud(at.astimezone(SHANGHAI), calendar)
        return next(digest for digest in self._digests(local_day(at), calendar) if digest >= at)

    def _digests(self, day: date, calendar: Calendar) -> Iterator[datetime]:
        """Yield the digests around a day and after it, in their order."""
        day -= _DAY * _LOOK_BACK
        while True:
            if self.cadence is Cadence.DAILY or day.isoweekday() == self.weekday:
                on = calendar.roll_forward(day) if self.working_days_only else day
                yield self._loud(datetime.combine(on, self.tell_at, SHANGHAI), calendar)
            day += _DAY

    def _loud(self, at: datetime, calendar: Calendar) -> datetime:
        """Return the first instant from a time on that is not quiet."""
        while True:
            if self.working_days_only and not calendar.is_working_day(at.date()):
                on = calendar.roll_forward(at.date())
                at = datetime.combine(on, time.min, SHANGHAI)
            elif (until := self._quiet_until(at)) is not None:
                at = until
            else:
                return at

    def _quiet_until(self, at: datetime) -> datetime | None:
        """Return when the quiet hours end in which a time lies; ``None`` where it lies in none."""
        if self.quiet is None:
            return None
        begin, end = self.quiet
        now = at.timetz().replace(tzinfo=None)
        if begin < end:
            inside, days = begin <= now < end, 0
        else:
            inside, days = now >= begin or now < end, int(now >= begin)
        return datetime.combine(at.date() + _DAY * days, end, SHANGHAI) if inside else None
