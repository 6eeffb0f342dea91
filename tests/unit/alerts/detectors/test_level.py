"""A level that wanders is followed as far as it wanders, and a steady one is left alone."""

from datetime import date

import numpy as np
import pytest

from services.alerts.detectors import Farrington, Window, flat_weeks
from services.alerts.detectors.level import BLOCK, level_of
from tests.support.weekly import noisy

WEEKS = 400
STEADY, WANDERING = Farrington(years=8), Farrington(years=8, wandering=True)


def _walk(seed: int, series: int, step: float) -> np.ndarray:
    """Return counts whose log level moves by a normal step every eight weeks."""
    rng = np.random.default_rng(seed)
    moves = np.cumsum(rng.normal(0, step, (series, WEEKS // BLOCK + 1)), axis=1)
    return rng.poisson(12 * np.exp(np.clip(np.repeat(moves, BLOCK, axis=1)[:, :WEEKS], -2, 2))).astype(
        np.int32
    )


def _window(counts: np.ndarray) -> Window:
    return Window.of(counts, flat_weeks(date(2016, 1, 4), counts.shape[1]))


def test_a_wandering_series_alarms_far_less_when_its_level_is_followed():
    window = _window(_walk(1, 1500, 0.25))
    shares = [float((one.judge(window).p_value <= 0.01).mean()) for one in (STEADY, WANDERING)]
    assert shares[0] > 0.05
    assert shares[1] < 0.03


def test_a_steady_series_is_judged_as_before():
    window = _window(noisy(WEEKS, mean=12.0, phi=1.5, series=800, seed=3))
    before, after = STEADY.judge(window), WANDERING.judge(window)
    assert np.median(np.abs(after.expected / before.expected - 1.0)) < 0.02
    assert (after.p_value <= 0.01).mean() == pytest.approx((before.p_value <= 0.01).mean(), abs=0.006)


def test_a_surge_of_a_wandering_series_is_found():
    counts = _walk(2, 300, 0.15)
    usual = np.maximum(4, counts[:, -11:-3].mean(axis=1))
    counts[:, -1] = np.round(usual + 6 * np.sqrt(usual))
    assert (WANDERING.judge(_window(counts)).p_value <= 0.01).mean() > 0.75


def test_the_level_is_between_what_years_and_weeks_say_and_nearer_to_the_weeks_the_more_it_wanders():
    mean = np.full((2, 160), 20.0)
    counts = mean + np.tile([2.0, -2.0], 80)
    counts[1] = mean[1] * np.repeat(np.tile([1.6, 0.4], 10), BLOCK)
    made = level_of(
        counts.T, np.ones((160, 2)), mean.T, np.arange(160), np.full(2, 240.0), np.full(2, 160.0), 0.0
    )
    assert made.factor[0] == 1.0
    assert 1.4 < made.factor[1] < 1.5
    assert made.error[0] == 0.0
    assert made.error[1] > 0.3
    assert made.phi[0] == 1.0


def test_weeks_that_are_no_part_of_a_series_say_nothing_of_its_level():
    rng = np.random.default_rng(1)
    mean = np.full((160, 1), 10.0)
    counts = rng.poisson(mean).astype(float)
    weights = np.ones((160, 1))
    weights[:80] = 0.0
    wild = counts.copy()
    wild[:80] = 500.0
    one, two = (
        level_of(x, weights, mean, np.arange(160), np.full(1, 90.0), np.full(1, 80.0), 0.0)
        for x in (counts, wild)
    )
    assert one == two
