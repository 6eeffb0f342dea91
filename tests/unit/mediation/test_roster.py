"""One roster per organisation: places, capacity, queue."""

import pytest

from services.mediation.roster import Roster
from services.mediation.rules import Wanted
from shared.casework.protocol import Received, Rejected, Stream
from shared.contracts.envelope import SYSTEM
from shared.contracts.kinds import Cause, Language
from shared.contracts.mediation import (
    AssignmentDeclined,
    AssignmentLapsed,
    DesignationDropped,
    DesignationQueued,
    DesignationWithdrawn,
    LeftOut,
    PlaceFreed,
    PlaceTaken,
)
from shared.contracts.rosters import ChangeMediator, Listed, RosterChanged
from tests.support.spec import given
from tests.unit.mediation.mother import CLERK, MON, ORGANISATION, at, made, over, request


def queued(case: str, waiting: int, eligible: int, round: int = 1, *excluded: str):
    return DesignationQueued(
        case=case,
        round=round,
        cause=Cause.CREDIT_CARD,
        excluded=excluded,
        waiting=waiting,
        eligible=eligible,
        left_out=tuple(LeftOut(mediator=one, rule="roster.not-again") for one in excluded),
    )


class Run:
    """A roster that gets one message after another."""

    def __init__(self, stream: Stream) -> None:
        self.spec = given(stream, subject=ORGANISATION)

    def __call__(self, *bodies):
        for body in bodies:
            self.spec = self.spec.when(body, at=MON)
        return self.spec

    @property
    def takes(self) -> list[tuple[str, str]]:
        """Case and mediator of each place that the last message gave."""
        return [(e.case, e.mediator) for e in self.spec.events if isinstance(e, PlaceTaken)]


@pytest.fixture
def small() -> Run:
    """Two mediators with one place each."""
    return Run(made({"id": "m01", "weight": 2, "capacity": 1}, {"id": "m02", "capacity": 1}).roster)


def test_the_lowest_score_gets_the_case_and_the_best_three_say_why():
    run = Run(made(*({"id": f"m0{n}", "weight": n} for n in (1, 2, 3, 4))).roster)
    changed, taken = run(request("a")).events
    assert isinstance(changed, RosterChanged)
    assert [(one.mediator, one.started) for one in changed.listed] == [(f"m0{n}", 0) for n in (1, 2, 3, 4)]
    assert isinstance(taken, PlaceTaken)
    assert (taken.case, taken.mediator, taken.round) == ("a", "m04", 1)
    assert [(s.mediator, s.places, s.assigned, s.score) for s in taken.why] == [
        ("m04", 0, 0, 1 / 4),
        ("m03", 0, 0, 1 / 3),
        ("m02", 0, 0, 1 / 2),
    ]


def test_ties_go_by_id():
    run = Run(made({"id": "m02"}, {"id": "m01"}).roster)
    run(request("a"))
    assert run.takes == [("a", "m01")]


def test_only_a_specialist_of_the_cause_is_chosen():
    run = Run(made({"id": "m01", "weight": 9, "specialities": ["loan"]}, {"id": "m02"}).roster)
    run(request("a", cause=Cause.FINANCE_LEASE))
    assert run.takes == [("a", "m02")]


def test_an_excluded_mediator_is_not_chosen(small):
    small(request("a", 2, "m01"))
    assert small.takes == [("a", "m02")]


def test_a_request_that_comes_twice_gives_one_place(small):
    small(request("a"), request("a")).then_nothing()


def test_a_request_that_comes_twice_waits_once(small):
    small(request("a"), request("b"), request("c")).then(queued("c", 1, 2))
    small(request("c")).then_nothing()


def test_a_full_roster_lets_cases_wait_in_their_order(small):
    small(request("a"), request("b"), request("c"))
    small(request("d")).then(queued("d", 2, 2))
    small(over("b", "m02"))
    assert small.spec.events[0] == PlaceFreed(case="b", mediator="m02")
    assert small.takes == [("c", "m02")]
    small(over("a", "m01"))
    assert small.takes == [("d", "m01")]


def test_a_freed_place_goes_to_the_first_waiting_case_that_the_mediator_may_take(small):
    small(request("a"), request("b"), request("c", 2, "m02"), request("d"))
    small(over("b", "m02"))
    assert small.takes == [("d", "m02")]
    assert list(small.spec.state.waiting) == ["c"]


@pytest.mark.parametrize(
    "back",
    [
        AssignmentDeclined(organisation=ORGANISATION, case="a", mediator="m01", round=1, reason="other"),
        AssignmentLapsed(organisation=ORGANISATION, case="a", mediator="m01", round=1),
        DesignationDropped(organisation=ORGANISATION, case="a", mediator="m01", round=1),
    ],
    ids=lambda back: type(back).__name__,
)
def test_a_place_that_comes_back_is_free_once(small, back):
    small(request("a"), back).then(PlaceFreed(case="a", mediator="m01"))
    small(back).then_nothing()


def test_a_place_of_an_earlier_round_does_not_free_the_later_one(small):
    late = DesignationDropped(organisation=ORGANISATION, case="a", mediator="m01", round=1)
    small(request("a", 2), late).then_nothing()
    assert small.spec.state.held["m01"] == {"a": 2}


def test_a_later_round_replaces_an_earlier_place(small):
    small(request("a"), request("a", 2, "m01"))
    assert small.spec.events[0] == PlaceFreed(case="a", mediator="m01")
    assert small.takes == [("a", "m02")]


def test_an_earlier_round_that_comes_late_changes_nothing(small):
    small(request("a", 2, "m01"), request("a")).then_nothing()


def test_a_case_that_ends_while_it_waits_leaves_the_queue(small):
    small(request("a"), request("b"), request("c"), over("c", None)).then(
        DesignationWithdrawn(case="c", round=1)
    )
    small(over("b", "m02")).then(PlaceFreed(case="b", mediator="m02"))


def test_the_end_of_a_case_that_the_roster_does_not_know_changes_nothing(small):
    small(over("a", None)).then_nothing()
    small(over("a", "m01")).then_nothing()


def test_a_case_that_nobody_may_take_waits_and_says_so(small):
    small(request("z"))
    small(request("a", 3, "m01", "m02")).then(queued("a", 1, 0, 3, "m01", "m02"))


def test_a_mediator_who_left_the_roster_gets_nothing_more():
    before = made({"id": "m01", "capacity": 1}, {"id": "m02", "capacity": 1}).roster
    after = made({"id": "m02", "capacity": 1}).roster
    past = Run(before)(request("a"), request("b"), request("c"))
    spec = given(after, subject=ORGANISATION)
    spec.state = past.state
    left = RosterChanged(listed=(), left=("m01",))
    spec.when(over("a", "m01"), at=MON).then(left, PlaceFreed(case="a", mediator="m01"))


def test_who_disclosed_an_interest_with_the_institution_is_left_out_by_its_rule():
    run = Run(made({"id": "m01", "weight": 9}, {"id": "m02"}).roster)
    run.spec = run.spec.when(ChangeMediator(mediator="m01", interests=("ccb",)), at=MON, actor=CLERK)
    theirs, others = (
        request(case).model_copy(update={"institution": institution})
        for case, institution in (("a", "ccb"), ("b", "abc"))
    )
    (taken,) = run(theirs).events
    assert isinstance(taken, PlaceTaken)
    assert (taken.mediator, taken.left_out) == ("m02", (LeftOut(mediator="m01", rule="roster.interest"),))
    run(others)
    assert run.takes == [("b", "m01")]


def test_only_who_speaks_the_language_asked_for_is_chosen_from_the_queue_as_well():
    run = Run(made({"id": "m01", "capacity": 1}, {"id": "m02", "capacity": 1}).roster)
    speaks = ChangeMediator(mediator="m02", languages=(Language.MANDARIN, Language.TIBETAN))
    run.spec = run.spec.when(speaks, at=MON, actor=CLERK)
    asks = request("c").model_copy(update={"language": Language.TIBETAN})
    run(request("a"), request("b"), asks)
    (waits,) = run.spec.events
    assert isinstance(waits, DesignationQueued)
    assert (waits.eligible, waits.left_out) == (1, (LeftOut(mediator="m01", rule="roster.language"),))
    run(over("a", "m01"))
    assert run.takes == []
    run(over("b", "m02"))
    assert run.takes == [("c", "m02")]


def test_a_lowered_capacity_holds_from_the_next_freed_place_on():
    before = made({"id": "m01", "capacity": 3}).roster
    after = made({"id": "m01", "capacity": 1}).roster
    past = Run(before)(*map(request, "abcd"))
    spec = given(after, subject=ORGANISATION)
    spec.state = past.state
    lower = RosterChanged(listed=(Listed(mediator="m01", weight=1, capacity=1, started=0),))
    spec = spec.when(over("a", "m01"), at=MON).then(lower, PlaceFreed(case="a", mediator="m01"))
    spec = spec.when(over("b", "m01"), at=MON).then(PlaceFreed(case="b", mediator="m01"))
    events = spec.when(over("c", "m01"), at=MON).events
    assert [type(event) for event in events] == [PlaceFreed, PlaceTaken]


def test_a_raised_capacity_serves_the_cases_that_wait_with_the_next_message():
    before = made({"id": "m01", "capacity": 1}).roster
    after = made({"id": "m01", "capacity": 2}).roster
    run = Run(after)
    run.spec.state = Run(before)(request("a"), request("b"), request("c")).state
    run(request("d"))
    assert run.takes == [("b", "m01")]
    assert list(run.spec.state.waiting) == ["c", "d"]


def test_who_is_due_first_is_served_first_and_of_two_the_one_who_came_first(small):
    def due(case: str, day: int):
        return request(case).model_copy(update={"designate_by": at(3, day)})

    small(request("a"), request("b"), due("c", 9), due("d", 6), due("e", 9), due("f", 10), request("g"))
    assert list(small.spec.state.waiting) == ["g", "d", "c", "e", "f"]
    small(over("a", "m01"))
    assert small.takes == [("g", "m01")]
    small(over("b", "m02"))
    assert small.takes == [("d", "m02")]


def test_a_case_that_asks_again_while_it_waits_takes_the_place_of_its_new_limit(small):
    late = request("c", 2).model_copy(update={"designate_by": at(3, 9)})
    small(request("a"), request("b"), request("c"), request("d"), late)
    assert [(case, one.round) for case, one in small.spec.state.waiting.items()] == [("d", 1), ("c", 2)]


def test_a_queue_of_before_is_read_as_it_was():
    old = Roster.model_validate_json('{"waiting": {"sy1a": [2, "loan", ["m01"]]}}')
    assert old.waiting["sy1a"] == Wanted(2, Cause.LOAN, ("m01",))


def test_a_message_for_a_roster_that_is_not_in_the_network_is_rejected():
    message = Received(request("a"), "m-1", "/suyuan/mediation", "sy1a", MON, SYSTEM)
    with pytest.raises(Rejected, match=r"roster\.unknown"):
        made().route("mediation.rosters", "nobody", message)


def test_the_state_survives_storage(small):
    state = small(request("a"), request("b"), request("c", 2, "m02")).state
    assert type(state).model_validate_json(state.model_dump_json()) == state


def test_evolving_leaves_the_earlier_state_alone(small):
    before = small(request("a")).state
    copy = before.model_copy(deep=True)
    small(request("b"), request("c"), over("a", "m01"))
    assert before == copy
