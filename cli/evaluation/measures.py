"""Shares with their 95 % intervals, and what a surge is found by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.alerts.detectors import Detector, Window, flat_weeks

__all__ = ["Found", "Share", "detected", "mean_of", "probabilities", "share_of"]

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

_Z: Final = 1.959964
_AT_ONCE: Final = 1_000


@dataclass(frozen=True, slots=True)
class Share:
    """A share or a mean with its 95 % interval."""

    value: float
    low: float
    high: float
    of: int

    def text(self, digits: int = 3) -> str:
        """Return it for people to read, such as ``0.551 (0.532-0.570)``."""
        return f"{self.value:.{digits}f} ({self.low:.{digits}f}-{self.high:.{digits}f})"


def share_of(hits: Mask) -> Share:
    """Return the share of independent trials that hit, with Wilson's interval."""
    number = hits.size
    if number == 0:
        return Share(np.nan, np.nan, np.nan, 0)
    value = float(hits.mean())
    middle = (value + _Z**2 / (2 * number)) / (1 + _Z**2 / number)
    half = _Z * np.sqrt(value * (1 - value) / number + _Z**2 / (4 * number**2)) / (1 + _Z**2 / number)
    return Share(value, max(0.0, float(middle - half)), min(1.0, float(middle + half)), number)


def mean_of(values: Floats) -> Share:
    """Return the mean of independent values with its normal interval, such as a rate of each series."""
    known = values[~np.isnan(values)]
    if len(known) == 0:
        return Share(np.nan, np.nan, np.nan, 0)
    half = _Z * float(known.std(ddof=1)) / np.sqrt(len(known)) if len(known) > 1 else 0.0
    value = float(known.mean())
    return Share(value, max(0.0, value - half), value + half, len(known))


@dataclass(frozen=True, slots=True)
class Found:
    """How surges were found.

    Attributes:
        sensitivity: The share of surges with an alert in one of their weeks.
        delay: Weeks from the surge's first week to its first alert, of those found.
        false: Alerts of a series and week without surge.
    """

    sensitivity: Share
    delay: Share
    false: Share


def probabilities(
    detector: Detector,
    counts: NDArray[np.int32],
    judged: range,
    first: date = date(2012, 1, 2),
    progress: Callable[[int], None] = lambda done: None,
    *,
    since_first: bool = False,
) -> Floats:
    """Return the probability of each series and judged week, shape (series, judged); NaN where not judged.

    Args:
        detector: judges.
        counts: shape (series, weeks).
        judged: columns.
        first: Monday of the first column.
        progress: is told how many series were judged.
        since_first: whether a series begins with its first dispute, as it does in the service, or with the
            first week, since somebody counted from then on.
    """
    whole = Window.of(counts, flat_weeks(first, counts.shape[1]))
    if since_first:
        begins = np.where(counts.any(axis=1), (counts > 0).argmax(axis=1), counts.shape[1])
        whole = Window(counts, begins.astype(np.int32), whole.weeks)
    made = np.full((len(counts), len(judged)), np.nan)
    for place, week in enumerate(judged):
        window = whole.until(week + 1)
        for row in range(0, len(counts), _AT_ONCE):
            part = slice(row, row + _AT_ONCE)
            made[part, place] = detector.judge(window.some(part)).p_value
        progress(len(counts))
    return made


def detected(alerts: Mask, surged: Mask) -> Found:
    """Return how surges were found.

    Args:
        alerts: shape (series, weeks).
        surged: shape (series, weeks), one surge a series at most. The week after it is not counted as quiet:
            an alert on two weeks looks back on it.
    """
    some = surged.any(axis=1)
    hits = (alerts & surged)[some]
    caught: Mask = np.any(hits, axis=1)
    late = (hits.argmax(axis=1) - surged[some].argmax(axis=1))[caught].astype(np.float64)
    quiet = np.where(surged | _after(surged), np.nan, alerts)
    return Found(share_of(caught), mean_of(late), mean_of(np.nanmean(quiet, axis=1)))


def _after(surged: Mask) -> Mask:
    after = np.zeros_like(surged)
    after[:, 1:] = surged[:, :-1]
    return after
