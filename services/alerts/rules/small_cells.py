"""What an institution is told of an effect: nothing from which the counts of another follow.

What would have been expected is its own count times (controls after / controls before). In lowest terms that
fraction often is the counts of the controls themselves, and where all of these are one competitor's, its
counts. So it takes controls of several others, none of which is most of them, and the numbers are rounded.

Source: Hundepool et al., Statistical Disclosure Control (2012), chapters 4 and 5 (frequency, dominance,
rounding).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from services.alerts.rules.effects import Answer, Effect, Lack

LEAST_OTHERS: Final = 3
"""Institutions besides the own one of which an effect has controls."""
MOST_OF_ONE: Final = 0.6
"""Of the disputes of these others, at most so large a part is one's."""
_DIGITS: Final = 2
"""Of ratios; an expected count is a whole one."""


def told_to(
    institution: str, found: Effect, names: Sequence[str], counts: NDArray[np.integer[Any]]
) -> Effect:
    """Return what an institution is told of an effect on its own disputes.

    Args:
        institution: Who asks.
        found: The effect.
        names: The candidates, ``institution cause issue``.
        counts: Their disputes, shape (candidates, weeks).
    """
    others: Counter[str] = Counter()
    for number in found.controls:
        others[names[number].partition(" ")[0]] += int(counts[number].sum())
    del others[institution]
    if others and (len(others) < LEAST_OTHERS or max(others.values()) > MOST_OF_ONE * others.total()):
        return _withheld(found)
    return replace(
        found,
        change=_rounded(found.change),
        low=_rounded(found.low),
        high=_rounded(found.high),
        seen_from=_rounded(found.seen_from),
        dispersion=_rounded(found.dispersion),
        correlation=_rounded(found.correlation),
        expected=None if found.expected is None else float(round(found.expected)),
    )


def _withheld(found: Effect) -> Effect:
    """Return the effect as it would be without its controls."""
    return Effect(
        answer=Answer.CANNOT_TELL,
        lacks=Lack.CONTROLS if found.lacks in (None, Lack.DISPUTES) else found.lacks,
        change=None,
        low=None,
        high=None,
        seen_from=None,
        before=found.before,
        after=found.after,
        expected=None,
        controls=(),
        weeks_before=found.weeks_before,
        weeks_after=found.weeks_after,
        block=found.block,
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, _DIGITS)
