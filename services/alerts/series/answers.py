"""预警已阅、说明、跟进: the institution has seen an alert and says why; the court says what it made of it.

An alert of a sum over all institutions is answered by the court: nobody else may see its counts.

Source: practice of the court (潜在风险预警提示); no law asks for it. What a suggestion of the court is:
法释〔2012〕13号; 法释〔2023〕11号.
"""

from collections.abc import Iterable
from datetime import date, datetime

from services.alerts.rules import Context
from services.alerts.rules.by_hand import timely_on, wrong_day
from services.alerts.series.state import Alert, Series, series
from shared.casework.calendar import local_day
from shared.casework.guards import Facts, authority, possible
from shared.contracts.alerts import (
    AcknowledgeAlert,
    AlertAcknowledged,
    AlertExplained,
    AlertFollowedUp,
    ExplainAlert,
    FollowUpAlert,
    RecordExplanation,
)
from shared.contracts.kinds import Role
from shared.contracts.message import Command, Event
from shared.contracts.referrals import COURT


@authority
def by_its_institution(state: Series, facts: Facts[Context], _: Command | None) -> str | None:
    """Only the institution that the series counts; of a sum over all institutions, only the court."""
    if state.institution is None:
        own = facts.actor.role in COURT
    else:
        own = facts.actor.role == Role.INSTITUTION_AGENT and facts.actor.organisation == state.institution
    return None if own else "actor.not_allowed"


@possible
def has_an_alert(state: Series, _: Facts[Context], command: Command | None) -> str | None:
    """The week, or some week at all, has an alert."""
    if isinstance(command, AcknowledgeAlert | ExplainAlert | FollowUpAlert):
        return None if state.alert_of(command.week) is not None else "alert.none"
    return None if state.alerts else "alert.none"


def _known(state: Series, week: date) -> Alert | None:
    return state.alert_of(week)


def _is_seen(state: Series, command: AcknowledgeAlert, facts: Facts[Context]) -> bool:
    alert = _known(state, command.week)
    return alert is not None and bool(alert.acknowledged_at)


def _is_explained(state: Series, command: ExplainAlert, facts: Facts[Context]) -> bool:
    alert = _known(state, command.week)
    return alert is not None and alert.explanation == command.text


def _is_followed_up(state: Series, command: FollowUpAlert, facts: Facts[Context]) -> bool:
    alert = _known(state, command.week)
    return alert is not None and _line(command.what, command.reference) in alert.followed_up


def _line(what: str, reference: str) -> str:
    return f"{what} {reference}"


@series.on(AcknowledgeAlert, by_its_institution, has_an_alert, already=_is_seen)
def acknowledge(state: Series, command: AcknowledgeAlert, facts: Facts[Context]) -> Iterable[Event]:
    """Each alert is acknowledged once."""
    yield AlertAcknowledged(week=command.week)


@series.on(ExplainAlert, by_its_institution, has_an_alert, already=_is_explained)
def explain(state: Series, command: ExplainAlert, facts: Facts[Context]) -> Iterable[Event]:
    """The latest explanation counts; who explains has seen the alert."""
    if not _is_seen(state, AcknowledgeAlert(week=command.week), facts):
        yield AlertAcknowledged(week=command.week)
    yield AlertExplained(week=command.week, text=command.text, timely=_is_timely(state, command.week, facts))


def _is_recorded(state: Series, command: RecordExplanation, facts: Facts[Context]) -> bool:
    alert = _known(state, command.week)
    return alert is not None and (alert.explanation, alert.received_on) == (
        command.text,
        command.received_on.isoformat(),
    )


@possible
def may_have_come(state: Series, facts: Facts[Context], command: Command | None) -> str | None:
    """The week has an alert without an earlier explanation, and the day lies between the alert and now."""
    if not isinstance(command, RecordExplanation):
        if not state.alerts:
            return "alert.none"
        return None if any(_may_be_earlier(one) for one in state.alerts.values()) else "answer.given"
    alert = _known(state, command.week)
    if alert is None:
        return "alert.none"
    raised = datetime.fromisoformat(alert.raised_at)
    if (wrong := wrong_day(command.received_on, raised, facts.at)) is not None:
        return wrong
    day = _explained_on(alert)
    return "answer.given" if day is not None and day <= command.received_on else None


def _explained_on(alert: Alert) -> date | None:
    """Return the day of the explanation that is known; ``None`` for none."""
    if alert.received_on:
        return date.fromisoformat(alert.received_on)
    return local_day(datetime.fromisoformat(alert.explained_at)) if alert.explained_at else None


def _may_be_earlier(alert: Alert) -> bool:
    """Tell whether an explanation may have come before the one that is known."""
    known = _explained_on(alert)
    return known is None or known > local_day(datetime.fromisoformat(alert.raised_at))


@series.on(RecordExplanation, may_have_come, already=_is_recorded)
def record(state: Series, command: RecordExplanation, facts: Facts[Context]) -> Iterable[Event]:
    """An explanation that came by letter or phone counts for the day on which it came."""
    alert = state.alerts[command.week.isoformat()]
    limit = datetime.fromisoformat(alert.answer_by) if alert.answer_by else None
    yield AlertExplained(**dict(command), timely=timely_on(command.received_on, limit))


def _is_timely(state: Series, week: date, facts: Facts[Context]) -> bool | None:
    """Return whether an answer is in time; the first one counts."""
    alert = state.alerts[week.isoformat()]
    if alert.explanation:
        return alert.timely
    return facts.at < datetime.fromisoformat(alert.answer_by) if alert.answer_by else None


@series.on(FollowUpAlert, has_an_alert, already=_is_followed_up)
def follow_up(state: Series, command: FollowUpAlert, facts: Facts[Context]) -> Iterable[Event]:
    """Several things may be made of one alert, also when it is over."""
    yield AlertFollowedUp(week=command.week, what=command.what, reference=command.reference)


@series.after(AlertAcknowledged)
def acknowledged(state: Series, event: AlertAcknowledged, at: datetime) -> Series:
    return state.changed(event.week, acknowledged_at=at.isoformat())


@series.after(AlertExplained)
def explained(state: Series, event: AlertExplained, at: datetime) -> Series:
    return state.changed(
        event.week,
        explanation=event.text,
        explained_at=at.isoformat(),
        timely=event.timely,
        received_on="" if event.received_on is None else event.received_on.isoformat(),
        means="" if event.means is None else event.means.value,
    )


@series.after(AlertFollowedUp)
def followed_up(state: Series, event: AlertFollowedUp) -> Series:
    lines = state.alerts[event.week.isoformat()].followed_up
    return state.changed(event.week, followed_up=(*lines, _line(event.what, event.reference)))
