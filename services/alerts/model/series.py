"""A series of weekly counts: weeks close at their time, surges raise alerts, late disputes correct.

Only what a week comes to is an event. The disputes of a week that is still open are counted in
the state alone (``absorb``): the events of the cases stand for them already.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from pydantic import Field

from services.alerts.rules import AlertRules
from shared.casework.protocol import Received, State, Timed, refuse
from shared.contracts import alerts as say
from shared.contracts.kinds import Cause
from shared.contracts.message import Command, Event

METHOD = "ears-c1"
_WEEK = timedelta(days=7)


class Alert(State):
    """An alarm of one week.

    Attributes:
        raised_at: Business time of the alarm, ISO 8601.
        acknowledged_at: When the institution saw it, ISO 8601; empty before.
    """

    count: int
    expected: float
    bound: float
    alpha: float
    method: str
    rules_version: str
    raised_at: str
    acknowledged_at: str = ""


class Series(State):
    """The weekly counts of one institution, cause and issue.

    Attributes:
        first: Monday of the first week.
        closed: Counts of all closed weeks from the first on, empty weeks included.
        open: Counts of the weeks that are not closed yet, by their Monday.
        alerts: By the Monday of their week.
    """

    institution: str
    cause: Cause
    issue: str
    first: date
    closed: tuple[int, ...] = ()
    open: dict[str, int] = Field(default_factory=dict)
    alerts: dict[str, Alert] = Field(default_factory=dict)

    @property
    def next_week(self) -> date:
        """Monday of the first week that is not closed."""
        return self.first + len(self.closed) * _WEEK

    def count(self, week: date) -> int:
        """Give the disputes of a week so far, whether it is closed or not."""
        index = self.index(week)
        if index < 0:
            return 0
        return self.closed[index] if index < len(self.closed) else self.open.get(week.isoformat(), 0)

    def index(self, week: date) -> int:
        """Give the place of a week in the series; negative before its beginning."""
        return (week - self.first).days // 7


def decide(state: Series | None, message: Received, rules: AlertRules) -> Sequence[Event]:
    """Say what a counted dispute or a command leads to."""
    match message.body:
        case say.DisputeCounted() as dispute:
            return _count(state, message, dispute, rules)
        case say.AcknowledgeAlert() as wish:
            return _acknowledge(state, message, wish)
        case Command():
            return refuse(message, "command.unexpected")
        case _:
            return []


def _count(
    state: Series | None, message: Received, dispute: say.DisputeCounted, rules: AlertRules
) -> Sequence[Event]:
    """Start, resume or correct a series; a dispute of an open week is just counted."""
    if state is None:
        started = say.SeriesStarted(
            institution=dispute.institution,
            cause=dispute.cause,
            issue=dispute.issue,
            week=dispute.week,
            rules_version=rules.version,
        )
        return [started]
    if dispute.week < state.next_week:
        return _correct(state, dispute.week, rules)
    if due(state, rules) is None and (empty := _empty_weeks(state, dispute.week, message.at, rules)):
        return [say.SeriesResumed(week=state.next_week, empty_weeks=empty)]
    return []


def _correct(state: Series, week: date, rules: AlertRules) -> list[Event]:
    """Put a closed week right; an alarm that this week should have had is raised, a second one is not.

    Weeks after it are not judged again, but the next ones are held against the right counts.
    """
    count = state.count(week) + 1
    corrected = say.CountCorrected(week=week, count=count)
    if week.isoformat() in state.alerts:
        return [corrected]
    return [corrected, *_judged(state, week, state.closed[: max(state.index(week), 0)], count, rules)]


def _empty_weeks(state: Series, week: date, at: datetime, rules: AlertRules) -> int:
    """Count the weeks before ``week`` that are over at a time, and that a resting series left out."""
    empty, next_week = 0, state.next_week
    while next_week < week and rules.closes_at(next_week) <= at:
        empty, next_week = empty + 1, next_week + _WEEK
    return empty


def _acknowledge(state: Series | None, message: Received, wish: say.AcknowledgeAlert) -> list[Event]:
    if state is None:
        return refuse(message, "series.unknown")
    actor = message.actor
    if actor.role not in wish.roles or actor.organisation != state.institution:
        return refuse(message, "actor.not_allowed")
    alert = state.alerts.get(wish.week.isoformat())
    if alert is None:
        return refuse(message, "alert.none")
    return [] if alert.acknowledged_at else [say.AlertAcknowledged(week=wish.week)]


def due(state: Series, rules: AlertRules) -> datetime | None:
    """Give the instant at which the next week closes.

    A series without a dispute in the open weeks and in one week more than the baseline rests:
    nothing is due until a dispute comes.
    """
    if state.open or any(state.closed[-(rules.baseline + 1) :]):
        return rules.closes_at(state.next_week)
    return None


def advance(state: Series, to: datetime, rules: AlertRules) -> list[Timed]:
    """Close every week that is over at ``to``, each at its own instant."""
    out: list[Timed] = []
    while (at := due(state, rules)) is not None and at <= to:
        week = state.next_week
        count = state.open.get(week.isoformat(), 0)
        bound = rules.bound(state.closed)
        closed = say.WeekClosed(week=week, count=count, bound=None if bound is None else bound.upper)
        out += [Timed(at, event) for event in (closed, *_judged(state, week, state.closed, count, rules))]
        state = evolve(state, closed, at)
    return out


def _judged(
    state: Series, week: date, history: Sequence[int], count: int, rules: AlertRules
) -> list[say.AlertRaised]:
    """Give the alarm of a week, if its count is a surge after the weeks before it."""
    bound = rules.bound(history)
    if bound is None or not rules.is_surge(history, count):
        return []
    return [
        say.AlertRaised(
            institution=state.institution,
            cause=state.cause,
            issue=state.issue,
            week=week,
            count=count,
            expected=bound.mean,
            bound=bound.upper,
            alpha=rules.alpha,
            method=METHOD,
            rules_version=rules.version,
        )
    ]


def absorb(state: Series | None, message: Received) -> Series | None:
    """Count a dispute of a week that is still open; closed weeks are corrected by an event."""
    body = message.body
    if state is None or not isinstance(body, say.DisputeCounted) or body.week < state.next_week:
        return state
    week = body.week.isoformat()
    return state.model_copy(update={"open": {**state.open, week: state.open.get(week, 0) + 1}})


def evolve(state: Series | None, event: Event, at: datetime) -> Series:
    """Give the series after an event."""
    if isinstance(event, say.SeriesStarted):
        return Series(institution=event.institution, cause=event.cause, issue=event.issue, first=event.week)
    assert state is not None, f"a series cannot begin with {type(event).__name__}"
    match event:
        case say.WeekClosed():
            over = event.week.isoformat()
            left = {week: count for week, count in state.open.items() if week != over}
            change: dict[str, object] = {"closed": (*state.closed, event.count), "open": left}
        case say.SeriesResumed():
            change = {"closed": state.closed + (0,) * event.empty_weeks}
        case say.CountCorrected():
            change = _corrected(state, event)
        case say.AlertRaised():
            change = _with_alert(state, event.week, _alert(event, at))
        case say.AlertAcknowledged():
            seen = state.alerts[event.week.isoformat()].model_copy(update={"acknowledged_at": at.isoformat()})
            change = _with_alert(state, event.week, seen)
        case _:
            return state
    return state.model_copy(update=change)


def _corrected(state: Series, event: say.CountCorrected) -> dict[str, object]:
    """Set the count of a closed week; one before the beginning moves the beginning back."""
    index = state.index(event.week)
    if index < 0:
        closed = (event.count, *(0,) * (-index - 1), *state.closed)
        return {"first": event.week, "closed": closed}
    closed = (*state.closed[:index], event.count, *state.closed[index + 1 :])
    change: dict[str, object] = {"closed": closed}
    alert = state.alerts.get(event.week.isoformat())
    if alert is not None:
        change |= _with_alert(state, event.week, alert.model_copy(update={"count": event.count}))
    return change


def _alert(event: say.AlertRaised, at: datetime) -> Alert:
    return Alert(
        count=event.count,
        expected=event.expected,
        bound=event.bound,
        alpha=event.alpha,
        method=event.method,
        rules_version=event.rules_version,
        raised_at=at.isoformat(),
    )


def _with_alert(state: Series, week: date, alert: Alert) -> dict[str, object]:
    return {"alerts": {**state.alerts, week.isoformat(): alert}}
