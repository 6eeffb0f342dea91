"""A series is trusted as far as its own past was foretold."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.alerts.detectors import DETECTORS, FIRST, SURVEILLANCE, Recent, Window, flat_weeks
from services.alerts.detectors.prequential import LAG, NEAR, Prior, before, foretold, height
from services.alerts.detectors.two_weeks import of_both
from tests.support.weekly import MONDAY, noisy

PRIOR = Prior(share=0.0, share_weeks=40.0, phi=1.3, phi_weeks=8.0, half_life=1000.0)


def _foretold(counts):
    seen = counts.T.astype(np.float64)
    mean = np.full(seen.shape, 1.0) * counts.mean(axis=1)
    return foretold(seen, mean, np.ones(seen.shape), height(seen, mean), PRIOR)


@given(st.integers(0, 40), st.integers(0, 2**32))
def test_the_near_weeks_of_each_week_are_eight_that_end_two_weeks_before_it(weeks, seed):
    each = np.random.default_rng(seed).integers(0, 9, (weeks, 2)).astype(np.float64)
    slow = [each[max(0, at - LAG - NEAR) : max(0, at - LAG)].sum(axis=0) for at in range(weeks + 1)]
    assert before(each).tolist() == [one.tolist() for one in slow]


def test_a_steady_series_follows_nothing_and_varies_as_it_does():
    said = _foretold(noisy(400, mean=12.0, phi=2.0, series=200, seed=3))
    assert np.median(said.phi) == pytest.approx(2.0, rel=0.08)
    assert np.median(said.factor) == pytest.approx(1.0, abs=0.02)
    assert np.mean(said.follows > 0.0) < 0.25


def test_a_series_whose_level_moved_is_expected_where_it_is_now():
    counts = noisy(400, mean=20.0, phi=1.2, series=100, seed=4)
    counts[:, 200:] *= 2
    said = _foretold(counts)
    now = said.factor * counts.mean(axis=1)
    assert np.median(now) == pytest.approx(40.0, rel=0.06)


def test_a_surge_of_the_last_two_weeks_changes_nothing_of_what_is_expected():
    counts = noisy(400, mean=9.0, phi=1.5, series=8, seed=5)
    surging = counts.copy()
    surging[:, -2:] += 90
    mean = np.full((400, 8), 9.0)
    one, other = (
        foretold(each.T.astype(np.float64), mean, np.ones((400, 8)), height(each.T * 1.0, mean), PRIOR)
        for each in (counts, surging)
    )
    assert one.factor.tolist() == other.factor.tolist()
    assert one.phi.tolist() == other.phi.tolist()


def test_weeks_that_were_foretold_badly_make_the_next_one_less_certain():
    rng = np.random.default_rng(6)
    counts = noisy(420, mean=15.0, phi=1.2, series=60, seed=6)
    wild = rng.poisson(15.0 * rng.gamma(4.0, 0.25, counts.shape)).astype(np.int32)
    wild[:, -1] = counts[:, -1] = 35
    weeks = flat_weeks(MONDAY, 420)
    calm_p, wild_p = (SURVEILLANCE.judge(Window.of(each, weeks)).p_value for each in (counts, wild))
    assert np.median(calm_p) < 0.001 < 0.01 < np.median(wild_p)


@pytest.mark.parametrize("name", ["moving-2", "surveillance-2"])
@pytest.mark.parametrize("level", [0.01, 0.001])
def test_a_probability_is_no_smaller_than_the_share_of_quiet_weeks_that_come_to_it(name, level):
    counts = np.concatenate([noisy(330, mean=mean, phi=1.8, series=400, seed=7) for mean in (0.4, 3.0, 30.0)])
    whole = Window.of(counts, flat_weeks(MONDAY, 330))
    hits = [DETECTORS[name].judge(whole.until(week)).p_value <= level for week in range(300, 330, 5)]
    number = np.size(hits)
    assert np.mean(hits) <= level + 3.5 * np.sqrt(level / number)


def test_a_growing_young_series_is_not_called_a_surge_week_after_week():
    rng = np.random.default_rng(8)
    counts = rng.poisson(np.linspace(0.5, 25.0, 100), (200, 100)).astype(np.int32)
    whole = Window.of(counts, flat_weeks(MONDAY, 100))
    first, now = (
        np.mean([one.judge(whole.until(week)).p_value <= 0.01 for week in range(60, 100, 3)])
        for one in (FIRST, SURVEILLANCE)
    )
    assert first > 0.15
    assert now < 0.02


def test_an_empty_past_leaves_a_single_dispute_probable():
    counts = np.zeros((8, 60), dtype=np.int32)
    counts[:, -1] = 1
    assert Recent().judge(Window.of(counts, flat_weeks(MONDAY, 60))).p_value[0] > 0.005


@given(st.floats(-3, 6), st.floats(-3, 6), st.floats(0.3, 0.95))
def test_two_weeks_weighed_alike_are_stouffers_sum(one, two, correlation):
    from scipy import special

    made = of_both(np.array([one]), np.array([two]), np.array([correlation]))[0]
    assert made == pytest.approx(special.ndtr(-(one + two) / np.sqrt(2 + 2 * correlation)), rel=1e-12)
