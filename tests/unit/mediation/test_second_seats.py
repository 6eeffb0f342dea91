"""The second seat of a case on its roster: for another person, behind whoever has nobody."""

from typing import Any

from shared.contracts.co_mediators import (
    CoMediatorLeft,
    CoMediatorRequested,
    Departure,
    PresidingChosen,
    SeatsExchanged,
    TeamGround,
)
from shared.contracts.kinds import Cause
from shared.contracts.mediation import (
    DesignationQueued,
    DesignationWithdrawn,
    LeftOut,
    PlaceFreed,
    PlaceTaken,
)
from shared.contracts.transfers import CaseTransferred, TransferGround
from tests.support.spec import Given, given
from tests.unit.mediation.mother import MON, ORGANISATION, OTHER, made, over, request


def roster_of(capacity: int, *ids: str) -> Given:
    return given(made(*({"id": id, "capacity": capacity} for id in ids)).roster, subject=ORGANISATION)


def second(case: str, round: int = 1, *excluded: str) -> CoMediatorRequested:
    return CoMediatorRequested(
        organisation=ORGANISATION,
        case=case,
        round=round,
        cause=Cause.CREDIT_CARD,
        excluded=excluded,
        team_ground=TeamGround.DIFFICULT,
    )


def takes(run: Given) -> list[tuple[str, str, bool]]:
    return [(one.case, one.mediator, one.second) for one in run.events if isinstance(one, PlaceTaken)]


def hears(run: Given, *bodies: Any) -> Given:
    for body in bodies:
        run = run.when(body, at=MON)
    return run


def test_the_two_mediators_of_a_case_are_two_persons():
    run = hears(roster_of(9, "m01", "m02"), request("a"), second("a"))
    assert takes(run) == [("a", "m02", True)]
    (taken,) = run.events
    assert isinstance(taken, PlaceTaken)
    assert taken.left_out == (LeftOut(mediator="m01", rule="roster.two-persons"),)
    alone = hears(roster_of(9, "m01"), request("a"), second("a"))
    (waits,) = alone.events
    assert isinstance(waits, DesignationQueued)
    assert (waits.waiting, waits.eligible, waits.second) == (1, 0, True)
    assert alone.state.holder("a") == "m01"


def test_who_presides_anew_is_not_the_second_one():
    run = hears(roster_of(9, "m01", "m02", "m03"), request("a"), second("a"), request("a", 2, "m01"))
    assert takes(run) == [("a", "m03", False)]
    assert (run.state.holder("a"), run.state.seconds) == ("m03", {"a": "m02"})


def test_a_second_seat_counts_for_capacity_and_shares():
    run = hears(roster_of(1, "m01", "m02"), request("a"), second("a"), request("b"))
    assert takes(run) == []
    assert run.state.assigned == {"m01": 1, "m02": 1}


def test_who_has_nobody_is_served_before_who_waits_for_a_second():
    run = hears(roster_of(1, "m01", "m02"), request("a"), request("b"), second("a"), request("c"))
    assert takes(hears(run, over("b", "m02"))) == [("c", "m02", False)]
    assert takes(hears(run, over("b", "m02"), over("c", "m02"))) == [("a", "m02", True)]


def test_an_ended_case_gives_both_seats_back_and_leaves_both_queues():
    run = hears(roster_of(1, "m01", "m02"), request("a"), second("a"), over("a", "m01"))
    assert run.events == [PlaceFreed(case="a", mediator="m01"), PlaceFreed(case="a", mediator="m02")]
    assert (run.state.held, run.state.seconds) == ({"m01": {}, "m02": {}}, {})
    waits = hears(roster_of(1, "m01"), request("a"), second("a"), over("a", "m01"))
    assert waits.events == [
        DesignationWithdrawn(case="a", round=1, second=True),
        PlaceFreed(case="a", mediator="m01"),
    ]


def test_a_case_that_passes_on_gives_both_seats_back():
    passed = CaseTransferred(
        organisation=ORGANISATION, case="a", round=1, receiver=OTHER, ground=TransferGround.COURT
    )
    run = hears(roster_of(1, "m01", "m02"), request("a"), second("a"), request("b"), passed)
    assert run.events[:1] == [PlaceFreed(case="a", mediator="m01")]
    assert takes(run) == [("b", "m01", False)]
    assert run.state.held == {"m01": {"b": 1}, "m02": {}}


def test_who_left_as_second_gives_the_seat_back_once():
    gone = CoMediatorLeft(
        organisation=ORGANISATION, case="a", mediator="m02", round=1, departure=Departure.DECLINED
    )
    run = hears(roster_of(1, "m01", "m02"), request("a"), second("a"), gone)
    assert run.events == [PlaceFreed(case="a", mediator="m02")]
    assert hears(run, gone).events == []


def test_who_presides_and_who_is_second_exchange_their_seats_once():
    chosen = PresidingChosen(organisation=ORGANISATION, case="a", mediator="m02", beside="m01")
    run = hears(roster_of(9, "m01", "m02"), request("a"), second("a"), chosen)
    assert run.events == [SeatsExchanged(case="a", mediator="m02", beside="m01")]
    assert (run.state.holder("a"), run.state.seconds) == ("m02", {"a": "m01"})
    assert hears(run, chosen).events == []
