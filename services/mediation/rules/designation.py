"""How a roster chooses: by speciality, capacity and weight, with a share that follows the weights.

Each mediator has a count c: the seats ever given, and what the mediator started with. The lowest
``(c + 1) / weight`` gets the case. Between any two mediators i and j who are available each time,

    c[i] / w[i] <= (c[j] + 1) / w[j]                                                            (*)

since whoever was chosen had the lower score. Adding (*) up over j gives the right side, and over i the
left side, of

    -1 < c[i] - C * w[i] / W <= (k - 1) * w[i] / W

with k mediators, C the sum of their counts and W that of their weights: nobody is ever a whole case behind.

Who leaves takes nothing from (*). Who joins, or has another weight or capacity, starts with

    c = floor(w * L),    L = max(c[j] / w[j]) over the others

By (*), no (c[j] + 1) / w[j] lies below L, and c / w <= L < (c + 1) / w: so (*) holds with the joiner as well,
after any number of changes. Of n cases given between two changes, mediator i gets a[i] with

    |a[i] - n * w[i] / W| < 1 + (k - 1) * w[i] / W

so the error of a share shrinks as 1/n. Where (*) did not hold before, since somebody was full or
mediators take different causes, L is the mean ``sum(c) / sum(w)`` instead, or the next one's score if that is
higher: a joiner neither floods nor starves.

Source: 法释〔2021〕23号 art 10 (designation), art 28 (roster of specialists) (as of 2022-01-01).
"""

from collections.abc import Collection, Mapping, Sequence, Sized
from dataclasses import dataclass, field
from datetime import UTC, datetime
from heapq import nsmallest
from typing import Final, NamedTuple

from shared.contracts.co_mediators import CoMediatorRequested
from shared.contracts.kinds import Cause, Language
from shared.contracts.mediation import DesignationQueued, DesignationRequested, Score

_SHOWN = 3
_MANY = 1000
_NONE: tuple[()] = ()
_AT_ONCE: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Member:
    """A mediator as the rule sees one.

    Attributes:
        weight: Share of designations relative to the colleagues.
        capacity: The most cases held at one time.
        languages: In which the mediator can mediate.
        interests: Institutions whose cases the mediator is not given.
    """

    id: str
    causes: frozenset[Cause]
    weight: int
    capacity: int
    languages: frozenset[Language] = frozenset({Language.MANDARIN})
    interests: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class RosterRules:
    """The mediators of one organisation.

    Attributes:
        members: By id.
        specialists: By cause, in the order of their ids.
        terms: Weight and capacity by id: what the shares depend on.
        interests: Whether anybody disclosed an interest.
        noted: The terms that a state held when they were last found to be these: the same object is not
            compared again.
    """

    members: Mapping[str, Member]
    specialists: Mapping[Cause, Sequence[Member]]
    terms: Mapping[str, tuple[int, int]]
    interests: bool
    noted: list[Mapping[str, tuple[int, int]]] = field(default_factory=list, compare=False, repr=False)


def rules_of(members: Mapping[str, Member]) -> RosterRules:
    """Return the rules of a roster with these mediators."""
    specialists = {cause: tuple(one for one in members.values() if cause in one.causes) for cause in Cause}
    terms = {id: (one.weight, one.capacity) for id, one in members.items()}
    return RosterRules(members, specialists, terms, any(one.interests for one in members.values()))


def closed(rules: RosterRules) -> RosterRules:
    """Return the rules of a roster that takes no cases; the shares stay as they are for later."""
    return RosterRules({}, {cause: () for cause in Cause}, rules.terms, interests=False)


def level(weight: int, others: Sequence[tuple[int, int]]) -> int:
    """Return the count with which a mediator starts beside others.

    Args:
        weight: The mediator's.
        others: Count and weight of each of those who take cases of the same causes; at least one.
    """
    furthest = max(weight * count // share for count, share in others)
    next_one = min(weight * (count + 1) // share for count, share in others)
    mean = weight * sum(count for count, _ in others) // sum(share for _, share in others)
    return min(furthest, max(next_one, mean))


class Wanted(NamedTuple):
    """What a case asks a roster for.

    Attributes:
        excluded: Mediators of earlier rounds.
        designate_by: When it must be served; ``None`` in requests of before.
        institution: Whose case it is; ``None`` in requests of before.
        language: In which the mediation is to be held; ``None`` for any.
        chosen: Whom the parties chose; ``None`` for nobody.
    """

    round: int
    cause: Cause
    excluded: tuple[str, ...]
    designate_by: datetime | None = None
    institution: str | None = None
    language: Language | None = None
    chosen: str | None = None

    @property
    def due(self) -> datetime:
        """When it must be served; a case of before, which has no limit, comes first."""
        return self.designate_by or _AT_ONCE


def wanted(request: DesignationRequested | DesignationQueued | CoMediatorRequested) -> Wanted:
    """Return what a request asks for; a second mediator is asked for without a limit."""
    by = None if isinstance(request, CoMediatorRequested) else request.designate_by
    return Wanted(
        request.round,
        request.cause,
        request.excluded,
        by,
        request.institution,
        request.language,
        request.chosen,
    )


class _Against(NamedTuple):
    rule: str


_NOT_AGAIN: Final = _Against(rule="roster.not-again")
_INTEREST: Final = _Against(rule="roster.interest")
_LANGUAGE: Final = _Against(rule="roster.language")
_TWO: Final = _Against(rule="roster.two-persons")


def rule_against(one: Member, case: Wanted, other: str | None = None) -> str | None:
    """Return the rule by which a mediator may not take a case; ``None`` for none.

    Args:
        one: The mediator.
        case: What the case asks for.
        other: Who has the other seat of the case; ``None`` for nobody.

    Source: 法释〔2021〕23号 arts 11, 12, 13 (as of 2022-01-01).
    """
    if one.id == other:
        return _TWO.rule
    if one.id in case.excluded:
        return _NOT_AGAIN.rule
    if case.institution in one.interests:
        return _INTEREST.rule
    if case.language is not None and case.language not in one.languages:
        return _LANGUAGE.rule
    return None


def left_out(rules: RosterRules, case: Wanted, other: str | None = None) -> dict[str, str]:
    """Return the mediators of the cause who may not take a case, and the rule that says so."""
    if not (case.excluded or rules.interests or case.language or other):  # The usual case: nobody is.
        return {}
    found = ((one.id, rule_against(one, case, other)) for one in rules.specialists[case.cause])
    return {id: rule for id, rule in found if rule is not None}


def choose(
    eligible: Sequence[Member],
    held: Mapping[str, Sized],
    assigned: Mapping[str, int],
    started: Mapping[str, int],
    excluded: Collection[str] = (),
    chosen: str | None = None,
) -> tuple[Score, ...]:
    """Rank the mediators who may take a case and have a free place.

    Args:
        eligible: Mediators whose speciality covers the cause.
        held: Cases that each holds now.
        assigned: Places that each was ever given.
        started: What each started with.
        excluded: Mediators who may not take this case.
        chosen: Whom the parties chose: comes first, whatever the shares.

    Returns:
        The best three, the chosen one first; empty if nobody is free. Ties go by id.
    """
    counts = _counts(eligible, assigned, started) if started else assigned
    free = [
        ((counts.get(one.id, 0) + 1) / one.weight, one.id, one.weight)
        for one in eligible
        if len(held.get(one.id, _NONE)) < one.capacity and one.id not in excluded
    ]
    # Of so few, sorting all is quicker than looking for the best.
    ranked = sorted(free)[:_SHOWN] if len(free) < _MANY else nsmallest(_SHOWN, free)
    if chosen is not None:
        only = [one for one in eligible if one.id == chosen and chosen not in excluded]
        first = choose(only, held, assigned, started)
        ranked = [one for one in ranked if not first or one[1] != chosen]
        others = _scores(ranked[: _SHOWN - len(first)], held, assigned, started)
        return first + others
    return _scores(ranked, held, assigned, started)


def _counts(
    eligible: Sequence[Member], assigned: Mapping[str, int], started: Mapping[str, int]
) -> Mapping[str, int]:
    return {one.id: assigned.get(one.id, 0) + started.get(one.id, 0) for one in eligible}


def _scores(
    ranked: Sequence[tuple[float, str, int]],
    held: Mapping[str, Sized],
    assigned: Mapping[str, int],
    started: Mapping[str, int],
) -> tuple[Score, ...]:
    return tuple(
        Score(
            mediator=id,
            places=len(held.get(id, _NONE)),
            assigned=assigned.get(id, 0),
            weight=float(weight),
            score=score,
            started=started.get(id, 0),
        )
        for score, id, weight in ranked
    )
