"""Figures from raw rows: rates over the middle of a run, percentiles, medians of pairs."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import groupby
from math import ceil
from statistics import median

from bench.site import Cost


def middle(times: Sequence[float]) -> tuple[int, int, float, float]:
    """Return the middle 80 % of a run: numbers and times of its first and last record.

    Records come in batches of one instant. The window begins and ends with whole batches, so that
    a batch that lies half outside makes no error.

    Args:
        times: When each record came, sorted.

    Returns:
        Records before the window's begin and before its end, and the instants of both, seconds.

    Raises:
        ValueError: Fewer than three instants.
    """
    done, count = [], 0
    for instant, group in groupby(times):
        count += sum(1 for _ in group)
        done.append((count, instant))
    if len(done) < 3:
        raise ValueError(f"{count} records in {len(done)} instants are too few to measure")
    first = next(i for i, (n, _) in enumerate(done) if n >= count * 0.1)
    last = next(i for i, (n, _) in enumerate(done) if n >= count * 0.9)
    if last <= first:
        first, last = 0, len(done) - 1
    return done[first][0], done[last][0], done[first][1], done[last][1]


def rate(times: Sequence[float]) -> float:
    """Return the records per second over the middle 80 %."""
    first, last, begin, end = middle(times)
    return (last - first) / (end - begin)


def spent(costs: Sequence[tuple[float, Cost]], at: float) -> Cost:
    """Return the CPU seconds used up to an instant, between two looks in proportion."""
    after = bisect_right(costs, at, key=lambda row: row[0])
    if after in (0, len(costs)):
        return costs[min(after, len(costs) - 1)][1]
    (t0, c0), (t1, c1) = costs[after - 1], costs[after]
    part = (at - t0) / (t1 - t0)
    return Cost(
        c0.services + (c1.services - c0.services) * part,
        c0.tree + (c1.tree - c0.tree) * part,
    )


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the value that so many percent of the values do not pass (nearest rank)."""
    ranked = sorted(values)
    return ranked[max(0, ceil(len(ranked) * percent / 100) - 1)]


def spread(values: Sequence[float]) -> dict[str, float]:
    """Return lowest, middle and highest value."""
    return {"min": min(values), "median": median(values), "max": max(values)}


def pair_ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Return the median of the ratios of runs that were made next to each other."""
    return median(a / b for a, b in zip(ours, theirs, strict=True))
