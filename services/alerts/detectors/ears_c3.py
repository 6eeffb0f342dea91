"""EARS C3: the week with the two before it, each beside the baseline of C2.

What C2 exceeded 1 by in the two weeks before lowers the bound of this one, so that three weeks which
are somewhat high together stand out where none of them does alone.

Source: see `ears.py`. The bound is written as in `earsC`: it is the count itself where the sum of the
three weeks just reaches the level.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import special

from services.alerts.detectors.ears import DISPERSION_WEEKS, enough, moving, probability, score
from services.alerts.detectors.ears_c2 import LAG
from services.alerts.detectors.window import Judgement, Status, Window

__all__ = ["EarsC3"]

SUMMED: Final = 3
"""Weeks that are taken together, the judged one among them."""


@dataclass(frozen=True, slots=True)
class EarsC3:
    """What C2 exceeds 1 by, summed over three weeks, above ``z(1 - alpha)``.

    Attributes:
        baseline: Weeks of the baseline.
        alpha: The nominal level, which is no rate of false alarms.
    """

    baseline: int = 7
    alpha: float = 0.001
    name: str = "ears-c3"

    @property
    def weeks_needed(self) -> int:
        return self.baseline + LAG + SUMMED - 1

    @property
    def weeks_used(self) -> int:
        return DISPERSION_WEEKS + 2 * (self.baseline + LAG)

    def judge(self, window: Window) -> Judgement:
        window = window.last(self.weeks_used + 1)
        status = enough(window, self.weeks_needed)
        if not (status == Status.JUDGED).any():
            return Judgement.unjudged(len(status))
        mean, sd = moving(window, self.baseline, LAG)
        before = np.zeros(len(window.begins))
        for back in range(1, SUMMED):
            counts = window.counts[:, -1 - back].astype(np.float64)
            before += np.maximum(0.0, score(counts, *moving(window, self.baseline, LAG, back)) - 1.0)
        z = float(special.ndtri(1.0 - self.alpha))
        with np.errstate(invalid="ignore"):
            slack = np.where(sd == 0.0, 0.0, sd * (z - before))
        bound = np.maximum(0.0, window.observed + slack)
        p_value, variance = probability(window, self.baseline, LAG, SUMMED)
        return Judgement.of(status, mean, bound, before, p_value, variance)
