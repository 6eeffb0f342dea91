"""What alerts' events tell of a series."""

from datetime import date
from typing import Any, Final

from services.portal.rules.places import iso
from services.portal.series.state import Alert, SeriesView, series
from shared.casework.guards import Facts
from shared.contracts import earlier
from shared.contracts.alerts import (
    AlertAcknowledged,
    AlertClockCorrected,
    AlertEnded,
    AlertExplained,
    AlertFollowedUp,
    AlertLasted,
    AlertRaised,
    CountCorrected,
)
from shared.contracts.message import Event

_NUMBERS: Final = {
    *("count", "expected", "bound", "low", "high", "probability", "rate", "tested"),
    *("members", "others"),
}


@series.takes(AlertRaised)
def raised(view: SeriesView, event: AlertRaised, facts: Facts[None]) -> SeriesView:
    """A series stands out."""
    numbers = event.model_dump(mode="json", include=_NUMBERS)
    answer_by = "" if event.answer_by is None else iso(event.answer_by)
    return view.with_alert(_alert(event, event.level, facts, **numbers, answer_by=answer_by))


@series.takes(earlier.AlertRaised)
def raised_before(view: SeriesView, event: earlier.AlertRaised, facts: Facts[None]) -> SeriesView:
    """A week of a series was above its bound, and the alert was over with it."""
    numbers = event.model_dump(mode="json", include={"count", "expected", "bound"})
    return view.with_alert(_alert(event, event.alpha, facts, **numbers, ended_at=iso(facts.at)))


def _alert(
    event: AlertRaised | earlier.AlertRaised, level: float, facts: Facts[None], **numbers: Any
) -> Alert:
    return Alert(
        institution=event.institution,
        cause=None if event.cause is None else event.cause.value,
        issue=event.issue,
        week=event.week.isoformat(),
        last_week=event.week.isoformat(),
        alpha=level,
        method=event.method,
        raised_at=iso(facts.at),
        **numbers,
    )


def _changed(view: SeriesView, week: date, **fields: Any) -> SeriesView:
    alert = view.alert_of(week)
    return view.unchanged() if alert is None else view.with_alert(alert.but(**fields))


@series.takes(AlertLasted, opens=False)
def lasted(view: SeriesView, event: AlertLasted, facts: Facts[None]) -> SeriesView:
    """It stands out still."""
    return _changed(view, event.since, last_week=event.week.isoformat())


@series.takes(AlertEnded, opens=False)
def ended(view: SeriesView, event: AlertEnded, facts: Facts[None]) -> SeriesView:
    """It is as usual again."""
    return _changed(view, event.since, ended_at=iso(facts.at))


@series.takes(AlertExplained, opens=False)
def explained(view: SeriesView, event: AlertExplained, facts: Facts[None]) -> SeriesView:
    """The institution said why."""
    return _changed(view, event.week, explanation=event.text, timely=event.timely)


@series.takes(AlertClockCorrected, opens=False)
def clock_corrected(view: SeriesView, event: AlertClockCorrected, facts: Facts[None]) -> SeriesView:
    """The calendar says until when it is to be explained."""
    return _changed(view, event.week, answer_by=iso(event.after))


@series.takes(AlertFollowedUp, opens=False)
def followed_up(view: SeriesView, event: AlertFollowedUp, facts: Facts[None]) -> SeriesView:
    """Something was made of it."""
    alert = view.alert_of(event.week)
    done = () if alert is None else (*alert.followed_up, f"{event.what} {event.reference}")
    return _changed(view, event.week, followed_up=done)


@series.takes(AlertAcknowledged, opens=False)
def acknowledged(view: SeriesView, event: AlertAcknowledged, facts: Facts[None]) -> SeriesView:
    """The institution has seen the alert."""
    return _changed(view, event.week, acknowledged_at=iso(facts.at), acknowledged_by=facts.actor.organisation)


@series.takes(CountCorrected, opens=False)
def corrected(view: SeriesView, event: CountCorrected, facts: Facts[None]) -> SeriesView:
    """The count of a week with an alert is another."""
    return _changed(view, event.week, count=event.count)


@series.takes(Event, opens=False)
def happened(view: SeriesView, event: Event, facts: Facts[None]) -> SeriesView:
    """No other event changes an alert."""
    return view.unchanged()
