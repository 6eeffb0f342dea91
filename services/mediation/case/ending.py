"""调解结束: one of eight coded ends. Source: 法释〔2021〕23号 arts 24, 25 (as of 2022-01-01)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from services.mediation.case.neutrality import mediator_known_and_agreed
from services.mediation.case.state import (
    Mediation,
    acting_party,
    by_a_party,
    case,
    ended,
    is_held_by,
    not_suspended,
    once_accepted,
    speaker,
    still_open,
)
from services.mediation.rules import Context
from shared.casework.guards import Facts, authority, possible
from shared.casework.protocol import Refusal
from shared.contracts.kinds import End, LeaveReason
from shared.contracts.mediation import EndMediation, MediationEnded
from shared.contracts.message import Command, Event
from shared.contracts.parties import LeaveMediation, PartyLeft

_END_OF: Final = {
    LeaveReason.UNWILLING: End.PARTY_UNWILLING,
    LeaveReason.PAID: End.SETTLED_OR_WITHDRAWN,
    LeaveReason.SETTLED: End.SETTLED_OR_WITHDRAWN,
    LeaveReason.WITHDRAWN: End.SETTLED_OR_WITHDRAWN,
}


@authority
def by_mediator_or_clerk(mediation: Mediation, facts: Facts[Context], _: Command | None) -> str | None:
    """The mediator who holds the case, or a clerk of its organisation."""
    if facts.actor.role == "organisation_clerk":
        return None if facts.actor.organisation == mediation.organisation else "actor.not_allowed"
    return None if is_held_by(mediation, facts) else "assignment.not_held"


@possible
def with_its_ground(mediation: Mediation, facts: Facts[Context], command: Command | None) -> Refusal | None:
    """Each end has its precondition. Source: 法释〔2021〕23号 art 25.

    An agreement ends a mediation by itself, once it is in force; so does the period when it is over. A
    withdrawal is the applicant's own act, or else its dispute would go to no court on somebody else's word. A
    signature is refused only where there is something to sign, and positions diverge only where all agreed
    to talk.
    """
    end = command.end if isinstance(command, EndMediation) else None
    if end is End.AGREEMENT:
        return Refusal("agreement.not_in_force", rule="mediation.agreement-ends-itself")
    if end is End.EXPIRED:
        return Refusal("end.period_runs", rule="mediation.expired-when-over")
    if end is End.SETTLED_OR_WITHDRAWN:
        return Refusal("end.by_the_applicant", rule="mediation.withdrawn-by-the-applicant")
    if end is End.REFUSED_TO_SIGN and mediation.digest is None:
        return Refusal("end.nothing_to_sign", rule="mediation.refused-with-draft")
    rules = facts.context.book.at(mediation.rules_version)
    if end is End.UNREACHABLE and rules.sought_first and not mediation.unreached:
        return Refusal("end.not_sought", rule="mediation.sought-first")
    if end is End.LARGE_DIVERGENCE and mediation.unasked:
        return Refusal("end.not_all_agreed", rule="mediation.consent-of-all")
    return None


@possible
def not_while_the_consumer_thinks(
    mediation: Mediation, _: Facts[Context], __: Command | None
) -> Refusal | None:
    """A quick decision waits for its answer, as long as that may take; a party may leave."""
    waits = mediation.quick.waits
    return Refusal("decision.waits", rule="mediation.decision-time") if waits else None


def _is_so(mediation: Mediation, command: EndMediation, facts: Facts[Context]) -> bool:
    return mediation.end is command.end


@case.on(
    EndMediation,
    by_mediator_or_clerk,
    still_open,
    with_its_ground,
    once_accepted,
    not_suspended,
    mediator_known_and_agreed,
    not_while_the_consumer_thinks,
    already=_is_so,
)
def end(mediation: Mediation, command: EndMediation, facts: Facts[Context]) -> Iterable[Event]:
    """One of the ends without an agreement that people bring about."""
    return [ended(mediation, command.end)]


@possible
def as_it_may(mediation: Mediation, facts: Facts[Context], command: Command | None) -> str | None:
    """Only who applied has something to withdraw."""
    party = acting_party(mediation, facts)
    if not isinstance(command, LeaveMediation) or command.reason is LeaveReason.UNWILLING:
        return None
    return None if party is not None and party.applies else "leave.not_applicant"


@possible
def not_undertaken(mediation: Mediation, facts: Facts[Context], _: Command | None) -> Refusal | None:
    """The applicants' side has undertaken to be bound, and does not take that back while the consumer thinks.

    Source: 民法典 art 476(1): an offer with a time to accept it is not revoked within that time.
    """
    party = acting_party(mediation, facts)
    bound = mediation.quick.waits and party is not None and party.applies
    return Refusal("decision.undertaken", rule="mediation.decision-not-revoked") if bound else None


def _has_left(mediation: Mediation, command: LeaveMediation, facts: Facts[Context]) -> bool:
    return mediation.end is _END_OF[command.reason]


@case.on(LeaveMediation, by_a_party, still_open, as_it_may, not_undertaken, already=_has_left)
def leave(mediation: Mediation, command: LeaveMediation, facts: Facts[Context]) -> Iterable[Event]:
    """One step, from every state before the agreement is in force; a member not while its decision waits.

    Source: 人民调解法 art 23(2); 法释〔2021〕23号 art 25(2), (4).
    """
    yield PartyLeft(party=speaker(mediation, facts), reason=command.reason)
    yield ended(mediation, _END_OF[command.reason])


case.unchanged_by(PartyLeft)


def _period_end(mediation: Mediation, context: Context) -> datetime | None:
    return mediation.due_at if mediation.end is None else None


@case.timer("period", due=_period_end)
def expire(mediation: Mediation, facts: Facts[Context]) -> Iterable[Event]:
    """The period is over. Source: 法释〔2021〕23号 art 24."""
    return [ended(mediation, End.EXPIRED)]


@case.after(MediationEnded)
def over(mediation: Mediation, event: MediationEnded, at: datetime) -> Mediation:
    clock = mediation.clock.but(merged_at=at) if event.merged_into else mediation.clock
    return mediation.but(
        clock=clock,
        end=event.end,
        answer_by=None,
        answer_provisional=False,
        ask_by=None,
        ask_provisional=False,
        talks=mediation.talks.ended(),
        merged_into=event.merged_into or "",
    )
