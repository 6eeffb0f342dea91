"""The figures: as the portal has counted them, and as the events themselves say."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from shared.contracts import alerts, court, duplicates, earlier, intake, mediation
from shared.contracts.errors import SuyuanError
from shared.contracts.kinds import End
from shared.contracts.topics import EVENT_TOPICS
from shared.runtime.base.records import Parsed
from shared.runtime.base.settings import Settings
from shared.runtime.serve.client import EventReader

TOPICS = tuple(EVENT_TOPICS[service] for service in ("intake", "mediation", "court_bridge", "alerts"))
_BEFORE = ("filed", "returned", "mediated", "settled")
_AFTER = ("handed_over", "docketed", "confirmed", "alerts")


@dataclass(slots=True)
class Figures:
    """Counts over all events, each event once, and a dispute that came twice once.

    A topic may hold an event twice (it is published again after a crash): source, subject and
    sequence say which one it is. Topics are read in any order, so what a case adds is kept until the end:
    only then it is known which cases are merged into others.
    """

    _seen: dict[tuple[str, str], int] = field(default_factory=dict)
    _cases: dict[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)
    _merged: set[str] = field(default_factory=set)

    def add(self, parsed: Parsed) -> None:
        """Count one event, unless it was counted before."""
        place = (parsed.source, parsed.subject)
        if parsed.sequence is None or parsed.sequence <= self._seen.get(place, 0):
            return
        self._seen[place] = parsed.sequence
        match parsed.body:
            case duplicates.DisputesMerged():
                self._merged.add(parsed.subject)
            case duplicates.MergeUndone():
                self._merged.discard(parsed.subject)
            case body if added := _added(body):
                self._cases[parsed.subject] = (*self._cases.get(parsed.subject, ()), *added)

    def report(self) -> dict[str, Any]:
        """Return the figures; amounts in CNY with two decimals, as text."""
        total: Counter[str] = Counter()
        for case, added in self._cases.items():
            if case not in self._merged:
                for name, value in added:
                    total[name] += value
        counts = {name: total[name] for name in (*_BEFORE, *_AFTER, "settled_fen", "agreed_fen")}
        return _report({**counts, "ends": {end.value: total[f"ended_{end.value}"] for end in End}})


_ONE: Final[Mapping[type[Any], tuple[tuple[str, int], ...]]] = {
    kind: ((name, 1),)
    for kind, name in (
        (intake.DisputeRegistered, "filed"),
        (intake.FilingReturned, "returned"),
        (mediation.MediationOpened, "mediated"),
        (earlier.MediationOpened, "mediated"),
        (court.HandoverPrepared, "handed_over"),
        (court.CaseDocketed, "docketed"),
        (court.ConfirmationGranted, "confirmed"),
        (earlier.AlertRaised, "alerts"),
        (alerts.AlertRaised, "alerts"),
    )
}


def _added(body: Any) -> tuple[tuple[str, int], ...]:
    """Return what an event adds to the figures."""
    if not isinstance(body, mediation.MediationEnded):
        return _ONE.get(type(body), ())
    if body.merged_into:
        return ()
    end = (f"ended_{body.end.value}", 1)
    if body.end is not End.AGREEMENT:
        return (end,)
    return (end, ("settled", 1), ("settled_fen", body.settled_fen), ("agreed_fen", body.agreement_fen))


Progress = Callable[[int, int], None]
"""Is told how many events were read, of how many."""


async def count(
    settings: Settings, until: Mapping[str, int] | None = None, progress: Progress | None = None
) -> dict[str, Any]:
    """Read all event topics from their beginning, and count.

    Args:
        settings: Where Kafka is.
        until: The last offset to count by ``topic:partition``; ``None`` for all that is there now.
        progress: Is told how far the reading is.
    """
    figures = Figures()
    read = 0
    async with EventReader(settings, TOPICS) as reader:
        total = sum((await reader.ends()).values())
        async for batch in reader.to_end():
            for parsed in batch:
                if until is None or _offset(parsed) <= until.get(_place(parsed), -1):
                    figures.add(parsed)
            read += len(batch)
            if progress is not None:
                progress(read, max(total, read))
    return figures.report()


def _place(parsed: Parsed) -> str:
    return f"{parsed.record.topic}:{parsed.record.partition}"


def _offset(parsed: Parsed) -> int:
    return int(parsed.record.offset)


@dataclass(frozen=True, slots=True)
class Told:
    """What the portal tells.

    Attributes:
        figures: By name, as :meth:`Figures.report` gives them.
        until: The last offset that they contain, by ``topic:partition``.
        aside: Events that it has read and that count nowhere yet: dead letters and held ones.
    """

    figures: dict[str, Any]
    until: Mapping[str, int]
    aside: int


async def told(settings: Settings) -> Told:
    """Return the figures that stand in the portal's database.

    Args:
        settings: Those of the portal.

    Raises:
        SuyuanError: ``report.no_portal``: no portal has ever worked with this database.
    """
    from cli.connection import database
    from services.portal.views import Views
    from shared.runtime.base.collections import HOLDS, LETTERS

    opened = database("portal", settings)
    try:
        figures, until = await Views(opened).figures_until()
        aside = await opened.count(LETTERS, {"status": "waiting"}) + await opened.count(HOLDS, {})
    finally:
        opened.close()
    if not any(place.startswith(f"{TOPICS[0]}:") for place in until):
        raise SuyuanError(
            code="report.no_portal",
            zh=f"数据库 {opened.name} 中没有门户的统计。请启动门户,或用 --recount 按事件统计。",
            en=f"The database {opened.name} holds no figures of a portal. Start the portal, "
            "or count the events with --recount.",
        )
    return Told(_report(figures["totals"]), until, aside)


async def behind(settings: Settings, until: Mapping[str, int]) -> int:
    """Return how many events there are that the portal has not counted yet."""
    async with EventReader(settings, TOPICS) as reader:
        ends = await reader.ends()
    return sum(max(0, end - 1 - until.get(place, -1)) for place, end in ends.items())


def _report(totals: Mapping[str, Any]) -> dict[str, Any]:
    """Return totals, as the portal names them, in the form of a report."""
    return {
        **{name: totals[name] for name in _BEFORE},
        "settled_amount": _amount(totals["settled_fen"]),
        "agreed_amount": _amount(totals["agreed_fen"]),
        "ended": dict(totals["ends"]),
        **{name: totals[name] for name in _AFTER},
    }


def _amount(fen: int) -> str:
    """Return an amount in CNY with two decimals."""
    return f"{Decimal(fen) / 100:.2f}"
