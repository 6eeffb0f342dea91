"""What is measured on simulated series; each study returns rows of a table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cli.evaluation.measures import Found, Share, detected, mean_of, probabilities, share_of
from cli.evaluation.simulate import JUDGED, SCENARIOS, WEEKS, Shape, counts_of, simulated
from services.alerts.detectors import DETECTORS, Batch, Method, batched, discoveries, lord, saffron, tempered
from services.alerts.rules import ALERT_RULES

__all__ = [
    "ALERT",
    "LEVELS",
    "Plan",
    "benchmark",
    "discovered",
    "found_row",
    "injected",
    "reliability",
    "share_row",
    "sizes",
]

Row = Mapping[str, Any]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

LEVELS: Final = (0.05, 0.01, 0.005, 0.001, 0.0001)
ALERT: Final = 0.01
SLOW: Final = 0.005
PROMISED: Final = (0.1, 0.05)
"""Promised shares of false discoveries; the second one is in force."""
LAST: Final = range(WEEKS - JUDGED, WEEKS)
COMMON: Final = 20
"""Series of a panel that share what moves each week, where they depend on each other."""
SHARED: Final = 0.3
"""The coefficient of variation of what they share."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured.

    Attributes:
        seed: Of all that is drawn; every study adds a number of its own.
        repeats: Series of each scenario.
        detectors: Their names.
        progress: Is told how many series and weeks were judged.
    """

    seed: int
    repeats: int
    detectors: tuple[str, ...]
    progress: Callable[[int], None] = lambda done: None

    def judged(
        self, name: str, counts: NDArray[np.int32], weeks: range = LAST, *, since_first: bool = True
    ) -> Floats:
        """Return the probabilities of a detector."""
        return probabilities(DETECTORS[name], counts, weeks, progress=self.progress, since_first=since_first)


def reliability(plan: Plan) -> Iterator[Row]:
    """Yield how often quiet weeks come to a probability, beside what it says."""
    quiet = simulated(plan.seed + 1, plan.repeats)
    for name in plan.detectors:
        p_values = plan.judged(name, quiet.counts)
        for level in LEVELS:
            below = np.where(np.isnan(p_values), np.nan, p_values <= level)
            rate = mean_of(np.nanmean(below, axis=1))
            yield {"of": f"{level:g}", "detector": name, **share_row("share", rate)}


def injected(plan: Plan) -> Iterator[Row]:
    """Yield how surges of all sizes are found, by shape, at a probability of 0.01."""
    for number, shape in enumerate(Shape):
        for name, found in _injected(plan, shape, number).items():
            yield {"of": shape.value, "detector": name, **found_row(detected(*found))}


def sizes(plan: Plan, name: str) -> Iterator[Row]:
    """Yield how surges of each size are found by one detector."""
    made = simulated(plan.seed + 2, max(1, plan.repeats // 2), range(1, 11))
    alerts = _alerts(plan.judged(name, made.counts), ALERT)
    for size in range(1, 11):
        rows = made.size == size
        found = detected(alerts[rows], made.surged[rows][:, LAST.start :])
        yield {"of": f"{size}", "detector": name, **share_row("share", found.sensitivity)}


def _injected(plan: Plan, shape: Shape, number: int) -> dict[str, tuple[Mask, Mask]]:
    parts = [
        simulated(plan.seed + 100 + 10 * number + past, max(1, plan.repeats // 10), range(1, 11), shape, past)
        for past in (0, 2, 5)
    ]
    counts = np.concatenate([one.counts for one in parts])
    surged = np.concatenate([one.surged for one in parts])[:, LAST.start :]
    return {name: (_alerts(plan.judged(name, counts), ALERT), surged) for name in plan.detectors}


def benchmark(plan: Plan) -> Iterator[Row]:
    """Yield how lasting rises are found, for half a year at most, at a probability of 0.005."""
    for number, size in enumerate((1.0, 2.0, 3.0)):
        rng = np.random.default_rng(plan.seed + 200 + number)
        counts, start = [], WEEKS - 26
        for scenario in SCENARIOS:
            mean = scenario.mean()
            raised = mean.copy()
            raised[start:] += size * np.sqrt(scenario.phi * mean[start:])
            counts += [counts_of(rng, raised, scenario.phi) for _ in range(max(1, plan.repeats // 2))]
        made = np.array(counts, dtype=np.int32)
        judged = range(start - 23, WEEKS)
        surged = np.zeros((len(made), len(judged)), dtype=np.bool_)
        surged[:, 23:] = True
        for name in plan.detectors:
            alerts = _alerts(plan.judged(name, made, judged), SLOW)
            yield {"of": f"{size:g}", "detector": name, **found_row(detected(alerts, surged))}


def discovered(
    plan: Plan, name: str, panels: int, series: int, rates: Sequence[float] = PROMISED
) -> Iterator[Row]:
    """Yield the share of false ones among the discoveries of many series, beside the promised one.

    Control week by week promises a mean over the weeks (`false`; a week without discovery counts as 0),
    control over the weeks promises it of all discoveries together (`overall`).

    One series in a hundred has a surge of 4 to 12 standard deviations in the judged weeks. A discovery is
    true in a week of a surge or in the one after it, which the probability of two weeks looks back on.
    Series are drawn on their own, and again so that `COMMON` of them share what moves each week.
    """
    for moved, shared in (("", 0.0), (", dependent", SHARED)):
        made = [_panel(plan.seed + 300 + panel, series, shared) for panel in range(panels)]
        judged = [(plan.judged(name, counts), surged) for counts, surged in made]
        for rate in rates:
            for way, chosen in _ways(rate).items():
                yield {"of": f"{way} {rate:g}{moved}", "detector": name, **_discovered(judged, chosen)}


def _ways(rate: float) -> dict[str, Callable[[Floats], Mask]]:
    return {
        "Benjamini-Hochberg": lambda p: _weekly(p, rate, Method.BH),
        "Benjamini-Yekutieli": lambda p: _weekly(p, rate, Method.BY),
        "in force": lambda p: _weekly(tempered(p, ALERT_RULES.now.tail_power or 1.0), rate, Method.BY),
        "batched": lambda p: _batched(p, rate),
        "LORD++": lambda p: lord(p.T.ravel(), rate).reshape(p.T.shape).T,
        "SAFFRON": lambda p: saffron(p.T.ravel(), rate).reshape(p.T.shape).T,
    }


def _discovered(panels: Sequence[tuple[Floats, Mask]], chosen: Callable[[Floats], Mask]) -> dict[str, Any]:
    """Return what share of the surges is found, and what shares of the discoveries are false."""
    false, overall, caught = [], [], []
    for p_values, surged in panels:
        allowed = surged.copy()
        allowed[:, 1:] |= surged[:, :-1]
        found = chosen(p_values)
        wrong = found & ~allowed
        false.append(float((wrong.sum(axis=0) / np.maximum(1, found.sum(axis=0))).mean()))
        overall.append(float(wrong.sum() / max(1, found.sum())))
        some = surged.any(axis=1)
        caught.append(np.any(found[some] & surged[some], axis=1))
    return {
        **share_row("share", share_of(np.concatenate(caught))),
        **share_row("false", mean_of(np.array(false))),
        **share_row("overall", mean_of(np.array(overall))),
    }


def _panel(seed: int, series: int, shared: float) -> tuple[NDArray[np.int32], Mask]:
    rng = np.random.default_rng(seed)
    surging = max(1, series // 100)
    large = simulated(seed, -(-surging // (5 * len(SCENARIOS))), (4.0, 6.0, 8.0, 10.0, 12.0))
    quiet = simulated(seed + 50_000, -(-(series - surging) // len(SCENARIOS)))
    some = rng.permutation(len(large.counts))[:surging]
    rest = rng.permutation(len(quiet.counts))[: series - surging]
    counts = np.concatenate([large.counts[some], quiet.counts[rest]])
    surged = np.concatenate([large.surged[some], quiet.surged[rest]])[:, LAST.start :]
    order = rng.permutation(series)
    counts, surged = counts[order], surged[order]
    if shared:
        # A week that is worse or better for all of a group, such as all series of an institution.
        groups = -(-series // COMMON)
        factor = rng.gamma(1 / shared**2, shared**2, size=(groups, counts.shape[1]))
        counts = rng.poisson(counts * np.repeat(factor, COMMON, axis=0)[:series]).astype(np.int32)
    return counts, surged


def _weekly(p_values: Floats, rate: float, method: Method) -> Mask:
    return np.stack([discoveries(week, rate, method) for week in p_values.T], axis=1)


def _batched(p_values: Floats, rate: float) -> Mask:
    past: list[Batch] = []
    found = []
    for week in p_values.T:
        mask, batch = batched(week, rate, past)
        past.append(batch)
        found.append(mask)
    return np.stack(found, axis=1)


def _alerts(p_values: Floats, level: float) -> Mask:
    with np.errstate(invalid="ignore"):
        below: Mask = np.less_equal(p_values, level)
    return below


def found_row(found: Found) -> dict[str, Any]:
    """Return how surges were found, as a row has it."""
    return {
        **share_row("share", found.sensitivity),
        **share_row("delay", found.delay),
        **share_row("false", found.false),
    }


def share_row(name: str, share: Share) -> dict[str, Any]:
    """Return a share as a row has it: its value, both ends of its interval, and of how many it is."""
    return {
        name: share.value,
        f"{name}_low": share.low,
        f"{name}_high": share.high,
        f"{name}_count": share.of,
    }
