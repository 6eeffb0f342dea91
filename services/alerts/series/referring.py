"""系统性问题移送: the court refers an alert to somebody who can do more than one case asks for.

Source: practice of the platform, after the systemic issues of ombudsmen (AFCA Rules A.17).
"""

from collections.abc import Iterable

from services.alerts.rules import Context
from services.alerts.series.state import Series, series
from shared.casework.case_ids import referral_id
from shared.casework.guards import Facts, possible
from shared.contracts.message import Command, Event
from shared.contracts.referrals import AlertReferred, ReferAlert


@possible
def has_the_alert(state: Series, _: Facts[Context], command: Command | None) -> str | None:
    """The week, or some week at all, has an alert; whether it is over does not matter."""
    found = state.alert_of(command.week) if isinstance(command, ReferAlert) else bool(state.alerts)
    return None if found else "alert.none"


@possible
def to_a_recipient(_: Series, facts: Facts[Context], command: Command | None) -> str | None:
    """The network file lists the recipient."""
    if not isinstance(command, ReferAlert) or command.recipient in facts.context.recipients:
        return None
    return "recipient.unknown"


@possible
def not_for_itself(_: Series, facts: Facts[Context], command: Command | None) -> str | None:
    """A referral takes the place of another one."""
    itself = isinstance(command, ReferAlert) and command.replaces == _referral(command)
    return "systemic.itself" if itself else None


@possible
def in_place_of_a_known_one(state: Series, _: Facts[Context], command: Command | None) -> str | None:
    """What is replaced is a referral of an alert of this series; any other would stand as it is, silently."""
    if not isinstance(command, ReferAlert) or not command.replaces:
        return None
    known = any(command.replaces in alert.referred for alert in state.alerts.values())
    return None if known else "systemic.replaces_unknown"


def _referral(command: ReferAlert) -> str:
    return referral_id(command.recipient, command.matter)


def _is_referred(state: Series, command: ReferAlert, facts: Facts[Context]) -> bool:
    alert = state.alert_of(command.week)
    return alert is not None and _referral(command) in alert.referred


@series.on(
    ReferAlert,
    has_the_alert,
    to_a_recipient,
    not_for_itself,
    in_place_of_a_known_one,
    already=_is_referred,
)
def refer(state: Series, command: ReferAlert, facts: Facts[Context]) -> Iterable[Event]:
    """An alert is referred under a matter once; under another matter again."""
    yield AlertReferred(
        referral=_referral(command),
        recipient=command.recipient,
        recipient_kind=facts.context.recipients[command.recipient],
        matter=command.matter,
        question=command.question,
        replaces=command.replaces,
        institution=state.institution,
        cause=state.cause,
        issue=state.issue,
        week=command.week,
        count=state.alerts[command.week.isoformat()].count,
    )


@series.after(AlertReferred)
def referred(state: Series, event: AlertReferred) -> Series:
    known = state.alerts[event.week.isoformat()].referred
    return state.changed(event.week, referred=(*known, event.referral))
