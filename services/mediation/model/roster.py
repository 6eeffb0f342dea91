"""The roster of one organisation: who holds which case, who waits, and who is next.

All places and shares of an organisation are decided here, in one stream, so that a capacity is
never passed and no case has two places, whatever the number of replicas. As long as the roster
itself does not change, a case waits only while nobody who may take it has a free place.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

from pydantic import Field

from services.mediation.rules import RosterRules, choose
from shared.casework.protocol import Received, State
from shared.contracts import mediation as say
from shared.contracts.kinds import Cause
from shared.contracts.message import Event

V = TypeVar("V")

Waiting = tuple[int, Cause, tuple[str, ...]]
"""Round, cause and excluded mediators of a case that waits."""


class Roster(State):
    """Places, shares and queue. Each level is small, so that a copy per event stays cheap.

    Attributes:
        held: Round of designation by case, by mediator.
        assigned: Places that each mediator was ever given.
        waiting: Cases without a place, in the order in which they came.
    """

    held: dict[str, dict[str, int]] = Field(default_factory=dict)
    assigned: dict[str, int] = Field(default_factory=dict)
    waiting: dict[str, Waiting] = Field(default_factory=dict)


_EMPTY = Roster()


def decide(state: Roster | None, message: Received, rules: RosterRules) -> Sequence[Event]:
    """Give a place, a place in the queue, or a freed place to whoever waits for it."""
    roster = _EMPTY if state is None else state
    match message.body:
        case say.DesignationRequested() as request:
            return _request(roster, request, rules)
        case say.AssignmentDeclined() | say.AssignmentLapsed() | say.DesignationDropped() as back:
            if _round_held(roster, back.mediator, back.case) != back.round:
                return []
            return _free(roster, back.mediator, back.case, rules)
        case say.MediationEnded() as over:
            return _over(roster, over, rules)
        case _:
            return []


def _request(roster: Roster, request: say.DesignationRequested, rules: RosterRules) -> list[Event]:
    """One place or one wait for each case; an earlier round gives way to a later one."""
    case, events = request.case, list[Event]()
    if (waits := roster.waiting.get(case)) is not None and request.round <= waits[0]:
        return []
    holder = next((mediator for mediator, cases in roster.held.items() if case in cases), None)
    if holder is not None:
        if request.round <= roster.held[holder][case]:
            return []
        events = _free(roster, holder, case, rules)
        for event in events:
            roster = evolve(roster, event)
    specialists = rules.specialists[request.cause]
    why = choose(specialists, roster.held, roster.assigned, request.excluded)
    if why:
        return [*events, say.PlaceTaken(case=case, mediator=why[0].mediator, round=request.round, why=why)]
    queued = say.DesignationQueued(
        case=case,
        round=request.round,
        cause=request.cause,
        excluded=request.excluded,
        waiting=len(roster.waiting) + (case not in roster.waiting),
        eligible=sum(one.id not in request.excluded for one in specialists),
    )
    return [*events, queued]


def _over(roster: Roster, over: say.MediationEnded, rules: RosterRules) -> list[Event]:
    """An ended case gives its place back, or leaves the queue.

    A place that is still on its way to the case comes back as ``DesignationDropped``.
    """
    if (waits := roster.waiting.get(over.case)) is not None:
        return [say.DesignationWithdrawn(case=over.case, round=waits[0])]
    if over.mediator is None or _round_held(roster, over.mediator, over.case) is None:
        return []
    return _free(roster, over.mediator, over.case, rules)


def _free(roster: Roster, mediator: str, case: str, rules: RosterRules) -> list[Event]:
    """Free a place, and give it to the first waiting case that this mediator may take."""
    freed = say.PlaceFreed(case=case, mediator=mediator)
    member = rules.members.get(mediator)
    if member is None or len(roster.held[mediator]) > member.capacity:
        return [freed]  # left the roster, or holds more than a lowered capacity
    for waiting, (round, cause, excluded) in roster.waiting.items():
        if cause in member.causes and mediator not in excluded:
            held = {mediator: roster.held[mediator].keys() - {case}}
            why = choose((member,), held, roster.assigned)
            return [freed, say.PlaceTaken(case=waiting, mediator=mediator, round=round, why=why)]
    return [freed]


def _round_held(roster: Roster, mediator: str, case: str) -> int | None:
    cases = roster.held.get(mediator)
    return None if cases is None else cases.get(case)


def evolve(state: Roster | None, event: Event, at: datetime | None = None) -> Roster:
    """Give the roster after an event."""
    roster = _EMPTY if state is None else state
    match event:
        case say.PlaceTaken(case=case, mediator=mediator):
            cases = {**roster.held.get(mediator, {}), case: event.round}
            update: dict[str, object] = {
                "held": {**roster.held, mediator: cases},
                "assigned": {**roster.assigned, mediator: roster.assigned.get(mediator, 0) + 1},
            }
            if case in roster.waiting:
                update["waiting"] = _without(roster.waiting, case)
        case say.PlaceFreed(case=case, mediator=mediator):
            update = {"held": {**roster.held, mediator: _without(roster.held[mediator], case)}}
        case say.DesignationQueued(case=case):
            update = {"waiting": {**roster.waiting, case: (event.round, event.cause, event.excluded)}}
        case say.DesignationWithdrawn(case=case):
            update = {"waiting": _without(roster.waiting, case)}
        case _:
            return roster
    return roster.model_copy(update=update)


def _without(mapping: dict[str, V], key: str) -> dict[str, V]:
    out = dict(mapping)
    out.pop(key, None)
    return out
