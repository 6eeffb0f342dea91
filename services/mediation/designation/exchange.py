"""指定调解员: how a case gets a mediator. A process manager between a case and its organisation's roster.

The case asks (``DesignationRequested``); the roster gives a seat (``PlaceTaken``) or a place in its queue
(``DesignationQueued``); the case designates the mediator, or lets go of a seat that it no longer needs
(``DesignationDropped``); the mediator accepts, declines or lets the time for an answer pass. Who declined
or did not answer gives the seat back, and the case asks again without them. What ends a case frees its seat.

Source: 法释〔2021〕23号 arts 10, 12 (as of 2022-01-01).
"""

from collections.abc import Iterable
from datetime import datetime

from services.mediation.case.state import (
    Mediation,
    by_its_mediator,
    case,
    is_held_by,
    request,
    still_open,
)
from services.mediation.designation.overflow import overflow
from services.mediation.roster.shares import noticed
from services.mediation.roster.state import Roster, freed, listed, roster, seat, told
from services.mediation.rules import Context, choose, left_out, wanted
from shared.casework.guards import Facts, authority, possible
from shared.casework.protocol import Refusal
from shared.contracts.kinds import DeclineReason
from shared.contracts.mediation import (
    AcceptAssignment,
    AssignmentAccepted,
    AssignmentDeclined,
    AssignmentLapsed,
    DeclineAssignment,
    DesignationDropped,
    DesignationOverdue,
    DesignationQueued,
    DesignationRequested,
    DesignationWithdrawn,
    MediationEnded,
    MediatorDesignated,
    PlaceFreed,
    PlaceTaken,
)
from shared.contracts.message import Command, Event
from shared.contracts.recusal import MediatorReplaced, RecusalDecided
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


# The roster gives a seat, or a place in its queue -----------------------------------------------


@roster.on(DesignationRequested)
def give_seat(state: Roster, request: DesignationRequested, facts: Facts[Context]) -> Iterable[Event]:
    """One seat or one wait for each case; an earlier round gives way to a later one."""
    case_id, rules = request.case, listed(state, facts)
    events, state = noticed(state, facts)
    if (waits := state.waiting.get(case_id)) is not None and request.round <= waits.round:
        return events
    if (holder := state.holder(case_id)) is not None:
        if request.round <= state.held[holder][case_id]:
            return events
        back = freed(state, holder, case_id, rules)
        state = roster.fold(state, back, facts.at, facts.context) or state
        events += back
    asked, specialists = wanted(request), rules.specialists[request.cause]
    out = left_out(rules, asked)
    why = choose(specialists, state.held, state.assigned, state.started, out, asked.chosen)
    if why:
        return [*events, seat(case_id, asked, why, out)]
    queued = DesignationQueued(
        case=case_id,
        waiting=len(state.waiting) + (case_id not in state.waiting),
        eligible=len(specialists) - len(out),
        left_out=told(out),
        **asked._asdict(),
    )
    return [*events, queued]


@roster.after(PlaceTaken)
def seat_given(state: Roster, event: PlaceTaken) -> Roster:
    return state.with_seat(event.mediator, event.case, event.round)


@roster.after(DesignationQueued)
def queued(state: Roster, event: DesignationQueued) -> Roster:
    return state.with_waiting(event.case, wanted(event))


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
    if given.round == mediation.round and given.mediator == mediation.mediator:
        return []
    wanted = mediation.end is None and mediation.mediator is None and given.round == mediation.round
    if not wanted or given.mediator in mediation.excluded:
        dropped = DesignationDropped(
            organisation=mediation.organisation,
            case=mediation.case,
            mediator=given.mediator,
            round=given.round,
        )
        return [dropped]
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
    return mediation.accepted and mediation.end is None


@case.on(AcceptAssignment, by_its_mediator, still_open, already=_is_accepted)
def accept(mediation: Mediation, command: AcceptAssignment, facts: Facts[Context]) -> Iterable[Event]:
    """The designated mediator takes the case, and the period begins. Source: 法释〔2021〕23号 arts 12, 24."""
    assert mediation.mediator is not None
    rules = facts.context.book.at(mediation.rules_version)
    if not rules.from_acceptance:
        return [AssignmentAccepted(mediator=mediation.mediator)]
    if (
        mediation.due_at is not None or mediation.accepted_at is not None
    ):  # an earlier mediator's acceptance began it
        return [AssignmentAccepted(mediator=mediation.mediator)]
    due = rules.due_at(facts.at, facts.context.calendar)
    ask = rules.ask_by(facts.at, facts.context.calendar) if mediation.unasked else None
    accepted = AssignmentAccepted(
        mediator=mediation.mediator,
        limit_days=rules.period_days,
        due_at=due.at,
        due_provisional=due.provisional,
        ask_by=None if ask is None else ask.at,
        ask_provisional=ask is not None and ask.provisional,
    )
    return [accepted]


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
    known = is_held_by(mediation, facts) or facts.actor.person in mediation.declined
    return None if known else "assignment.not_held"


def _is_declined(mediation: Mediation, command: DeclineAssignment, facts: Facts[Context]) -> bool:
    return not is_held_by(mediation, facts) and mediation.end is None


@possible
def not_yet_accepted(mediation: Mediation, facts: Facts[Context], _: Command | None) -> str | None:
    """Who has accepted can no longer decline."""
    return "assignment.already_accepted" if mediation.accepted else None


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


# The roster gets the seat back ------------------------------------------------------------------


def take_back(
    state: Roster,
    back: AssignmentDeclined | AssignmentLapsed | DesignationDropped | MediatorReplaced | RecusalDecided,
    facts: Facts[Context],
) -> Iterable[Event]:
    """Only what is held in this very round comes back."""
    if state.round_held(back.mediator, back.case) != back.round:
        return []
    events, state = noticed(state, facts)
    return [*events, *freed(state, back.mediator, back.case, listed(state, facts))]


roster.on(AssignmentDeclined)(take_back)
roster.on(AssignmentLapsed)(take_back)
roster.on(DesignationDropped)(take_back)
roster.on(MediatorReplaced)(take_back)


@roster.on(RecusalDecided)
def take_back_from_recused(state: Roster, decided: RecusalDecided, facts: Facts[Context]) -> Iterable[Event]:
    """Who is recused gives the seat back; who is not keeps it."""
    return take_back(state, decided, facts) if decided.recused else []


@roster.on(MediationEnded)
def case_over(state: Roster, over: MediationEnded, facts: Facts[Context]) -> Iterable[Event]:
    """An ended case gives its seat back, or leaves the queue.

    A seat that is still on its way to the case comes back as ``DesignationDropped``.
    """
    if (waits := state.waiting.get(over.case)) is not None:
        return [DesignationWithdrawn(case=over.case, round=waits.round)]
    if over.mediator is None or state.round_held(over.mediator, over.case) is None:
        return []
    events, state = noticed(state, facts)
    return [*events, *freed(state, over.mediator, over.case, listed(state, facts))]


@roster.after(PlaceFreed)
def seat_freed(state: Roster, event: PlaceFreed) -> Roster:
    return state.without_seat(event.mediator, event.case)


@roster.after(DesignationWithdrawn)
def withdrawn(state: Roster, event: DesignationWithdrawn) -> Roster:
    return state.without_waiting(event.case)
