"""What a roster knows, and how it gives a seat or frees one.

All seats and shares of an organisation are decided here, in one stream, so that a capacity is
never passed and no case has two seats, whatever the number of replicas. As long as the roster
itself does not change, a case waits only while nobody who may take it has a free seat.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from typing import TypeVar

from pydantic import Field

from services.mediation.rules import (
    NOTHING_SAID,
    Context,
    Register,
    RosterRules,
    Wanted,
    choose,
    left_out,
    rule_against,
)
from shared.casework.guards import Facts
from shared.casework.protocol import State
from shared.casework.table import Table
from shared.contracts.mediation import AvailabilityNoted, LeftOut, PlaceFreed, PlaceTaken, Score
from shared.contracts.message import Event
from shared.contracts.rosters import MediatorRemoved, RemovalGround, SuspensionGround

V = TypeVar("V")


class Roster(State):
    """Seats, shares and queue. Each level is small, so that a copy per event stays cheap.

    Attributes:
        held: Round of designation by case, by mediator.
        assigned: Seats that each mediator was ever given.
        waiting: Cases without a seat, the one that is due first in front; of the same time in the order in
            which they came.
        availability: What each mediator said last of when cases can be taken.
        started: What is added to ``assigned``, so that a mediator stands at the level of the others.
        terms: Weight and capacity of those who take part in the shares.
        mediators: What events said of the mediators.
        seconds: Who has the second seat of a case, by case; also counted in ``held``.
        seconds_waiting: Cases that wait for a second mediator, in the order in which they came.
    """

    held: dict[str, dict[str, int]] = Field(default_factory=dict)
    assigned: dict[str, int] = Field(default_factory=dict)
    waiting: dict[str, Wanted] = Field(default_factory=dict)
    availability: dict[str, AvailabilityNoted] = Field(default_factory=dict)
    started: dict[str, int] = Field(default_factory=dict)
    terms: dict[str, tuple[int, int]] = Field(default_factory=dict)
    mediators: Register = NOTHING_SAID
    seconds: dict[str, str] = Field(default_factory=dict)
    seconds_waiting: dict[str, Wanted] = Field(default_factory=dict)

    def count(self, mediator: str) -> int:
        """Return the count by which a mediator is compared with the others."""
        return self.assigned.get(mediator, 0) + self.started.get(mediator, 0)

    def round_held(self, mediator: str, case: str) -> int | None:
        """Return the round in which a mediator was given a case that the mediator holds."""
        return self.held.get(mediator, {}).get(case)

    def holder(self, case: str) -> str | None:
        """Return who presides over a case: has its first seat."""
        second = self.seconds.get(case)
        return next((id for id, cases in self.held.items() if case in cases and id != second), None)

    def with_seat(self, mediator: str, case: str, round: int, *, second: bool = False) -> "Roster":
        """Return the roster in which a mediator has one case more, which waits for that seat no longer."""
        changes: dict[str, object] = {
            "held": put(self.held, mediator, put(self.held.get(mediator, {}), case, round)),
            "assigned": put(self.assigned, mediator, self.assigned.get(mediator, 0) + 1),
        }
        if second:
            changes["seconds"] = put(self.seconds, case, mediator)
            changes["seconds_waiting"] = without(self.seconds_waiting, case)
        elif case in self.waiting:
            changes["waiting"] = without(self.waiting, case)
        return self.but(**changes)

    def without_seat(self, mediator: str, case: str) -> "Roster":
        """Return the roster in which a mediator no longer holds a case."""
        changes: dict[str, object] = {"held": put(self.held, mediator, without(self.held[mediator], case))}
        if self.seconds.get(case) == mediator:
            changes["seconds"] = without(self.seconds, case)
        return self.but(**changes)

    def with_waiting(self, case: str, request: Wanted, *, second: bool = False) -> "Roster":
        """Return the roster in which a case waits, in front of those that are due later."""
        if second:
            return self.but(seconds_waiting={**without(self.seconds_waiting, case), case: request})
        others = without(self.waiting, case) if case in self.waiting else self.waiting
        last = next(reversed(others.values()), None)
        if last is None or last.due <= request.due:
            return self.but(waiting=put(others, case, request))
        queue = list(others.items())
        queue.insert(bisect_right(queue, request.due, key=lambda one: one[1].due), (case, request))
        return self.but(waiting=dict(queue))

    def without_waiting(self, case: str, *, second: bool = False) -> "Roster":
        """Return the roster in which a case no longer waits."""
        if second:
            return self.but(seconds_waiting=without(self.seconds_waiting, case))
        return self.but(waiting=without(self.waiting, case))

    def queue(self) -> Iterator[tuple[str, Wanted, str | None, bool]]:
        """Yield who waits: case, request, who has the other seat, and whether it is for the second one.

        Who has nobody comes before who waits for a second mediator.
        """
        for case, request in self.waiting.items():
            yield case, request, self.seconds.get(case), False
        for case, request in self.seconds_waiting.items():
            yield case, request, self.holder(case), True


_EMPTY = Roster()


def _in_network(context: Context, organisation: str) -> bool:
    """Every organisation of the network file has a roster; the route lets no other through."""
    return organisation in context.rosters


roster: Table[Roster, Context] = Table(
    "roster", Roster, unknown=None, known=_in_network, blank=lambda _: _EMPTY
)


def listed(state: Roster, facts: Facts[Context]) -> RosterRules:
    """Return who is given cases now."""
    return facts.context.rosters[facts.subject].listed(state.mediators)


def told(out: Mapping[str, str]) -> tuple[LeftOut, ...]:
    """Return who was left out, as the events say it."""
    return tuple(LeftOut(mediator=id, rule=rule) for id, rule in out.items())


def seat(
    case: str, request: Wanted, why: tuple[Score, ...], out: Mapping[str, str], *, second: bool = False
) -> PlaceTaken:
    """Return the seat of the mediator who came first."""
    return PlaceTaken(
        case=case,
        mediator=why[0].mediator,
        round=request.round,
        why=why,
        left_out=told(out),
        second=second,
    )


def freed(state: Roster, mediator: str, case: str, rules: RosterRules) -> list[Event]:
    """Free a seat, and give it to the first waiting case that this mediator may take."""
    free = PlaceFreed(case=case, mediator=mediator)
    member = rules.members.get(mediator)
    if member is None or len(state.held[mediator]) > member.capacity:
        # Left the roster, or holds more than a lowered capacity.
        return [free, *_dismissed(state, mediator, case)]
    waits = state.queue() if state.waiting or state.seconds_waiting else ()
    for waiting, request, other, second in waits:
        if request.cause in member.causes and rule_against(member, request, other) is None:
            held = {mediator: state.held[mediator].keys() - {case}}
            why = choose((member,), held, state.assigned, state.started)
            return [free, seat(waiting, request, why, left_out(rules, request, other), second=second)]
    return [free]


def _dismissed(state: Roster, mediator: str, case: str) -> list[Event]:
    """Return the removal of who was dismissed, with the last seat. Source: 法释〔2021〕23号 art 29."""
    dismissed = state.mediators.suspended.get(mediator) is SuspensionGround.DISMISSAL
    last = state.held[mediator].keys() <= {case}
    return [MediatorRemoved(mediator=mediator, ground=RemovalGround.DISMISSED)] if dismissed and last else []


def served(state: Roster, rules: RosterRules) -> tuple[list[Event], Roster]:
    """Return the seats of all waiting cases for which somebody is free, in the order of the queue."""
    events: list[Event] = []
    for case, request, other, second in state.queue():
        # The first seat of the same case may have been given just now.
        out = left_out(rules, request, state.holder(case) if second else other)
        why = choose(
            rules.specialists[request.cause], state.held, state.assigned, state.started, out, request.chosen
        )
        if why:
            events.append(seat(case, request, why, out, second=second))
            state = state.with_seat(why[0].mediator, case, request.round, second=second)
    return events, state


def put(mapping: Mapping[str, V], key: str, value: V) -> dict[str, V]:
    """Return a mapping with another value of one of its keys, or one key more.

    A copy as a whole, here and below: it runs in C, and a roster's mappings are large.
    """
    out = dict(mapping)
    out[key] = value
    return out


def without(mapping: Mapping[str, V], key: str) -> dict[str, V]:
    """Return a mapping without one of its keys."""
    out = dict(mapping)
    out.pop(key, None)
    return out
