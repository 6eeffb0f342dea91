"""The calendar in force: what the library knows, and the years that lie as files beside the network file."""

from pathlib import Path
from typing import Final

from shared.casework.announced import with_years
from shared.casework.calendar import Calendar, library_calendar
from shared.contracts.calendar_file import MAX_BYTES, CalendarError, named_year, parse_calendar

PATTERN: Final = "calendar-*"


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
