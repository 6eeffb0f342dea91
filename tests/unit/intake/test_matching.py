"""What the matching knows of a respondent's disputes: nothing old, nothing that is over, nobody else's."""

from datetime import timedelta

import pytest

from services.intake.handlers import matches_stream
from services.intake.matches import Matches
from shared.casework.protocol import Received
from shared.contracts.duplicates import (
    ConfirmDuplicate,
    DisputesMerged,
    DuplicateDenied,
    DuplicateSuspected,
    MatchFound,
    MatchingStopped,
    MergeUndone,
)
from shared.contracts.envelope import SYSTEM
from shared.contracts.intake import FilingAmended
from shared.contracts.message import Event
from shared.contracts.privacy import ErasePersonalData, ErasureGround
from shared.contracts.retention import ApproveDisposal
from tests.support.cases import case_id
from tests.support.matching_world import World
from tests.support.spec import given
from tests.unit.intake.mother import (
    CASE,
    CLERK,
    COURT_CLERK,
    MON,
    NETWORK,
    OPERATOR,
    REGISTERED,
    SCREENED,
    STREAM,
    ZHANG,
    card,
    complaint,
)

MATCHING = matches_stream(NETWORK)
FIRST, SECOND, THIRD = (case_id("ccb", one) for one in ("CC-1", "CC-2", "CC-3"))
CARD_1 = ZHANG.model_copy(update={"contract_number": "龙卡-001"})
ANYBODY = ZHANG.model_copy(update={"id_number": "110101199203034321"})
FOUND = MatchFound(case=CASE, other=SECOND, certain=False, rules=("MAT-003",), rules_version="intake-2026.4")


def after(*told: tuple[int, Event]) -> Matches:
    """The matches after some events of the second case, each with its number, as they come."""
    state: Matches | None = None
    for number, event in told:
        message = Received(
            event, f"{SECOND}:{number}@/suyuan/intake", "/suyuan/intake", "mt1", MON, SYSTEM, sequence=number
        )
        for answer in MATCHING.decide(state, message):
            state = MATCHING.evolve(state, answer, MON)
        assert MATCHING.absorb is not None
        state = MATCHING.absorb(state, message)
    assert state is not None
    return state


STOPPED = MatchingStopped(case=SECOND, party_token="t")
MERGED = DisputesMerged(
    case=SECOND,
    kept=FIRST,
    party_token="t",
    automatic=True,
    rules=("MAT-001",),
    rules_version="intake-2026.4",
)
UNDONE = MergeUndone(case=SECOND, kept=FIRST, party_token="t")


@pytest.mark.parametrize(
    ("told", "late"),
    [
        (((1, REGISTERED), (3, STOPPED)), (1, REGISTERED)),
        (((1, REGISTERED), (3, MERGED), (5, UNDONE)), (3, MERGED)),
        (((1, REGISTERED), (3, MERGED)), (2, UNDONE)),
    ],
)
def test_what_comes_again_or_late_changes_nothing(
    told: tuple[tuple[int, Event], ...], late: tuple[int, Event]
) -> None:
    assert after(*told, late) == after(*told)


def test_what_is_told_of_a_dispute_that_nobody_registered_changes_nothing() -> None:
    nobody = after((1, STOPPED))
    assert nobody == after((1, MERGED)) == Matches()
    amended = FilingAmended.model_construct(
        **{**REGISTERED.__dict__, "institution": None}  # as events of before are
    )
    assert after((1, amended)) == Matches()


def test_a_match_that_a_person_denied_is_not_taken_again() -> None:
    denied = DuplicateDenied(other=SECOND)
    past = given(STREAM, (REGISTERED, MON), (SCREENED, MON), (denied, MON), subject=CASE)
    past.when(FOUND, at=MON).then_nothing()
    past.when(FOUND.model_copy(update={"certain": True}), at=MON).then_nothing()


def test_a_match_that_comes_again_is_told_once() -> None:
    past = given(STREAM, (REGISTERED, MON), (SCREENED, MON), subject=CASE).when(FOUND, at=MON)
    assert [type(event) for event in past.events] == [DuplicateSuspected]
    past.when(FOUND, at=MON).then_nothing()


def test_two_institutions_have_two_disputes_also_where_no_contract_tells_them_apart() -> None:
    world = World()
    world.file(card(reference="CC-1"))
    events = world.file(card(reference="CC-1", institution="abc"))
    assert not any(isinstance(event, MatchFound) for event in events)


def test_what_is_like_a_merged_dispute_alone_goes_where_that_went() -> None:
    world = World()
    world.file(card(reference="CC-1", party=CARD_1))
    world.file(card(reference="CC-2", party=CARD_1, claim_fen=9_000_000))
    world.do(ConfirmDuplicate(other=FIRST), SECOND, CLERK)
    events = world.file(card(reference="CC-3", claim_fen=9_000_000))
    (found,) = (event for event in events if isinstance(event, MatchFound))
    assert (found.case, found.other, found.rules) == (THIRD, FIRST, ("MAT-003",))


def test_a_dispute_that_names_another_person_is_matched_with_that_persons() -> None:
    world = World()
    bare = {"prior": card().prior.model_copy(update={"explanation": None})}
    world.file(card(reference="CC-1", **bare))
    world.file(card(reference="CC-1", party=ANYBODY, amends=True, **bare))
    events = world.file(card(reference="CC-2"), MON + timedelta(days=1))
    assert not any(isinstance(event, MatchFound) for event in events)
    events = world.file(card(reference="CC-3", party=ANYBODY), MON + timedelta(days=1))
    assert [event.other for event in events if isinstance(event, MatchFound)] == [FIRST]


def test_a_dispute_whose_data_are_erased_is_matched_no_more() -> None:
    world = World()
    world.file(complaint(reference="CC-1", party=ZHANG))
    world.do(ErasePersonalData(ground=ErasureGround.NOT_NEEDED), FIRST, COURT_CLERK)
    world.do(ApproveDisposal(), FIRST, OPERATOR)
    events = world.file(complaint(reference="CC-2", party=ZHANG))
    assert not any(isinstance(event, MatchFound) for event in events)


def test_a_contract_number_that_comes_later_is_an_amendment_and_finds_what_is_the_same() -> None:
    world = World()
    bare = {"prior": card().prior.model_copy(update={"explanation": None})}
    world.file(card(reference="CC-1", party=CARD_1, claim_fen=2_400_000))
    world.file(card(reference="CC-2", claim_fen=2_400_000, amends=True, **bare))
    events = world.file(card(reference="CC-2", party=CARD_1, amends=True, **bare))
    assert isinstance(events[0], FilingAmended)
    assert events[0].contract_digest
