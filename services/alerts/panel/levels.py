"""Of series and sums that stand out together, which are told: a surge once, at its right level.

A sum that would not stand out without one of its parts waits until that part was told. Of the others the one
with the largest likelihood ratio is told first; then everything that shares disputes with it is
expected to be as high as that explains, and what still stands out is told next. A surge of one series is
thus no surge of its groups, and a systemic one is not told again by each of its series.

How much of an excess lies in another sum is taken from the counts of the week that both have in common; what
a group's excess means for one of its series, from what was expected of both.

Source: Kulldorff 1997; Zhang, Assunção, Kulldorff, "Spatial scan statistics adjusted for multiple clusters",
J Probab Stat (2010) 642379; with the negative binomial in place of the Poisson distribution.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from services.alerts.detectors.predictive import nb_tail
from services.alerts.detectors.scan import likelihood_ratio
from shared.contracts.found import Found
from shared.contracts.groups import GroupFound

__all__ = ["Told", "told_levels"]

_TINY: Final = 1e-9
Candidate = Found | GroupFound


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of a week: places of series and of sums."""

    series: tuple[int, ...]
    groups: tuple[int, ...]


def told_levels(
    series: Sequence[Found],
    groups: Sequence[GroupFound],
    common: Mapping[tuple[int, int], int],
    limit: float,
) -> Told:
    """Return what is told.

    Args:
        series: improbable ones.
        groups: improbable sums.
        common: disputes of the week that two sums have in common, by their places, both ways.
        limit: the largest probability that is told.
    """
    every: list[Candidate] = [*series, *groups]
    left = [at for at, one in enumerate(every) if one.probability <= limit]
    raised = np.zeros(len(every))
    told: list[int] = []
    while left:
        free = [at for at in left if not _waits(every, at, left, common, len(series), limit)]
        best = _best(every, raised, free, limit)
        if best is None:
            break
        left.remove(best)
        told.append(best)
        excess = every[best].count - every[best].expected - raised[best]
        for other in left:
            raised[other] += excess * _share(every, best, other, common, len(series))
    return Told(
        tuple(sorted(at for at in told if at < len(series))),
        tuple(sorted(at - len(series) for at in told if at >= len(series))),
    )


def _waits(
    every: Sequence[Candidate],
    at: int,
    left: Sequence[int],
    common: Mapping[tuple[int, int], int],
    series: int,
    limit: float,
) -> bool:
    """Return whether a sum stands out by one of its parts alone, which is to be told before it."""
    if at < series:
        return False
    group = every[at]
    over = max(1.0, group.variance / max(group.expected, _TINY))
    for part in left:
        one = every[part]
        if part == at or not _is_part(every, part, at, common, series):
            continue
        count = np.array([float(group.count - one.count)])
        rest = np.maximum(group.expected - one.expected, _TINY * np.ones(1))
        if nb_tail(count, rest, over * rest)[0] > limit:
            return True
    return False


def _is_part(
    every: Sequence[Candidate], part: int, whole: int, common: Mapping[tuple[int, int], int], series: int
) -> bool:
    """Return whether all disputes of one are in another one; of two that are alike the first is the part."""
    if part < series:
        return _holds(every[whole], every[part])
    inside = common.get((part - series, whole - series), 0) == every[part].count
    return inside and (every[part].count < every[whole].count or part < whole)


def _best(every: Sequence[Candidate], raised: np.ndarray, left: Sequence[int], limit: float) -> int | None:
    """Return the one that stands out most beyond what was told; ``None`` if none does."""
    if not left:
        return None
    count = np.array([float(every[at].count) for at in left])
    base = np.maximum([every[at].expected for at in left], _TINY)
    over = np.maximum(1.0, np.array([every[at].variance for at in left]) / base)
    expected = base + raised[left]
    ratio = likelihood_ratio(count, expected, over * expected)
    untouched = raised[left] <= _TINY
    # As it was judged, as long as nothing was told that concerns it.
    stands = untouched | (nb_tail(count, expected, over * expected) <= limit)
    ratio = np.where(stands, ratio, -1.0)
    best = int(np.argmax(ratio))
    if ratio[best] > 0.0:
        return left[best]
    # A probability may look back on two weeks: what stands out by them alone is told, groups last.
    alone = [at for at, free in zip(left, untouched, strict=True) if free]
    return min(alone, key=lambda at: every[at].probability) if alone else None


def _share(
    every: Sequence[Candidate], told: int, other: int, common: Mapping[tuple[int, int], int], series: int
) -> float:
    """Return which share of what was told lies in another one."""
    one, two = every[told], every[other]
    if told >= series and other >= series:
        return common.get((told - series, other - series), 0) / max(1, one.count)
    if isinstance(one, Found) and isinstance(two, Found):
        return 0.0
    if isinstance(one, Found):
        return 1.0 if _holds(two, one) else 0.0
    assert isinstance(two, Found)
    return min(1.0, two.expected / max(one.expected, _TINY)) if _holds(one, two) else 0.0


def _holds(group: Candidate, series: Candidate) -> bool:
    return (
        group.institution in (None, series.institution)
        and group.cause in (None, series.cause)
        and group.issue in (None, series.issue)
    )
