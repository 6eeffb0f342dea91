"""EARS C2: the week beside seven weeks that end two weeks before it, so that a surge of three weeks
is not its own baseline.

Source: see `ears.py`.
"""

from dataclasses import dataclass
from typing import Final

from services.alerts.detectors.ears import DISPERSION_WEEKS, above_the_mean
from services.alerts.detectors.window import Judgement, Window

__all__ = ["EarsC2"]

LAG: Final = 2


@dataclass(frozen=True, slots=True)
class EarsC2:
    """As C1, but of `baseline` weeks that end two weeks before the judged one.

    Attributes:
        baseline: Weeks of the baseline.
        alpha: The nominal level, which is no rate of false alarms.
    """

    baseline: int = 7
    alpha: float = 0.001
    name: str = "ears-c2"

    @property
    def weeks_needed(self) -> int:
        return self.baseline + LAG

    @property
    def weeks_used(self) -> int:
        return DISPERSION_WEEKS + 2 * (self.baseline + LAG)

    def judge(self, window: Window) -> Judgement:
        used = window.last(self.weeks_used + 1)
        return above_the_mean(used, self.baseline, LAG, self.alpha, self.weeks_needed)
