"""A young or sparse series: its last four years, as far as there are, and how high it is now.

The mean of the past, moved towards that of the last weeks by as much as the series' own past shows to be
right. After an empty year three disputes of one week have a probability, and it is not 0.

Source: `predictive.py`, `prequential.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.alerts.detectors.predictive import dispersion_error, nb_quantile, predicted, tail
from services.alerts.detectors.prequential import LAG, Foretold, Prior, before, foretold
from services.alerts.detectors.window import Judgement, Status, Window, in_parts

__all__ = ["Recent"]

Floats = NDArray[np.float64]

_TINY: Final = 1e-9
_PRIOR: Final = Prior(share=0.5, share_weeks=26.0, phi=2.0, phi_weeks=8.0, half_life=104.0)


@dataclass(frozen=True, slots=True)
class _Past:
    """What came before each week and before the judged one; shape (weeks + 1, series).

    Attributes:
        rate: Disputes of a usual week until then, of exposure 1.
        over: Its exposure.
        near: How high the series was.
        last: Disputes of all weeks that tell the judged one, shape (series,).
    """

    rate: Floats
    over: Floats
    near: Floats
    last: Floats


@dataclass(frozen=True, slots=True)
class Recent:
    """The mean of up to `most` weeks, as the last ones move it; a probability after `least` of them.

    Attributes:
        alpha: The level of the bound.
        least: Weeks without which there is no judgement, besides the two that are left out.
        most: Weeks that are looked at.
        prior: Of a series of which nothing is known.
    """

    alpha: float = 0.001
    least: int = 7
    most: int = 208
    prior: Prior = _PRIOR
    name: str = "moving-2"

    @property
    def weeks_needed(self) -> int:
        return self.least + LAG

    @property
    def weeks_used(self) -> int:
        return self.most + LAG

    def judge(self, window: Window) -> Judgement:
        window = window.last(self.weeks_used + 1)
        return in_parts(self._judged, window, window.length >= self.weeks_needed)

    def _judged(self, window: Window) -> Judgement:
        now = window.counts.shape[1] - 1
        exposure = window.weeks.exposure
        known = (np.arange(now)[:, None] >= window.begins).astype(np.float64)
        seen = window.counts[:, :now].T.astype(np.float64, order="C")
        seen *= known
        past = _past(seen, known * exposure[:now, None])
        mean = np.maximum(past.rate[:-1] * exposure[:now, None], _TINY)
        unsure = np.minimum(1.0 + exposure[:now, None] / np.maximum(past.over[:-1], _TINY), 2.0)
        judged = known * (np.cumsum(known, axis=0) > self.weeks_needed)
        said = foretold(seen, mean, judged, past.near, self.prior, unsure)
        return self._of(window, past, said)

    def _of(self, window: Window, past: _Past, said: Foretold) -> Judgement:
        total, over = past.last, np.maximum(past.over[-1], _TINY)
        error = dispersion_error(said.phi, (total + 0.5) / over, self.prior.phi_weeks + said.weeks)
        mean, variance = predicted(total, over, float(window.weeks.exposure[-1]), said.phi)
        mean = mean * said.factor
        variance = variance * said.factor + said.phi * said.error * mean * mean
        observed = window.observed
        return Judgement.of(
            np.full(len(mean), Status.JUDGED, dtype=np.int8),
            mean,
            nb_quantile(self.alpha, mean, variance),
            (observed - mean) / np.sqrt(variance),
            tail(observed, mean, variance, error),
            variance,
        )


def _past(seen: Floats, exposed: Floats) -> _Past:
    """Return what came before each week, the two just before it left out.

    Args:
        seen: shape (weeks, series), disputes.
        exposed: exposure of the weeks, 0 for those that are no part of a series.
    """
    number = len(seen)
    last = np.maximum(np.arange(number + 1) - LAG, 0)
    total, over = _until(seen)[last], _until(exposed)[last]
    rate = (total + 0.5) / np.maximum(over, _TINY)
    near = before(seen)
    near += 0.5
    near /= rate * before(exposed) + 0.5
    return _Past(rate, over, near, total[-1])


def _until(each: Floats) -> Floats:
    """Return the sums of all rows before each row and before the next one."""
    sums = np.zeros((len(each) + 1, each.shape[1]))
    for row in range(len(each)):
        np.add(sums[row], each[row], out=sums[row + 1])
    return sums
