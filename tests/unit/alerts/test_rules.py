"""The surge alarm against the values of the R package and of epysurv."""

from __future__ import annotations

import csv
import math
import statistics
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import ValidationError

from services.alerts.rules import AlertRules, Bound, ears_c1, iso_week_start

DATA = Path(__file__).parents[2] / "data"


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def series() -> list[int]:
    """470 weekly counts from 2004-01-05 on."""
    weeks = rows("epysurv/salmonella_train.csv") + rows("epysurv/EarsC1_pred.csv")
    assert (weeks[0][""], weeks[-1][""], len(weeks)) == ("2004-01-05", "2012-12-31", 470)
    return [int(one["n_cases"]) for one in weeks]


def test_bounds_are_those_of_the_r_package(series: list[int]) -> None:
    golden = rows("surveillance/ears_c1_salmnewport_2011_golden.csv")
    assert len(golden) == 52
    for row in golden:
        index = int(row["week_index"]) - 1
        bound = ears_c1(series[:index], alpha=0.05)
        assert bound is not None
        assert series[index] == int(row["observed"])
        assert bound.upper == pytest.approx(float(row["c1_upperbound"]), rel=0, abs=1e-6)
        assert bound.exceeded_by(series[index]) is (row["alarm"] == "1")
        if row["upstream_expected"]:
            assert bound.upper == pytest.approx(float(row["upstream_expected"]), rel=0, abs=1e-6)
    assert sum(bool(row["upstream_expected"]) for row in golden) == 4


def test_alarms_are_those_of_epysurv(series: list[int]) -> None:
    expected = [row["alarm"] == "1" for row in rows("epysurv/EarsC1_pred.csv")]
    assert (len(expected), sum(expected)) == (105, 5)

    rules = AlertRules(alpha=0.001, min_count=1)
    assert [rules.is_surge(series[:i], series[i]) for i in range(365, 470)] == expected


def test_the_judged_week_is_not_in_its_own_baseline() -> None:
    history = [4, 5, 6, 5, 4, 6, 5]

    assert ears_c1(history, alpha=0.001) == ears_c1([99, *history], alpha=0.001)
    assert AlertRules().is_surge(history, 50)
    assert not AlertRules().is_surge([*history, 50], 50)


@pytest.mark.parametrize("weeks", range(7))
def test_too_short_a_history_gives_no_judgement(weeks: int) -> None:
    assert ears_c1([1] * weeks, alpha=0.05) is None
    assert not AlertRules().is_surge([1] * weeks, 1_000_000)


def test_a_count_at_the_bound_is_no_surge() -> None:
    bound = ears_c1([3] * 7, alpha=0.05)

    assert bound == Bound(mean=3.0, sd=0.0, upper=3.0)
    assert not bound.exceeded_by(3)
    assert bound.exceeded_by(4)
    assert (bound.tail(3), bound.tail(4)) == (1.0, 0.0)


def test_min_count_keeps_a_single_case_after_empty_weeks_quiet() -> None:
    empty = [0] * 7

    assert not AlertRules(min_count=3).is_surge(empty, 2)
    assert AlertRules(min_count=3).is_surge(empty, 3)
    assert AlertRules(min_count=1).is_surge(empty, 1)


def test_the_tail_at_the_bound_is_alpha() -> None:
    bound = Bound(mean=10.0, sd=2.0, upper=14.0)

    assert bound.tail(10) == pytest.approx(0.5)
    assert bound.tail(14) == pytest.approx(1 - statistics.NormalDist().cdf(2))


@pytest.mark.parametrize(("alpha", "true_share"), [(0.001, 0.014), (0.05, 0.087)])
def test_the_stated_false_alarm_share_of_steady_normal_counts(alpha: float, true_share: float) -> None:
    # An alarm is T(6) > z / sqrt(1 + 1/7); six degrees of freedom have a closed form.
    t = statistics.NormalDist().inv_cdf(1 - alpha) / math.sqrt(1 + 1 / 7)
    angle = math.atan(t / math.sqrt(6))
    cos2 = math.cos(angle) ** 2
    tail = 0.5 - 0.5 * math.sin(angle) * (1 + cos2 / 2 + 3 * cos2**2 / 8)

    assert tail == pytest.approx(true_share, abs=0.0005)


@pytest.mark.parametrize("alpha", [0.0, 1.0, -0.1, float("nan")])
def test_alpha_must_be_a_share(alpha: float) -> None:
    with pytest.raises(ValueError, match="alpha"):
        ears_c1([1] * 7, alpha=alpha)


def test_a_baseline_of_one_week_has_no_deviation() -> None:
    with pytest.raises(ValueError, match="two weeks"):
        ears_c1([1] * 7, baseline=1, alpha=0.05)


@pytest.mark.parametrize(
    "fields", [{"alpha": 0.5}, {"alpha": "0.1"}, {"baseline": 2}, {"min_count": 0}, {"gamma": 1}]
)
def test_bad_rules_are_refused(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        AlertRules.model_validate(fields)


COUNTS = st.lists(st.integers(0, 100_000), min_size=7, max_size=30)


@given(COUNTS, st.floats(0.0001, 0.4999))
def test_the_bound_is_mean_plus_quantile_times_deviation(history: list[int], alpha: float) -> None:
    bound = ears_c1(history, alpha=alpha)

    assert bound is not None
    assert bound.mean == pytest.approx(statistics.mean(history[-7:]))
    assert bound.sd == pytest.approx(statistics.stdev(history[-7:]), abs=1e-9)
    z = statistics.NormalDist().inv_cdf(1 - alpha)
    assert bound.upper == pytest.approx(bound.mean + z * bound.sd)


@given(COUNTS, st.integers(0, 1000))
def test_adding_the_same_to_every_week_moves_the_bound_by_it(history: list[int], more: int) -> None:
    bound, moved = ears_c1(history, alpha=0.01), ears_c1([n + more for n in history], alpha=0.01)

    assert bound is not None
    assert moved is not None
    assert moved.upper == pytest.approx(bound.upper + more)


@given(COUNTS, st.floats(0.0001, 0.4999), st.floats(0.0001, 0.4999))
def test_a_smaller_alpha_never_lowers_the_bound(history: list[int], one: float, other: float) -> None:
    assume(one < other)
    strict, loose = ears_c1(history, alpha=one), ears_c1(history, alpha=other)

    assert strict is not None
    assert loose is not None
    assert strict.upper >= loose.upper


def test_a_week_starts_on_monday_in_shanghai() -> None:
    # Sunday 23:59:59 and Monday 00:00 there are both Sunday in UTC.
    sunday = datetime(2026, 3, 1, 15, 59, 59, tzinfo=UTC)

    assert iso_week_start(sunday) == date(2026, 2, 23)
    assert iso_week_start(sunday + timedelta(seconds=1)) == date(2026, 3, 2)


def test_a_week_of_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        iso_week_start(datetime(2026, 3, 2))  # noqa: DTZ001


@given(st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_weeks_do_not_overlap_and_leave_no_gap(at: datetime) -> None:
    week = iso_week_start(at)

    assert week.isoweekday() == 1
    assert iso_week_start(at + timedelta(days=7)) == week + timedelta(days=7)
