"""The probability of a week and of its sum with the one before it: few surges last one week.

Source: Stouffer et al., The American Soldier I (1949); with weights and a known correlation, Strube,
"Combining and comparing significance levels from nonindependent hypothesis tests", Psychol Bull 97 (1985)
334-341.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import special

__all__ = ["middle", "of_both"]

Floats = NDArray[np.float64]


def middle(tail: Callable[[Floats], Floats], observed: Floats, own: float) -> Floats:
    """Return the normal quantile of a count's place.

    Args:
        tail: the probability of a count or more.
        observed: the counts.
        own: the share of a count's own probability that lies above its place: 0.5 would be its middle, 1 its
            tail.
    """
    above = own * tail(observed) + (1.0 - own) * tail(observed + 1.0)
    quantile: Floats = -special.ndtri(np.clip(above, 1e-300, 1.0 - 1e-16))
    return quantile


def of_both(one: Floats, two: Floats, correlation: Floats, second: float = 0.5) -> Floats:
    """Return the probability of two normal quantiles together.

    Args:
        one: of the week.
        two: of its sum with the one before.
        correlation: of the two.
        second: the weight of the sum, 0.5 for as much as the week itself.
    """
    first, second = 2.0 - 2.0 * second, 2.0 * second
    spread = np.sqrt(first * first + second * second + 2.0 * first * second * correlation)
    p_value: Floats = special.ndtr(-(first * one + second * two) / spread)
    return p_value
