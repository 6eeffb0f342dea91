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
    counts: Floats,
    weights: Floats,
    mean: Floats,
    in_time: NDArray[np.int64],
    recent: Floats,
    recent_mean: Floats,
    lost: float,
) -> Level:
    """Return the level of each series.

    Args:
        counts: shape (n, series), of the weeks of the regression.
        weights: shape (n, series), with past surges weighed down, 0 for weeks that are no part of a series.
        mean: shape (n, series), what the regression says, positive.
        in_time: shape (n,), the rows of the weeks one after the other.
        recent: shape (series,), disputes of the last `BLOCK` weeks that tell the level.
        recent_mean: shape (series,), what the regression says of these.
        lost: the share of the squared residuals that weighing down takes.
    """
    rows = in_time[len(in_time) % BLOCK :]
    weighed = weights * counts
    seen, said = _summed(weighed, rows), _summed(weights * mean, rows)
    weighed *= counts
    weighed /= mean
    known = said > _TINY
    ratio = np.where(known, seen / np.maximum(said, _TINY), 1.0)
    number = known.sum(axis=0)
    weeks = np.count_nonzero(weights[rows], axis=0)
    phi = _around(seen, said, _summed(weighed, rows), ratio, weeks - number) / (1.0 - lost)
    phi, number = np.maximum(1.0, phi), np.maximum(number, 1)
    # A ratio's noise is phi / said; what its square has beyond that is the level's own variance.
    total = np.maximum(said.sum(axis=0), _TINY)
    apart = (said * (ratio - 1.0) ** 2).sum(axis=0) - phi * number - phi * np.sqrt(2.0 * number)
    wander = np.maximum(0.0, apart / total)
    pairs = said[1:] * said[:-1] / np.maximum(said[1:] + said[:-1], _TINY)
    steps = (pairs * (ratio[1:] - ratio[:-1]) ** 2).sum(axis=0)
    moved = np.maximum(0.0, (steps - phi * (number - 1)) / np.maximum(pairs.sum(axis=0), _TINY))
    moved = np.where(wander > 0.0, moved, 0.0)
    noise = phi / np.maximum(recent_mean, _TINY)
    share = wander / (wander + noise)
    factor = 1.0 + share * (recent / np.maximum(recent_mean, _TINY) - 1.0)
    error = (share * noise + moved) / np.maximum(factor, _LEAST) ** 2
    return Level(np.clip(factor, _LEAST, _MOST), np.minimum(error, 1.0), phi)


def _summed(each: Floats, rows: NDArray[np.int64]) -> Floats:
    """Return the sums of the blocks of weeks, shape (blocks, series)."""
    made: Floats = each[rows].reshape(len(rows) // BLOCK, BLOCK, each.shape[1]).sum(axis=1)
    return made


def _around(seen: Floats, said: Floats, squared: Floats, ratio: Floats, freedom: NDArray[np.int64]) -> Floats:
    """Return variance over mean of the weeks around the level of their own block.

    That is the sum of ``w * (y - r * m)^2 / (r * m)``, with the squares written out, so that a block's sums
    tell it.

    Args:
        seen: shape (blocks, series), sums of w * y.
        said: sums of w * m.
        squared: sums of w * y^2 / m.
        ratio: the levels r of the blocks.
        freedom: shape (series,), degrees of freedom.
    """
    own = np.maximum(ratio, _LEAST)
    squares = (squared / own - 2.0 * seen + own * said).sum(axis=0)
    made: Floats = np.maximum(0.0, squares) / np.maximum(1.0, freedom)
    return made
