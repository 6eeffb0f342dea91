"""Its court alone ends a suit: it takes duplicates in and goes into none (法释〔2021〕23号 art 21(3))."""

from datetime import timedelta

import pytest

from shared.contracts.common import CommandRefused
from shared.contracts.duplicates import ConfirmDuplicate, DisputesMerged, DuplicateSuspected
from shared.contracts.kinds import Way
from tests.support.cases import case_id
from tests.support.matching_world import World
from tests.unit.intake.mother import COURT_CLERK, MON, ZHANG, card

FIRST, SECOND = (case_id("ccb", one) for one in ("CC-1", "CC-2"))
CARD = ZHANG.model_copy(update={"contract_number": "龙卡-001"})
BEFORE = [Way.APPLIED, Way.DELEGATED]


def filed(first: Way, second: Way) -> World:
    """Two filings of one contract, a week apart."""
    world = World()
    world.file(card(reference="CC-1", party=CARD, way=first))
    world.file(card(reference="CC-2", party=CARD, way=second), MON + timedelta(days=7))
    return world


def told(world: World) -> list[tuple[str, type, str]]:
    return [
        (case, type(event), event.kept if isinstance(event, DisputesMerged) else event.other)
        for case, event in world.said
        if isinstance(event, DisputesMerged | DuplicateSuspected)
    ]


@pytest.mark.parametrize("way", BEFORE)
def test_a_suit_that_comes_later_stays_and_a_person_may_merge_the_earlier_dispute_into_it(
    way: Way,
) -> None:
    world = filed(way, Way.DOCKETED)
    assert told(world) == [(FIRST, DuplicateSuspected, SECOND)]
    (event, *_) = world.do(ConfirmDuplicate(other=SECOND), FIRST, COURT_CLERK)
    assert isinstance(event, DisputesMerged)
    assert (event.case, event.kept, event.automatic) == (FIRST, SECOND, False)


@pytest.mark.parametrize("way", BEFORE)
def test_what_is_applied_for_beside_a_suit_goes_into_it_by_rule(way: Way) -> None:
    assert told(filed(Way.DOCKETED, way)) == [(SECOND, DisputesMerged, FIRST)]


def test_of_two_suits_neither_is_merged_whoever_says_so() -> None:
    world = filed(Way.DOCKETED, Way.DOCKETED)
    assert told(world) == [(SECOND, DuplicateSuspected, FIRST)]
    (answer,) = world.do(ConfirmDuplicate(other=FIRST), SECOND, COURT_CLERK)
    assert isinstance(answer, CommandRefused)
    assert answer.reason == "duplicate.suit"
