"""One dispute that came twice: found, merged or left to a person, undone, and both ids live on."""

from datetime import timedelta
from typing import Any

import pytest

from services.intake.case import Dispute
from services.intake.matches.state import MOST
from services.intake.rules import KeyedHashes
from shared.contracts.common import CommandRefused
from shared.contracts.duplicates import (
    ConfirmDuplicate,
    DenyDuplicate,
    DisputesMerged,
    DuplicateDenied,
    DuplicateDropped,
    DuplicateJoined,
    DuplicateParted,
    DuplicateSuspected,
    MatchDropped,
    MatchFound,
    MergeUndone,
    UndoMerge,
)
from shared.contracts.elements import PersonalData
from shared.contracts.intake import (
    DisputeReferred,
    DisputeRegistered,
    FileDispute,
    FilingNotTaken,
    GiveExplanation,
    RefuseConsent,
)
from shared.contracts.kinds import LeaveReason, Party, Way
from shared.contracts.message import Event
from shared.contracts.parties import WithdrawDispute
from tests.support.cases import case_id
from tests.support.matching_world import World
from tests.unit.intake.mother import (
    ALL_STEPS,
    BANK,
    CLERK,
    COURT_CLERK,
    KEY,
    MON,
    NETWORK,
    OTHER_CLERK,
    RESPONDENT,
    ZHANG,
    card,
    complaint,
    loan,
)

FIRST, SECOND, THIRD = (case_id("ccb", one) for one in ("CC-1", "CC-2", "CC-3"))
CARD_1, CARD_2 = (ZHANG.model_copy(update={"contract_number": one}) for one in ("龙卡-001", "龙卡-002"))
ANYBODY = PersonalData(name="李四四", id_number="110101199203034321")


def filing(reference: str, party: PersonalData | None = ZHANG, **changes: Any) -> FileDispute:
    return card(**{"reference": reference, "party": party, **changes})


def kinds(events: list[Event], *wanted: type[Event]) -> list[Event]:
    return [event for event in events if isinstance(event, wanted)]


def two(party: PersonalData = ZHANG) -> World:
    """Two filings of one respondent, a week apart."""
    world = World()
    world.file(filing("CC-1", party))
    world.file(filing("CC-2", party), MON + timedelta(days=7))
    return world


def merged() -> World:
    return two(CARD_1)


def suspected() -> World:
    return two()


# What the rules find ----------------------------------------------------------------------------


def test_the_same_contract_by_another_route_is_merged_by_rule_into_the_one_that_came_first() -> None:
    world = World()
    world.file(filing("CC-1", CARD_1, way=Way.DELEGATED))
    events = world.file(filing("CC-2", CARD_1), MON + timedelta(days=7))
    assert kinds(events, DisputesMerged, DuplicateJoined, DuplicateSuspected) == [
        DisputesMerged(
            case=SECOND,
            kept=FIRST,
            party_token=world.states[FIRST].party_token,
            automatic=True,
            rules=("MAT-001",),
            rules_version="intake-2026.5",
        ),
        DuplicateJoined(merged=SECOND),
    ]
    assert (world.states[SECOND].merger.into, world.states[FIRST].merger.joined) == (FIRST, (SECOND,))


def test_a_close_amount_without_a_contract_is_left_to_a_person() -> None:
    world = World()
    world.file(filing("CC-1"))
    events = world.file(filing("CC-2"), MON + timedelta(days=7))
    assert kinds(events, DisputesMerged, DuplicateSuspected) == [
        DuplicateSuspected(other=FIRST, rules=("MAT-003",), rules_version="intake-2026.5")
    ]
    assert world.states[SECOND].merger.into == ""


def test_a_spelling_of_the_contract_number_makes_no_other_contract() -> None:
    world = World()
    world.file(filing("CC-1", CARD_1))
    other = ZHANG.model_copy(update={"contract_number": " 龙卡 ００1 "})
    assert kinds(world.file(filing("CC-2", other)), DisputesMerged)


def second(world: World, *args: Any, days: int = 7, **changes: Any) -> list[Event]:
    events = world.file(filing("CC-2", *args, **changes), MON + timedelta(days=days))
    return kinds(events, DisputesMerged, DuplicateSuspected)


@pytest.mark.parametrize(
    ("first", "later", "days"),
    [
        ({"party": CARD_1}, {"party": CARD_2}, 7),  # two cards of one debtor
        ({"party": ZHANG}, {"party": ANYBODY}, 7),
        ({"party": ZHANG}, {"party": ZHANG}, 91),
        ({"party": ZHANG}, {"party": ZHANG, "claim_fen": 2_600_000}, 7),
        ({"party": None}, {"party": None}, 7),
        ({"party": CARD_1}, {"party": CARD_1}, 400),  # a new default on an old contract
    ],
    ids=["two cards", "two people", "too late", "another amount", "nobody named", "years apart"],
)
def test_what_is_two_disputes_stays_two(first: Any, later: Any, days: int) -> None:
    world = World()
    world.file(filing("CC-1", **first))
    assert second(world, days=days, **later) == []


def test_the_last_day_of_the_window_still_counts() -> None:
    world = World()
    world.file(filing("CC-1", CARD_1))
    assert len(second(world, CARD_1, days=90)) == 1


def test_another_institution_has_a_dispute_of_its_own() -> None:
    world = World()
    world.file(filing("CC-1", CARD_1))
    events = world.file(filing("CC-2", CARD_1, institution="abc"))
    assert kinds(events, MatchFound) == []


def test_another_cause_is_another_dispute() -> None:
    world = World()
    world.file(filing("CC-1"))
    assert kinds(world.file(loan(reference="CC-2", claim_fen=2_400_000)), MatchFound) == []


def test_one_contract_with_another_amount_is_left_to_a_person() -> None:
    world = World()
    world.file(filing("CC-1", CARD_1))
    (event,) = second(world, CARD_1, claim_fen=9_000_000)
    assert isinstance(event, DuplicateSuspected)
    assert event.rules == ("MAT-002",)


def test_a_consumers_complaint_beside_the_claim_is_left_to_a_person_even_on_one_contract() -> None:
    world = World()
    world.file(filing("CC-1", CARD_1))
    events = world.file(complaint(reference="CC-2", party=CARD_1))
    (event,) = kinds(events, DisputesMerged, DuplicateSuspected)
    assert isinstance(event, DuplicateSuspected)
    assert event.rules == ("MAT-004",)


def test_two_complaints_about_two_matters_are_two_disputes() -> None:
    world = World()
    world.file(complaint(reference="CC-1", party=CARD_1, issue="多收费用"))
    assert kinds(world.file(complaint(reference="CC-2", party=CARD_1, issue="催收不当")), MatchFound) == []
    again = world.file(complaint(reference="CC-3", party=CARD_1, issue="催收不当"))
    assert [event.kept for event in kinds(again, DisputesMerged) if isinstance(event, DisputesMerged)] == [
        SECOND
    ]


def test_a_returned_or_withdrawn_dispute_is_matched_with_none_that_follows() -> None:
    for back in (False, True):
        world = World()
        world.file(
            filing("CC-1", CARD_1, prior=ALL_STEPS.model_copy(update={"explanation": None}))
            if back
            else filing("CC-1", CARD_1, claim_fen=1)
        )
        if back:
            world.do(WithdrawDispute(reason=LeaveReason.PAID), FIRST, BANK)
        assert second(world, CARD_1) == []


def test_a_returned_dispute_that_comes_back_is_matched_and_no_running_case_is_merged_by_rule() -> None:
    world = World()
    world.file(filing("CC-1", CARD_1, claim_fen=1))
    world.file(filing("CC-2", CARD_1))
    events = world.file(filing("CC-1", CARD_1, amends=True))
    (event,) = kinds(events, DisputesMerged, DuplicateSuspected)
    assert isinstance(event, DuplicateSuspected)
    assert [one.other for one in world.states[SECOND].merger.suspected] == [FIRST]


def test_what_matches_a_merged_one_goes_to_where_that_went() -> None:
    world = merged()
    events = world.file(filing("CC-3", CARD_1))
    (event,) = kinds(events, DisputesMerged)
    assert isinstance(event, DisputesMerged)
    assert (event.case, event.kept) == (THIRD, FIRST)


def test_every_delivery_twice_changes_nothing() -> None:
    once, twice = World(), World(repeats=True)
    for world in (once, twice):
        for number, party in enumerate((CARD_1, CARD_1, ZHANG), 1):
            world.file(filing(f"CC-{number}", party))
        world.do(UndoMerge(), SECOND, COURT_CLERK)
    assert once.states == twice.states
    assert once.said == twice.said


def test_a_state_stays_small_however_many_disputes_somebody_has() -> None:
    world = World()
    for number in range(MOST + 20):
        party = ZHANG.model_copy(update={"contract_number": f"N-{number}"})
        world.file(filing(f"CC-{number}", party))
    (state,) = (one for id, one in world.states.items() if id.startswith("mt1"))
    assert len(state.candidates) == MOST
    assert case_id("ccb", "CC-0") not in state.candidates
    assert case_id("ccb", f"CC-{MOST + 19}") in state.candidates


def test_nobody_is_asked_about_more_than_a_few() -> None:
    world = World()
    for number in range(9):
        events = world.file(filing(f"CC-{number}"))
    found = [event.other for event in events if isinstance(event, MatchFound)]
    assert found == [case_id("ccb", f"CC-{number}") for number in (5, 6, 7)]


# What a person says -----------------------------------------------------------------------------


def refused(events: list[Event]) -> str:
    (event,) = events
    assert isinstance(event, CommandRefused)
    return event.reason


@pytest.mark.parametrize("clerk", [CLERK, COURT_CLERK])
def test_a_clerk_confirms_what_is_in_doubt(clerk: Any) -> None:
    world = suspected()
    (event, *_) = world.do(ConfirmDuplicate(other=FIRST), SECOND, clerk)
    assert isinstance(event, DisputesMerged)
    assert (event.kept, event.automatic, event.rules) == (FIRST, False, ("MAT-003",))
    assert world.do(ConfirmDuplicate(other=FIRST), SECOND, clerk) == []


def test_a_clerk_denies_it_and_nobody_is_asked_again() -> None:
    world = suspected()
    assert world.do(DenyDuplicate(other=FIRST), SECOND, CLERK) == [DuplicateDenied(other=FIRST)]
    assert world.do(DenyDuplicate(other=FIRST), SECOND, CLERK) == []
    assert kinds(world.file(filing("CC-2", CARD_1, amends=True)), MatchFound, DuplicateSuspected) == []
    assert refused(world.do(ConfirmDuplicate(other=FIRST), SECOND, CLERK)) == "duplicate.not_suspected"


@pytest.mark.parametrize("actor", [BANK, OTHER_CLERK, RESPONDENT])
def test_nobody_else_decides(actor: Any) -> None:
    for command in (ConfirmDuplicate(other=FIRST), DenyDuplicate(other=FIRST)):
        assert refused(suspected().do(command, SECOND, actor)) == "actor.not_allowed"
    assert refused(merged().do(UndoMerge(), SECOND, actor)) == "actor.not_allowed"


def test_people_merge_nothing_that_nobody_suspects() -> None:
    world = World()
    world.file(filing("CC-1", CARD_1))
    world.file(filing("CC-2", CARD_2))
    for command in (ConfirmDuplicate(other=FIRST), DenyDuplicate(other=FIRST)):
        assert refused(world.do(command, SECOND, COURT_CLERK)) == "duplicate.not_suspected"
    assert refused(world.do(UndoMerge(), SECOND, COURT_CLERK)) == "duplicate.not_merged"


def test_what_others_went_into_is_merged_only_after_they_came_out() -> None:
    world = suspected()
    world.file(filing("CC-3", ZHANG))
    world.do(ConfirmDuplicate(other=SECOND), THIRD, CLERK)
    answer = world.do(ConfirmDuplicate(other=FIRST), SECOND, CLERK)
    assert refused(answer) == "duplicate.holds_others"
    world.do(UndoMerge(), THIRD, CLERK)
    assert kinds(world.do(ConfirmDuplicate(other=FIRST), SECOND, CLERK), DisputesMerged)


def test_nobody_needs_to_decide_about_a_dispute_that_was_withdrawn() -> None:
    world = World()
    bare = ALL_STEPS.model_copy(update={"explanation": None})
    world.file(filing("CC-1", prior=bare))
    world.file(filing("CC-2"))
    events = world.do(WithdrawDispute(reason=LeaveReason.PAID), FIRST, BANK)
    assert kinds(events, MatchDropped, DuplicateDropped) == [
        MatchDropped(case=SECOND, other=FIRST),
        DuplicateDropped(other=FIRST),
    ]
    assert refused(world.do(ConfirmDuplicate(other=FIRST), SECOND, CLERK)) == "duplicate.not_suspected"


# A merged dispute, and its undoing --------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "actor"),
    [
        (GiveExplanation(content_version="rights-2025.1", channel="phone"), CLERK),
        (RefuseConsent(party=Party.APPLICANT), BANK),
        (WithdrawDispute(reason=LeaveReason.PAID), BANK),
        (ConfirmDuplicate(other=THIRD), CLERK),
    ],
)
def test_a_merged_dispute_does_nothing_and_says_where_it_goes_on(command: Any, actor: Any) -> None:
    world = World()
    bare = ALL_STEPS.model_copy(update={"explanation": None})
    world.file(filing("CC-1", CARD_1, way=Way.DELEGATED))
    world.file(filing("CC-2", CARD_1, prior=bare, way=Way.DELEGATED))
    (event,) = world.do(command, SECOND, actor)
    assert isinstance(event, CommandRefused)
    assert (event.reason, event.rule) == ("case.merged", "intake.one-dispute")
    assert FIRST in event.detail


def test_a_filing_of_a_merged_dispute_is_told_so() -> None:
    world = merged()
    assert world.file(filing("CC-2", CARD_1, amends=True)) == [FilingNotTaken(reason="case.merged")]


def test_an_undone_merge_leaves_the_dispute_as_it_was() -> None:
    world, alone = World(), World()
    bare = ALL_STEPS.model_copy(update={"explanation": None})
    world.file(filing("CC-1", CARD_1))
    for one in (world, alone):
        one.file(filing("CC-2", CARD_1, prior=bare))
    events = world.do(UndoMerge(), SECOND, COURT_CLERK)
    token = world.states[SECOND].party_token
    assert events == [
        MergeUndone(case=SECOND, kept=FIRST, party_token=token),
        DuplicateParted(merged=SECOND),
    ]
    after = world.states[SECOND]
    assert after.merger.denied == (FIRST,)
    assert after.but(merger=alone.states[SECOND].merger) == alone.states[SECOND]
    assert world.states[FIRST].merger.joined == ()
    gone = world.do(GiveExplanation(content_version="rights-2025.1", channel="phone"), SECOND, CLERK)
    assert kinds(gone, DisputeReferred)


def test_an_undone_merge_is_not_made_again_by_rule() -> None:
    world = merged()
    world.do(UndoMerge(), SECOND, CLERK)
    assert kinds(world.file(filing("CC-3", CARD_1)), DisputesMerged)
    assert world.states[SECOND].merger.into == ""


# What leaves intake -----------------------------------------------------------------------------


def test_no_event_links_a_person_across_institutions() -> None:
    world = World()
    for institution in ("ccb", "abc"):
        for number in (1, 2):
            world.file(filing(f"CC-{number}", CARD_1, institution=institution))
    tokens = {
        event.institution: event.party_token
        for _, event in world.said
        if isinstance(event, DisputeRegistered)
    }
    assert len(set(tokens.values())) == 2
    own = KeyedHashes(KEY).party(CARD_1.id_number)
    owned = {case: state.institution for case, state in world.states.items() if isinstance(state, Dispute)}
    for subject, event in world.said:
        said = subject + event.model_dump_json()
        assert own not in said
        hidden = {token for who, token in tokens.items() if who != owned.get(subject)}
        assert not any(token in said for token in hidden)
    contracts = {event.contract_digest for _, event in world.said if isinstance(event, DisputeRegistered)}
    assert len(contracts) == len(NETWORK.institutions[:2])
    assert None not in contracts
