"""False discoveries controlled over the weeks as well: what was promised holds for all alarms so far.

`batched` treats each week's series as one batch of Benjamini-Hochberg, at a level that the weeks before
leave. `lord` and `saffron` treat the series one by one, in their order. docs/alerts.md compares them.

Source: Zrnic, Jiang, Ramdas, Jordan, "The power of batching in multiple hypothesis testing", AISTATS
(2020), algorithm 1; Ramdas, Yang, Wainwright, Jordan, "Online control of the false discovery rate with
decaying memory", NeurIPS (2017), LORD++; Ramdas, Zrnic, Wainwright, Jordan, "SAFFRON: an adaptive
algorithm for online control of the false discovery rate", ICML (2018).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log, sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.alerts.detectors.discoveries import cutoff

__all__ = ["Batch", "batched", "lord", "saffron"]

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

_POWER: Final = 1.6
_ZETA: Final = 2.2857656
"""The sum of j^-1.6 over all j."""
_LORD: Final = 0.07720838
"""Makes LORD's sequence sum to 1."""
_CANDIDATE: Final = 0.5


@dataclass(frozen=True, slots=True)
class Batch:
    """What of a week matters for later ones.

    Attributes:
        level: At which it was judged.
        reach: Discoveries if one of its probabilities had been 0.
        found: Discoveries.
    """

    level: float
    reach: int
    found: int


def batched(p_values: Floats, rate: float, past: Sequence[Batch]) -> tuple[Mask, Batch]:
    """Return the discoveries of a week, and what later weeks need of it.

    Args:
        p_values: shape (series,), NaN where a series was not judged.
        rate: the promised share of false ones among all discoveries so far, between 0 and 1.
        past: the weeks before, in their order.

    Raises:
        ValueError: `rate` is not between 0 and 1.
    """
    known = np.sort(p_values[~np.isnan(p_values)])
    number, before = len(known), sum(one.found for one in past)
    if number == 0:
        return np.zeros(len(p_values), dtype=np.bool_), Batch(0.0, 0, 0)
    spent = sum(one.level * one.reach / max(1, one.reach + before - one.found) for one in past)
    given = rate * sum(week**-_POWER for week in range(1, len(past) + 2)) / _ZETA
    level = min(max(0.0, given - spent) * (number + before) / number, 1.0 - 1e-9)
    if level == 0.0:
        return np.zeros(len(p_values), dtype=np.bool_), Batch(0.0, 1, 0)
    with np.errstate(invalid="ignore"):
        found = p_values <= cutoff(p_values, level)
    raised = np.concatenate([[0.0], known[:-1]]) <= level * np.arange(1, number + 1) / number
    return found, Batch(level, int(np.flatnonzero(raised)[-1]) + 1, int(found.sum()))


def lord(p_values: Floats, rate: float) -> Mask:
    """Return the discoveries of LORD++ among probabilities that come one by one; NaN is passed over."""
    found = np.zeros(len(p_values), dtype=np.bool_)
    gamma = _LORD * np.array(
        [log(max(one, 2)) / (one * exp(sqrt(log(one)))) for one in range(1, len(found) + 1)]
    )
    start, times = rate / 2, np.zeros(0, dtype=np.int64)
    now = 0
    for place in np.flatnonzero(~np.isnan(p_values)):
        level = start * gamma[now]
        if len(times):
            level += (rate - start) * gamma[now - times[0] - 1] + rate * gamma[now - times[1:] - 1].sum()
        if p_values[place] <= level:
            found[place] = True
            times = np.append(times, now)
        now += 1
    return found


def saffron(p_values: Floats, rate: float) -> Mask:
    """Return the discoveries of SAFFRON among probabilities that come one by one; NaN is passed over."""
    found = np.zeros(len(p_values), dtype=np.bool_)
    gamma = np.arange(1, len(found) + 2, dtype=np.float64) ** -_POWER / _ZETA
    spare = (1.0 - _CANDIDATE) * rate
    start, now, candidates = spare / 2, 0, 0
    times, since = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    for place in np.flatnonzero(~np.isnan(p_values)):
        level = start * gamma[now - candidates]
        if len(times):
            each = gamma[now - times - 1 - since]
            level += (spare - start) * each[0] + spare * each[1:].sum()
        candidate = p_values[place] <= _CANDIDATE
        if p_values[place] <= min(_CANDIDATE, level):
            found[place] = True
            times, since = np.append(times, now), np.append(since + candidate, 0)
        else:
            since = since + candidate
        candidates += candidate
        now += 1
    return found
