"""A negative-binomial CUSUM: what slow surges add up to over half a year.

Each week adds the log-likelihood ratio of a raised mean against the expected one; the sum never falls
below 0. The expected means come from the Farrington regression on the years before, so that season,
trend and holidays are no surge, and nothing of the summed weeks is in their own baseline.

**Its probability needs no table.** The ratio of likelihoods has the mean 1 in quiet weeks, so the sum
exceeds h with a probability of at most exp(-h) (Lundberg's inequality). docs/alerts.md has the measured
reliability.

Source: Hawkins and Olwell, Cumulative Sum Charts and Charting for Quality Improvement (1998), ch. 6;
Höhle and Paul, "Count data regression charts for the monitoring of surveillance time series", Comput Stat
Data Anal 52 (2008) 4357-4368; Watkins, Eagleson, Veenendaal, Wright, Plant, "Applying cusum-based methods
for the detection of outbreaks of Ross River virus disease in Western Australia", BMC Med Inform Decis Mak
8 (2008) 37; Asmussen and Albrecher, Ruin Probabilities (2010), ch. IV.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.alerts.detectors.farrington import Farrington, Model
from services.alerts.detectors.window import Judgement, Status, Window, in_parts

__all__ = ["NbCusum", "ratio"]

Floats = NDArray[np.float64]

ALLOWANCE: Final = 0.5
"""Standard errors of the fit by which the expected means are raised."""
_POISSON: Final = 1e-6

_PAST: Final = Farrington(wandering=True, level_lag=26)
"""The level is that of the weeks before the summed ones."""


@dataclass(frozen=True, slots=True)
class NbCusum:
    """The CUSUM of the weeks that the regression leaves out.

    Attributes:
        alpha: The sum stands out above ``-log(alpha)``.
        shift: Standard deviations by which the raised mean is above the expected one.
        past: The regression that says what is expected; its `left_out` weeks are summed.
    """

    alpha: float = 0.005
    shift: float = 1.5
    past: Farrington = _PAST
    name: str = "nb-cusum"

    @property
    def weeks_needed(self) -> int:
        return self.past.weeks_needed

    @property
    def weeks_used(self) -> int:
        return self.past.weeks_used

    def judge(self, window: Window) -> Judgement:
        window = window.last(self.weeks_used + 1)
        return in_parts(self._judged, window, window.length >= self.weeks_needed)

    def _judged(self, window: Window) -> Judgement:
        model = self.past.model(window)
        level = -np.log(self.alpha)
        total = np.zeros(len(window.counts))
        for back in range(self.past.left_out - 1, -1, -1):
            mean, variance = _expected(model, window, back)
            each, always = ratio(mean, variance, self.shift)
            before = total
            observed = window.counts[:, -1 - back].astype(np.float64)
            total = np.maximum(0.0, before + each * observed - always)
        bound = (level - before + always) / each
        status = np.where(model.seen >= self.past.least_past, Status.JUDGED, Status.TOO_SPARSE)
        tail = np.exp(-total)
        return Judgement.of(status.astype(np.int8), mean, bound, total, tail, variance)


def ratio(mean: Floats, variance: Floats, shift: float) -> tuple[Floats, Floats]:
    """Return what each dispute adds to the log-likelihood ratio, and what each week takes away.

    Args:
        mean: expected disputes of a week, positive.
        variance: of the week, at least the mean.
        shift: deviations by which the raised mean is above the expected one.
    """
    raised = mean + shift * np.sqrt(variance)
    over = variance - mean
    poisson = over <= _POISSON * mean
    size = mean * mean / np.where(poisson, 1.0, over)
    each = np.log(raised / mean)
    common = np.log1p((raised - mean) / (size + mean))
    return np.where(poisson, each, each - common), np.where(poisson, raised - mean, size * common)


def _expected(model: Model, window: Window, back: int) -> tuple[Floats, Floats]:
    ahead = model.ahead(window, back)
    # One error of the fit is in all weeks alike, so that it adds up: it is allowed for in the mean.
    mean = ahead.mean * np.exp(ALLOWANCE * np.sqrt(model.phi * ahead.leverage))
    return mean, mean * model.phi
