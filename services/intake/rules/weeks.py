"""The week in which a dispute is counted."""

from datetime import date, datetime, timedelta

from shared.casework.calendar import local_day


def week_of(at: datetime) -> date:
    """Return the Monday of the ISO week of an instant, in the court's zone."""
    day = local_day(at)
    return day - timedelta(days=day.weekday())
