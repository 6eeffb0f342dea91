"""A level that wanders: how far a series has left what its earlier years lead one to expect.

Diseases come back each year; complaints follow the economy, and an institution doubles its business. A
regression on earlier years then calls half of all weeks a surge. So the years are cut into blocks of eight
weeks, and the blocks' totals are held against the regression. If they vary no more than the weeks do, the
level is steady and nothing changes. If they vary more, the last block before the judged week says how high
the level is now (as an empirical-Bayes mean between it and the regression), and how far levels move from
one block to the next widens what is expected. How much each series wanders is taken from that series.

Source: the local-level idea of Harvey and Fernandes, "Time series models for count or qualitative
observations", J Bus Econ Stat 7 (1989) 407-417; the moment estimates are those of random effects, DerSimonian
and Laird, Control Clin Trials 7 (1986) 177-188.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["BLOCK", "Level", "level_of"]

Floats = NDArray[np.float64]

BLOCK: Final = 8
"""Weeks of a block."""
_TINY: Final = 1e-9
_LEAST: Final = 0.05
_MOST: Final = 20.0


@dataclass(frozen=True, slots=True)
class Level:
    """The level of each series, shape (series,).

    Attributes:
        factor: By which the judged week is higher than the regression says.
        error: The variance of its logarithm.
        phi: Variance over mean of a week around its level.
    """

    factor: Floats
    error: Floats
    phi: Floats


def level_of(
    counts: Floats, weights: Floats, mean: Floats, recent: Floats, recent_mean: Floats, lost: float
) -> Level:
    """Return the level of each series.

    Args:
        counts: shape (series, n), of the weeks of the regression, one after the other.
        weights: shape (series, n), with past surges weighed down, 0 for weeks that are no part of a series.
        mean: shape (series, n), what the regression says.
        recent: shape (series,), disputes of the last `BLOCK` weeks that tell the level.
        recent_mean: shape (series,), what the regression says of these.
        lost: the share of the squared residuals that weighing down takes.
    """
    blocks = counts.shape[1] // BLOCK
    cut = counts.shape[1] - blocks * BLOCK
    shape = (len(counts), blocks, BLOCK)
    seen = (weights[:, cut:] * counts[:, cut:]).reshape(shape).sum(axis=2)
    said = (weights[:, cut:] * mean[:, cut:]).reshape(shape).sum(axis=2)
    known = said > _TINY
    ratio = np.where(known, seen / np.maximum(said, _TINY), 1.0)
    phi = _around(counts[:, cut:], weights[:, cut:], mean[:, cut:], ratio, known, lost)
    number = np.maximum(known.sum(axis=1), 1)
    # A ratio's noise is phi / said; what its square has beyond that is the level's own variance.
    total = np.maximum(said.sum(axis=1), _TINY)
    apart = (said * (ratio - 1.0) ** 2).sum(axis=1) - phi * number - phi * np.sqrt(2.0 * number)
    wander = np.maximum(0.0, apart / total)
    pairs = said[:, 1:] * said[:, :-1] / np.maximum(said[:, 1:] + said[:, :-1], _TINY)
    steps = (pairs * (ratio[:, 1:] - ratio[:, :-1]) ** 2).sum(axis=1)
    moved = np.maximum(0.0, (steps - phi * (number - 1)) / np.maximum(pairs.sum(axis=1), _TINY))
    moved = np.where(wander > 0.0, moved, 0.0)
    noise = phi / np.maximum(recent_mean, _TINY)
    share = wander / (wander + noise)
    factor = 1.0 + share * (recent / np.maximum(recent_mean, _TINY) - 1.0)
    error = (share * noise + moved) / np.maximum(factor, _LEAST) ** 2
    return Level(np.clip(factor, _LEAST, _MOST), np.minimum(error, 1.0), phi)


def _around(
    counts: Floats, weights: Floats, mean: Floats, ratio: Floats, known: NDArray[np.bool_], lost: float
) -> Floats:
    """Return variance over mean of the weeks around the level of their own block."""
    own = np.maximum(mean * np.repeat(np.maximum(ratio, _LEAST), BLOCK, axis=1), _TINY)
    squares = (weights * (counts - own) ** 2 / own).sum(axis=1)
    freedom = np.maximum(1.0, (weights > 0.0).sum(axis=1) - known.sum(axis=1))
    phi: Floats = squares / freedom / (1.0 - lost)
    return np.maximum(1.0, phi)
