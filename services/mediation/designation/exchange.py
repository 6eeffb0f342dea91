"""指定调解员: how a case gets a mediator. A process manager between a case and its organisation's roster.

The case asks (``DesignationRequested``); the roster gives a seat (``PlaceTaken``) or a place in its queue
(``DesignationQueued``); the case designates the mediator, or lets go of a seat that it no longer needs
(``DesignationDropped``); the mediator accepts, declines or lets the time for an answer pass. Who declined
or did not answer gives the seat back, and the case asks again without them. What ends a case frees its seat.

Source: 法释〔2021〕23号 arts 10, 12 (as of 2022-01-01).
"""

from collections.abc import Iterable
from datetime import datetime

from services.mediation.case.second import designate_second, leaves, second_wanted
from services.mediation.case.state import (
    Mediation,
    by_one_of_its_mediators,
    case,
    is_co_mediator,
    is_held_by,
    request,
    still_open,
)
from services.mediation.designation.overflow import overflow
from services.mediation.rules import Context
from shared.casework.guards import Facts, authority, possible
from shared.casework.protocol import Refusal
from shared.contracts.co_mediators import (
    CoMediatorAccepted,
    Departure,
)
from shared.contracts.kinds import DeclineReason
from shared.contracts.mediation import (
    AcceptAssignment,
    AssignmentAccepted,
    AssignmentDeclined,
    AssignmentLapsed,
    DeclineAssignment,
    DesignationDropped,
    DesignationOverdue,
    DesignationRequested,
    MediatorDesignated,
    PlaceTaken,
)
from shared.contracts.message import Command, Event
from shared.contracts.transfers import TransferGround

# The case asks ----------------------------------------------------------------------------------


@case.after(DesignationRequested)
def asked(mediation: Mediation, event: DesignationRequested, at: datetime) -> Mediation:
    return mediation.but(
        case=event.case,
        round=event.round,
        excluded=event.excluded,
        requested_at=at,
        designate_by=event.designate_by,
        designate_provisional=event.designate_provisional,
    )


def _designation_due(mediation: Mediation, context: Context) -> datetime | None:
    return mediation.designate_by if mediation.end is None else None


@case.timer("designation", due=_designation_due)
def alarm(mediation: Mediation, facts: Facts[Context]) -> Iterable[Event]:
    """A case that waits does not end: somebody has to look, or another organisation serves it.

    Source: 法释〔2021〕23号 art 10.
    """
    assert mediation.designate_by is not None
    overdue = DesignationOverdue(
        organisation=mediation.organisation, round=mediation.round, designate_by=mediation.designate_by
    )
    return [overdue, *overflow(mediation, TransferGround.OVERDUE, facts)]


@case.after(DesignationOverdue)
def alarmed(mediation: Mediation, event: DesignationOverdue) -> Mediation:
    return mediation.but(designate_by=None, designate_provisional=False)


# The case designates the mediator, or lets go of the seat ---------------------------------------


@case.opens(PlaceTaken)
def never_asked(seat: PlaceTaken, facts: Facts[Context]) -> Iterable[Event]:
    """A seat for a case that does not exist.

    Raises:
        LookupError: Always.
    """
    raise LookupError(f"{facts.subject} was given a mediator but never asked for one")


@case.on(PlaceTaken)
def designate(mediation: Mediation, given: PlaceTaken, facts: Facts[Context]) -> Iterable[Event]:
    """Taken if the case still waits for it, given back if not."""
    if given.second:
        return designate_second(mediation, given, facts)
    if given.round == mediation.round and given.mediator == mediation.mediator:
        return []
    awaited = mediation.end is None and mediation.mediator is None and given.round == mediation.round
    had = given.mediator in (*mediation.excluded, *mediation.co.gone, mediation.co.mediator)
    if not awaited or had:
        dropped = DesignationDropped(
            organisation=mediation.organisation,
            case=mediation.case,
            mediator=given.mediator,
            round=given.round,
        )
        # Who left the case as its second mediator, while the roster looked for the first.
        again = [request(mediation, facts)] if awaited else []
        return [dropped, *again]
    rules = facts.context.book.at(mediation.rules_version)
    answer = rules.answer_by(facts.at, facts.context.calendar)
    designated = MediatorDesignated(
        organisation=mediation.organisation,
        mediator=given.mediator,
        round=given.round,
        answer_by=answer.at,
        why=given.why,
        answer_provisional=answer.provisional,
        left_out=given.left_out,
    )
    return [designated]


@case.after(MediatorDesignated)
def designated(mediation: Mediation, event: MediatorDesignated, at: datetime) -> Mediation:
    return mediation.but(
        mediator=event.mediator,
        answer_by=event.answer_by,
        answer_provisional=event.answer_provisional,
        designated_at=at,
        designate_by=None,
        designate_provisional=False,
    )


case.unchanged_by(DesignationDropped)


# The mediator accepts, declines, or lets the time pass ------------------------------------------


def _is_accepted(mediation: Mediation, command: AcceptAssignment, facts: Facts[Context]) -> bool:
    accepted = mediation.co.accepted if is_co_mediator(mediation, facts) else mediation.accepted
    return accepted and mediation.end is None


@case.on(AcceptAssignment, by_one_of_its_mediators, still_open, already=_is_accepted)
def accept(mediation: Mediation, command: AcceptAssignment, facts: Facts[Context]) -> Iterable[Event]:
    """The designated mediator takes the case, and the period begins. Source: 法释〔2021〕23号 arts 12, 24.

    A heavy case is then given a second mediator; who accepts as such begins nothing.
    """
    if is_co_mediator(mediation, facts):
        yield CoMediatorAccepted(mediator=facts.actor.person)
        return
    accepted = _accepted(mediation, facts)
    yield accepted
    yield from second_wanted(case.evolve(mediation, accepted, facts.at, facts.context), facts)


def _accepted(mediation: Mediation, facts: Facts[Context]) -> AssignmentAccepted:
    assert mediation.mediator is not None
    rules = facts.context.book.at(mediation.rules_version)
    # Where an earlier mediator's acceptance began the period, it runs on, or is paused.
    begun = mediation.due_at is not None or mediation.accepted_at is not None
    if not rules.from_acceptance or begun:
        return AssignmentAccepted(mediator=mediation.mediator)
    # Of a case that was merged and came back, what was left of its period.
    days = rules.period(mediation.procedure) if mediation.clock.days is None else mediation.clock.days
    due = facts.context.calendar.after_days(facts.at, days)
    ask = rules.ask_by(facts.at, facts.context.calendar) if mediation.unasked else None
    return AssignmentAccepted(
        mediator=mediation.mediator,
        limit_days=days,
        due_at=due.at,
        due_provisional=due.provisional,
        ask_by=None if ask is None else ask.at,
        ask_provisional=ask is not None and ask.provisional,
        procedure=mediation.procedure,
        asked=mediation.unasked if ask is not None else (),
    )


@case.after(AssignmentAccepted)
def accepted(mediation: Mediation, event: AssignmentAccepted, at: datetime) -> Mediation:
    taken = mediation.but(accepted=True, answer_by=None, answer_provisional=False)
    if event.due_at is None:
        return taken
    return taken.but(
        due_at=event.due_at,
        due_provisional=event.due_provisional,
        accepted_at=at,
        ask_by=event.ask_by,
        ask_provisional=event.ask_provisional,
    )


@authority
def by_whom_it_was_given_to(mediation: Mediation, facts: Facts[Context], _: Command | None) -> str | None:
    """The designated mediator, and one who declined before: a repeat is no error."""
    declined = facts.actor.person in (*mediation.declined, *mediation.co.gone)
    known = is_held_by(mediation, facts) or is_co_mediator(mediation, facts) or declined
    return None if known else "assignment.not_held"


def _is_declined(mediation: Mediation, command: DeclineAssignment, facts: Facts[Context]) -> bool:
    holds = is_held_by(mediation, facts) or is_co_mediator(mediation, facts)
    return not holds and mediation.end is None


@possible
def not_yet_accepted(mediation: Mediation, facts: Facts[Context], _: Command | None) -> str | None:
    """Who has accepted can no longer decline."""
    accepted = mediation.co.accepted if is_co_mediator(mediation, facts) else mediation.accepted
    return "assignment.already_accepted" if accepted else None


@possible
def on_a_ground(mediation: Mediation, facts: Facts[Context], command: Command | None) -> Refusal | None:
    """Three grounds, and having no time is none: the roster counts capacity before it designates.

    Source: 法释〔2021〕23号 arts 12, 13.
    """
    if isinstance(command, DeclineAssignment) and command.reason is DeclineReason.NO_CAPACITY:
        return Refusal("decline.no_ground", rule="mediation.grounds-to-decline")
    return None


@case.on(
    DeclineAssignment,
    by_whom_it_was_given_to,
    still_open,
    not_yet_accepted,
    on_a_ground,
    already=_is_declined,
)
def decline(mediation: Mediation, command: DeclineAssignment, facts: Facts[Context]) -> Iterable[Event]:
    """The seat goes back, and the case asks for another mediator."""
    if is_co_mediator(mediation, facts):
        yield from leaves(mediation, Departure.DECLINED, facts, command.reason.value)
        return
    assert mediation.mediator is not None
    yield AssignmentDeclined(
        organisation=mediation.organisation,
        case=mediation.case,
        mediator=mediation.mediator,
        round=mediation.round,
        reason=command.reason.value,
    )
    yield request(mediation, facts, without=mediation.mediator)


@case.after(AssignmentDeclined)
def declined(mediation: Mediation, event: AssignmentDeclined) -> Mediation:
    return mediation.but(
        mediator=None,
        answer_by=None,
        answer_provisional=False,
        declined=(*mediation.declined, event.mediator),
    )


def _answer_due(mediation: Mediation, context: Context) -> datetime | None:
    """Where the period ran from the referral, an answer that is due when it is over lapses with the case."""
    answer_by = mediation.answer_by
    if mediation.end is not None or answer_by is None or mediation.mediator is None:
        return None
    return answer_by if mediation.due_at is None or answer_by < mediation.due_at else None


@case.timer("answer", due=_answer_due)
def lapse(mediation: Mediation, facts: Facts[Context]) -> Iterable[Event]:
    """No answer in time is an answer, too. Source: 法释〔2021〕23号 art 12."""
    assert mediation.mediator is not None
    yield AssignmentLapsed(
        organisation=mediation.organisation,
        case=mediation.case,
        mediator=mediation.mediator,
        round=mediation.round,
    )
    yield request(mediation, facts, without=mediation.mediator)


@case.after(AssignmentLapsed)
def lapsed(mediation: Mediation, event: AssignmentLapsed) -> Mediation:
    return mediation.but(mediator=None, answer_by=None, answer_provisional=False)
