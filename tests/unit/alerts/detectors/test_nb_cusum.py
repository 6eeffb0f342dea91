"""The CUSUM sums what a slow surge adds up to, by the likelihoods of two negative binomials."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import nbinom, poisson

from services.alerts.detectors import Farrington, NbCusum, Window, flat_weeks
from services.alerts.detectors.nb_cusum import ratio
from tests.support.weekly import noisy


@given(st.floats(0.2, 200.0), st.floats(1.01, 6.0), st.integers(0, 300))
def test_a_dispute_adds_the_ratio_of_the_likelihoods(mean, phi, count):
    each, always = ratio(np.array([mean]), np.array([mean * phi]), 2.0)
    raised, size = mean + 2.0 * np.sqrt(mean * phi), mean / (phi - 1.0)
    far, near = (nbinom.logpmf(count, size, size / (size + one)) for one in (raised, mean))
    assert each[0] * count - always[0] == pytest.approx(far - near, rel=1e-6, abs=1e-6)


def test_without_dispersion_the_likelihoods_are_those_of_poisson():
    each, always = ratio(np.array([4.0]), np.array([4.0]), 2.0)
    assert each[0] * 7 - always[0] == pytest.approx(poisson.logpmf(7, 8.0) - poisson.logpmf(7, 4.0))


def _week(counts: np.ndarray) -> Window:
    return Window.of(counts, flat_weeks(date(2018, 1, 1), counts.shape[1]))


def test_the_sum_is_that_of_a_slow_walk_over_the_weeks_left_out():
    window = _week(noisy(320, mean=8.0, phi=1.5, series=3, seed=2))
    window = window.last(Farrington().weeks_used + 1)
    judged, model = NbCusum().judge(window), NbCusum().past.model(window)
    for one in range(3):
        total = 0.0
        for back in range(25, -1, -1):
            ahead = model.ahead(window, back)
            phi = model.phi[one]
            mean = ahead.mean[one] * np.exp(0.5 * np.sqrt(model.phi[one] * ahead.leverage[one]))
            raised, size = mean + 1.5 * np.sqrt(mean * phi), mean / (phi - 1.0)
            far, near = (
                nbinom.logpmf(window.counts[one, -1 - back], size, size / (size + mu))
                for mu in (raised, mean)
            )
            total = max(0.0, total + far - near)
        assert judged.statistic[one] == pytest.approx(total, rel=1e-6, abs=1e-9)
        assert judged.p_value[one] == pytest.approx(np.exp(-total), rel=1e-6)


def test_a_slow_surge_that_no_single_week_shows_stands_out():
    counts = noisy(330, mean=10.0, series=200, seed=3)
    counts[:, -12:] += noisy(12, mean=6.0, series=200, seed=4)
    window = _week(counts)
    slow, single = NbCusum().judge(window), Farrington().judge(window)
    assert (slow.p_value < 0.005).mean() > 0.8
    assert (single.p_value < 0.005).mean() < 0.5


def test_the_bound_is_the_count_at_which_the_sum_reaches_its_level():
    window = _week(noisy(320, mean=8.0, phi=1.5, series=20, seed=6))
    detector = NbCusum()
    bound = detector.judge(window).threshold
    for step, above in ((0, False), (1, True)):
        counts = window.counts.copy()
        counts[:, -1] = np.maximum(0, np.floor(bound) + step)
        assert ((detector.judge(_week(counts)).statistic > -np.log(detector.alpha)) == above).all()


def test_quiet_weeks_stand_out_no_more_often_than_promised():
    window = _week(noisy(330, mean=5.0, phi=2.0, series=4000, seed=9))
    p_values = NbCusum().judge(window).p_value
    # Three standard errors of 4,000 series.
    assert (p_values <= 0.005).mean() <= 0.0083
    assert (p_values <= 0.05).mean() <= 0.05
