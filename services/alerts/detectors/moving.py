"""A young or sparse series: its last year, as far as there is one, without season or trend.

This is the documented answer where a regression on earlier years has nothing to stand on. After an empty
year three disputes of one week have a probability, and it is not 0.

Source: `predictive.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.alerts.detectors.predictive import local_dispersion, nb_quantile, predicted, tail
from services.alerts.detectors.window import Judgement, Status, Window

__all__ = ["Moving"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Moving:
    """The mean of up to `most` weeks; a probability after `least` of them.

    Attributes:
        alpha: The level of the bound.
        least: Weeks without which there is no judgement.
        most: Weeks that are looked at.
        lag: Weeks just before the judged one that are left out, once there are more than `least`.
    """

    alpha: float = 0.001
    least: int = 7
    most: int = 52
    lag: int = 2
    name: str = "moving"

    @property
    def weeks_needed(self) -> int:
        return self.least + self.lag

    @property
    def weeks_used(self) -> int:
        return self.most + self.lag

    def judge(self, window: Window) -> Judgement:
        window = window.last(self.weeks_used + 1)
        status = np.where(window.length >= self.weeks_needed, Status.JUDGED, Status.TOO_SHORT)
        if not (status == Status.JUDGED).any():
            return Judgement.unjudged(len(status))
        stop = window.counts.shape[1] - 1 - self.lag
        known = np.arange(stop) >= window.begins[:, None]
        exposure = window.weeks.exposure
        total = (window.counts[:, :stop] * known).sum(axis=1).astype(np.float64)
        # From each column to the last one.
        exposed = np.append(np.cumsum(exposure[:stop][::-1])[::-1], 0.0)
        over = np.maximum(exposed[np.minimum(window.begins, stop)], 1e-9)
        phi, error = local_dispersion(
            window.counts[:, :stop], exposure[:stop], self.least, self.lag, window.begins
        )
        mean, variance = predicted(total, over, float(exposure[-1]), phi)
        observed = window.observed
        statistic = (observed - mean) / np.sqrt(variance)
        bound = nb_quantile(self.alpha, mean, variance)
        p_value = tail(observed, mean, variance, error)
        return Judgement.of(status.astype(np.int8), mean, bound, statistic, p_value, variance)
