"""Trends: weekly counts summed by what they are asked for, beside the same time a year before."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final

from shared.contracts.common import LabelChange

DIMENSIONS: Final = ("institution", "cause", "product", "issue", "region")
_YEAR: Final = timedelta(weeks=52)


class Span(StrEnum):
    """What is summed."""

    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for.

    Attributes:
        by: Dimensions that stay apart; the others are summed.
        span: Weeks or months.
        since: Monday of the first week.
        until: Monday of the last week.
        only: Values that a dimension must have.
        exposure: Accounts of an institution, or of an institution and a product (``inst|product``).
        taxonomy: Labels that were renamed or merged are summed under their new name; the parts of a split one
            stand by themselves.
    """

    by: tuple[str, ...]
    span: Span
    since: date
    until: date
    only: Mapping[str, str]
    exposure: Mapping[str, float]
    taxonomy: Sequence[LabelChange] = ()

    @property
    def read_from(self) -> date:
        """The first week that is needed: the year before is shown beside."""
        return self.since - (_YEAR if self.span is Span.WEEK else timedelta(weeks=54))


def period_of(week: date, span: Span) -> str:
    """Return the period of a week: its Monday, or the month of its Thursday, as ISO 8601 does with years."""
    return week.isoformat() if span is Span.WEEK else (week + timedelta(days=3)).isoformat()[:7]


def _year_before(week: date, span: Span) -> str:
    """Return the period that a week of the year before is shown beside."""
    if span is Span.WEEK:
        return (week + _YEAR).isoformat()
    thursday = week + timedelta(days=3)
    return f"{thursday.year + 1}-{thursday.month:02d}"


def columns_of(by: Sequence[str]) -> list[str]:
    """Return the names of the columns of a trend by some dimensions."""
    return ["period", *by, "count", "year_before", "change_percent", "per_thousand"]


def trends(rows: Iterable[Mapping[str, Any]], asked: Asked) -> list[dict[str, Any]]:
    """Return the counts, in the order of periods and labels; what has none in both years has no row.

    Args:
        rows: Of ``weekly_counts``, summed by what is asked for or not, from ``asked.read_from`` on.
        asked: What is asked for.
    """
    now, before = Counter[tuple[str, ...]](), Counter[tuple[str, ...]]()
    for row in rows:
        if not all(_is(_label(row, name, asked), name, value) for name, value in asked.only.items()):
            continue
        week = date.fromisoformat(row["week"])
        labels = tuple(_label(row, name, asked) for name in asked.by)
        if asked.since <= week <= asked.until:
            now[period_of(week, asked.span), *labels] += row["count"]
        before[_year_before(week, asked.span), *labels] += row["count"]
    shown = {period_of(week, asked.span) for week in _weeks(asked.since, asked.until)}
    places = sorted({*(+now), *(place for place in +before if place[0] in shown)})
    return [_row(place, now[place], before[place], asked) for place in places]


def _label(row: Mapping[str, Any], dimension: str, asked: Asked) -> str:
    """Return what a row's label is called by now."""
    label = str(row.get(dimension) or "")
    for one in sorted(asked.taxonomy, key=lambda one: one.since):
        if one.of.value == dimension and label in one.old and len(one.new) == 1:
            label = one.new[0]
    return label


def _is(label: str, dimension: str, wanted: str) -> bool:
    """Return whether a label is what is asked for; a region stands for all that lies in it (GB/T 2260)."""
    if dimension != "region":
        return label == wanted
    area = wanted[:2] if wanted[2:] == "0000" else wanted[:4] if wanted[4:] == "00" else wanted
    return label.startswith(area)


def _weeks(since: date, until: date) -> Sequence[date]:
    return [since + timedelta(weeks=number) for number in range((until - since).days // 7 + 1)]


def _row(place: tuple[str, ...], count: int, before: int, asked: Asked) -> dict[str, Any]:
    labels = dict(zip(asked.by, place[1:], strict=True))
    row: dict[str, Any] = {"period": place[0], **labels, "count": count, "year_before": before}
    row["change_percent"] = round(100 * (count - before) / before, 1) if before else None
    exposure = _exposure(labels, asked)
    row["per_thousand"] = round(1000 * count / exposure, 4) if exposure else None
    return row


def _exposure(labels: Mapping[str, str], asked: Asked) -> float:
    """Return the accounts behind a row; 0 where they are not known, or where it mixes several."""
    institution = labels.get("institution") or asked.only.get("institution", "")
    product = labels.get("product") or asked.only.get("product", "")
    if product:
        return asked.exposure.get(f"{institution}|{product}", 0.0)
    return asked.exposure.get(institution, 0.0)
