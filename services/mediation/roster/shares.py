"""名册变更: who joins the roster, or has another weight or capacity, starts at the level of the others.

What the network file says of the mediators may be another after a restart; the first message that asks for a
choice notices, and what follows from it is an event. The level: :mod:`services.mediation.rules.designation`.
"""

from collections.abc import Mapping

from services.mediation.roster.state import Roster, freed, listed, roster, served
from services.mediation.rules import Context, Member, RosterRules, level
from shared.casework.guards import Facts
from shared.contracts.mediation import DesignationWithdrawn
from shared.contracts.message import Event
from shared.contracts.rosters import Listed, RosterChanged

_AT_ONCE = 500
"""Mediators that one event lists; it stays small enough for a message."""


def noticed(state: Roster, facts: Facts[Context]) -> tuple[list[Event], Roster]:
    """Return what follows from another roster than before, waiting cases served, and the state after it."""
    if state.mediators.closed is not None:  # Takes no cases, and keeps its shares for later.
        return [], state
    rules = listed(state, facts)
    if rules.noted and rules.noted[0] is state.terms:  # The usual case: compared once a batch.
        return [], state
    if state.terms == rules.terms:
        rules.noted[:] = [state.terms]
        return [], state
    events: list[Event] = [*_changes(state, rules)]
    for event in events:
        state = roster.evolve(state, event, facts.at, facts.context)
    given, state = served(state, rules)
    return [*events, *given], state


def let_go_of(state: Roster, case: str, facts: Facts[Context]) -> list[Event]:
    """Return how a roster lets go of a case: out of its queue, and out of its seats, which others get."""
    events: list[Event] = [
        DesignationWithdrawn(case=case, round=queue[case].round, second=second)
        for second, queue in ((False, state.waiting), (True, state.seconds_waiting))
        if case in queue
    ]
    if events:
        state = roster.fold(state, events, facts.at, facts.context) or state
    seats = [one for one in (state.holder(case), state.seconds.get(case)) if one is not None]
    if not seats:
        return events
    more, state = noticed(state, facts)
    events += more
    for mediator in seats:
        back = freed(state, mediator, case, listed(state, facts))
        events += back
        if mediator is not seats[-1]:
            state = roster.fold(state, back, facts.at, facts.context) or state
    return events


def _changes(state: Roster, rules: RosterRules) -> list[RosterChanged]:
    known = state.terms or _known_before(state, rules)
    entries = [
        Listed(
            mediator=id,
            weight=weight,
            capacity=capacity,
            started=_started(state, rules.members[id], known, rules.members),
        )
        for id, (weight, capacity) in rules.terms.items()
        if state.terms.get(id) != (weight, capacity)
    ]
    left = tuple(id for id in state.terms if id not in rules.terms)
    parts = [tuple(entries[i : i + _AT_ONCE]) for i in range(0, len(entries), _AT_ONCE)] or [()]
    return [RosterChanged(listed=part, left=left if part is parts[0] else ()) for part in parts]


def _known_before(state: Roster, rules: RosterRules) -> dict[str, tuple[int, int]]:
    """Return who takes part in a roster of before, which noted nobody: those who were given a seat."""
    return {id: terms for id, terms in rules.terms.items() if id in state.assigned}


def _started(
    state: Roster,
    one: Member,
    known: Mapping[str, tuple[int, int]],
    members: Mapping[str, Member],
) -> int:
    """Return what a mediator starts with, so that the count is at the level of those known before."""
    if known.get(one.id) == (one.weight, one.capacity):
        return state.started.get(one.id, 0)
    staying = [id for id in known if id in members and members[id].causes & one.causes]
    # Where nobody stays, those who leave say how far the roster is.
    others = [(state.count(id), known[id][0]) for id in staying or known]
    return level(one.weight, others) - state.assigned.get(one.id, 0) if others else 0


@roster.after(RosterChanged)
def changed(state: Roster, event: RosterChanged) -> Roster:
    terms = {id: terms for id, terms in state.terms.items() if id not in event.left}
    terms |= {one.mediator: (one.weight, one.capacity) for one in event.listed}
    started = {id: count for id, count in state.started.items() if id not in event.left}
    started |= {one.mediator: one.started for one in event.listed}
    # Mostly nobody started with anything, and an empty mapping costs a choice nothing.
    return state.but(terms=terms, started={id: count for id, count in started.items() if count})
