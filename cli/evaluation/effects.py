"""How often an effect is found where there is one, and where there is none, simulated and public."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cli.evaluation.measures import share_of
from cli.evaluation.public import LEAST_MEAN, Table
from cli.evaluation.studies import Plan, share_row
from services.alerts.rules.effects import Answer, effect_of

__all__ = ["World", "effects", "found", "simulated_panel", "thinned"]

Row = Mapping[str, Any]
Counts = NDArray[np.int64]

CHANGES: Final = (0.0, -0.2, -0.3, -0.5)
"""None, and falls."""
APART: Final = 13
"""Weeks between the placebo dates of a public series."""
CONTROLS: Final = 12


@dataclass(frozen=True, slots=True)
class World:
    """A panel that moves together, with a series of its own noise each.

    Attributes:
        mean: Disputes a week of the series; of a control that times a lognormal number.
        ratio: Variance of a week, of that of independent disputes.
        wander: Deviation of a series' own weekly step in log level; 0 where levels stay.
        weeks: In all.
        at: The week of the intervention.
    """

    name: str
    mean: float
    ratio: float = 2.0
    wander: float = 0.0
    weeks: int = 260
    at: int = 208


WORLDS: Final = (
    World("2 a week", 2.0),
    World("10 a week", 10.0),
    World("40 a week", 40.0),
    World("10 a week, a year and a half before, half a year after", 10.0, weeks=104, at=78),
    World("10 a week, levels wander by 2 % a week", 10.0, wander=0.02),
)


def simulated_panel(world: World, rng: np.random.Generator) -> Counts:
    """Return a series and its candidates, shape (1 + controls, weeks): one season and one drift for all."""
    weeks = np.arange(world.weeks)
    season = 0.3 * np.sin(2 * np.pi * weeks / 52 + rng.uniform(0, 2 * np.pi))
    together = season + np.cumsum(rng.normal(0, 0.02, world.weeks))
    rows = []
    for row in range(1 + CONTROLS):
        size = world.mean * (np.exp(rng.normal(0, 0.7)) if row else 1.0)
        own = np.cumsum(rng.normal(0, world.wander, world.weeks)) if world.wander else 0.0
        mean = size * np.exp(together + own)
        shape = mean / (world.ratio - 1)
        rows.append(rng.negative_binomial(shape, shape / (shape + mean)))
    return np.array(rows, dtype=np.int64)


def thinned(series: Counts, at: int, change: float, rng: np.random.Generator) -> Counts:
    """Return a series that lost a share of its disputes from a week on."""
    out = series.copy()
    out[at:] = rng.binomial(out[at:], 1 + change)
    return out


def found(world: World, change: float, runs: int, seed: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return, of each run with an answer, whether a difference was found, and its interval holds it."""
    rng = np.random.default_rng(seed)
    hits, held = [], []
    for _ in range(runs):
        panel = simulated_panel(world, rng)
        series = thinned(panel[0], world.at, change, rng)
        effect = effect_of(series, panel[1:], world.at)
        if effect.low is not None and effect.high is not None:
            hits.append(effect.answer is not Answer.NO_DIFFERENCE)
            held.append(effect.low <= change <= effect.high)
    return np.array(hits, dtype=bool), np.array(held, dtype=bool)


def effects(plan: Plan, table: Table) -> Iterator[Row]:
    """Yield how often an effect is found, and its interval holds it: simulated, then on public series."""
    for number, world in enumerate(WORLDS):
        for change in CHANGES:
            hits, held = found(world, change, 10 * plan.repeats, plan.seed + 70 + number)
            yield _row(f"{world.name}, {change:+.0%}" if change else f"{world.name}, placebo", hits, held)
    rng = np.random.default_rng(plan.seed + 79)
    counts = table.stacked().astype(np.int64)
    counts = counts[counts.mean(axis=1) >= LEAST_MEAN]
    for change in CHANGES:
        hits, held = _public(counts, change, rng)
        yield _row(
            f"public complaints, {change:+.0%}" if change else "public complaints, placebo", hits, held
        )


def _public(
    counts: Counts, change: float, rng: np.random.Generator
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    hits, held = [], []
    for row in range(len(counts)):
        others = np.delete(counts, row, axis=0)
        for at in range(2 * 52, counts.shape[1] - 52, APART):
            effect = effect_of(thinned(counts[row], at, change, rng), others, at)
            if effect.low is not None and effect.high is not None:
                hits.append(effect.answer is not Answer.NO_DIFFERENCE)
                held.append(effect.low <= change <= effect.high)
    return np.array(hits, dtype=bool), np.array(held, dtype=bool)


def _row(of: str, hits: NDArray[np.bool_], held: NDArray[np.bool_]) -> Row:
    return {
        "of": of,
        "detector": "effect",
        **share_row("share", share_of(hits)),
        **share_row("held", share_of(held)),
    }
