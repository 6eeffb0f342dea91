"""One detector where it can judge, another one for the rest: every series has an answer."""

from __future__ import annotations

from dataclasses import dataclass

from services.alerts.detectors.window import Detector, Judgement, Status, Window

__all__ = ["Fallback"]


@dataclass(frozen=True, slots=True)
class Fallback:
    """What `first` cannot judge, because a series is too short or too sparse, is judged by `then`.

    Attributes:
        first: Asked for all series.
        then: Asked for those that the first one has no answer for.
    """

    first: Detector
    then: Detector
    name: str

    @property
    def weeks_needed(self) -> int:
        return min(self.first.weeks_needed, self.then.weeks_needed)

    @property
    def weeks_used(self) -> int:
        return max(self.first.weeks_used, self.then.weeks_used)

    def judge(self, window: Window) -> Judgement:
        judged = self.first.judge(window)
        rest = judged.status != Status.JUDGED
        if not rest.any():
            return judged
        return judged.replaced(rest, self.then.judge(window.some(rest)))
