"""预警已阅: the institution says that it has seen an alert.

Source: practice of the court (潜在风险预警提示); no law asks for it.
"""

from collections.abc import Iterable
from datetime import datetime

from services.alerts.rules import Context
from services.alerts.series.state import Series, series
from shared.casework.guards import Facts, authority, possible
from shared.contracts.alerts import AcknowledgeAlert, AlertAcknowledged
from shared.contracts.message import Command, Event


@authority
def by_its_institution(state: Series, facts: Facts[Context], _: Command | None) -> str | None:
    """Only the institution that the series counts."""
    return None if facts.actor.organisation == state.institution else "actor.not_allowed"


@possible
def has_an_alert(state: Series, _: Facts[Context], command: Command | None) -> str | None:
    """The week, or some week at all, has an alert."""
    if isinstance(command, AcknowledgeAlert):
        return None if state.alert_of(command.week) is not None else "alert.none"
    return None if state.alerts else "alert.none"


def _is_seen(state: Series, command: AcknowledgeAlert, facts: Facts[Context]) -> bool:
    alert = state.alert_of(command.week)
    return alert is not None and bool(alert.acknowledged_at)


@series.on(AcknowledgeAlert, by_its_institution, has_an_alert, already=_is_seen)
def acknowledge(state: Series, command: AcknowledgeAlert, facts: Facts[Context]) -> Iterable[Event]:
    """Each alert is acknowledged once."""
    yield AlertAcknowledged(week=command.week)


@series.after(AlertAcknowledged)
def acknowledged(state: Series, event: AlertAcknowledged, at: datetime) -> Series:
    seen = state.alerts[event.week.isoformat()].but(acknowledged_at=at.isoformat())
    return state.with_alert(event.week, seen)
