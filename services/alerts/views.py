"""Read models of alerts: weekly counts and alerts, as they stand with the last committed batch."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from services.alerts.store import ALERTS, WEEKLY_COUNTS

if TYPE_CHECKING:
    from shared.runtime.commit.mongo import Database

Document = dict[str, Any]
MAX_ROWS = 5000
"""The most rows that one query returns."""


async def weekly_counts(
    database: "Database",
    *,
    institution: str | None = None,
    since: date | None = None,
    until: date | None = None,
) -> list[Document]:
    """Return the weeks with disputes, by week.

    Args:
        database: Alerts' own.
        institution: Whose; ``None`` for all.
        since: Monday of the first week.
        until: Monday of the last week.

    Returns:
        At most ``MAX_ROWS`` rows of ``weekly_counts``.
    """
    week = {name: day.isoformat() for name, day in (("$gte", since), ("$lte", until)) if day is not None}
    wanted = _of(institution) | ({"week": week} if week else {})
    return await database.find(WEEKLY_COUNTS, wanted, sort=[("week", 1), ("_id", 1)], limit=MAX_ROWS)


async def trend(database: "Database", series: str, *, since: date, until: date) -> list[tuple[date, int]]:
    """Return every week of one series from ``since`` to ``until`` (Mondays), empty weeks included."""
    span = {"$gte": f"{series}|{since.isoformat()}", "$lte": f"{series}|{until.isoformat()}"}
    rows = await database.find(WEEKLY_COUNTS, {"_id": span}, fields=("week", "count"))
    return filled(rows, since=since, until=until)


def filled(rows: Iterable[Mapping[str, Any]], *, since: date, until: date) -> list[tuple[date, int]]:
    """Return every week with its count; zero for a week without a row."""
    counts = {row["week"]: int(row["count"]) for row in rows}
    weeks = range((until - since).days // 7 + 1)
    days = [since + timedelta(days=7 * number) for number in weeks]
    return [(day, counts.get(day.isoformat(), 0)) for day in days]


async def alerts(
    database: "Database", *, institution: str | None = None, unseen: bool = False
) -> list[Document]:
    """Return alerts, the newest week first.

    Args:
        database: Alerts' own.
        institution: Whose; ``None`` for all.
        unseen: Only those that the institution has not acknowledged.

    Returns:
        At most ``MAX_ROWS`` rows of ``alerts``.
    """
    wanted = _of(institution) | ({"acknowledged_at": ""} if unseen else {})
    return await database.find(ALERTS, wanted, sort=[("week", -1), ("_id", 1)], limit=MAX_ROWS)


def _of(institution: str | None) -> dict[str, Any]:
    return {} if institution is None else {"institution": institution}
