"""The companies of a file of complaints: they file row by row, week by week."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from deploy.local.complaints import Complaint
from deploy.local.weeks import LastWeeks
from shared.contracts import alerts, counts, intake
from shared.contracts.errors import SuyuanError
from shared.contracts.topics import EVENT_TOPICS
from shared.runtime.base.records import Parsed
from shared.runtime.base.settings import Settings
from shared.runtime.serve.client import EventReader, MessageSender

_STALL_S = 120.0
_AFTER = timedelta(weeks=12)
"""How far the clocks go after the last row: an alert is over by then, and the page shows it."""


class Replay:
    """Files complaints week by week and counts what comes of them, by reading the events.

    Args:
        settings: Where Kafka is.
        complaints: The rows, in the order of their days.
        progress: Gets the number of rows that are counted.
    """

    def __init__(
        self, settings: Settings, complaints: Sequence[Complaint], progress: Callable[[int], None]
    ) -> None:
        self._progress = progress
        self._settings = settings
        self._complaints = complaints
        self._registered: dict[str, tuple[str, str, date]] = {}
        self._counted: Counter[tuple[str, str, str, date]] = Counter()
        self._seen: set[tuple[str, str, int | None]] = set()
        self._counted_cases = 0
        self._identities: set[str] = set()
        self._alerts: list[dict[str, Any]] = []
        self._weeks = LastWeeks(settings.partitions, complaints[-1].at + _AFTER)

    async def run(self) -> dict[str, Any]:
        """Play the file; return the figures."""
        topics = (EVENT_TOPICS["intake"], EVENT_TOPICS["alerts"])
        total = len(self._complaints)
        async with (
            MessageSender(self._settings, source="/people/replay", linger_ms=5) as sender,
            EventReader(self._settings, topics) as reader,
        ):
            done = 0
            for _, group in groupby(self._complaints, key=lambda one: one.at.isocalendar()[:2]):
                done += await self._file(sender, group)
                await self._until(reader, self._all_counted)
                self._progress(done)
            await self._close(sender, reader)
        return self._result(total)

    async def _file(self, sender: MessageSender, week: Iterable[Complaint]) -> int:
        """File the rows of a week; return their number."""
        rows = 0
        for one in week:
            id_ = f"{one.filing.institution}:{one.filing.reference}"
            self._identities.add(id_)
            await sender.filing(one.filing, id=id_, at=one.at, wait=False)
            rows += 1
        await sender.flush()
        return rows

    def _all_counted(self) -> bool:
        return self._counted_cases >= len(self._identities)

    async def _until(self, reader: EventReader, reached: Callable[[], bool]) -> None:
        moved = time.monotonic()
        while not reached():
            batch = await reader.batch(timeout_ms=20)
            for parsed in batch:
                self._hear(parsed)
            if batch:
                moved = time.monotonic()
            elif time.monotonic() - moved > _STALL_S:
                raise SuyuanError(
                    code="replay.stalled",
                    zh="两分钟内没有新事件。请查看服务日志与死信。",
                    en="No event for two minutes. Look at the services' logs and `suyuan dlq list`.",
                )

    def _hear(self, parsed: Parsed) -> None:
        place = (parsed.source, parsed.subject, parsed.sequence)
        if place in self._seen:
            return
        self._seen.add(place)
        self._weeks.hear(parsed)
        match parsed.body:
            case intake.DisputeRegistered() as body:
                self._registered[parsed.subject] = (body.product or "", body.issue, body.week)
            case counts.DisputeCounted() as body:
                self._counted_cases += 1
                self._counted[body.institution, body.cause.value, body.issue, body.week] += 1
            case alerts.AlertRaised() as body:
                self._alerts.append(body.model_dump(mode="json"))
            case _:
                pass

    async def _close(self, sender: MessageSender, reader: EventReader) -> None:
        """Let the last weeks close."""
        await self._until(reader, lambda: self._weeks.may_close)
        await self._weeks.close(sender)
        await self._until(reader, lambda: self._weeks.are_over)

    def _result(self, rows: int) -> dict[str, Any]:
        weekly = Counter(week for _, _, week in self._registered.values())
        products = Counter((week, product) for product, _, week in self._registered.values())
        return {
            "rows": rows,
            "filed": len(self._registered),
            "counted": sum(self._counted.values()),
            "alerts": len(self._alerts),
            "weeks": {str(week): weekly[week] for week in sorted(weekly)},
            "weeks_by_product": [
                {"week": str(week), "product": product, "count": count}
                for (week, product), count in sorted(products.items())
            ],
            "series": [
                {"institution": i, "cause": c, "issue": s, "week": str(week), "count": count}
                for (i, c, s, week), count in sorted(self._counted.items())
            ],
            "raised": sorted(self._alerts, key=lambda one: (one["week"], one["institution"], one["issue"])),
        }
