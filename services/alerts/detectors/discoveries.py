"""Which of many judged series to tell: false discoveries controlled over all series of a week.

A level of 1 % gives a thousand alarms a week from 100,000 quiet series. The promise is therefore about
the alarms themselves: of those that are raised, at most `rate` are expected to be false. Series without
a probability (NaN) are no hypotheses and are never among the discoveries.

Source: Benjamini and Hochberg, "Controlling the false discovery rate", JRSS B 57 (1995) 289-300;
Benjamini and Yekutieli, "The control of the false discovery rate in multiple testing under dependency",
Ann Stat 29 (2001) 1165-1188.
"""

from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["FAR", "Method", "cutoff", "discoveries", "plain", "tempered"]

Floats = NDArray[np.float64]


FAR: Final = 0.01
"""Probabilities below it are seldom enough in ten years of a series that nobody has measured them there."""


class Method(StrEnum):
    """How the rate is kept."""

    BH = "benjamini-hochberg"
    """For series that are independent or positively dependent."""
    BY = "benjamini-yekutieli"
    """Whatever the dependence, for about ln(series) times fewer discoveries."""


def discoveries(p_values: Floats, rate: float, method: Method = Method.BH) -> NDArray[np.bool_]:
    """Return which series of a week are told, shape (series,).

    Args:
        p_values: shape (series,), NaN where a series was not judged.
        rate: the promised share of false ones among the discoveries, between 0 and 1.
        method: how the series depend on each other.

    Raises:
        ValueError: `rate` is not between 0 and 1.
    """
    with np.errstate(invalid="ignore"):
        return p_values <= cutoff(p_values, rate, method)


def cutoff(p_values: Floats, rate: float, method: Method = Method.BH) -> float:
    """Return the level at and below which a probability is a discovery; -1.0 if none is.

    Raises:
        ValueError: `rate` is not between 0 and 1.
    """
    if not 0.0 < rate < 1.0:
        raise ValueError(f"the promised rate is a share between 0 and 1, not {rate}")
    ranked = np.sort(p_values[~np.isnan(p_values)])
    number = len(ranked)
    ranks = np.arange(1, number + 1)
    if method is Method.BY:
        rate /= float((1.0 / ranks).sum()) if number else 1.0
    levels = rate * ranks / max(number, 1)
    passed = np.flatnonzero(ranked <= levels)
    return float(levels[passed[-1]]) if len(passed) else -1.0


def tempered(p_values: Floats, power: float) -> Floats:
    """Return probabilities of which those far out are trusted less.

    A discovery among thousands of series rests on probabilities of one in a million, where a model of the
    tail is extrapolated: below `FAR` the logarithm grows by `power` of what the model says.

    Args:
        p_values: any shape; NaN stays NaN.
        power: above 0 and at most 1, which changes nothing.
    """
    with np.errstate(invalid="ignore"):
        far: Floats = np.where(p_values < FAR, FAR * (p_values / FAR) ** power, p_values)
    return far


def plain(level: float, power: float) -> float:
    """Return the probability whose tempered one is a level; a level of 0 or less stays as it is."""
    return level if level >= FAR or level <= 0.0 else FAR * (level / FAR) ** (1.0 / power)
