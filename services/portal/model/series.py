"""The alerts of a series of weekly counts, as people see them."""

from collections.abc import Mapping

from services.portal.model.cases import iso
from shared.casework.protocol import Received, State, refuse
from shared.contracts import alerts
from shared.contracts.message import Command, Event

KEPT = 60
"""How many weeks of alerts a series keeps in its state; the rows of all stay."""


class Alert(State):
    """One alert. Times are ISO 8601 in UTC."""

    institution: str
    cause: str
    issue: str
    week: str
    count: int
    expected: float
    bound: float
    alpha: float
    method: str
    raised_at: str
    acknowledged_at: str = ""
    acknowledged_by: str = ""


class SeriesView(State):
    """The alerts of one series by the Monday of their week."""

    alerts: Mapping[str, Alert] = {}
    changed: str = ""


def decide(state: SeriesView | None, message: Received) -> list[Event]:
    """The portal decides about no series: a request is refused, an event leads to none."""
    return refuse(message, "command.unexpected") if isinstance(message.body, Command) else []


def evolve(state: SeriesView | None, event: Event, at: object) -> SeriesView:
    """The portal has no events of its own about a series."""
    return state or SeriesView()


def absorb(state: SeriesView | None, message: Received) -> SeriesView | None:
    """Give the alerts after an event; ``changed`` is the week whose alert it changed, or empty."""
    before = state or SeriesView()
    body = message.body
    week = body.week.isoformat() if isinstance(body, _OF_A_WEEK) else ""
    alert = before.alerts.get(week)
    match body:
        case alerts.AlertRaised():
            alert = _raised(body, iso(message.at))
        case alerts.AlertAcknowledged() if alert is not None:
            alert = alert.model_copy(
                update={"acknowledged_at": iso(message.at), "acknowledged_by": message.actor.organisation}
            )
        case alerts.CountCorrected() if alert is not None:
            alert = alert.model_copy(update={"count": body.count})
        case _:
            return state if state is None or not state.changed else state.model_copy(update={"changed": ""})
    kept = dict(sorted({**before.alerts, week: alert}.items())[-KEPT:])
    return before.model_copy(update={"alerts": kept, "changed": week})


_OF_A_WEEK = (alerts.AlertRaised, alerts.AlertAcknowledged, alerts.CountCorrected)


def _raised(body: alerts.AlertRaised, at: str) -> Alert:
    return Alert(
        institution=body.institution,
        cause=body.cause.value,
        issue=body.issue,
        week=body.week.isoformat(),
        count=body.count,
        expected=body.expected,
        bound=body.bound,
        alpha=body.alpha,
        method=body.method,
        raised_at=at,
    )
