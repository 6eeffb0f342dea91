"""EARS C1: the week beside the seven weeks just before it.

Source: see `ears.py`. The bound is that of version 1 of the rules, to the last digit.
"""

from dataclasses import dataclass
from typing import Final

from services.alerts.detectors.ears import DISPERSION_WEEKS, above_the_mean
from services.alerts.detectors.window import Judgement, Window

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
        used = window.last(self.weeks_used + 1)
        return above_the_mean(used, self.baseline, LAG, self.alpha, self.weeks_needed)
