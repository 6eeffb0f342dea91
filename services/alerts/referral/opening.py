"""系统性问题移送: the first alert opens a referral, further ones join it while an answer is awaited.

Source: practice of the platform, after the systemic issues of ombudsmen (AFCA Rules A.17).
"""

from collections.abc import Iterable
from datetime import datetime

from services.alerts.referral.state import Referral, referral
from services.alerts.rules import Context
from shared.casework.case_ids import series_id
from shared.casework.guards import Facts
from shared.contracts.message import Event
from shared.contracts.referrals import (
    AlertJoined,
    AlertNotJoined,
    AlertReferred,
    ReferralOpened,
    ReferralReplaces,
)


@referral.opens(AlertReferred)
def open_(alert: AlertReferred, facts: Facts[Context]) -> Iterable[Event]:
    """The time for an answer runs from the first alert; later ones do not move it."""
    rules = facts.context.rules
    limit = rules.refer_by(facts.at, False, facts.context.calendar)
    yield ReferralOpened(
        recipient=alert.recipient,
        recipient_kind=alert.recipient_kind,
        matter=alert.matter,
        question=alert.question,
        answer_by=None if limit is None else limit.at,
        answer_provisional=limit is not None and limit.provisional,
        rules_version=rules.version,
    )
    yield _joined(alert)
    if alert.replaces:
        yield ReferralReplaces(referral=alert.referral, replaces=alert.replaces)


@referral.on(AlertReferred)
def join(state: Referral, alert: AlertReferred, facts: Facts[Context]) -> Iterable[Event]:
    """Another alert of the same matter."""
    joined = _joined(alert)
    if _place(joined) in state.alerts:
        return
    if state.over:
        yield AlertNotJoined(series=joined.series, week=alert.week, reason="systemic.over")
        return
    yield joined
    if alert.replaces and alert.replaces not in state.replaces:
        yield ReferralReplaces(referral=alert.referral, replaces=alert.replaces)


def _joined(alert: AlertReferred) -> AlertJoined:
    return AlertJoined(
        series=series_id(alert.institution, alert.cause, alert.issue),
        institution=alert.institution,
        cause=alert.cause,
        issue=alert.issue,
        week=alert.week,
        count=alert.count,
    )


def _place(event: AlertJoined) -> str:
    return f"{event.series}|{event.week.isoformat()}"


@referral.begins(ReferralOpened)
def opened(event: ReferralOpened, at: datetime) -> Referral:
    return Referral(**dict(event), opened_at=at)


@referral.after(AlertJoined)
def joined(state: Referral, event: AlertJoined) -> Referral:
    named = () if event.institution is None else (event.institution,)
    institutions = tuple(dict.fromkeys((*state.institutions, *named)))
    return state.but(alerts=(*state.alerts, _place(event)), institutions=institutions)


referral.unchanged_by(AlertNotJoined)


@referral.after(ReferralReplaces)
def replaces(state: Referral, event: ReferralReplaces) -> Referral:
    return state.but(replaces=(*state.replaces, event.replaces))
