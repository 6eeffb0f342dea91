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
    """Return coefficients, inverse information and dispersion of one series, by weighted least squares."""
    known = weights > 0
    counts, weights, matrix, exposure = counts[known], weights[known], matrix[known], exposure[known]
    log_mean = np.log(counts + 0.5)
    for _ in range(200):
        mean = np.exp(log_mean)
        working = log_mean - np.log(exposure) + (counts - mean) / mean
        root = np.sqrt(weights * mean)
        found = np.linalg.lstsq(matrix * root[:, None], working * root, rcond=None)[0]
        log_mean = matrix @ found + np.log(exposure)
    mean = np.exp(log_mean)
    information = np.linalg.inv(matrix.T @ (matrix * (weights * mean)[:, None]))
    dispersion = (weights * (counts - mean) ** 2 / mean).sum() / (len(counts) - matrix.shape[1])
    return found, information, dispersion, mean


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_fit_of_many_series_is_the_slow_fit_of_each(seed):
    rng = np.random.default_rng(seed)
    weeks, blocks = 120, 4
    counts = rng.poisson(rng.uniform(3, 30, (5, 1)), (5, weeks)).astype(float)
    block = np.arange(weeks) % blocks
    exposure = rng.uniform(0.3, 1.2, weeks)
    weights = (np.arange(weeks) >= rng.integers(0, 20, (5, 1))).astype(float)
    design = Design(np.eye(blocks)[block], np.arange(weeks) - 59.5, exposure)
    trend = np.array([True, True, False, True, False])
    fit = fitted(counts, weights, design, trend)
    down = reweighted(fit, counts, weights, design, 1.5, skewed=False)
    again = fitted(counts, down, design, trend, start=fit)
    ahead = predict(again, 2, 70.0, 0.5)
    for one in range(5):
        columns = [design.season, design.time[:, None]] if trend[one] else [design.season]
        matrix = np.hstack(columns)
        found, information, dispersion, mean = _slow_fit(counts[one], weights[one], matrix, exposure)
        assert fit.dispersion[one] == pytest.approx(dispersion, rel=1e-6)
        known = weights[one] > 0
        y, phi = counts[one][known], max(1.0, dispersion)
        hat = np.einsum("ij,jk,ik->i", matrix[known], information, matrix[known]) * mean
        residual = 1.5 * (y ** (2 / 3) * mean ** (-1 / 6) - mean**0.5) / np.sqrt(phi * (1 - hat))
        slow = np.where(residual > 1.5, residual**-2.0, 1.0)
        slow *= len(slow) / slow.sum()
        assert down[one][known] == pytest.approx(slow, rel=1e-6)
        found, information, dispersion, _ = _slow_fit(counts[one], down[one], matrix, exposure)
        now = np.array([0, 0, 1, 0, *([70.0] if trend[one] else [])])
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
