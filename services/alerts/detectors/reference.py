"""Which past weeks a week is held against: the same season of earlier years, and the rest in blocks.

The weeks around the same date of each year back form one block, since they share the season of the
judged week; what lies between is cut into equal blocks. The weeks just before the judged one are left
out: a surge that has begun must not become its own baseline.

Source: Noufaily et al., "An improved algorithm for outbreak detection in multiple surveillance systems",
Stat Med 32 (2013) 1206-1222, section 3; Salmon, Schumacher, Höhle, "Monitoring count time series in R",
J Stat Softw 70/10 (2016).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from services.alerts.detectors.window import Weeks

__all__ = ["Reference", "reference"]


@dataclass(frozen=True, slots=True)
class Reference:
    """The past weeks of a baseline.

    Attributes:
        columns: Shape (n,), into the window: block after block, ascending in each.
        block: Shape (n,), the block of each column's season; the judged week is in the last one.
        blocks: How many blocks there are.
        block_of: Shape (weeks,), the block of every column; -1 for one that has none.
    """

    columns: NDArray[np.int64]
    block: NDArray[np.int64]
    blocks: int
    block_of: NDArray[np.int64]


def reference(weeks: Weeks, years: int, half_width: int, blocks: int, left_out: int) -> Reference:
    """Return the reference weeks of the last week.

    Args:
        weeks: the window's weeks.
        years: how many years back at most; as many as the window has.
        half_width: weeks on either side of the same date that belong to the season's own block.
        blocks: blocks of the year; 1 leaves out what lies between the season's own blocks.
        left_out: weeks just before the judged one that are no reference.
    """
    now = len(weeks) - 1
    at = [one for one in (_column(weeks, now, back) for back in range(years + 1)) if one - half_width >= 0]
    factor = np.full(len(weeks), -1)
    factor[max(0, now - half_width) :] = blocks - 1
    for later, earlier in pairwise(at):
        factor[earlier - half_width : earlier + half_width + 1] = blocks - 1
        if blocks > 1:
            between = np.arange(earlier + half_width + 1, later - half_width)
            factor[between] = _shared(len(between), blocks - 1)
    known = factor[: max(0, now - left_out)]
    columns = np.argsort(known, kind="stable")[np.count_nonzero(known < 0) :]
    return Reference(columns, factor[columns], blocks, factor)


def _shared(number: int, blocks: int) -> NDArray[np.int64]:
    """Return blocks of equal length, the first ones longer by one where it does not come out even."""
    length, rest = divmod(number, blocks)
    return np.repeat(np.arange(blocks), [length + (one < rest) for one in range(blocks)])


def _column(weeks: Weeks, now: int, back: int) -> int:
    """Return the column of the week nearest to the same date some years before."""
    day = weeks.monday(now)
    year = day.year - back
    leap_day = day.month == 2 and day.day == 29 and not _is_leap(year)
    then = date(year, 3, 1) if leap_day else day.replace(year=year)
    return (then + timedelta(days=3) - weeks.first).days // 7


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
