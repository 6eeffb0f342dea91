"""The probability of a count when its mean is only estimated: negative-binomial predictive tails.

A quiet week's count has the mean of its baseline and a variance of phi times that mean (quasi-Poisson,
phi at least 1). From a baseline of exposure E with the total S, a week of exposure e is expected to have
``m = e * (S + phi / 2) / E``, and to vary by ``phi * m * (1 + e / E)``: the second term is what the
baseline itself does not know. With phi = 1 that is the Poisson predictive distribution under Jeffreys'
prior; it stays proper after an empty baseline, where mean and deviation would make any single dispute
infinitely improbable.

Source: Bayesian predictive intervals of Poisson counts, Krishnamoorthy and Peng, "Improved closed-form
prediction intervals for binomial and Poisson distributions", J Stat Plan Inference 141 (2011) 1709-1718;
quasi-Poisson variance, McCullagh and Nelder, Generalized Linear Models (1989), ch. 6.
"""

from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from scipy import special

__all__ = [
    "PRIOR_DISPERSION",
    "PRIOR_WEEKS",
    "dispersion_error",
    "local_dispersion",
    "nb_quantile",
    "nb_tail",
    "predicted",
    "tail",
]

Floats = NDArray[np.float64]

PRIOR_DISPERSION: Final = 1.3
"""Variance over mean of a weekly count before anything is known of its series."""
PRIOR_WEEKS: Final = 8.0
"""How many weeks of its own outweigh that as much as half."""
_NEAR: Final = 0.1
"""Above it, the error of the variance hardly moves a probability."""
_CAP: Final = 9.0
"""Squared residuals count up to this many times the typical one: a past surge is no dispersion."""


def nb_tail(count: Floats, mean: Floats, variance: Floats) -> Floats:
    """Return the probability of `count` or more; exact for whole counts, all of one shape.

    Args:
        count: disputes, 0 or more.
        mean: positive.
        variance: at least the mean; equal to it gives the Poisson tail.
    """
    over = variance - mean
    poisson = over <= 1e-9 * mean
    size = mean * mean / np.where(poisson, 1.0, over)
    at_least_one = np.maximum(count, 1.0)
    tail = special.betainc(at_least_one, size, mean / (size + mean))
    if poisson.any():
        tail[poisson] = special.gammainc(at_least_one[poisson], mean[poisson])
    return np.where(count < 1.0, 1.0, tail)


def nb_quantile(share: float, mean: Floats, variance: Floats) -> Floats:
    """Return the smallest count that is exceeded with at most a probability: the upper end of an interval.

    Args:
        share: the probability, between 0 and 1.
        mean: positive.
        variance: at least the mean.
    """
    low, high = np.zeros_like(mean), np.ceil(mean + 10.0 * np.sqrt(variance / share))
    while (high - low > 0.5).any():
        middle = np.floor((low + high) / 2)
        inside = nb_tail(middle + 1.0, mean, variance) <= share
        low, high = np.where(inside, low, middle + 1.0), np.where(inside, middle, high)
    return high


def dispersion_error(phi: Floats, mean: Floats, weeks: Floats) -> Floats:
    """Return the relative standard error of an estimated dispersion.

    It is that of a mean of squared residuals whose counts are negative binomial: rare disputes that come in
    clumps say little about how they vary.

    Args:
        phi: variance over mean, 1 or more.
        mean: disputes of a usual week, positive.
        weeks: how many weeks the dispersion was estimated from.
    """
    excess = 6.0 * (phi - 1.0) / mean + 1.0 / (phi * mean)
    return np.minimum(1.0, np.sqrt((2.0 + excess) / weeks))


def tail(count: Floats, mean: Floats, variance: Floats, error: Floats) -> Floats:
    """Return the probability of `count` or more when the variance is only estimated, too.

    It is averaged over a log-normal error of the variance, in three points (Gauss-Hermite): far out, the
    tail is that of the larger variances, by which an alarm among many thousand series stands or falls.

    Args:
        count: disputes, 0 or more.
        mean: positive.
        variance: at least the mean.
        error: the relative standard error of the variance.
    """
    made = nb_tail(count, mean, variance)
    far = np.flatnonzero(made < _NEAR)
    if len(far):
        count, mean, variance = count[far], mean[far], variance[far]
        spread = np.exp(np.sqrt(3.0) * error[far])
        wide = nb_tail(count, mean, variance * spread)
        narrow = nb_tail(count, mean, np.maximum(mean, variance / spread))
        made[far] = (4.0 * made[far] + wide + narrow) / 6.0
    return made


def predicted(total: Floats, over: Floats, exposure: float, phi: Floats) -> tuple[Floats, Floats]:
    """Return mean and variance of what is expected of a time after a baseline.

    Args:
        total: disputes of the baseline.
        over: exposure of the baseline, positive.
        exposure: of the time that is judged.
        phi: variance over mean, 1 or more.
    """
    mean = exposure * (total + phi / 2) / over
    return mean, phi * mean * (1 + exposure / over)


def local_dispersion(
    counts: NDArray[np.integer], exposure: Floats, baseline: int, lag: int, valid_from: NDArray[np.integer]
) -> tuple[Floats, Floats]:
    """Return variance over mean of each series, and its relative error, from how its past weeks came out.

    Each past week is held against the `baseline` weeks that end `lag` weeks before it. The mean square
    of its standardised residuals, drawn towards `PRIOR_DISPERSION`, is the dispersion, at least 1.

    Args:
        counts: shape (series, weeks), without the judged week.
        exposure: shape (weeks,).
        baseline: weeks of a baseline.
        lag: weeks between a week and the end of its baseline, 0 for none.
        valid_from: shape (series,), the first column that counts.
    """
    series, weeks = counts.shape
    judged = weeks - baseline - lag
    if judged <= 0:
        usual = (counts.sum(axis=1) + 0.5) / (weeks + 1.0)
        phi = np.full(series, PRIOR_DISPERSION)
        return phi, dispersion_error(phi, usual, np.full(series, PRIOR_WEEKS))
    sums = sliding_window_view(counts, baseline, axis=1).sum(axis=2, dtype=np.float64)[:, :judged]
    over = sliding_window_view(exposure, baseline).sum(axis=1)[:judged]
    share = exposure[baseline + lag :] / over
    mean = share * (sums + 0.5)
    squares = (counts[:, baseline + lag :] - mean) ** 2 / (mean * (1 + share))
    known = np.arange(judged) >= valid_from[:, None]
    number = known.sum(axis=1)
    typical = np.maximum(1.0, np.where(known, squares, 0.0).sum(axis=1) / np.maximum(number, 1))
    for _ in range(2):
        capped = np.where(known, np.minimum(squares, _CAP * typical[:, None]), 0.0).sum(axis=1)
        typical = np.maximum(1.0, capped / np.maximum(number, 1))
    drawn: Floats = (PRIOR_WEEKS * PRIOR_DISPERSION + capped) / (PRIOR_WEEKS + number)
    usual = (np.where(known, mean, 0.0).sum(axis=1) + 0.5) / (number + 1.0)
    phi = np.maximum(1.0, drawn)
    return phi, dispersion_error(phi, usual, PRIOR_WEEKS + number)
