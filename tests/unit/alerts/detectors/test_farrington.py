"""The improved Farrington detector agrees with published alarms and with a slow fit of one series."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.alerts.detectors import Farrington, Status, Window, flat_weeks
from services.alerts.detectors.reference import reference
from services.alerts.detectors.regression import Design, fitted, predict, reweighted
from tests.support.weekly import noisy, rows, salmonella, weekly_windows

PUBLISHED = Farrington(
    years=3, least_years=3, blocks=1, trend_level=0.05, run_ahead=1.0, season_prior=0.0, least_past=0,
    as_package=True,
)  # fmt: skip


def test_alarms_of_2011_and_2012_are_those_of_epysurv():
    trained = rows("epysurv/salmonella_train.csv")
    counts = salmonella()
    # It takes the cases of marked outbreaks out of what it is trained on.
    counts[: len(trained)] -= np.array([int(row["n_outbreak_cases"]) for row in trained], dtype=np.int32)
    windows = weekly_windows(counts, range(365, 470))
    alarms = [bool(PUBLISHED.judge(one).excess(one.observed)[0]) for one in windows]
    assert alarms == [row["alarm"] == "1" for row in rows("epysurv/FarringtonFlexible_pred.csv")]
    assert sum(alarms) == 10


def _slow_fit(counts, weights, matrix, exposure):
    """Return coefficients, inverse information and mean of one series, by weighted least squares."""
    log_mean = np.log(counts + 0.5)
    for _ in range(60):
        mean = np.exp(log_mean)
        working = log_mean - np.log(exposure) + (counts - mean) / mean
        root = np.sqrt(weights * mean)
        found = np.linalg.lstsq(matrix * root[:, None], working * root, rcond=None)[0]
        log_mean = matrix @ found + np.log(exposure)
    mean = np.exp(log_mean)
    return found, np.linalg.inv(matrix.T @ (matrix * (weights * mean)[:, None])), mean


def _slow(counts, weights, design, trend, prior_mean):
    """Return what a fit says of one series; the prior is a week of its own in each block, at time 0."""
    known, prior, blocks = weights > 0, design.season_prior, design.blocks
    added = blocks if prior else 0
    season = np.eye(blocks)[np.append(design.block[known], np.arange(added))]
    time = np.append(design.time[known], np.zeros(added))
    matrix = np.column_stack([season, time]) if trend else season
    y = np.append(counts[known], np.full(added, prior))
    exposure = np.append(design.exposure[known], np.full(added, prior / prior_mean))
    found, information, mean = _slow_fit(y, np.append(weights[known], np.ones(added)), matrix, exposure)
    number = int(known.sum())
    y, mean, matrix = y[:number], mean[:number], matrix[:number]
    freedom = max(1, number - len(set(design.block[known])) - trend)
    dispersion = (weights[known] * (y - mean) ** 2 / mean).sum() / freedom
    hat = np.einsum("ij,jk,ik->i", matrix, information, matrix) * mean * weights[known]
    spread = np.maximum(1.0, dispersion) * np.maximum(1 - hat, 1e-6)
    return found, information, dispersion, 1.5 * (y ** (2 / 3) * mean ** (-1 / 6) - mean**0.5) / spread**0.5


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 6), st.sampled_from([0.0, 1.0]), st.floats(1.2, 2.6))
def test_a_fit_of_many_series_is_the_slow_fit_of_each(seed, blocks, prior, limit):
    rng = np.random.default_rng(seed)
    weeks, series = 120, 5
    means = rng.uniform(3, 30, series) * np.exp(rng.normal(0, 0.004, series) * np.arange(weeks)[:, None])
    counts = rng.negative_binomial(means / 0.5, 1 / 1.5).astype(float)
    weights = (rng.permutation(weeks)[:, None] >= rng.integers(0, 10, series)).astype(float)
    block = np.sort(np.append(np.repeat(np.arange(blocks), 12), rng.integers(0, blocks, weeks - 12 * blocks)))
    exposure, time = rng.uniform(0.3, 1.2, weeks), rng.permutation(weeks) - 59.5
    design = Design(block, blocks, time, exposure, prior)
    trend = rng.random(series) < 0.6
    fit = fitted(counts, weights, design, trend)
    down = reweighted(fit, counts, weights, design, limit, skewed=False)
    again = fitted(counts, down, design, trend, start=fit)
    ahead = predict(again, 0, 70.0, 0.5)
    for one in range(series):
        mean = fit.prior_mean[one]
        _, _, dispersion, residual = _slow(counts[:, one], weights[:, one], design, trend[one], mean)
        assert fit.dispersion[one] == pytest.approx(dispersion, rel=1e-6)
        slow = np.where(residual > limit, np.maximum(residual, 1.0) ** -2.0, 1.0)
        slow *= len(slow) / slow.sum()
        assert down[weights[:, one] > 0, one] == pytest.approx(slow, rel=1e-6)
        found, information, _, _ = _slow(counts[:, one], down[:, one], design, trend[one], mean)
        now = np.array([1, *[0] * (blocks - 1), *([70.0] if trend[one] else [])])
        assert ahead.mean[one] == pytest.approx(0.5 * np.exp(now @ found), rel=1e-6)
        assert ahead.leverage[one] == pytest.approx(now @ information @ now, rel=1e-6)


@settings(max_examples=20, deadline=None)
@given(st.integers(330, 560), st.sampled_from([1, 4, 10]), st.integers(1, 5))
def test_reference_weeks_are_of_the_past_and_the_judged_season_is_the_last_block(length, blocks, years):
    weeks = flat_weeks(date(2012, 1, 2), length)
    past = reference(weeks, years, 3, blocks, 26)
    now = length - 1
    assert past.columns.max() < now - 26
    assert past.block_of[-1] == blocks - 1
    assert (np.diff(past.block) >= 0).all()
    assert (past.block_of[past.columns] == past.block).all()
    assert blocks == 1 or (past.block_of[-27:] >= 0).all()
    same_season = past.columns[past.block == blocks - 1]
    apart = (now - same_season) * 7 % 365.2425
    assert np.minimum(apart, 365.2425 - apart).max() <= 3 * 7 + 4
    assert len(same_season) >= 7 * (years - 1)


def test_a_past_surge_does_not_hide_the_next_one():
    quiet = noisy(400, mean=10.0, seed=5)
    surged = quiet.copy()
    surged[400 - 52 - 2 : 400 - 52 + 1] = 60
    for counts in (quiet, surged):
        counts[-1] = 24
    with_past, without = (
        Farrington().judge(Window.of(one[None, :], flat_weeks(date(2016, 1, 4), 400)))
        for one in (surged, quiet)
    )
    assert with_past.p_value[0] < 0.01
    assert with_past.expected[0] < 1.25 * without.expected[0]


def test_a_series_of_few_disputes_is_said_to_be_too_sparse():
    counts = np.zeros((2, 300), dtype=np.int32)
    counts[0, ::3] = 1
    judged = Farrington().judge(Window.of(counts, flat_weeks(date(2018, 1, 1), 300)))
    assert judged.status.tolist() == [Status.JUDGED, Status.TOO_SPARSE]


@pytest.mark.parametrize("two_weeks", [False, True])
def test_quiet_weeks_come_to_a_probability_as_often_as_it_says(two_weeks):
    counts = noisy(330, mean=6.0, phi=2.0, series=4000, seed=11)
    judged = Farrington(two_weeks=two_weeks).judge(Window.of(counts, flat_weeks(date(2018, 1, 1), 330)))
    assert (judged.p_value <= 0.05).mean() == pytest.approx(0.05, abs=0.012)
    assert (judged.p_value <= 0.01).mean() == pytest.approx(0.01, abs=0.004)
