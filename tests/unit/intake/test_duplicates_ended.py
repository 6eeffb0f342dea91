"""What has ended is no duplicate; and what the court has in hand goes into nothing that nobody brought to it.

Source: 法释〔2021〕23号 arts 21(2), 25.
"""

from datetime import timedelta

import pytest

from shared.casework.protocol import Received
from shared.contracts.common import CommandRefused
from shared.contracts.duplicates import (
    ConfirmDuplicate,
    DisputeConcluded,
    DisputesMerged,
    DuplicateDropped,
    DuplicateSuspected,
    MatchingStopped,
)
from shared.contracts.envelope import SYSTEM
from shared.contracts.kinds import Cause, End, Way
from shared.contracts.mediation import MediationEnded
from shared.contracts.topics import ENDS
from tests.support.cases import case_id
from tests.support.matching_world import World
from tests.unit.intake.mother import COURT_CLERK, MON, ROUTE, ZHANG, card

FIRST, SECOND = (case_id("ccb", one) for one in ("CC-1", "CC-2"))
CARD = ZHANG.model_copy(update={"contract_number": "龙卡-001"})
LATER = MON + timedelta(days=40)


def ended(case: str, end: End = End.AGREEMENT, into: str | None = None) -> MediationEnded:
    return MediationEnded(
        organisation="people-mediation",
        institution="ccb",
        case=case,
        cause=Cause.CREDIT_CARD,
        end=end,
        mediator="m01",
        claim_fen=1,
        settled_fen=0,
        merged_into=into,
    )


def told(world: World) -> list[tuple[str, str, str]]:
    return [
        (case, type(event).__name__, event.kept if isinstance(event, DisputesMerged) else event.other)
        for case, event in world.said
        if isinstance(event, DisputesMerged | DuplicateSuspected | DuplicateDropped)
    ]


def file(world: World, reference: str, at=MON, way: Way = Way.APPLIED, party=CARD) -> None:
    world.file(card(reference=reference, party=party, way=way), at)


# The end reaches intake --------------------------------------------------------------------------


@pytest.mark.parametrize("end", [one for one in End if one is not End.OTHER])
def test_who_files_again_after_an_end_has_a_new_dispute(end: End) -> None:
    world = World()
    file(world, "CC-1")
    said = world.hear(ENDS, FIRST, ended(FIRST, end))
    assert [type(one) for one in said] == [DisputeConcluded, MatchingStopped]
    file(world, "CC-2", LATER)
    assert told(world) == []


def test_until_the_end_the_same_contract_is_the_same_dispute() -> None:
    world = World()
    file(world, "CC-1")
    file(world, "CC-2", LATER)
    assert told(world) == [(SECOND, "DisputesMerged", FIRST)]


def test_the_end_that_a_merge_brings_ends_no_dispute() -> None:
    world = World()
    file(world, "CC-1")
    assert world.hear(ENDS, FIRST, ended(FIRST, End.OTHER, into=SECOND)) == []
    file(world, "CC-2", LATER)
    assert told(world) == [(SECOND, "DisputesMerged", FIRST)]


def test_an_end_that_is_told_twice_is_learned_once() -> None:
    world = World()
    file(world, "CC-1")
    assert world.hear(ENDS, FIRST, ended(FIRST))
    assert world.hear(ENDS, FIRST, ended(FIRST)) == []


def test_what_a_later_one_was_suspected_to_be_is_asked_no_more_once_it_ended() -> None:
    world = World()
    file(world, "CC-1", party=ZHANG)
    file(world, "CC-2", LATER, party=ZHANG)
    world.hear(ENDS, FIRST, ended(FIRST))
    assert told(world) == [(SECOND, "DuplicateSuspected", FIRST), (SECOND, "DuplicateDropped", FIRST)]


def test_nobody_merges_a_dispute_that_is_settled_or_ended() -> None:
    world = World()
    file(world, "CC-1", party=ZHANG)
    file(world, "CC-2", LATER, party=ZHANG)
    world.hear(ENDS, SECOND, ended(SECOND, End.SETTLED_OR_WITHDRAWN))
    (answer,) = world.do(ConfirmDuplicate(other=FIRST), SECOND, COURT_CLERK, LATER)
    assert isinstance(answer, CommandRefused)
    assert answer.reason == "duplicate.over"


def test_mediation_tells_of_the_end_on_the_topic_that_intake_reads() -> None:
    message = Received(ended(FIRST), "e-1", "/suyuan/mediation", FIRST, MON, SYSTEM)
    routed = ROUTE(ENDS, FIRST, message)
    assert routed is not None
    assert routed.message.subject == FIRST
    assert ENDS in {one.topic for one in MediationEnded.also}


# What the court has in hand ----------------------------------------------------------------------


def test_a_delegated_dispute_goes_into_no_applied_one_a_person_may_merge_the_other_way_round() -> None:
    world = World()
    file(world, "CC-1", way=Way.APPLIED)
    file(world, "CC-2", MON + timedelta(days=7), way=Way.DELEGATED)
    assert told(world) == [(FIRST, "DuplicateSuspected", SECOND)]
    (event, *_) = world.do(ConfirmDuplicate(other=SECOND), FIRST, COURT_CLERK)
    assert isinstance(event, DisputesMerged)
    assert (event.case, event.kept) == (FIRST, SECOND)


def test_an_applied_one_that_comes_after_a_delegated_one_goes_into_it_by_rule() -> None:
    world = World()
    file(world, "CC-1", way=Way.DELEGATED)
    file(world, "CC-2", LATER, way=Way.APPLIED)
    assert told(world) == [(SECOND, "DisputesMerged", FIRST)]


@pytest.mark.parametrize("way", [Way.APPLIED, Way.DELEGATED])
def test_of_two_that_came_the_same_way_the_later_goes_into_the_earlier(way: Way) -> None:
    world = World()
    file(world, "CC-1", way=way)
    file(world, "CC-2", LATER, way=way)
    assert told(world) == [(SECOND, "DisputesMerged", FIRST)]
