"""移送签收、答复: its recipient has seen a referral, and says what becomes of it.

Source: practice of the platform; what a written reply says: 法释〔2023〕11号 art 8.
"""

from collections.abc import Iterable
from datetime import datetime

from services.alerts.referral.state import Referral, is_open, referral
from services.alerts.rules import Context
from services.alerts.rules.by_hand import timely_on, wrong_day
from shared.casework.guards import Facts, authority, possible
from shared.contracts.kinds import Role
from shared.contracts.message import Command, Event
from shared.contracts.referrals import (
    AcknowledgeReferral,
    AnswerReferral,
    RecipientKind,
    RecordReferralAnswer,
    ReferralAcknowledged,
    ReferralAnswered,
    ReferralOutcome,
)


@authority
def by_its_recipient(state: Referral, facts: Facts[Context], _: Command | None) -> str | None:
    """To others it is as unknown as one that does not exist: its id can be guessed."""
    institution = state.recipient_kind is RecipientKind.INSTITUTION
    role = Role.INSTITUTION_AGENT if institution else Role.RECIPIENT_AGENT
    own = facts.actor.organisation == state.recipient and facts.actor.role == role
    return None if own else "systemic.unknown"


@possible
def says_what_and_why(_: Referral, __: Facts[Context], command: Command | None) -> str | None:
    """Measures where it accepts, grounds where it rejects, both where it does either in part."""
    if not isinstance(command, AnswerReferral | RecordReferralAnswer):
        return None
    if command.referral_outcome is not ReferralOutcome.REJECTED and not command.measures.strip():
        return "systemic.no_measures"
    needs_grounds = command.referral_outcome is not ReferralOutcome.ACCEPTED
    return "systemic.no_grounds" if needs_grounds and not command.grounds.strip() else None


def _is_seen(state: Referral, command: AcknowledgeReferral, facts: Facts[Context]) -> bool:
    return state.acknowledged_at is not None


@referral.on(AcknowledgeReferral, by_its_recipient, is_open, already=_is_seen)
def acknowledge(state: Referral, command: AcknowledgeReferral, facts: Facts[Context]) -> Iterable[Event]:
    """It is acknowledged once."""
    yield ReferralAcknowledged()


@referral.after(ReferralAcknowledged)
def acknowledged(state: Referral, event: ReferralAcknowledged, at: datetime) -> Referral:
    return state.but(acknowledged_at=at)


@possible
def came_meanwhile(state: Referral, facts: Facts[Context], command: Command | None) -> str | None:
    """The day of receipt lies between the referral and now."""
    if not isinstance(command, RecordReferralAnswer):
        return None
    return wrong_day(command.received_on, state.opened_at, facts.at)


Answering = AnswerReferral | RecordReferralAnswer


def _said(state: Referral, command: Answering) -> bool:
    said = (state.referral_outcome, state.measures, state.grounds)
    return said == (command.referral_outcome, command.measures, command.grounds)


def _is_answered(state: Referral, command: AnswerReferral, facts: Facts[Context]) -> bool:
    return _said(state, command)


def _is_recorded(state: Referral, command: RecordReferralAnswer, facts: Facts[Context]) -> bool:
    return _said(state, command) and state.received_on == command.received_on


@referral.on(AnswerReferral, by_its_recipient, is_open, says_what_and_why, already=_is_answered)
def answer(state: Referral, command: AnswerReferral, facts: Facts[Context]) -> Iterable[Event]:
    """One answer ends it, in time or late; who answers has seen it."""
    if state.acknowledged_at is None:
        yield ReferralAcknowledged()
    yield ReferralAnswered(
        **dict(command), timely=None if state.answer_by is None else facts.at < state.answer_by
    )


@referral.on(RecordReferralAnswer, is_open, says_what_and_why, came_meanwhile, already=_is_recorded)
def record(state: Referral, command: RecordReferralAnswer, facts: Facts[Context]) -> Iterable[Event]:
    """One that came by letter or phone ends it as well, and counts for the day on which it came."""
    if state.acknowledged_at is None:
        yield ReferralAcknowledged()
    yield ReferralAnswered(**dict(command), timely=timely_on(command.received_on, state.answer_by))


@referral.after(ReferralAnswered)
def answered(state: Referral, event: ReferralAnswered, at: datetime) -> Referral:
    return state.but(**dict(event), answered_at=at)
