"""Named examples for the tests of alerts."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from services.alerts.handlers import Handlers, handlers
from services.alerts.rules import AlertRules
from services.alerts.series import Series
from services.alerts.store import rows
from shared.casework.calendar import SHANGHAI
from shared.casework.case_ids import series_id
from shared.casework.protocol import Change, Put, Received, Timed
from shared.casework.rulebook import RuleBook
from shared.contracts.alerts import DisputeCounted, SeriesStarted, WeekClosed
from shared.contracts.envelope import SYSTEM, Actor
from shared.contracts.kinds import Cause
from shared.contracts.message import Message

SERIES = series_id("ccb", "credit_card", "逾期未还")
W0 = date(2026, 3, 2)
"""A Monday: the week of the first dispute."""
AGENT = Actor("ccb", "p-ccb-1", "institution_agent")


def week(n: int) -> date:
    """Monday of the n-th week after W0."""
    return W0 + timedelta(days=7 * n)


def in_week(n: int, days: float = 1.5) -> datetime:
    """An instant in the n-th week after W0."""
    return datetime.combine(week(n), time.min, SHANGHAI) + timedelta(days=days)


def closes(n: int) -> datetime:
    """The instant at which the n-th week after W0 is over."""
    return in_week(n + 1, 0)


def made(**limits: Any) -> Handlers:
    """The handlers under these limits."""
    rules = AlertRules(version="test.1", **limits)
    return handlers(RuleBook({"test.1": rules}, current="test.1"))


def counted(n: int | date) -> DisputeCounted:
    """A dispute of the n-th week after W0, or of the week of this Monday."""
    monday = n if isinstance(n, date) else week(n)
    return DisputeCounted(
        series=SERIES, institution="ccb", cause=Cause.CREDIT_CARD, issue="逾期未还", week=monday
    )


def started(n: int = 0) -> SeriesStarted:
    """The first dispute of the example series."""
    return SeriesStarted(
        institution="ccb",
        cause=Cause.CREDIT_CARD,
        issue="逾期未还",
        week=week(n),
        rules_version="test.1",
    )


def past(*counts: int) -> tuple[Timed, ...]:
    """A series with these closed weeks from W0 on."""
    weeks = (
        Timed(closes(n), WeekClosed(week=week(n), count=count, bound=None)) for n, count in enumerate(counts)
    )
    return (Timed(in_week(0), started()), *weeks)


class Run:
    """A series that gets messages as the runtime gives them, with the rows that it writes."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream
        self.state: Series | None = None
        self.timed: list[Timed] = []
        self.rows: dict[tuple[str, str], Any] = {}

    def at(self, when: datetime) -> "Run":
        """Let time pass."""
        before, new = self.state, []
        while self.state is not None and (due := self.stream.advance(self.state, when)):
            new += [self._apply(timed) for timed in due]
        if new:
            self._keep(Change(None, SERIES, before, self.state, new, "t:0"))
        return self

    def hear(self, body: Message, when: datetime, actor: Actor = SYSTEM) -> list[Timed]:
        """Let a message come; return its events, those of the time before it left out."""
        if self.state is not None and (due := self.stream.due(self.state)) is not None and due <= when:
            self.at(when)
        message = Received(body, "m-1", "/suyuan/alerts", SERIES, when, actor)
        before = self.state
        new = [self._apply(Timed(when, event)) for event in self.stream.decide(self.state, message)]
        self.state = self.stream.absorb(self.state, message)
        self._keep(Change(message, SERIES, before, self.state, new, "t:0"))
        return new

    def _apply(self, timed: Timed) -> Timed:
        self.state = self.stream.evolve(self.state, timed.event, timed.at)
        self.timed.append(timed)
        return timed

    def _keep(self, change: Change[Series]) -> None:
        self.rows |= written(change)


def written(change: Change[Series]) -> dict[tuple[str, str], Any]:
    """The rows of a change by collection and id."""
    found: Iterable[Any] = rows(change)
    return {(put.collection, put.id): dict(put.document) for put in found if isinstance(put, Put)}
