"""The last weeks of a replay: time passes with messages alone, so somebody has to look at the clocks."""

import uuid
from datetime import date, datetime, timedelta

from shared.casework.calendar import local_day
from shared.contracts import alerts, counts
from shared.contracts.common import AdvanceClock
from shared.contracts.envelope import Actor
from shared.runtime.base.records import Parsed
from shared.runtime.serve.client import MessageSender
from shared.runtime.serve.gates import gates

_CLOCK = Actor("system", "", "operator")
_NAMESPACE = uuid.UUID("0d0a3a0e-6b0c-5a53-9a39-7f6a1b6a2c11")


class LastWeeks:
    """Lets every week close up to a time, and knows when all of them are judged and told.

    Args:
        partitions: Of the keyed topics.
        until: The time.
    """

    def __init__(self, partitions: int, until: datetime) -> None:
        self._gates = gates(partitions)
        self._until = until
        self._last = _monday(until) - timedelta(days=7)
        self._followed: set[str] = set()
        self._judged = date.min
        self._asked: set[tuple[str, str, date]] = set()
        self._told: set[tuple[str, str, date]] = set()

    def hear(self, parsed: Parsed) -> None:
        """Take an event of alerts."""
        match parsed.body:
            case counts.GateFollowed():
                self._followed.add(parsed.subject)
            case counts.PanelJudged() as body:
                self._judged = max(self._judged, body.week)
            case counts.SurgeFound() as body:
                self._asked.add((body.series, "out", body.week))
            case counts.SurgeOver() as body:
                self._asked.add((body.series, "over", body.since))
            case alerts.AlertRaised() | alerts.AlertLasted() as body:
                self._told.add((parsed.subject, "out", body.week))
            case alerts.AlertEnded() as body:
                self._told.add((parsed.subject, "over", body.since))
            case _:
                pass

    @property
    def may_close(self) -> bool:
        """Whether the clocks of all partitions run."""
        return len(self._followed) == len(self._gates)

    @property
    def are_over(self) -> bool:
        """Whether the last week is judged, and every series told that stood out or is as usual again."""
        return self._judged >= self._last and self._asked <= self._told

    async def close(self, sender: MessageSender) -> None:
        """Look at the clocks of all partitions; to do so again has no effect."""
        for gate in self._gates:
            id_ = str(uuid.uuid5(_NAMESPACE, f"{gate}:{self._until.isoformat()}"))
            await sender.command(
                "alerts", AdvanceClock(), gate, actor=_CLOCK, id=id_, at=self._until, wait=False
            )
        await sender.flush()


def _monday(at: datetime) -> date:
    day = local_day(at)
    return day - timedelta(days=day.weekday())
