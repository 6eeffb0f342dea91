"""比对: a dispute that comes is compared with those that its respondent has already.

The one that came later goes into the one that came first, so no two disputes can be merged into each other.
Source: practice of the platform (诉源治理: a dispute counts once).
"""

from collections.abc import Iterable, Iterator

from services.intake.matches.state import Candidate, Matches, matches
from services.intake.rules import Context, MatchingRules, MatchRule
from shared.casework.calendar import local_day
from shared.casework.guards import Facts
from shared.contracts.duplicates import (
    DisputesMerged,
    MatchDropped,
    MatchFound,
    MatchingStopped,
    MergeUndone,
)
from shared.contracts.intake import DisputeRegistered, FilingAmended
from shared.contracts.kinds import Cause
from shared.contracts.message import Event


class Comparison(Event, zh="比对", en="Compare"):
    """What a registration or an amendment tells of its dispute. It never travels, so it has no family.

    Attributes:
        institution: Empty in amendments of before.
        contract: Keyed hash of the contract's number; empty if unknown.
        new: The dispute was registered just now.
    """

    case: str
    institution: str
    cause: Cause
    issue: str
    claim_fen: int
    contract: str
    new: bool

    @classmethod
    def of(cls, case: str, event: DisputeRegistered | FilingAmended) -> "Comparison":
        """Return what an event of a case tells of it."""
        return cls.model_construct(
            case=case,
            institution=event.institution or "",
            cause=event.cause,
            issue=event.issue if event.cause is Cause.COMPLAINT else "",
            claim_fen=event.claim_fen,
            contract=event.contract_digest or "",
            new=isinstance(event, DisputeRegistered),
        )


def _candidate(state: Matches, told: Comparison, facts: Facts[Context]) -> Candidate | None:
    """Return the dispute as it is now; ``None`` where what comes is old, or says not whose it is."""
    assert facts.received is not None
    sequence, known = facts.received.sequence or 0, state.candidates.get(told.case)
    if known is None and not told.institution:
        return None
    if known is not None and sequence <= known.sequence:
        return None
    return Candidate.model_construct(
        institution=told.institution or (known.institution if known else ""),
        cause=told.cause,
        claim_fen=told.claim_fen,
        day=known.day if known else local_day(facts.at),
        sequence=sequence,
        contract=told.contract,
        issue=told.issue,
        out=False,
        into=known.into if known else "",
    )


@matches.on(Comparison)
def compare(state: Matches, told: Comparison, facts: Facts[Context]) -> Iterable[Event]:
    """Where the rules are certain, one match is told and no more; else each, for a person to look at."""
    rules = facts.context.book.now.matching
    one = _candidate(state, told, facts)
    if rules is None or one is None or one.into:
        return
    found = list(_found(state, told, one, rules))
    certain = [match for match in found if told.new and match[2].certain]
    for later, earlier, rule in certain[:1] or found:
        yield MatchFound(
            case=later,
            other=earlier,
            certain=bool(certain),
            rules=(rule.id,),
            rules_version=facts.context.book.now.version,
        )


def _found(
    state: Matches, told: Comparison, one: Candidate, rules: MatchingRules
) -> Iterator[tuple[str, str, MatchRule]]:
    """Yield the matches of a dispute: the later one, the earlier one, and the rule."""
    order = list(state.candidates)
    for case, other in state.candidates.items():
        if case == told.case or other.out or other.into or _asked(state, case, told.case):
            continue
        rule = rules.rule_for(one.compared, other.compared)
        if rule is None:
            rule = _by_a_merged_one(state, case, one, rules)
        if rule is not None:
            first = told.case in state.candidates and order.index(told.case) < order.index(case)
            yield (case, told.case, rule) if first else (told.case, case, rule)


def _asked(state: Matches, one: str, other: str) -> bool:
    return other in state.asked.get(one, ()) or one in state.asked.get(other, ())


def _by_a_merged_one(state: Matches, kept: str, one: Candidate, rules: MatchingRules) -> MatchRule | None:
    """Return the rule by which a dispute is the same as one that went into another."""
    merged = (other for other in state.candidates.values() if other.into == kept)
    return next((rule for other in merged if (rule := rules.rule_for(one.compared, other.compared))), None)


@matches.takes(Comparison)
def taken(state: Matches, told: Comparison, facts: Facts[Context]) -> Matches:
    """The dispute as it is now; with what was found of it just before."""
    one = _candidate(state, told, facts)
    return state if one is None else state.having(told.case, one)


@matches.after(MatchFound)
def found(state: Matches, event: MatchFound) -> Matches:
    return state.but(asked={**state.asked, event.case: (*state.asked.get(event.case, ()), event.other)})


@matches.on(MatchingStopped)
def stop(state: Matches, event: MatchingStopped, facts: Facts[Context]) -> Iterable[Event]:
    """Nobody needs to say any more whether later ones are the same."""
    for later, earlier in state.asked.items():
        if event.case in earlier and event.case in state.candidates:
            yield MatchDropped(case=later, other=event.case)


@matches.after(MatchDropped)
def dropped(state: Matches, event: MatchDropped) -> Matches:
    """Should it come back, they are matched again."""
    left = tuple(one for one in state.asked[event.case] if one != event.other)
    others = {case: earlier for case, earlier in state.asked.items() if case != event.case}
    return state.but(asked={**others, event.case: left} if left else others)


@matches.takes(MatchingStopped)
def stopped(state: Matches, event: MatchingStopped, facts: Facts[Context]) -> Matches:
    return _changed(state, event.case, facts, out=True)


@matches.takes(DisputesMerged)
def merged(state: Matches, event: DisputesMerged, facts: Facts[Context]) -> Matches:
    return _changed(state, event.case, facts, into=event.kept)


@matches.takes(MergeUndone)
def undone(state: Matches, event: MergeUndone, facts: Facts[Context]) -> Matches:
    return _changed(state, event.case, facts, into="")


def _changed(state: Matches, case: str, facts: Facts[Context], **changes: object) -> Matches:
    """Return the matches with a candidate changed by an event of its case; what is old changes nothing."""
    assert facts.received is not None
    sequence = facts.received.sequence or 0
    known = state.candidates.get(case)
    if known is None or sequence <= known.sequence:
        return state
    return state.having(case, known.but(sequence=sequence, **changes))
