"""The calendar in force: what the library knows, and the years that lie as files beside the network file."""

from datetime import date, datetime
from pathlib import Path
from typing import Final

from shared.casework.announced import with_years
from shared.casework.calendar import Calendar, library_calendar, local_day
from shared.contracts.calendar_file import MAX_BYTES, CalendarError, named_year, parse_calendar
from shared.runtime.base import logs

_log = logs.get("runtime")
PATTERN: Final = "calendar-*"
WARN_DAYS: Final = 45
"""A deadline of 30 days that begins now, and a holiday behind it."""


def load_calendar(network: Path, library: Calendar | None = None) -> Calendar:
    """Return the calendar that a process works with; it is read once, at its start.

    Args:
        network: The network file; ``calendar-<year>.json`` beside it add years.
        library: What is known without files; ``None`` for the installed package.

    Raises:
        CalendarError: A file cannot be used.
    """
    files = []
    for path in sorted(network.parent.glob(PATTERN)):
        named_year(path.name)
        try:
            with path.open("rb") as file:
                data = file.read(MAX_BYTES + 1)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise CalendarError("calendar.unreadable", path.name, reason) from error
        files.append(parse_calendar(data, path.name))
    return with_years(library or library_calendar(), files)


def days_left(until: date, now: datetime) -> int:
    """Return how many days a calendar still lasts at a time; negative once it has ended.

    Args:
        until: Its last final day (`Calendar.final_until`).
        now: The time, with a zone.
    """
    return (until - local_day(now)).days


def tell_of_the_end(until: date, now: datetime) -> None:
    """Warn if a calendar lasts for less than a deadline that begins now, or has ended."""
    left = days_left(until, now)
    if left < WARN_DAYS:
        _log.warning(
            "runtime.calendar.ends",
            known_until=until.isoformat(),
            days=left,
            reason="later deadlines are provisional: `suyuan doctor` says which year to add",
        )
