"""比对: a dispute that comes is compared with those that its respondent has already.

The one that came later goes into the one that came first; but any into a suit that is docketed, which only
its court ends, and what was applied for into what was brought to the court, which dockets it if it fails
(法释〔2021〕23号 art 21(2)). So no two disputes can be merged into each other.
Source: practice of the platform (诉源治理: a dispute counts once).
"""

from collections.abc import Iterable, Iterator

from services.intake.matches.state import MOST_TOLD, NOBODY, Candidate, Matches, matches
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
from shared.contracts.kinds import Cause, Way
from shared.contracts.message import Event

Told = DisputeRegistered | FilingAmended
"""What a case says of itself."""


def _candidate(state: Matches, told: Told, case: str, facts: Facts[Context]) -> Candidate | None:
    """Return the dispute as it is now; ``None`` where what comes is old, or says not whose it is."""
    assert facts.received is not None
    sequence, known = facts.received.sequence or 0, state.candidates.get(case)
    fields = {
        "cause": told.cause,
        "claim_fen": told.claim_fen,
        "sequence": sequence,
        "contract": told.contract_digest or "",
        "issue": told.issue if told.cause is Cause.COMPLAINT else "",
    }
    if known is not None:
        return known.but(**fields, out=False) if sequence > known.sequence else None
    if not told.institution:
        return None
    way = told.way if isinstance(told, DisputeRegistered) else Way.DELEGATED
    return NOBODY.but(
        **fields,
        institution=told.institution,
        day=local_day(facts.at),
        suit=way is Way.DOCKETED,
        delegated=way.by_the_court,
    )


def compare(state: Matches, told: Told, facts: Facts[Context]) -> Iterable[Event]:
    """Where the rules are certain, one match is told and no more; else each, for a person to look at."""
    if not state.candidates:
        return
    rules, case = facts.context.book.now.matching, facts.told_by
    one = _candidate(state, told, case, facts)
    if rules is None or one is None or one.into:
        return
    found = list(_found(state, case, one, rules))
    # What an earlier one is merged into may find it under way: a person looks.
    new = isinstance(told, DisputeRegistered) and not one.suit
    certain = [match for match in found if new and match[0] == case and match[2].certain]
    for later, earlier, rule in certain[:1] or found[-MOST_TOLD:]:
        yield MatchFound(
            case=later,
            other=earlier,
            certain=bool(certain),
            rules=(rule.id,),
            rules_version=facts.context.book.now.version,
        )


matches.on(DisputeRegistered)(compare)
matches.on(FilingAmended)(compare)


def taken(state: Matches, told: Told, facts: Facts[Context]) -> Matches:
    """The dispute as it is now; with what was found of it just before."""
    case = facts.told_by
    one = _candidate(state, told, case, facts)
    return state if one is None else state.having(case, one)


matches.takes(DisputeRegistered)(taken)
matches.takes(FilingAmended)(taken)


def _found(
    state: Matches, new: str, one: Candidate, rules: MatchingRules
) -> Iterator[tuple[str, str, MatchRule]]:
    """Yield the matches of a dispute: the later one, the earlier one, and the rule."""
    order = list(state.candidates)
    for case, other in state.candidates.items():
        if case == new or other.out or other.into or _asked(state, case, new):
            continue
        rule = rules.rule_for(one.compared, other.compared)
        if rule is None:
            rule = _by_a_merged_one(state, case, one, rules)
        if rule is not None:
            first = new in state.candidates and order.index(new) < order.index(case)
            kept = first if one.rank == other.rank else one.rank > other.rank
            yield (case, new, rule) if kept else (new, case, rule)


def _asked(state: Matches, one: str, other: str) -> bool:
    return other in state.asked.get(one, ()) or one in state.asked.get(other, ())


def _by_a_merged_one(state: Matches, kept: str, one: Candidate, rules: MatchingRules) -> MatchRule | None:
    """Return the rule by which a dispute is the same as one that went into another."""
    merged = (other for other in state.candidates.values() if other.into == kept)
    return next((rule for other in merged if (rule := rules.rule_for(one.compared, other.compared))), None)


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
