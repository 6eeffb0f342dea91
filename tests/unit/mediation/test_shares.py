"""Shares follow the weights, also with mediators who join, leave, or have another weight or capacity."""

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from services.mediation.roster import Roster
from shared.casework.protocol import Received, Stream
from shared.contracts.envelope import SYSTEM
from shared.contracts.kinds import Cause
from shared.contracts.mediation import PlaceTaken
from shared.contracts.rosters import RosterChanged
from tests.unit.mediation.mother import MON, ORGANISATION, made, request

MANY = 100_000


def roster_of(weights: dict[str, int]) -> Stream[Roster]:
    """A roster whose mediators take everything, and are never full."""
    return made(*({"id": id, "weight": weight, "capacity": MANY} for id, weight in weights.items())).roster


class Year:
    """A roster over which cases come, and which changes between them."""

    def __init__(self) -> None:
        self.state: Roster | None = None
        self.cases = 0
        self.given: dict[str, int] = {}

    def take(self, stream: Stream[Roster], cases: int, cause: Cause = Cause.LOAN) -> dict[str, int]:
        """Let cases come, and return how many each mediator was given of them."""
        given: dict[str, int] = {}
        for _ in range(cases):
            self.cases += 1
            body = request(f"sy1{self.cases}", cause=cause)
            message = Received(body, "m", "/suyuan/mediation", ORGANISATION, MON, SYSTEM)
            for event in stream.decide(self.state, message):
                self.state = stream.evolve(self.state, event, MON)
                if isinstance(event, PlaceTaken):
                    given[event.mediator] = given.get(event.mediator, 0) + 1
        return given


NAMES = [f"m{i:02}" for i in range(6)]
ROSTERS = st.dictionaries(st.sampled_from(NAMES), st.integers(1, 9), min_size=1)


@examples(st.lists(st.tuples(ROSTERS, st.integers(0, 80)), min_size=1, max_size=6))
def test_between_two_changes_nobody_is_further_from_the_share_than_the_proof_says(stretches):
    """|a - n*w/W| < 1 + (k-1)*w/W, as ``rules.designation`` says; in whole numbers."""
    year = Year()
    for weights, cases in stretches:
        given = year.take(roster_of(weights), cases)
        total, k = sum(weights.values()), len(weights)
        for id, weight in weights.items():
            assert abs(given.get(id, 0) * total - cases * weight) < total + (k - 1) * weight


def test_over_10_000_cases_with_joins_leaves_and_other_weights_each_share_is_within_1_percent():
    weights = {f"m{i:02}": 1 + i % 3 for i in range(12)}
    changes = (
        {},
        {"m20": 3},
        {"m00": 3, "m05": 1},
        {"m01": 0, "m02": 0},
        {"m21": 2, "m22": 1},
        {"m01": 2},
    )
    year, given, expected = Year(), dict[str, float](), dict[str, float]()
    for number, change in enumerate(changes):
        weights = {id: weight for id, weight in (weights | change).items() if weight}
        cases = 1500 + 100 * number if number < 5 else 10_000 - year.cases
        for id, count in year.take(roster_of(weights), cases).items():
            given[id] = given.get(id, 0) + count
        for id, weight in weights.items():
            expected[id] = expected.get(id, 0) + cases * weight / sum(weights.values())
    assert year.cases == 10_000
    for id, share in expected.items():
        assert given[id] == pytest.approx(share, rel=0.01)


def test_who_joins_after_60_cases_gets_no_more_than_the_share_of_the_next_60():
    year = Year()
    year.take(roster_of({"m01": 1, "m02": 1}), 60)
    assert year.take(roster_of({"m01": 1, "m02": 1, "m03": 1}), 60) == {"m01": 20, "m02": 20, "m03": 20}


def test_a_raised_weight_counts_from_then_on_and_makes_up_for_nothing():
    year = Year()
    year.take(roster_of({"m01": 1, "m02": 1}), 60)
    assert year.take(roster_of({"m01": 3, "m02": 1}), 60) == {"m01": 45, "m02": 15}


def test_who_leaves_and_comes_back_makes_up_for_nothing():
    year = Year()
    both, one = roster_of({"m01": 1, "m02": 1}), roster_of({"m02": 1})
    year.take(both, 20)
    year.take(one, 50)
    assert year.take(both, 20) == {"m01": 10, "m02": 10}


def test_who_was_full_and_has_a_higher_capacity_now_makes_up_for_nothing():
    year = Year()
    year.take(made({"id": "m01", "capacity": 1}, {"id": "m02", "capacity": MANY}).roster, 100)
    given = year.take(roster_of({"m01": 1, "m02": 1}), 100)
    assert given["m01"] < 80


def test_who_joins_beside_a_specialist_with_many_cases_of_another_cause_starves_not():
    loans = {"id": "m01", "capacity": MANY, "specialities": ["loan"]}
    both = {"id": "m02", "capacity": MANY, "specialities": ["loan", "finance_lease"]}
    new = {**loans, "id": "m03"}
    year = Year()
    year.take(made(loans, both).roster, 300, Cause.FINANCE_LEASE)
    year.take(made(loans, both).roster, 30)
    given = year.take(made(loans, both, new).roster, 300)
    assert 100 < given["m03"] < 200


@pytest.mark.parametrize("size", [3, 1200])
def test_a_large_roster_is_told_in_parts_and_once(size):
    weights = {f"m{i:04}": 1 for i in range(size)}
    stream, state, told = roster_of(weights), None, []
    for case in ("sy1a", "sy1b"):
        message = Received(request(case), "m", "/suyuan/mediation", ORGANISATION, MON, SYSTEM)
        for event in stream.decide(state, message):
            state = stream.evolve(state, event, MON)
            told += [event] if isinstance(event, RosterChanged) else []
    assert [len(event.listed) for event in told] == ([3] if size == 3 else [500, 500, 200])
    assert state is not None
    assert list(state.terms) == list(weights)
