"""How a roster chooses: by speciality, capacity and weight, with a share that follows the weights.

The mediator with the lowest ``(assigned + 1) / weight`` gets the case. After n designations among
k mediators who were all available each time, with weights w and their sum W, mediator i has been
given a[i] cases, and

    -1 < a[i] - n * w[i] / W <= (k - 1) * w[i] / W

so that nobody is ever a whole case behind the share, and the error of a share shrinks as 1/n.
(Whoever was chosen had the lowest score, hence a[i] / w[i] <= (a[j] + 1) / w[j] for every pair;
adding this up over j gives the right side, over i the left.)

Source: 法释〔2021〕23号 art 10 (designation), art 28 (roster of specialists) (as of 2022-01-01).
"""

from collections.abc import Collection, Mapping, Sequence, Sized
from dataclasses import dataclass
from heapq import nsmallest

from shared.contracts.kinds import Cause
from shared.contracts.mediation import Score
from shared.network.schema import Organisation

_SHOWN = 3
_NONE: tuple[()] = ()


@dataclass(frozen=True, slots=True)
class Member:
    """A mediator as the rule sees one.

    Attributes:
        weight: Share of designations relative to the colleagues.
        capacity: The most cases held at one time.
    """

    id: str
    causes: frozenset[Cause]
    weight: int
    capacity: int


@dataclass(frozen=True, slots=True)
class RosterRules:
    """The mediators of one organisation.

    Attributes:
        members: By id.
        specialists: By cause, in the order of their ids.
    """

    members: Mapping[str, Member]
    specialists: Mapping[Cause, Sequence[Member]]


def roster_rules(organisation: Organisation) -> RosterRules:
    """Read the roster of an organisation from the network file."""
    members = {
        one.id: Member(one.id, frozenset(one.specialities), one.weight, one.capacity)
        for one in sorted(organisation.mediators, key=lambda one: one.id)
    }
    specialists = {cause: tuple(one for one in members.values() if cause in one.causes) for cause in Cause}
    return RosterRules(members, specialists)


def choose(
    eligible: Sequence[Member],
    held: Mapping[str, Sized],
    assigned: Mapping[str, int],
    excluded: Collection[str] = (),
) -> tuple[Score, ...]:
    """Rank the mediators who may take a case and have a free place.

    Args:
        eligible: Mediators whose speciality covers the cause.
        held: Cases that each holds now.
        assigned: Places that each was ever given.
        excluded: Mediators who may not take this case.

    Returns:
        The best three, the chosen one first; empty if nobody is free. Ties go by id.
    """
    ranked = nsmallest(
        _SHOWN,
        (
            ((assigned.get(one.id, 0) + 1) / one.weight, one.id, one.weight)
            for one in eligible
            if len(held.get(one.id, _NONE)) < one.capacity and one.id not in excluded
        ),
    )
    return tuple(
        Score(
            mediator=id,
            places=len(held.get(id, _NONE)),
            assigned=assigned.get(id, 0),
            weight=float(weight),
            score=score,
        )
        for score, id, weight in ranked
    )
