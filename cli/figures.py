"""The figures, counted by reading the events, not from anybody's plan."""

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from shared.contracts import alerts, court, intake, mediation
from shared.contracts.kinds import End
from shared.contracts.topics import EVENT_TOPICS
from shared.runtime.base.records import Parsed
from shared.runtime.base.settings import Settings
from shared.runtime.serve.client import EventReader

TOPICS = tuple(EVENT_TOPICS[service] for service in ("intake", "mediation", "court_bridge", "alerts"))


@dataclass(slots=True)
class Figures:
    """Counts over all events, each event once.

    A topic may hold an event twice (it is published again after a crash): source, subject and
    sequence say which one it is.
    """

    counts: Counter[str] = field(default_factory=Counter)
    ended: Counter[str] = field(default_factory=Counter)
    settled_fen: int = 0
    _seen: dict[tuple[str, str], int] = field(default_factory=dict)

    def add(self, parsed: Parsed) -> None:
        """Count one event, unless it was counted before."""
        place = (parsed.source, parsed.subject)
        if parsed.sequence is None or parsed.sequence <= self._seen.get(place, 0):
            return
        self._seen[place] = parsed.sequence
        match parsed.body:
            case intake.DisputeRegistered():
                self.counts["filed"] += 1
            case intake.FilingReturned():
                self.counts["returned"] += 1
            case mediation.MediationOpened():
                self.counts["mediated"] += 1
            case mediation.MediationEnded() as ended:
                self.ended[ended.end.value] += 1
                if ended.end is End.AGREEMENT:
                    self.counts["settled"] += 1
                    self.settled_fen += ended.settled_fen
            case court.HandoverPrepared():
                self.counts["handed_over"] += 1
            case court.CaseDocketed():
                self.counts["docketed"] += 1
            case court.ConfirmationGranted():
                self.counts["confirmed"] += 1
            case alerts.AlertRaised():
                self.counts["alerts"] += 1
            case _:
                pass

    def report(self) -> dict[str, Any]:
        """Return the figures; the amount in CNY with two decimals, as text."""
        names = ("filed", "returned", "mediated", "settled")
        after = ("handed_over", "docketed", "confirmed", "alerts")
        return {
            **{name: self.counts[name] for name in names},
            "settled_amount": f"{Decimal(self.settled_fen) / 100:.2f}",
            "ended": {end.value: self.ended[end.value] for end in End},
            **{name: self.counts[name] for name in after},
        }


async def count(settings: Settings) -> dict[str, Any]:
    """Read all event topics from their beginning to their end, and count."""
    figures = Figures()
    async with EventReader(settings, TOPICS) as reader:
        async for batch in reader.to_end():
            for parsed in batch:
                figures.add(parsed)
    return figures.report()
