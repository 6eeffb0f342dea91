"""Calendars of another time: what was known in an earlier year, and notices that nobody has given yet."""

import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from shared.casework.calendar import Calendar, library_calendar, notice_of

_LAW = {
    "元旦": ["01-01"],
    "春节": ["02-05", "02-06", "02-07", "02-08"],
    "清明节": ["04-05"],
    "劳动节": ["05-01", "05-02"],
    "端午节": ["06-09"],
    "中秋节": ["09-15"],
    "国庆节": ["10-01", "10-02", "10-03"],
}


def known_until(year: int) -> Calendar:
    """Return what the library knew before the notice of the year after ``year`` came."""
    library = library_calendar()
    return Calendar(
        range(library.years.start, year + 1),
        frozenset(day for day in library.off if notice_of(day) <= year),
        frozenset(day for day in library.work if notice_of(day) <= year),
    )


def notice(year: int, *, off: Iterable[str] = (), work: Iterable[str] = ()) -> dict[str, Any]:
    """Return a calendar file of a year: the least that the law asks for, and more days in ISO form."""
    days = [(name, f"{year}-{day}", True) for name, days in _LAW.items() for day in days]
    days += [("", day, True) for day in off] + [("", day, False) for day in work]
    return {
        "year": year,
        "days": [{"name": name, "date": day, "isOffDay": is_off} for name, day, is_off in days],
    }


def library_notice(year: int) -> dict[str, Any]:
    """Return the calendar file of a year that the library knows."""
    library = library_calendar()
    days = [(day, True) for day in library.off] + [(day, False) for day in library.work]
    return {
        "year": year,
        "days": [
            {"name": "", "date": day.isoformat(), "isOffDay": is_off}
            for day, is_off in sorted(days)
            if notice_of(day) == year
        ],
    }


def put(folder: Path, content: dict[str, Any]) -> Path:
    """Write a calendar file beside a network file."""
    date(content["year"], 1, 1)
    path = folder / f"calendar-{content['year']}.json"
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path
