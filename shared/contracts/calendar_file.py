"""The calendar file: one year's notice of days off, given by an operator. docs/operations.md has an example.

The format is that of the public data set holiday-cn, so that its files can be used as they are:
``{"year": 2027, "days": [{"name": "元旦", "date": "2027-01-01", "isOffDay": true}, …]}``. Listed are
the days that differ from plain weekdays and weekends, those of the last week of the year before included
(the year is that of the notice), and whole holidays with the weekend days in them.
"""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shared.contracts.errors import SuyuanError
from shared.contracts.reasons import text

__all__ = ["MAX_BYTES", "CalendarDay", "CalendarError", "CalendarFile", "named_year", "parse_calendar"]

MAX_BYTES: Final = 100_000
"""Largest calendar file; a year has some 5 kB."""

_NAME: Final = re.compile(r"calendar-([0-9]{4})\.json")


class CalendarError(SuyuanError):
    """A calendar file that cannot be used; nothing starts with it.

    Codes: `calendar.misnamed`, `calendar.unreadable`, `calendar.malformed`, `calendar.wrong_year`,
    `calendar.day_twice`, `calendar.not_a_change`, `calendar.missing_days`, `calendar.conflict`,
    `calendar.gap`.
    """

    def __init__(self, code: str, name: str, detail: str = "") -> None:
        """Make the sentences from the file's name, what was found (dates, fields), and the code's own."""
        reason = text(code)
        found = f" ({detail})" if detail else ""
        super().__init__(code=code, zh=f"{name}{found}：{reason.zh}", en=f"{name}{found}: {reason.en}")


class CalendarDay(BaseModel):
    """One day that is off or worked other than its weekday says."""

    model_config = ConfigDict(frozen=True)

    name: Annotated[str, Field(max_length=100)] = ""
    date: date
    isOffDay: Annotated[bool, Field(strict=True)]


class CalendarFile(BaseModel):
    """The notice of one year."""

    model_config = ConfigDict(frozen=True)

    year: Annotated[int, Field(strict=True, ge=1950, le=2999)]
    days: Annotated[tuple[CalendarDay, ...], Field(min_length=1, max_length=200)]


def named_year(name: str) -> int:
    """Return the year in the name of a calendar file.

    Raises:
        CalendarError: `calendar.misnamed`: it is not named ``calendar-<year>.json``.
    """
    found = _NAME.fullmatch(name)
    if found is None:
        raise CalendarError("calendar.misnamed", name)
    return int(found[1])


def parse_calendar(data: bytes, name: str) -> CalendarFile:
    """Read one calendar file.

    Args:
        data: Its content.
        name: Its name, ``calendar-2027.json``.

    Raises:
        CalendarError: `calendar.misnamed`; `calendar.malformed`: it is too large, no JSON, or a field is
            missing or not as it should be; `calendar.wrong_year`: it is of another year than its name.
    """
    year = named_year(name)
    if len(data) > MAX_BYTES:
        raise CalendarError("calendar.malformed", name, f"> {MAX_BYTES} bytes")
    try:
        file = CalendarFile.model_validate(json.loads(data.decode("utf-8-sig")))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"])) or "$"
        raise CalendarError("calendar.malformed", name, f"{where}: {first['msg']}") from error
    except (ValueError, RecursionError) as error:
        raise CalendarError("calendar.malformed", name, str(error)[:100]) from error
    if file.year != year:
        raise CalendarError("calendar.wrong_year", name, f"year {file.year}")
    return file
