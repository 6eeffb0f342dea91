"""EARS C1: the week beside the seven weeks just before it.

Source: see `ears.py`. The bound is that of version 1 of the rules, to the last digit.
"""

from dataclasses import dataclass
from typing import Final

from scipy import special

from services.alerts.detectors.ears import DISPERSION_WEEKS, enough, moving, probability, score
from services.alerts.detectors.window import Judgement, Status, Window

__all__ = ["EarsC1"]

LAG: Final = 0


@dataclass(frozen=True, slots=True)
class EarsC1:
    """Mean and deviation of the last `baseline` weeks; a count above ``mean + z(1 - alpha) * sd``.

    Attributes:
        baseline: Weeks before the judged one that are looked at.
        alpha: The nominal level, which is no rate of false alarms.
    """

    baseline: int = 7
    alpha: float = 0.001
    name: str = "ears-c1"

    @property
    def weeks_needed(self) -> int:
        return self.baseline + LAG

    @property
    def weeks_used(self) -> int:
        return DISPERSION_WEEKS + 2 * self.baseline

    def judge(self, window: Window) -> Judgement:
        window = window.last(self.weeks_used + 1)
        status = enough(window, self.weeks_needed)
        if not (status == Status.JUDGED).any():
            return Judgement.unjudged(len(status))
        mean, sd = moving(window, self.baseline, LAG)
        bound = mean + float(special.ndtri(1.0 - self.alpha)) * sd
        p_value, variance = probability(window, self.baseline, LAG)
        return Judgement.of(status, mean, bound, score(window.observed, mean, sd), p_value, variance)
