"""What a detector looks at and what it says: many series over the same weeks, as arrays.

A detector is a pure function of a `Window`. It judges the last week of all series at once and answers
for each of them: what was expected, from where on a count stands out, how probable such a count is in
a quiet week, and a status. No series is left without an answer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from enum import IntEnum
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from shared.casework.calendar import Calendar

__all__ = [
    "DAY_OFF_WEIGHT",
    "Detector",
    "Judgement",
    "Status",
    "Weeks",
    "Window",
    "flat_weeks",
    "in_eights",
    "in_parts",
    "weeks_of",
]

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Mask = NDArray[np.bool_]

DAY_OFF_WEIGHT: Final = 0.1
"""How much a day off counts beside a working day: filings by app and post come on holidays too."""


_PART: Final = 512
_LANES: Final = 8


class Status(IntEnum):
    """What a detector could say of a series. Anything but `JUDGED` has no probability (NaN)."""

    JUDGED = 0
    """The week was judged; `p_value` is a number."""
    TOO_SHORT = 1
    """Fewer weeks than the detector needs: no judgement until they are there."""
    TOO_SPARSE = 2
    """Too few disputes in the past for this detector's model."""


@dataclass(frozen=True, slots=True)
class Weeks:
    """The weeks of a window's columns.

    Attributes:
        first: Monday of the first column.
        exposure: Shape (weeks,), positive: the week's working time as a share of a week of five working
            days. A week of Spring Festival has about 0.12.
    """

    first: date
    exposure: Floats

    def __len__(self) -> int:
        return len(self.exposure)

    def monday(self, column: int) -> date:
        """Return the Monday of a column, counted from 0."""
        return self.first + timedelta(days=7 * column)

    def cut(self, start: int, stop: int) -> Weeks:
        """Return the weeks of the columns from `start` up to, but without, `stop`."""
        return Weeks(self.monday(start), self.exposure[start:stop])


def weeks_of(first: date, count: int, calendar: Calendar, day_off: float = DAY_OFF_WEIGHT) -> Weeks:
    """Return weeks with the exposure that a calendar gives.

    Args:
        first: a Monday.
        count: how many weeks.
        calendar: knows working days, holidays and make-up days.
        day_off: the weight of a day off, between 0 and 1; a working day has 1.

    Raises:
        ValueError: `first` is no Monday.
    """
    if first.weekday() != 0:
        raise ValueError(f"a week begins on a Monday, not on {first:%A}")
    days = [calendar.is_working_day(first + timedelta(days=one)) for one in range(7 * count)]
    worked = np.array(days, dtype=np.float64).reshape(count, 7).sum(axis=1)
    return Weeks(first, (worked + day_off * (7 - worked)) / (5 + 2 * day_off))


def flat_weeks(first: date, count: int) -> Weeks:
    """Return weeks that are all alike, for data of another calendar."""
    return Weeks(first, np.ones(count))


@dataclass(frozen=True, slots=True)
class Window:
    """Counts of many series over the same weeks, the judged week last.

    Attributes:
        counts: Shape (series, weeks), disputes a week. A week without disputes is a 0.
        begins: Shape (series,): the first column of each series. What stands before it is not looked at.
        weeks: The columns' weeks.
    """

    counts: Ints
    begins: Ints
    weeks: Weeks

    @classmethod
    def of(cls, counts: NDArray[np.integer] | Sequence[Sequence[int]], weeks: Weeks) -> Window:
        """Return the window of series that all begin in the first column."""
        made = np.asarray(counts, dtype=np.int32)
        return cls(made, np.zeros(len(made), dtype=np.int32), weeks)

    def __post_init__(self) -> None:
        if self.counts.ndim != 2 or self.counts.shape != (len(self.begins), len(self.weeks)):
            shape = self.counts.shape
            raise ValueError(f"counts of {shape} for {len(self.begins)} series and {len(self.weeks)} weeks")

    @property
    def observed(self) -> Floats:
        """The counts of the judged week, shape (series,)."""
        return self.counts[:, -1].astype(np.float64)

    @property
    def length(self) -> Ints:
        """How many weeks each series has before the judged one, shape (series,); 0 if it begins there."""
        before: Ints = (self.counts.shape[1] - 1 - self.begins).astype(np.int32)
        return np.maximum(before, np.int32(0))

    def last(self, weeks: int) -> Window:
        """Return the last columns alone; all of them if there are no more."""
        start = max(0, self.counts.shape[1] - weeks)
        return self.until(self.counts.shape[1], start)

    def until(self, stop: int, start: int = 0) -> Window:
        """Return the columns from `start` up to, but without, `stop`: the past as it was known then."""
        begins = np.clip(self.begins - start, 0, stop - start).astype(np.int32)
        return Window(self.counts[:, start:stop], begins, self.weeks.cut(start, stop))

    def some(self, rows: slice | Mask | NDArray[np.integer]) -> Window:
        """Return some of the series."""
        return Window(self.counts[rows], self.begins[rows], self.weeks)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a detector says of the judged week; each array has shape (series,).

    Attributes:
        expected: Disputes that a quiet week would have; NaN where not judged.
        threshold: A count above it stands out at the detector's own level; NaN where not judged.
        statistic: The detector's own measure, larger when more unusual; NaN where not judged.
        p_value: The calibrated probability that a quiet week comes to such a count or more (for a
            CUSUM: to such a sum); NaN where not judged. Its measured reliability stands in docs/alerts.md.
        variance: Of a quiet week's count around `expected`, the error of `expected` included: what an
            interval is made of (`predictive.nb_quantile`); NaN where not judged.
        status: A `Status`.
    """

    expected: Floats
    threshold: Floats
    statistic: Floats
    p_value: Floats
    variance: Floats
    status: NDArray[np.int8]

    @classmethod
    def of(
        cls,
        status: NDArray[np.int8],
        expected: Floats,
        threshold: Floats,
        statistic: Floats,
        p_value: Floats,
        variance: Floats,
    ) -> Judgement:
        """Return a judgement with NaN where the status is not `JUDGED`."""
        judged = status == Status.JUDGED
        return cls(
            np.where(judged, expected, np.nan),
            np.where(judged, threshold, np.nan),
            np.where(judged, statistic, np.nan),
            np.where(judged, p_value, np.nan),
            np.where(judged, variance, np.nan),
            status,
        )

    @classmethod
    def unjudged(cls, series: int) -> Judgement:
        """Return the judgement of series that are all too short."""
        nothing = np.full(series, np.nan)
        status = np.full(series, Status.TOO_SHORT, dtype=np.int8)
        return cls(nothing, nothing, nothing, nothing, nothing, status)

    @classmethod
    def joined(cls, parts: Sequence[Judgement]) -> Judgement:
        """Return one judgement of all the series of several, in their order."""
        names = [one.name for one in fields(cls)]
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))

    def some(self, rows: slice) -> Judgement:
        """Return the judgement of some of the series."""
        return Judgement(*(getattr(self, one.name)[rows] for one in fields(self)))

    def placed(self, rows: Mask) -> Judgement:
        """Return the judgement of more series, of which these are some, in their order; the rest too short.

        Args:
            rows: shape (more series,), true where these are.
        """
        return Judgement.unjudged(len(rows)).replaced(rows, self)

    def replaced(self, rows: Mask, other: Judgement) -> Judgement:
        """Return the judgement with that of another for some series, whose series are those alone."""
        parts = []
        for one in fields(self):
            made = getattr(self, one.name).copy()
            made[rows] = getattr(other, one.name)
            parts.append(made)
        return Judgement(*parts)

    def excess(self, observed: Floats) -> Mask:
        """Return where a count is above the detector's threshold; nowhere it was not judged."""
        with np.errstate(invalid="ignore"):
            return observed > self.threshold


def in_parts(judge: Callable[[Window], Judgement], window: Window, rows: Mask) -> Judgement:
    """Return the judgement of a window of which some series are judged; the others are too short.

    They are judged by so many at a time that an array of a few hundred weeks stays in a core's cache.

    Args:
        judge: judges all series of a window, at least eight of them.
        window: of all series.
        rows: shape (series,), those that are judged.
    """
    if not rows.any():
        return Judgement.unjudged(len(rows))
    some = in_eights(np.flatnonzero(rows))
    parts = [judge(window.some(some[start : start + _PART])) for start in range(0, len(some), _PART)]
    return Judgement.joined(parts).some(slice(0, np.count_nonzero(rows))).placed(rows)


def in_eights(rows: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return rows with some of them repeated, so that there are a multiple of eight.

    A vector unit works on eight numbers at a time, and what is left over may be rounded otherwise: the
    judgement of a series would depend on how many others stand beside it, if only in its last bit.
    """
    return np.resize(rows, -(-len(rows) // _LANES) * _LANES)


class Detector(Protocol):
    """Judges the last week of a window.

    Attributes:
        name: Its name in rules and alerts, such as ``ears-c1``.
        weeks_needed: Weeks before the judged one without which there is no judgement.
        weeks_used: Weeks before the judged one that are looked at; what is older changes nothing.
    """

    @property
    def name(self) -> str: ...
    @property
    def weeks_needed(self) -> int: ...
    @property
    def weeks_used(self) -> int: ...

    def judge(self, window: Window) -> Judgement:
        """Judge the last week of every series."""
        ...
