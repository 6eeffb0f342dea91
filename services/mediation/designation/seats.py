"""席位: the seats that a roster gives a case, for who presides and who mediates beside, and gets back.

Source: 法释〔2021〕23号 arts 10, 11, 12 (as of 2022-01-01).
"""

from collections.abc import Iterable

from services.mediation.roster.shares import let_go_of, noticed
from services.mediation.roster.state import Roster, freed, listed, put, roster, seat, told
from services.mediation.rules import Context, Wanted, choose, left_out, wanted
from shared.casework.guards import Facts
from shared.contracts.co_mediators import (
    CoMediatorLeft,
    CoMediatorRequested,
    PresidingChosen,
    SeatsExchanged,
)
from shared.contracts.mediation import (
    AssignmentDeclined,
    AssignmentLapsed,
    DesignationDropped,
    DesignationQueued,
    DesignationRequested,
    DesignationWithdrawn,
    MediationEnded,
    PlaceFreed,
    PlaceTaken,
)
from shared.contracts.message import Event
from shared.contracts.recusal import MediatorReplaced, RecusalDecided

# Given, or waited for ---------------------------------------------------------------------------


@roster.on(DesignationRequested)
def give_seat(state: Roster, request: DesignationRequested, facts: Facts[Context]) -> Iterable[Event]:
    """One seat or one wait for each case; an earlier round gives way to a later one."""
    known, holder = state.waiting.get(request.case), state.holder(request.case)
    return _give(state, request, facts, known, holder, state.seconds.get(request.case))


@roster.on(CoMediatorRequested)
def give_second_seat(state: Roster, request: CoMediatorRequested, facts: Facts[Context]) -> Iterable[Event]:
    """One second seat, or one wait for it, beside the first, and for somebody else."""
    known, holder = state.seconds_waiting.get(request.case), state.seconds.get(request.case)
    return _give(state, request, facts, known, holder, state.holder(request.case))


def _give(
    state: Roster,
    request: DesignationRequested | CoMediatorRequested,
    facts: Facts[Context],
    waits: Wanted | None,
    holder: str | None,
    other: str | None,
) -> list[Event]:
    """Return a seat, or a place in the queue.

    Args:
        state: The roster.
        request: Which round of which seat.
        facts: The time, and the rules.
        waits: What is known of a wait for this seat.
        holder: Who has this seat now.
        other: Who has the other seat of the case.
    """
    case_id, rules = request.case, listed(state, facts)
    second = isinstance(request, CoMediatorRequested)
    events, state = noticed(state, facts)
    if waits is not None and request.round <= waits.round:
        return events
    if holder is not None:
        if request.round <= state.held[holder][case_id]:
            return events
        back = freed(state, holder, case_id, rules)
        state = roster.fold(state, back, facts.at, facts.context) or state
        events += back
    asked, specialists = wanted(request), rules.specialists[request.cause]
    out = left_out(rules, asked, other)
    why = choose(specialists, state.held, state.assigned, state.started, out, asked.chosen)
    if why:
        return [*events, seat(case_id, asked, why, out, second=second)]
    queue = state.seconds_waiting if second else state.waiting
    queued = DesignationQueued(
        case=case_id,
        waiting=len(queue) + (case_id not in queue),
        eligible=len(specialists) - len(out),
        left_out=told(out),
        second=second,
        **asked._asdict(),
    )
    return [*events, queued]


@roster.after(PlaceTaken)
def seat_given(state: Roster, event: PlaceTaken) -> Roster:
    return state.with_seat(event.mediator, event.case, event.round, second=event.second)


@roster.after(DesignationQueued)
def queued(state: Roster, event: DesignationQueued) -> Roster:
    return state.with_waiting(event.case, wanted(event), second=event.second)


# Given back -------------------------------------------------------------------------------------


Back = (
    AssignmentDeclined
    | AssignmentLapsed
    | DesignationDropped
    | MediatorReplaced
    | RecusalDecided
    | CoMediatorLeft
)


def take_back(
    state: Roster,
    back: Back,
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
roster.on(CoMediatorLeft)(take_back)


@roster.on(RecusalDecided)
def take_back_from_recused(state: Roster, decided: RecusalDecided, facts: Facts[Context]) -> Iterable[Event]:
    """Who is recused gives the seat back; who is not keeps it."""
    return take_back(state, decided, facts) if decided.recused else []


@roster.on(MediationEnded)
def case_over(state: Roster, over: MediationEnded, facts: Facts[Context]) -> Iterable[Event]:
    """An ended case gives its seats back, or leaves the queue.

    A seat that is still on its way to the case comes back as ``DesignationDropped``.
    """
    waits = over.case in state.waiting
    held = over.mediator is not None and state.round_held(over.mediator, over.case) is not None
    second = over.case in state.seconds or over.case in state.seconds_waiting
    return let_go_of(state, over.case, facts) if waits or held or second else []


@roster.after(PlaceFreed)
def seat_freed(state: Roster, event: PlaceFreed) -> Roster:
    return state.without_seat(event.mediator, event.case)


@roster.after(DesignationWithdrawn)
def withdrawn(state: Roster, event: DesignationWithdrawn) -> Roster:
    return state.without_waiting(event.case, second=event.second)


# Exchanged --------------------------------------------------------------------------------------


@roster.on(PresidingChosen)
def exchange(state: Roster, chosen: PresidingChosen, facts: Facts[Context]) -> Iterable[Event]:
    """The second one presides now, and the first is second. Source: 法释〔2021〕23号 art 11."""
    both = state.seconds.get(chosen.case) == chosen.mediator and state.holder(chosen.case) == chosen.beside
    return [SeatsExchanged(case=chosen.case, mediator=chosen.mediator, beside=chosen.beside)] if both else []


@roster.after(SeatsExchanged)
def exchanged(state: Roster, event: SeatsExchanged) -> Roster:
    return state.but(seconds=put(state.seconds, event.case, event.beside))
