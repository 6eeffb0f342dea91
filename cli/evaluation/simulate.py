"""Simulated weekly counts and the surges that are put into them.

Source: the scenarios, and surges of lognormal spread, of Noufaily et al., Stat Med 32 (2013) 1206-1222, as
Bédubourg and Le Strat, PLoS ONE 12 (2017) e0181227, compare 21 detectors on them: 624 weeks, of which the
last 49 are judged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "JUDGED",
    "SCENARIOS",
    "WEEKS",
    "Scenario",
    "Shape",
    "Simulated",
    "counts_of",
    "simulated",
    "surge",
]

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

WEEKS: Final = 624
JUDGED: Final = 49
_ONE_BY_ONE: Final = 100_000


class Shape(StrEnum):
    """How a surge spreads over its weeks."""

    LOGNORMAL = "lognormal"
    """Most in the first two weeks, as in the literature."""
    SPIKE = "spike"
    """All in one week."""
    RAMP = "ramp"
    """Rising over six weeks."""
    STEP = "step"
    """The same in each of eight weeks."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """The mean of a series: ``exp(level + trend * week + season)``; its variance is ``phi`` times that."""

    level: float
    trend: float
    cosine: float
    sine: float
    harmonics: int
    phi: float

    def mean(self, weeks: int = WEEKS) -> Floats:
        """Return the mean of each week, shape (weeks,)."""
        week = np.arange(1, weeks + 1)
        log_mean = self.level + self.trend * week
        for one in range(1, self.harmonics + 1):
            turn = 2 * np.pi * one * week / 52
            log_mean = log_mean + self.cosine * np.cos(turn) + self.sine * np.sin(turn)
        mean: Floats = np.exp(log_mean)
        return mean


_BASES: Final = (
    (0.1, 0.0025, 0.6, 0.6, 1.5),
    (-2.0, 0.005, 0.1, 0.3, 2.0),
    (1.5, 0.003, 0.2, -0.4, 1.0),
    (0.5, 0.002, 0.5, 0.5, 5.0),
    (2.5, 0.001, 1.0, 0.1, 3.0),
    (3.75, 0.001, 0.1, -0.1, 1.1),
    (5.0, 0.0001, 0.05, 0.01, 1.2),
)
SCENARIOS: Final = tuple(
    Scenario(level, trend * grows, cosine, sine, harmonics, phi)
    for level, trend, cosine, sine, phi in _BASES
    for grows in (0, 1)
    for harmonics in (0, 1, 2)
)
"""The 42 scenarios of the literature."""


@dataclass(frozen=True, slots=True)
class Simulated:
    """Series with what was put into them.

    Attributes:
        counts: Shape (series, weeks).
        surged: Shape (series, weeks), where the surge that is looked for has disputes.
        size: Shape (series,), of that surge, in standard deviations; 0 without one.
    """

    counts: NDArray[np.int32]
    surged: Mask
    size: Floats


def counts_of(rng: np.random.Generator, mean: Floats, phi: float) -> NDArray[np.int64]:
    """Draw negative-binomial counts of a mean, with a variance of ``phi * mean``; Poisson where phi is 1."""
    if phi <= 1.0:
        return rng.poisson(mean)
    return rng.negative_binomial(mean / (phi - 1.0), 1.0 / phi)


def surge(rng: np.random.Generator, shape: Shape, disputes: int, weeks: int) -> NDArray[np.int64]:
    """Return the disputes of a surge by week, shape (weeks,), from its first week on."""
    if disputes > _ONE_BY_ONE:
        # Each dispute has its own week; of a great many, shares of them have.
        few = surge(rng, shape, _ONE_BY_ONE, weeks)
        return few * (disputes // _ONE_BY_ONE)
    if shape is Shape.LOGNORMAL:
        after = np.floor(rng.lognormal(0.0, 0.5, disputes)).astype(np.int64)
    elif shape is Shape.SPIKE:
        after = np.zeros(disputes, dtype=np.int64)
    elif shape is Shape.RAMP:
        after = rng.choice(6, disputes, p=np.arange(1, 7) / 21.0)
    else:
        after = rng.integers(0, 8, disputes)
    return np.bincount(after[after < weeks], minlength=weeks)[:weeks]


def simulated(
    seed: int,
    repeats: int,
    sizes: Sequence[float] = (),
    shape: Shape = Shape.LOGNORMAL,
    past: float = 0.0,
) -> Simulated:
    """Return series of all scenarios.

    Args:
        seed: of all that is drawn.
        repeats: series of each scenario and size.
        sizes: of the surge in the judged weeks, in standard deviations; none gives quiet series.
        shape: of the surge.
        past: size of four surges in the weeks before the judged ones.
    """
    rng = np.random.default_rng(seed)
    counts, surged, drawn = [], [], []
    for size in sizes or (0.0,):
        for scenario in SCENARIOS:
            mean = scenario.mean()
            for _ in range(repeats):
                made = counts_of(rng, mean, scenario.phi)
                for start in rng.choice(np.arange(312, WEEKS - JUDGED), 4, replace=False) if past else ():
                    made[start:] += _drawn(rng, Shape.LOGNORMAL, past, mean, scenario.phi, int(start))
                marked = np.zeros(WEEKS, dtype=np.bool_)
                if size:
                    start = int(rng.integers(WEEKS - JUDGED, WEEKS - 8))
                    added = _drawn(rng, shape, size, mean, scenario.phi, start)
                    made[start:] += added
                    marked[start:] = added > 0
                counts.append(made)
                surged.append(marked)
                drawn.append(size)
    return Simulated(np.array(counts, dtype=np.int32), np.array(surged), np.array(drawn))


def _drawn(
    rng: np.random.Generator, shape: Shape, size: float, mean: Floats, phi: float, start: int
) -> NDArray[np.int64]:
    disputes = int(rng.poisson(size * np.sqrt(phi * mean[start])))
    return surge(rng, shape, disputes, len(mean) - start)
