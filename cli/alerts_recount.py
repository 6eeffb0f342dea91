"""Recounting from the events what alerts has counted: no state and no row of its own is asked for a count."""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from cli.alerts_recount_sums import Counted, Labels, Summed, sum_differences, trend_differences
from services.alerts.groups.summing import ROOM
from shared.casework.case_ids import series_id
from shared.contracts.duplicates import DisputesMerged, MergeUndone
from shared.contracts.intake import DisputeRegistered, FilingAmended
from shared.contracts.topics import EVENT_TOPICS
from shared.runtime.base.collections import STREAMS

if TYPE_CHECKING:
    from shared.runtime.base.records import Parsed
    from shared.runtime.base.settings import Settings
    from shared.runtime.commit.mongo import Database

Place = tuple[str, str, str, str]
"""Series, Monday, product and region."""
_AGAIN_S: Final = 0.5


@dataclass(slots=True)
class Recount:
    """What the events say.

    Attributes:
        said: Of disputes, by case and number.
        named: Institution, cause and issue of each series.
        summed: What alerts has said of its weeks.
    """

    said: dict[str, dict[int, Any]] = field(default_factory=dict)
    named: dict[str, Labels] = field(default_factory=dict)
    summed: Summed = field(default_factory=Summed)

    def add(self, parsed: "Parsed") -> None:
        """Take an event; the same one again changes nothing."""
        body = parsed.body
        if isinstance(body, DisputeRegistered | FilingAmended | DisputesMerged | MergeUndone):
            self.said.setdefault(parsed.subject, {})[parsed.sequence or 0] = body
        else:
            self.summed.add(parsed)

    def places(self, excluded: set[str]) -> Counter[Place]:
        """Return how many disputes count where; those in ``excluded`` count nowhere."""
        out = Counter[Place]()
        for case, by_number in self.said.items():
            place = self._place([by_number[number] for number in sorted(by_number)])
            if place is not None and case not in excluded:
                out[place] += 1
        return out

    def _place(self, said: list[Any]) -> Place | None:
        """Return where a dispute counts in the end; ``None`` where it does not."""
        first = next((one for one in said if isinstance(one, DisputeRegistered)), None)
        if first is None:
            return None
        now: DisputeRegistered | FilingAmended = first
        merged = False
        for one in said:
            if isinstance(one, FilingAmended):
                now = one
            elif isinstance(one, DisputesMerged | MergeUndone):
                merged = isinstance(one, DisputesMerged)
        if merged:
            return None
        series = series_id(first.institution, now.cause, now.issue)
        self.named[series] = first.institution, now.cause.value, now.issue
        return series, first.week.isoformat(), now.product or "", now.region or ""


async def recounted(settings: "Settings", timeout_s: float) -> dict[str, Any]:
    """Recount everything and hold it against rows and archives.

    What is on its way when it is asked is given some time: the services count on meanwhile.

    Args:
        settings: Those of alerts.
        timeout_s: How long differences may last.
    """
    from cli.connection import database
    from services.alerts.rules import ALERT_RULES
    from shared.casework.own_rules import own_rules
    from shared.network.load import load_network
    from shared.runtime.serve.client import EventReader

    rules = own_rules("alerts", ALERT_RULES, load_network(settings.network)).book.now
    opened, recount = database("alerts", settings), Recount()
    until = time.monotonic() + timeout_s
    try:
        async with EventReader(settings, (EVENT_TOPICS["intake"], EVENT_TOPICS["alerts"])) as reader:
            while True:
                async for batch in reader.to_end():
                    for parsed in batch:
                        recount.add(parsed)
                found = await compared(opened, recount, ROOM * rules.most_series)
                if not found["differences"] or time.monotonic() > until:
                    return found
                await asyncio.sleep(_AGAIN_S)
    finally:
        opened.close()


async def compared(database: "Database", recount: Recount, most_of_one: int) -> dict[str, Any]:
    """Return where rows, archives, sums and trends are not what the events come to.

    Args:
        database: Alerts' own.
        recount: What the events say.
        most_of_one: Sums with one institution or cause that are kept.
    """
    from services.alerts.store import EXCLUDED, WEEKLY_COUNTS

    rows = await database.find(EXCLUDED, {}, fields=("_id",))
    # A case without its region counts all the same.
    aside = {row["_id"] for row in rows if "|" not in row["_id"]}
    wanted = recount.places(aside)
    stored = Counter[Place]()
    for row in await database.find(WEEKLY_COUNTS, {}):
        place = row["series"], row["week"], row.get("product") or "", row.get("region") or ""
        stored[place] += row["count"]
    arrays, closed_until = await _arrays(database)
    in_series = Counter[tuple[str, str]]()
    for (series, week, *_), count in wanted.items():
        if week < closed_until and series not in aside:
            in_series[series, week] += count
    differences = [
        {"id": place[0], "week": place[1], "product": place[2], "region": place[3], "where": "rows"}
        | {"stored": stored[place], "recounted": wanted[place]}
        for place in sorted(stored.keys() | wanted.keys())
        if stored[place] != wanted[place]
    ]
    differences += [
        {"id": series, "week": week, "where": "archive"}
        | {"stored": arrays[series, week], "recounted": in_series[series, week]}
        for series, week in sorted(arrays.keys() | in_series.keys())
        if arrays[series, week] != in_series[series, week]
    ]
    by_series, by_label = Counter[tuple[Labels, str]](), Counter[Counted]()
    for (series, week, product, region), count in wanted.items():
        by_label[(*recount.named[series], product, region), week] += count
        if series not in aside:
            by_series[recount.named[series], week] += count
    sums, of_sums = await sum_differences(database, by_series, recount.summed, most_of_one)
    figures, of_trends = await trend_differences(database, by_label)
    differences += of_sums + of_trends
    return {
        "disputes": sum(wanted.values()),
        "excluded": sum(case.startswith("sy1") for case in aside),
        "places": len(+wanted),
        "array_places": len(+in_series),
        "sum_places": sums,
        "trend_places": figures,
        "differences": differences,
    }


async def _arrays(database: "Database") -> tuple[Counter[tuple[str, str]], str]:
    """Return what the archives say, and the first week that not all of them have."""
    from services.alerts.archive import Archive
    from services.alerts.rules.shards import SHARDS, id_of

    out, ends = Counter[tuple[str, str]](), []
    for row in await database.find(STREAMS, {"kind": "archive"}):
        archive = Archive.model_validate_json(row["state"])
        if archive.first is None or archive.next_week is None:
            continue
        ends.append(archive.next_week)
        for at, column in zip(*archive.counts.nonzero(), strict=True):
            monday = archive.first + timedelta(weeks=int(column))
            out[id_of(archive.keys[at]), monday.isoformat()] += int(archive.counts[at, column])
    until = min(ends) if len(ends) == SHARDS else date.min
    return Counter(
        {place: count for place, count in out.items() if place[1] < until.isoformat()}
    ), until.isoformat()
