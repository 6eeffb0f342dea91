"""What holds for a roster whatever comes, and how close the shares are to the weights."""

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from shared.casework.protocol import Received
from shared.contracts.co_mediators import CoMediatorRequested, TeamGround
from shared.contracts.envelope import SYSTEM
from shared.contracts.kinds import Cause
from shared.contracts.mediation import (
    AssignmentDeclined,
    AssignmentLapsed,
    DesignationDropped,
    DesignationQueued,
    PlaceFreed,
    PlaceTaken,
)
from tests.unit.mediation.mother import MON, ORGANISATION, made, over, request

NAMES = ("m01", "m02", "m03")
CASES = st.sampled_from([f"sy1{letter}" for letter in "abcdefgh"])
ROUNDS = st.integers(1, 3)


def _second(case: str, round: int, cause: Cause, excluded: tuple[str, ...]) -> CoMediatorRequested:
    return CoMediatorRequested(
        organisation=ORGANISATION,
        case=case,
        round=round,
        cause=cause,
        excluded=excluded,
        team_ground=TeamGround.ASKED,
    )


def _back(kind, case, mediator, round):
    fields = {"organisation": ORGANISATION, "case": case, "mediator": mediator, "round": round}
    return kind(**fields, reason="other") if kind is AssignmentDeclined else kind(**fields)


MESSAGES = st.lists(
    st.one_of(
        st.builds(
            lambda case, round, cause, excluded: request(case, round, *excluded, cause=cause),
            CASES,
            ROUNDS,
            st.sampled_from(Cause),
            st.lists(st.sampled_from(NAMES), unique=True, max_size=2),
        ),
        st.builds(
            lambda case, round, cause, excluded: _second(case, round, cause, tuple(excluded)),
            CASES,
            ROUNDS,
            st.sampled_from(Cause),
            st.lists(st.sampled_from(NAMES), unique=True, max_size=1),
        ),
        st.builds(
            _back,
            st.sampled_from([AssignmentDeclined, AssignmentLapsed, DesignationDropped]),
            CASES,
            st.sampled_from(NAMES),
            ROUNDS,
        ),
        st.builds(over, CASES, st.sampled_from([*NAMES, None])),
    ),
    max_size=60,
)
MEDIATORS = st.tuples(
    *(
        st.fixed_dictionaries(
            {
                "id": st.just(name),
                "weight": st.integers(1, 5),
                "capacity": st.integers(1, 3),
                "specialities": st.lists(st.sampled_from([c.value for c in Cause]), min_size=1, unique=True),
            }
        )
        for name in NAMES
    )
)


@examples(MEDIATORS, MESSAGES)
def test_whatever_comes_capacity_is_never_passed_and_no_case_has_two_places(mediators, messages):
    handlers = made(*mediators)
    stream, members = handlers.roster, handlers.rosters[ORGANISATION].rules.members
    asked: dict[tuple[str, int, bool], object] = {}
    # An own count, from the events alone: who has the first and the second seat of a case.
    places: dict[tuple[str, bool], str] = {}
    state = None
    for body in messages:
        if hasattr(body, "excluded"):
            asked[body.case, body.round, isinstance(body, CoMediatorRequested)] = body
        message = Received(body, "m", "/suyuan/mediation", ORGANISATION, MON, SYSTEM)
        for event in stream.decide(state, message):
            state = stream.evolve(state, event, MON)
            if isinstance(event, PlaceTaken):
                wanted = asked[event.case, event.round, event.second]
                assert (event.case, event.second) not in places
                assert places.get((event.case, not event.second)) != event.mediator
                assert event.mediator not in wanted.excluded
                assert wanted.cause in members[event.mediator].causes
                places[event.case, event.second] = event.mediator
            elif isinstance(event, PlaceFreed):
                (which,) = [
                    one
                    for one in ((event.case, True), (event.case, False))
                    if places.get(one) == event.mediator
                ]
                del places[which]
            elif isinstance(event, DesignationQueued):
                assert event.waiting == len(state.seconds_waiting if event.second else state.waiting)
            for one in members.values():
                assert list(places.values()).count(one.id) <= one.capacity
        if state is None:
            continue
        held = {(case, state.seconds.get(case) == m): m for m, cases in state.held.items() for case in cases}
        assert places == held
        queues = {False: state.waiting, True: state.seconds_waiting}
        assert not places.keys() & {(case, second) for second, queue in queues.items() for case in queue}
        for (case, second), waits in (((c, s), w) for s, queue in queues.items() for c, w in queue.items()):
            for one in members.values():
                fits = waits.cause in one.causes and one.id not in waits.excluded
                fits = fits and places.get((case, not second)) != one.id
                full = len(state.held.get(one.id, ())) == one.capacity
                assert full or not fits, "a case waits although somebody who may take it is free"


def _assignments(weights: list[int], n: int) -> dict[str, int]:
    stream = made(
        *({"id": f"m{i:02}", "weight": w, "capacity": 100_000} for i, w in enumerate(weights))
    ).roster
    state = None
    for i in range(n):
        message = Received(request(f"sy1{i}"), "m", "/suyuan/mediation", ORGANISATION, MON, SYSTEM)
        for event in stream.decide(state, message):
            state = stream.evolve(state, event, MON)
    return state.assigned


@examples(st.lists(st.integers(1, 1000), min_size=1, max_size=8), st.integers(1, 300))
def test_the_share_of_each_mediator_stays_within_the_stated_error(weights, n):
    """-1 < a - n*w/W <= (k-1)*w/W, as ``rules.designation`` says; in whole numbers."""
    assigned = _assignments(weights, n)
    total, k = sum(weights), len(weights)
    assert sum(assigned.values()) == n
    for i, weight in enumerate(weights):
        error = assigned.get(f"m{i:02}", 0) * total - n * weight
        assert -total < error <= (k - 1) * weight


@pytest.mark.parametrize("n", [130, 1300])
def test_shares_are_exact_after_each_full_round_of_the_weights(n):
    """Weights 3:3:2:2:1:1:1 add up to 13."""
    weights = [3, 3, 2, 2, 1, 1, 1]
    assert list(dict(sorted(_assignments(weights, n).items())).values()) == [w * n // 13 for w in weights]
