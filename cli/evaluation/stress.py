"""Quiet series of other kinds than the scenarios: what a probability is worth there.

The kinds were written down for this; some of those that settings were chosen on are like them
(docs/alert-rates.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cli.evaluation.measures import mean_of
from cli.evaluation.simulate import WEEKS, counts_of
from cli.evaluation.studies import LAST, LEVELS, Plan, share_row

__all__ = ["KINDS", "quiet", "stressed"]

Row = Mapping[str, Any]
Floats = NDArray[np.float64]
Counts = NDArray[np.int64]
Rng = np.random.Generator

EACH: Final = 20
"""Series of a kind for each run."""


def _season(rng: Rng, most: float) -> Floats:
    made: Floats = most * np.sin(2 * np.pi * np.arange(WEEKS) / 52 + rng.uniform(0, 2 * np.pi))
    return made


def _drawn(rng: Rng, mean: Floats) -> Counts:
    return counts_of(rng, np.maximum(mean, 1e-9), float(rng.choice([1.0, 1.5, 2.5])))


def _mean(rng: Rng) -> float:
    """Return a mean between one dispute in three weeks and eighty a week."""
    return float(np.exp(rng.uniform(np.log(0.3), np.log(80.0))))


def _zero_inflated(rng: Rng) -> Counts:
    made = _drawn(rng, _mean(rng) * np.exp(_season(rng, 0.3)))
    return made * (rng.random(WEEKS) > rng.uniform(0.05, 0.6))


def _follows(rng: Rng) -> Counts:
    own, deviation = rng.uniform(0.6, 0.98), rng.uniform(0.1, 0.35)
    steps = rng.normal(0.0, deviation * np.sqrt(1 - own * own), WEEKS)
    level = np.zeros(WEEKS)
    level[0] = rng.normal(0.0, deviation)
    for week in range(1, WEEKS):
        level[week] = own * level[week - 1] + steps[week]
    return _drawn(rng, _mean(rng) * np.exp(level + _season(rng, 0.2)))


def _shifted(rng: Rng) -> Counts:
    level = np.zeros(WEEKS)
    for start in rng.integers(52, LAST.start - 26, rng.integers(1, 4)):
        level[start:] += rng.uniform(-0.9, 0.9)
    return _drawn(rng, _mean(rng) * np.exp(level + _season(rng, 0.3)))


def _holidays(rng: Rng) -> Counts:
    open_ = np.ones(WEEKS)
    for year in range(WEEKS // 52):
        start = 52 * year + int(rng.integers(2, 8))
        open_[start : start + 2] = rng.uniform(0.05, 0.6, 2)
    return _drawn(rng, _mean(rng) * open_)


def _grown(rng: Rng) -> Counts:
    age = int(rng.integers(80, 320))
    since = np.maximum(np.arange(WEEKS) - (WEEKS - age), 0) / age
    shape = since if rng.random() < 0.5 else np.expm1(rng.uniform(1, 4) * since) / np.e
    return _drawn(rng, 2 * _mean(rng) * shape)


def _resumed(rng: Rng) -> Counts:
    ended = int(rng.integers(150, 400))
    again = int(rng.integers(ended + 20, LAST.start - 26))
    there = np.ones(WEEKS)
    there[ended:again] = 0.0
    return _drawn(rng, _mean(rng) * there * np.exp(_season(rng, 0.2)))


def _rare(rng: Rng) -> Counts:
    return _drawn(rng, np.exp(rng.uniform(np.log(0.01), np.log(0.5)) + _season(rng, 0.4)))


def _in_batches(rng: Rng) -> Counts:
    batches = rng.poisson(_mean(rng) / 4 * np.exp(_season(rng, 0.3)))
    size = rng.uniform(1.3, 5.0)
    return np.array([rng.geometric(1 / size, number).sum() for number in batches], dtype=np.int64)


def _wilder(rng: Rng) -> Counts:
    ratio = 1.0 + rng.uniform(0.2, 2.0) * np.exp(_season(rng, 1.0))
    mean = _mean(rng)
    return rng.negative_binomial(mean / (ratio - 1.0), 1.0 / ratio)


def _young(rng: Rng) -> Counts:
    made = _drawn(rng, _mean(rng) * np.exp(_season(rng, 0.3)))
    made[: LAST.start - int(rng.integers(0, 60))] = 0
    return made


KINDS: Final[Mapping[str, Callable[[Rng], Counts]]] = {
    "zero-inflated": _zero_inflated,
    "levels of an AR(1)": _follows,
    "shifts in the past": _shifted,
    "moving holidays, not told": _holidays,
    "grown from nothing": _grown,
    "ended and resumed": _resumed,
    "rare": _rare,
    "in batches": _in_batches,
    "dispersion with a season": _wilder,
    "young": _young,
}
"""Each draws a quiet series of `WEEKS` weeks."""


def quiet(kind: str, seed: int, number: int) -> NDArray[np.int32]:
    """Return quiet series of a kind, shape (number, WEEKS)."""
    rng = np.random.default_rng([seed, list(KINDS).index(kind)])
    return np.array([KINDS[kind](rng) for _ in range(number)], dtype=np.int32)


def stressed(plan: Plan, names: tuple[str, ...]) -> Iterator[Row]:
    """Yield how often quiet weeks of such series come to a probability, beside what it says."""
    for kind in KINDS:
        counts = quiet(kind, plan.seed + 600, EACH * plan.repeats)
        for name in names:
            p_values = plan.judged(name, counts)
            known = ~np.isnan(p_values).all(axis=1)
            for level in LEVELS:
                below = np.where(np.isnan(p_values), np.nan, p_values <= level)[known]
                rate = mean_of(np.nanmean(below, axis=1))
                yield {"of": f"{kind}, {level:g}", "detector": name, **share_row("share", rate)}
