"""What the three EARS detectors share: a short moving baseline, its deviation, and a probability.

Their bounds are nominal: mean and deviation of seven weeks are treated as if they were known. The
probability is not taken from these bounds, but from the negative-binomial predictive distribution
(`predictive.py`) with a dispersion of up to a year.

Source: Hutwagner, Thompson, Seeman, Treadwell, "The bioterrorism preparedness and response Early
Aberration Reporting System (EARS)", J Urban Health 80 (2003) i89-i96; Fricker, Hegler, Dunfee, "Comparing
syndromic surveillance detection methods: EARS' versus a CUSUM-based methodology", Stat Med 27 (2008)
3407-3429; defined as by `earsC` of the R package surveillance.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import special

from services.alerts.detectors.predictive import local_dispersion, predicted, tail
from services.alerts.detectors.window import Judgement, Status, Window

__all__ = ["DISPERSION_WEEKS", "above_the_mean", "enough", "moving", "probability", "score"]

Floats = NDArray[np.float64]

DISPERSION_WEEKS: Final = 52
"""How many past weeks the dispersion is taken from, each with a baseline of its own before it."""


def enough(window: Window, weeks: int) -> NDArray[np.int8]:
    """Return the status of each series: judged with so many weeks before the judged one, else too short."""
    return np.where(window.length >= weeks, Status.JUDGED, Status.TOO_SHORT).astype(np.int8)


def moving(window: Window, baseline: int, lag: int, back: int = 0) -> tuple[Floats, Floats]:
    """Return mean and deviation (with n - 1) of the baseline of a week, each of shape (series,).

    Args:
        window: has all these weeks.
        baseline: weeks of the baseline.
        lag: weeks between the baseline's end and the week, 0 for none.
        back: how many weeks the week lies before the judged one.
    """
    stop = window.counts.shape[1] - 1 - back - lag
    weeks = window.counts[:, stop - baseline : stop].astype(np.int64)
    # Whole numbers up to the last step: a steady series has a deviation of exactly 0.
    total = weeks.sum(axis=1)
    scaled = baseline * (weeks * weeks).sum(axis=1) - total * total
    return total / baseline, np.sqrt(scaled / (baseline * (baseline - 1)))


def score(observed: Floats, mean: Floats, sd: Floats) -> Floats:
    """Return deviations above the mean; without any deviation infinite above it, else 0."""
    flat = sd == 0.0
    steps = (observed - mean) / np.where(flat, 1.0, sd)
    return np.where(flat, np.where(observed > mean, np.inf, 0.0), steps)


def probability(window: Window, baseline: int, lag: int, weeks: int = 1) -> tuple[Floats, Floats]:
    """Return the probability that the last weeks together come to their count or more, and its variance.

    Args:
        window: has all these weeks.
        baseline: weeks of the baseline.
        lag: weeks between the baseline's end and the judged week.
        weeks: how many weeks, the judged one last, are summed.
    """
    counts, exposure = window.counts, window.weeks.exposure
    stop = counts.shape[1] - 1 - lag
    total = counts[:, stop - baseline : stop].sum(axis=1, dtype=np.float64)
    phi, error = local_dispersion(counts[:, :stop], exposure[:stop], baseline, lag, window.begins)
    summed = counts[:, -weeks:].sum(axis=1, dtype=np.float64)
    over = np.full(len(counts), exposure[stop - baseline : stop].sum())
    mean, variance = predicted(total, over, float(exposure[-weeks:].sum()), phi)
    return tail(summed, mean, variance, error), variance


def above_the_mean(window: Window, baseline: int, lag: int, alpha: float, needed: int) -> Judgement:
    """Judge each series by the mean and deviation of its baseline: what C1 and C2 do.

    Args:
        window: has as many weeks as are used.
        baseline: weeks of the baseline.
        lag: weeks between the baseline's end and the judged week.
        alpha: the nominal level of the bound ``mean + z(1 - alpha) * sd``.
        needed: so many weeks before the judged one a series must have.
    """
    status = enough(window, needed)
    if not (status == Status.JUDGED).any():
        return Judgement.unjudged(len(status))
    mean, sd = moving(window, baseline, lag)
    bound = mean + float(special.ndtri(1.0 - alpha)) * sd
    p_value, variance = probability(window, baseline, lag)
    return Judgement.of(status, mean, bound, score(window.observed, mean, sd), p_value, variance)
