"""Recounting the sums over groups of series, and trends: from the events, and by other means than alerts has.

Alerts' own events are asked for two things alone, which no count tells: which weeks were summed, and which
days were told apart as backlogs, since a sum has these brought down.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from services.alerts.rules.packing import Key, key_of, parts_of, unpack
from services.alerts.rules.shards import MOST_WEEKS, SHARDS, number_of
from services.alerts.rules.trends import Asked, Span, trends
from shared.contracts.counts import WeekCounted, WeekJudged
from shared.contracts.groups import WeekSummed
from shared.runtime.base.collections import STREAMS

if TYPE_CHECKING:
    from shared.runtime.base.records import Parsed
    from shared.runtime.commit.mongo import Database

Labels = tuple[str, str, str]
"""Institution, cause and issue."""
_WEEK: Final = timedelta(weeks=1)
_YEAR: Final = 52 * _WEEK
_LABELS: Final = ("institution", "cause", "issue")
_ALL_LABELS: Final = (*_LABELS, "product", "region")
Counted = tuple[tuple[str, ...], str]
"""Institution, cause, issue, product and region; Monday."""


@dataclass(slots=True)
class Summed:
    """What alerts has said of its weeks.

    Attributes:
        shards: Which have told the sums of a week, by Monday.
        counted: The tables of shards and weeks with a backlog, or of which that is not known yet.
        down: By what series with a backlog are judged, by shard and week; empty for none.
    """

    shards: dict[str, set[int]] = field(default_factory=dict)
    counted: dict[tuple[int, str], str] = field(default_factory=dict)
    down: dict[tuple[int, str], Mapping[Key, int]] = field(default_factory=dict)

    def add(self, parsed: "Parsed") -> None:
        """Take an event; the same one again changes nothing."""
        match parsed.body:
            case WeekSummed(number=number, week=week):
                self.shards.setdefault(week.isoformat(), set()).add(number)
            case WeekCounted(archive=archive, week=week, counts=counts):
                self._keep((number_of(archive), week.isoformat()), counted=counts)
            case WeekJudged(number=number, week=week, backlogs=backlogs):
                down = {key: count for one in backlogs for key, count in unpack(one.counts).items()}
                self._keep((number, week.isoformat()), down=down)
            case _:
                pass

    def _keep(
        self, place: tuple[int, str], *, counted: str | None = None, down: Mapping[Key, int] | None = None
    ) -> None:
        if counted is not None and self.down.get(place) != {}:
            self.counted[place] = counted
        if down is not None:
            self.down[place] = down
            if not down:
                self.counted.pop(place, None)

    def brought_down(self) -> Counter[tuple[Key, str]]:
        """Return by how much a series' week counts less in the sums than it was filed."""
        out = Counter[tuple[Key, str]]()
        for place, down in self.down.items():
            filed = unpack(self.counted.get(place, "")) if down else {}
            for key, count in down.items():
                out[key, place[1]] = max(filed.get(key, 0) - count, 0)
        return out


async def sum_differences(
    database: "Database", counts: Mapping[tuple[Labels, str], int], summed: Summed, most_of_one: int
) -> tuple[int, list[dict[str, Any]]]:
    """Return how many weeks of sums were recounted, and where they are not what alerts holds.

    Args:
        database: Alerts' own.
        counts: Of each series and Monday, recounted, without series that are kept out of the arrays.
        summed: What alerts has said of its weeks.
        most_of_one: Sums with one institution or cause that are kept; of what is more, none is compared.
    """
    from services.alerts.groups import Groups

    rows = await database.find(STREAMS, {"kind": "groups"})
    kept = Groups.model_validate_json(rows[0]["state"]).kept if rows else None
    if kept is None or kept.first is None or kept.next_week is None:
        return 0, []
    oldest = max(kept.first, kept.next_week - MOST_WEEKS * _WEEK).isoformat()
    weeks = {week for week, shards in summed.shards.items() if len(shards) == SHARDS and week >= oldest}
    weeks = {week for week in weeks if week < kept.next_week.isoformat()}
    stored = Counter[tuple[Key, str]]()
    for row, column in zip(*kept.counts.nonzero(), strict=True):
        week = (kept.first + int(column) * _WEEK).isoformat()
        if week in weeks:
            stored[kept.keys[row], week] = int(kept.counts[row, column])
    less, wanted = summed.brought_down(), Counter[tuple[Key, str]]()
    for (labels, week), count in counts.items():
        if week in weeks:
            for key in _sums(labels):
                wanted[key, week] += count - less[key_of(*labels), week]
    full = {owner for owner, number in Counter(map(_owner, kept.keys)).items() if number >= most_of_one}
    known = set(kept.keys)
    places = [one for one in sorted({*stored, *+wanted}) if one[0] in known or _owner(one[0]) not in full]
    return len(places), [
        {"id": _shown(key), "week": week, "where": "sum", "stored": stored[key, week]}
        | {"recounted": wanted[key, week]}
        for key, week in places
        if stored[key, week] != wanted[key, week]
    ]


def _sums(labels: Labels) -> Iterable[Key]:
    institution, cause, issue = labels
    yield key_of(institution, "", "")
    yield key_of("", cause, "")
    yield key_of("", cause, issue)


def _owner(key: Key) -> str:
    return key.rpartition("\t")[0]


def _shown(key: Key) -> str:
    return "/".join(one or "*" for one in parts_of(key))


async def trend_differences(
    database: "Database", counts: Mapping[Counted, int]
) -> tuple[int, list[dict[str, Any]]]:
    """Return how many figures of trends were recounted, and where they are others.

    Args:
        database: Alerts' own.
        counts: By labels and Monday, recounted.
    """
    from services.alerts.views import counts_between

    mondays = [date.fromisoformat(week) for _, week in counts]
    if not mondays:
        return 0, []
    since, until = min(mondays), max(mondays)
    rows = await counts_between(database, since - _YEAR, until)
    number, differences = 0, list[dict[str, Any]]()
    for dimension in _ALL_LABELS:
        for span in Span:
            asked = Asked((dimension,), span, since, until, {}, {})
            said = {(row["period"], row[dimension]): row for row in trends(rows, asked)}
            wanted = _by_period(counts, dimension, span)
            number += len(wanted)
            for place in sorted(said.keys() | wanted.keys()):
                row = said.get(place, {"count": 0, "year_before": 0})
                before = wanted.get((_year_before(place[0], span), place[1]), 0)
                for name, right in (("count", wanted.get(place, 0)), ("year_before", before)):
                    if row[name] != right:
                        where = f"trend {dimension} {span.value} {name}"
                        place_of = {"id": place[1], "week": place[0], "where": where}
                        differences.append(place_of | {"stored": row[name], "recounted": right})
    return number, differences


def _by_period(counts: Mapping[Counted, int], dimension: str, span: Span) -> Counter[tuple[str, str]]:
    out = Counter[tuple[str, str]]()
    for (labels, week), count in counts.items():
        named = dict(zip(_ALL_LABELS, labels, strict=True))
        out[_period(date.fromisoformat(week), span), named[dimension]] += count
    return out


def _period(monday: date, span: Span) -> str:
    """Return the period of a week: a month is that of its Thursday."""
    if span is Span.WEEK:
        return monday.isoformat()
    thursday = monday + timedelta(days=3)
    return f"{thursday.year}-{thursday.month:02d}"


def _year_before(period: str, span: Span) -> str:
    if span is Span.WEEK:
        return (date.fromisoformat(period) - _YEAR).isoformat()
    return f"{int(period[:4]) - 1}{period[4:]}"
