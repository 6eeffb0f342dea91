"""A scan over groups of series, so that a surge shows once, at its right level.

An institution's rush shows in all its causes, a bad clause in all institutions. The sums of every group are
judged as series of their own, beside the single series. Of all that stand out, the one with the largest
likelihood ratio is told first; then everything is expected to be as high as that explains, and what still
stands out is told next. A surge of one series is thus no surge of its groups, and a systemic one is not told
again by each of its series.

Source: Kulldorff, "A spatial scan statistic", Commun Stat Theory Methods 26 (1997) 1481-1496; Zhang,
Assunção, Kulldorff, "Spatial scan statistics adjusted for multiple clusters", J Probab Stat (2010) 642379;
with the negative binomial in place of the Poisson distribution.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.alerts.detectors.discoveries import Method, cutoff
from services.alerts.detectors.predictive import nb_tail
from services.alerts.detectors.window import Detector, Judgement, Window

__all__ = ["SINGLE", "Finding", "grouped", "likelihood_ratio", "scan"]

Floats = NDArray[np.float64]
Labels = NDArray[np.int32]

SINGLE: Final = "series"
"""The level of a series that stands out alone."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A surge at its level.

    Attributes:
        level: `SINGLE`, or the name of the groups.
        label: The series' row, or the group's label.
        members: Rows of the series that belong to it.
        count: Disputes of the week.
        expected: Disputes that were expected, what was told before it included.
        p_value: The probability of the detector, before anything was told.
        ratio: The log-likelihood ratio, by which it was chosen.
    """

    level: str
    label: int
    members: tuple[int, ...]
    count: int
    expected: float
    p_value: float
    ratio: float


def scan(
    window: Window,
    groups: Mapping[str, Labels],
    detector: Detector,
    rate: float,
    method: Method = Method.BH,
) -> tuple[Finding, ...]:
    """Return the surges of the last week, the clearest first.

    Args:
        window: of the single series.
        groups: for each level the label of each series, shape (series,), from 0 on; -1 for none.
        detector: judges series and sums alike.
        rate: the promised share of false ones among the findings.
        method: how the probabilities depend on each other.
    """
    names = list(groups)
    windows = [grouped(window, groups[name]) for name in names]
    whole = Judgement.joined([detector.judge(one) for one in (window, *windows)])
    observed = np.concatenate([window.observed, *(one.observed for one in windows)])
    at = np.cumsum([0, len(window.counts), *(len(one.counts) for one in windows)])
    limit = cutoff(whole.p_value, rate, method)
    with np.errstate(invalid="ignore"):
        standing = np.flatnonzero(whole.p_value <= limit)
    members = {int(one): _members(int(one), at, [groups[name] for name in names]) for one in standing}
    told = _told(standing, members, whole, observed, limit)
    findings = []
    for one, expected, ratio in told:
        level = int(np.searchsorted(at, one, side="right")) - 1
        findings.append(
            Finding(
                SINGLE if level == 0 else names[level - 1],
                int(one - at[level]),
                tuple(int(row) for row in members[one]),
                int(observed[one]),
                expected,
                float(whole.p_value[one]),
                ratio,
            )
        )
    return tuple(findings)


def grouped(window: Window, labels: Labels) -> Window:
    """Return the sums of the series of each label, in the labels' order; a group begins with its first."""
    number = int(labels.max(initial=-1)) + 1
    order = np.argsort(labels, kind="stable")
    order = order[np.searchsorted(labels[order], 0) :]
    starts = np.searchsorted(labels[order], np.arange(number))
    counts = np.zeros((number, window.counts.shape[1]), dtype=np.int32)
    begins = np.full(number, window.counts.shape[1], dtype=np.int32)
    known = np.bincount(labels[order], minlength=number) > 0
    if known.any():
        counts[known] = np.add.reduceat(window.counts[order], starts[known], axis=0)
        begins[known] = np.minimum.reduceat(window.begins[order], starts[known])
    return Window(counts, begins, window.weeks)


def _members(one: int, at: NDArray[np.int64], labels: list[Labels]) -> NDArray[np.int64]:
    level = int(np.searchsorted(at, one, side="right")) - 1
    return np.array([one]) if level == 0 else np.flatnonzero(labels[level - 1] == one - at[level])


def _told(
    standing: NDArray[np.int64],
    members: Mapping[int, NDArray[np.int64]],
    whole: Judgement,
    observed: Floats,
    limit: float,
) -> list[tuple[int, float, float]]:
    """Return what is told, one after the other: its place, what was expected, its likelihood ratio."""
    base = np.where(np.isnan(whole.expected), 0.0, whole.expected)
    over = np.where(np.isnan(whole.variance), 1.0, whole.variance / np.maximum(base, 1e-12))
    raised = np.zeros(len(base))
    told: list[tuple[int, float, float]] = []
    left = list(map(int, standing))
    while left:
        expected = np.array([base[one] + raised[members[one]].sum() for one in left])
        count, dispersion = observed[left], over[left]
        ratios = likelihood_ratio(count, expected, dispersion * expected)
        again = nb_tail(count, expected, dispersion * expected) <= limit
        # As it was judged, as long as nothing was told that concerns it.
        untouched = expected <= base[left] + 1e-9
        ratios = np.where(again | untouched, ratios, -1.0)
        best = int(np.argmax(ratios))
        if ratios[best] <= 0.0:
            return told
        one = left.pop(best)
        told.append((one, float(expected[best]), float(ratios[best])))
        rows = members[one]
        share = base[rows] + 1e-9
        raised[rows] += (observed[one] - expected[best]) * share / share.sum()
    return told


def likelihood_ratio(count: Floats, mean: Floats, variance: Floats) -> Floats:
    """Return the log-likelihood ratio of a mean as high as the count; 0 where the count is not above it."""
    over = np.maximum(variance - mean, 1e-9 * mean)
    size = mean * mean / over
    seen = np.maximum(count, 1e-12)
    ratio = seen * np.log(seen / mean) - (seen + size) * np.log((seen + size) / (mean + size))
    return np.where(count > mean, ratio, 0.0)
