"""小额快速裁决: a mediator decides, and the consumer's yes binds the institution.

The institution has undertaken in advance, as a member, to be bound, so its signature is not needed; the
consumer is bound by nothing but the own yes. A no, and silence, leave nobody bound; the mediation goes on.
Source: practice of the organisations (小额纠纷快速解决机制); 法释〔2021〕23号 art 19 for the effect.
"""

from collections.abc import Iterable
from datetime import datetime

from services.mediation.case.neutrality import known_and_agreed
from services.mediation.case.performance_clocks import scheduled
from services.mediation.case.performance_state import Plan
from services.mediation.case.quick_decision_state import OVER, QuickDecision
from services.mediation.case.settlement import settlement, unfit
from services.mediation.case.state import (
    Mediation,
    above_claim,
    acting_party,
    by_its_mediator,
    case,
    ended,
    not_suspended,
    once_accepted,
    still_open,
)
from services.mediation.rules import Context
from shared.casework.agreement_text import DECISION, digest_of
from shared.casework.calendar import Deadline
from shared.casework.guards import Facts, authority, possible
from shared.casework.parties import why_not
from shared.casework.protocol import Refusal
from shared.contracts.agreements import AgreementEffective
from shared.contracts.kinds import AgreementForm, End, Party
from shared.contracts.message import Command, Event
from shared.contracts.quick_decisions import (
    AcceptQuickDecision,
    GiveQuickDecision,
    QuickDecisionAccepted,
    QuickDecisionIssued,
    QuickDecisionRejected,
    RejectQuickDecision,
)

CONSUMER = Party.RESPONDENT
"""The natural person: the institution files, so it is always the applicant."""


@authority
def by_the_consumer(mediation: Mediation, facts: Facts[Context], _: Command | None) -> str | None:
    """The consumer alone, or an agent with special authority: never the institution."""
    return None if acting_party(mediation, facts) is CONSUMER else why_not(facts.actor, mediation.case)


@possible
def to_be_decided(mediation: Mediation, _: Facts[Context], __: Command | None) -> str | None:
    """The case came for a quick decision, and none was given yet."""
    if not mediation.quick.decides:
        return "decision.not_asked"
    return "decision.given" if mediation.quick.digest else None


@possible
def no_more_than_claimed(mediation: Mediation, _: Facts[Context], command: Command | None) -> Refusal | None:
    """Nobody is decided to owe more than was claimed."""
    if not isinstance(command, GiveQuickDecision):
        return None
    return above_claim(mediation, command.amount_fen)


@possible
def with_its_terms(mediation: Mediation, facts: Facts[Context], command: Command | None) -> str | None:
    """Where something is paid, terms say how."""
    if not isinstance(command, GiveQuickDecision):
        return None
    if command.terms is None:
        return "decision.no_terms" if command.amount_fen else None
    return unfit(mediation, command.terms, command.amount_fen, facts)


@possible
def in_time_to_answer(mediation: Mediation, facts: Facts[Context], _: Command | None) -> Refusal | None:
    """The consumer has all the days to think, within the period of the mediation."""
    by = _accept_by(mediation, facts)
    late = by is not None and mediation.due_at is not None and mediation.due_at < by.at
    return Refusal("decision.too_late", rule="mediation.decision-time") if late else None


@possible
def to_be_answered(mediation: Mediation, _: Facts[Context], command: Command | None) -> str | None:
    """There is a decision, and it is the one that the consumer names."""
    if not mediation.quick.digest:
        return "decision.none"
    other = isinstance(command, AcceptQuickDecision) and command.digest != mediation.quick.digest
    return "decision.other_digest" if other else None


def _accept_by(mediation: Mediation, facts: Facts[Context]) -> Deadline | None:
    rules = facts.context.book.at(mediation.rules_version)
    return rules.accept_by(facts.at, facts.context.calendar)


@case.on(
    GiveQuickDecision,
    by_its_mediator,
    still_open,
    to_be_decided,
    once_accepted,
    no_more_than_claimed,
    with_its_terms,
    in_time_to_answer,
    not_suspended,
    known_and_agreed,
)
def give(mediation: Mediation, command: GiveQuickDecision, facts: Facts[Context]) -> Iterable[Event]:
    """Given once: who must think about it does not find another one the day after."""
    by = _accept_by(mediation, facts)
    assert by is not None
    decided = settlement(
        mediation, command.amount_fen, AgreementForm.PLATFORM, command.terms, command.decision_reasons
    )
    yield QuickDecisionIssued(
        digest=digest_of(decided, DECISION),
        amount_fen=command.amount_fen,
        decision_reasons=command.decision_reasons,
        text_version=DECISION,
        accept_by=by.at,
        terms=command.terms,
        accept_provisional=by.provisional,
    )


@case.after(QuickDecisionIssued)
def given(mediation: Mediation, event: QuickDecisionIssued, at: datetime) -> Mediation:
    decision = QuickDecision(
        asked=True,
        digest=event.digest,
        amount_fen=event.amount_fen,
        terms=event.terms,
        text_version=event.text_version,
        given_at=at,
        accept_by=event.accept_by,
        accept_provisional=event.accept_provisional,
    )
    return mediation.but(quick=decision)


def _is_accepted(mediation: Mediation, command: AcceptQuickDecision, facts: Facts[Context]) -> bool:
    ours = mediation.end is End.AGREEMENT and mediation.quick.decides
    return ours and command.digest == mediation.digest


@case.on(
    AcceptQuickDecision,
    by_the_consumer,
    still_open,
    to_be_answered,
    not_suspended,
    known_and_agreed,
    already=_is_accepted,
)
def accept(mediation: Mediation, command: AcceptQuickDecision, facts: Facts[Context]) -> Iterable[Event]:
    """In force with the consumer's yes; the organisation's seal completes it."""
    accepted = QuickDecisionAccepted(digest=command.digest)
    after = case.evolve(mediation, accepted, facts.at, facts.context)
    yield accepted
    yield AgreementEffective(
        digest=command.digest, amount_fen=after.amount_fen, complete=False, by_decision=True
    )
    yield ended(after, End.AGREEMENT)
    yield from scheduled(after, facts)


@case.after(QuickDecisionAccepted)
def is_accepted(mediation: Mediation, event: QuickDecisionAccepted) -> Mediation:
    """The membership stands for the institution's signature, and the decision is the mediator's own."""
    quick = mediation.quick
    return mediation.but(
        digest=quick.digest,
        amount_fen=quick.amount_fen,
        form=AgreementForm.PLATFORM,
        signed=mediation.parties,
        countersigned=True,
        plan=Plan(terms=quick.terms, text_version=quick.text_version),
        quick=quick.but(accept_by=None, accept_provisional=False),
    )


def _is_rejected(mediation: Mediation, command: RejectQuickDecision, facts: Facts[Context]) -> bool:
    return mediation.quick.over and mediation.end is None


@case.on(RejectQuickDecision, by_the_consumer, still_open, to_be_answered, already=_is_rejected)
def reject(mediation: Mediation, command: RejectQuickDecision, facts: Facts[Context]) -> Iterable[Event]:
    """Nobody is bound."""
    yield QuickDecisionRejected()


@case.after(QuickDecisionRejected)
def rejected(mediation: Mediation, event: QuickDecisionRejected) -> Mediation:
    return mediation.but(quick=OVER)


def _silent_at(mediation: Mediation, context: Context) -> datetime | None:
    return mediation.quick.accept_by if mediation.end is None else None


@case.timer("decision", due=_silent_at)
def lapse(mediation: Mediation, facts: Facts[Context]) -> Iterable[Event]:
    """Silence is a no, also while a report of a false mediation is checked: that binds nobody either."""
    yield QuickDecisionRejected(lapsed=True)
