"""Read models of alerts: weekly counts and alerts, as they stand with the last committed batch."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from services.alerts.rules import iso_week_start
from services.alerts.rules.comparable import stacked
from services.alerts.rules.effects import LONGEST_AFTER, LONGEST_BEFORE, Effect, effect_of
from services.alerts.rules.small_cells import told_to
from services.alerts.rules.targets import shown
from services.alerts.rules.trends import Asked, Span, trends
from services.alerts.store import (
    ALERTS,
    BACKLOGS,
    COUNTED,
    EXCLUDED,
    REFERRALS,
    REQUESTS,
    SUBSCRIPTIONS,
    WEEKLY_COUNTS,
)
from services.alerts.subscription.state import address_id
from shared.contracts.common import LabelChange
from shared.contracts.subscriptions import NoticeWay
from shared.runtime.base.collections import ADDRESSES, DELIVERIES

if TYPE_CHECKING:
    from shared.runtime.commit.mongo import Database

Document = dict[str, Any]
_WEEK = timedelta(days=7)
_WEEKS_SHOWN = 13
_LABELS = ("institution", "cause", "issue")
MAX_ROWS = 5000
"""The most rows that one query returns."""


async def weekly_counts(
    database: "Database",
    *,
    institution: str | None = None,
    since: date | None = None,
    until: date | None = None,
) -> list[Document]:
    """Return the weeks with disputes, by week; one row for each product and region of a series.

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


async def trend(
    database: "Database", alert: Mapping[str, Any], *, since: date, until: date
) -> list[tuple[date, int]]:
    """Return every week of an alert's series or sum between two Mondays, both and empty ones included."""
    if _is_sum(alert):
        rows = await database.find(
            WEEKLY_COUNTS,
            _named(alert) | {"week": {"$gte": since.isoformat(), "$lte": until.isoformat()}},
            fields=("week", "count"),
        )
        return filled(rows, since=since, until=until)
    series = alert["series"]
    # A row of the last week goes on behind its Monday, with the product and the region.
    span = {"$gte": f"{series}|{since.isoformat()}", "$lt": f"{series}|{until.isoformat()}~"}
    rows = await database.find(WEEKLY_COUNTS, {"_id": span}, fields=("week", "count"))
    return filled(rows, since=since, until=until)


def filled(rows: Iterable[Mapping[str, Any]], *, since: date, until: date) -> list[tuple[date, int]]:
    """Return every week with its count; zero for a week without a row."""
    counts = Counter[str]()
    for row in rows:
        counts[row["week"]] += int(row["count"])
    weeks = range((until - since).days // 7 + 1)
    days = [since + timedelta(days=7 * number) for number in weeks]
    return [(day, counts[day.isoformat()]) for day in days]


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


async def alert_of(database: "Database", series: str, week: str = "") -> Document | None:
    """Return the alert of a series: that of a week, or the latest one."""
    wanted = {"_id": f"{series}|{week}"} if week else {"_id": {"$gt": f"{series}|", "$lt": f"{series}|~"}}
    rows = await database.find(ALERTS, wanted, sort=[("_id", -1)], limit=1)
    return rows[0] if rows else None


def _is_sum(alert: Mapping[str, Any]) -> bool:
    return any(alert[name] is None for name in _LABELS)


def _named(alert: Mapping[str, Any], but: str = "") -> Document:
    """Return what a dispute must have to be one of an alert's; what the alert does not name is summed."""
    return {name: alert[name] for name in _LABELS if name != but and alert[name] is not None}


async def alert_cases(database: "Database", alert: Mapping[str, Any]) -> list[Document]:
    """Return the disputes of an alert, from its week to the last one that stood out."""
    weeks = {"$gte": alert["week"], "$lte": alert.get("last_week") or alert["week"]}
    wanted = _named(alert) | {"week": weeks, "counts": True}
    return await database.find(COUNTED, wanted, sort=[("week", 1), ("_id", 1)], limit=MAX_ROWS)


async def compared_with(database: "Database", alert: Mapping[str, Any]) -> list[Document]:
    """Return what an alert's disputes are compared with: others of its institution, cause and half year.

    Of what a sum does not name, all.
    """
    since = date.fromisoformat(alert["week"]) - timedelta(weeks=26)
    weeks = {"$gte": since.isoformat(), "$lte": alert.get("last_week") or alert["week"]}
    own = _named(alert)
    wanted = _named(alert, but="issue") | {"week": weeks, "counts": True}
    rows = await database.find(COUNTED, wanted, sort=[("week", -1), ("_id", 1)], limit=MAX_ROWS)
    inside = (alert["week"], weeks["$lte"])
    return [
        row
        for row in rows
        if any(row[name] != value for name, value in own.items()) or not inside[0] <= row["week"] <= inside[1]
    ]


async def similar_alerts(database: "Database", alert: Mapping[str, Any], limit: int = 5) -> list[Document]:
    """Return alerts of before of the same cause and issue, whoever had them, the latest first."""
    wanted = {"cause": alert["cause"], "issue": alert["issue"], "week": {"$lt": alert["week"]}}
    return await database.find(ALERTS, wanted, sort=[("week", -1), ("_id", 1)], limit=limit)


async def excluded(database: "Database", limit: int = MAX_ROWS) -> list[Document]:
    """Return what is in no series, each with its reason, the latest week first."""
    return await database.find(
        EXCLUDED, {"reason": {"$gt": ""}}, sort=[("week", -1), ("_id", 1)], limit=limit
    )


async def backlogs(database: "Database", institution: str | None = None) -> list[Document]:
    """Return what was told apart from a surge because one day was so full, the latest week first."""
    return await database.find(BACKLOGS, _of(institution), sort=[("week", -1), ("_id", 1)], limit=MAX_ROWS)


async def referrals(database: "Database", recipient: str | None = None) -> list[Document]:
    """Return referrals, the latest first.

    Args:
        database: Alerts' own.
        recipient: Whose; ``None`` for all.

    Returns:
        At most ``MAX_ROWS`` rows of ``referrals``.
    """
    wanted = {} if recipient is None else {"recipient": recipient}
    return await database.find(REFERRALS, wanted, sort=[("opened_at", -1), ("_id", 1)], limit=MAX_ROWS)


async def own_part(database: "Database", rows: list[Document], institution: str) -> list[Document]:
    """Return referrals with the alerts of one institution alone: whose else they are is not for it."""
    named = sorted({alert for row in rows for alert in row["alerts"]})
    found = await database.find(ALERTS, {"_id": {"$in": named}, "institution": institution}, fields=("_id",))
    own = {row["_id"] for row in found}
    return [
        {
            **row,
            "alerts": [one for one in row["alerts"] if one in own],
            "institutions": [one for one in row["institutions"] if one == institution],
        }
        for row in rows
    ]


async def last_week(database: "Database") -> date | None:
    """Return the last week that has a dispute; ``None`` where none was ever counted."""
    rows = await database.find(WEEKLY_COUNTS, {"count": {"$gt": 0}}, sort=[("week", -1)], limit=1)
    return date.fromisoformat(rows[0]["week"]) if rows else None


async def counts_between(
    database: "Database", since: date, until: date, institution: str | None = None
) -> list[Document]:
    """Return all rows of ``weekly_counts`` of some weeks, without a limit: what is summed must be whole."""
    weeks = {"week": {"$gte": since.isoformat(), "$lte": until.isoformat()}}
    return await database.find(WEEKLY_COUNTS, _of(institution) | weeks)


async def summed_between(
    database: "Database", since: date, until: date, by: Iterable[str], institution: str | None = None
) -> list[Document]:
    """Return the counts of some weeks by some labels alone, summed by the database."""
    weeks = {"week": {"$gte": since.isoformat(), "$lte": until.isoformat()}}
    labels = {name: f"${name}" for name in ("week", *by)}
    stages: list[Document] = [
        {"$match": _of(institution) | weeks},
        {"$group": {"_id": labels, "count": {"$sum": "$count"}}},
    ]
    rows = await database.aggregate(WEEKLY_COUNTS, stages)
    return [{**row["_id"], "count": row["count"]} for row in rows]


def _shown_address(row: Mapping[str, Any]) -> str:
    """Return the id of the address that is used, or waits to be confirmed."""
    number = row.get("address", 0)
    return address_id(row["_id"], row["confirming"] if number is None else number)


def _masked(address: Mapping[str, Any]) -> str:
    return shown(NoticeWay(address["way"]), address["target"]) if address.get("target") else ""


async def subscriptions(database: "Database", owner: str | None = None) -> list[Document]:
    """Return who is told of what, with the address masked and how the last notice went.

    Args:
        database: Alerts' own.
        owner: An institution or the court; ``None`` for all.
    """
    wanted: dict[str, Any] = {} if owner is None else {"owner": owner}
    rows = await database.find(SUBSCRIPTIONS, wanted, sort=[("owner", 1), ("title", 1)], limit=MAX_ROWS)
    ids = {row["_id"]: _shown_address(row) for row in rows}
    targets = {
        one["_id"]: one for one in await database.find(ADDRESSES, {"_id": {"$in": list(ids.values())}})
    }
    last = {
        one["_id"]: one
        for one in await database.aggregate(
            DELIVERIES,
            [
                {"$match": {"to": {"$in": list(ids.values())}, "tries": {"$gt": 0}}},
                {"$sort": {"_id": 1}},
                {"$group": {"_id": "$to", "outcome": {"$last": "$outcome"}, "tries": {"$last": "$tries"}}},
            ],
        )
    }
    return [
        {
            **{name: value for name, value in row.items() if name != "_id"},
            "id": row["_id"],
            "target": _masked(targets.get(ids[row["_id"]], {})),
            "outcome": last.get(ids[row["_id"]], {}).get("outcome", ""),
            "tries": last.get(ids[row["_id"]], {}).get("tries", 0),
        }
        for row in rows
    ]


async def asked_of(database: "Database") -> list[Document]:
    """Return how what institutions were asked stands, counted by the database, however much it is.

    That is alerts, what was referred to an institution, and what cases ask of theirs; what is withdrawn,
    superseded or only an offer asks for nothing.

    Returns:
        Rows of ``institution``, ``timely``, ``answer_by``, ``drop_ground``, and how many these are (``of``).
    """
    found: list[Document] = []
    for collection, wanted, institution in _ASKING:
        parts = {"institution": f"${institution}", **{name: f"${name}" for name in _STANDS}}
        stages: list[Document] = [{"$match": wanted}, {"$group": {"_id": parts, "count": {"$sum": 1}}}]
        rows = await database.aggregate(collection, stages)
        found += [{**row["_id"], "of": row["count"]} for row in rows]
    return found


_STANDS: Final = ("timely", "answer_by", "drop_ground")
_ASKING: Final[tuple[tuple[str, Document, str], ...]] = (
    # One over all institutions is the court's own.
    (ALERTS, {"institution": {"$gt": ""}}, "institution"),
    (REFERRALS, {"recipient_kind": "institution", "withdrawn": "", "superseded_by": ""}, "recipient"),
    (REQUESTS, {"offer": False}, "institution"),
)


async def requests(
    database: "Database",
    institution: str | None = None,
    *,
    waiting: bool = False,
    before: datetime | None = None,
) -> list[Document]:
    """Return what cases asked of institutions, each with its clock, the latest first.

    Args:
        database: Alerts' own.
        institution: Whose; ``None`` for all.
        waiting: Only those whose answer is awaited.
        before: Only those that were asked at this time or before, with a zone; to read on.

    Returns:
        At most ``MAX_ROWS`` rows of ``requests``.
    """
    wanted = _of(institution) | ({"answered_at": None, "drop_ground": None} if waiting else {})
    wanted |= {} if before is None else {"asked_at": {"$lte": before.astimezone(UTC).isoformat()}}
    return await database.find(REQUESTS, wanted, sort=[("asked_at", -1), ("_id", 1)], limit=MAX_ROWS)


async def asked_trends(
    database: "Database",
    by: tuple[str, ...],
    span: Span,
    weeks: tuple[date | None, date | None],
    only: Mapping[str, str],
    exposure: Mapping[str, float],
    taxonomy: Sequence[LabelChange] = (),
) -> list[Document]:
    """Return the rows of a trend.

    Args:
        database: Alerts' own.
        by: Dimensions that stay apart.
        span: Weeks or months.
        weeks: Mondays of the first and the last one; ``None`` for the last thirteen that have any dispute.
        only: Values that a dimension must have.
        exposure: Accounts of an institution, or of an institution and a product (``inst|product``).
        taxonomy: Labels that are summed under another name by now.
    """
    until = weeks[1] or await last_week(database)
    if until is None:
        return []
    since = weeks[0] or until - timedelta(weeks=_WEEKS_SHOWN - 1)
    asked = Asked(by, span, since, until, only, exposure, taxonomy)
    labels = dict.fromkeys((*by, *only))
    rows = await summed_between(database, asked.read_from, until, labels, only.get("institution"))
    # Years of all series take seconds, in which the messages of the service go on.
    return await asyncio.to_thread(trends, rows, asked)


async def effect_on(
    database: "Database",
    only: Mapping[str, str],
    at: date,
    skip: int,
    now: datetime,
    *,
    told: str | None = None,
) -> tuple[list[str], Effect]:
    """Return what an intervention did to the disputes that are asked for, by the weeks that are over.

    Args:
        database: Alerts' own.
        only: What a series must have, by dimension.
        at: Monday of its week.
        skip: Weeks that are left out until it had its effect.
        now: With a zone.
        told: The institution that is told of it; ``None`` for whoever sees all counts.

    Returns:
        The names of comparable series, and the effect, whose controls are numbers of these.
    """
    over = iso_week_start(now) - _WEEK
    last = min(await last_week(database) or at, over, at + (LONGEST_AFTER + skip) * _WEEK)
    rows = await counts_between(database, at - LONGEST_BEFORE * _WEEK, last)
    first = min((date.fromisoformat(row["week"]) for row in rows), default=min(at, last))

    def counted() -> tuple[list[str], Effect]:
        names, counts = stacked(rows, only, first, max(last, first))
        found = effect_of(counts[0], counts[1:], (at - first).days // 7, skip)
        return names, found if told is None else told_to(told, found, names, counts[1:])

    return await asyncio.to_thread(counted)
