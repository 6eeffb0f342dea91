"""What an archive knows: the counts of all series of a shard in all its closed weeks."""

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Final

import numpy as np
from pydantic import Field

from services.alerts.detectors import Habit
from services.alerts.rules import Context
from services.alerts.rules.packing import Grid, Ints, Key, empty
from services.alerts.rules.shards import MOST_WEEKS
from shared.casework.protocol import State
from shared.casework.table import Table

WEEK: Final = timedelta(days=7)


class Archive(State):
    """The closed weeks of a part of all series.

    Attributes:
        first: Monday of the first column.
        keys: Of the series, in the order of the rows.
        begins: Column of the first dispute of each.
        counts: Shape (series, weeks).
        habits: How each institution and cause usually files over a week's days (``backlog.Habit``).
        eased: By what a week with a backlog is judged, by Monday and series.
    """

    first: date | None = None
    keys: tuple[Key, ...] = ()
    begins: tuple[int, ...] = ()
    counts: Grid = Field(default_factory=empty)
    habits: Mapping[str, tuple[int, ...]] = {}
    eased: Mapping[str, Mapping[Key, int]] = {}

    @property
    def next_week(self) -> date | None:
        """Monday after the last closed week; ``None`` before the first."""
        return None if self.first is None else self.first + self.counts.shape[1] * WEEK

    def column(self, week: date) -> int:
        """Return the column of a week; negative before the first."""
        assert self.first is not None
        return (week - self.first).days // 7

    def habit(self, owner: str) -> Habit:
        """Return how an institution and cause usually files."""
        known = self.habits.get(owner)
        return Habit() if known is None else Habit(known[:7], known[7], known[8])

    def with_days(self, days: Mapping[Key, int], but: Collection[str]) -> "Archive":
        """Return the archive with the days of a week in the habits.

        Args:
            days: Counts by series and day.
            but: Owners that cleared a desk in it, which is no habit.
        """
        habits = dict(self.habits)
        for owner, week in by_owner(days).items():
            if owner not in but:
                made = self.habit(owner).with_week(week)
                habits[owner] = (*made.days, made.pairs, made.same)
        return self.but(habits=habits)

    def judged_by(self, counts: Ints, start: int) -> Ints:
        """Return counts of the columns from ``start`` on, with weeks of backlogs brought down."""
        if not self.eased:
            return counts
        made, rows = counts.copy(), {key: row for row, key in enumerate(self.keys)}
        for week, usual in self.eased.items():
            column = self.column(_day(week)) - start
            if 0 <= column < made.shape[1]:
                for key, count in usual.items():
                    if (row := rows.get(key)) is not None:
                        made[row, column] = min(made[row, column], count)
        return made

    def with_week(self, week: date, counted: Mapping[Key, int], most: int) -> "Archive":
        """Return the archive with a week closed; weeks that were left out between have no disputes.

        Args:
            week: After all that are there, or before the first.
            counted: Its disputes by series.
            most: Most series of one institution and cause; one too many is left out.
        """
        state = self._reaching(week)
        keys, begins = list(state.keys), list(state.begins)
        rows = {key: row for row, key in enumerate(keys)}
        column = state.column(week)
        new = sorted(counted.keys() - rows.keys())
        owned = Counter(map(owner_of, keys)) if new else Counter[str]()
        for key in new:
            if owned[owner_of(key)] < most:
                owned[owner_of(key)] += 1
                rows[key] = len(keys)
                keys.append(key)
                begins.append(column)
        counts = state.counts
        if len(keys) > len(counts):
            more = np.zeros((len(keys) - len(counts), counts.shape[1]), dtype=np.int32)
            counts = np.vstack((counts, more))
        else:
            counts = counts.copy()
        for key, count in counted.items():
            if (row := rows.get(key)) is not None:
                counts[row, column] += count
                begins[row] = min(begins[row], column)
        np.maximum(counts[:, column], 0, out=counts[:, column])
        return state.but(keys=tuple(keys), begins=tuple(begins), counts=counts)._within_bounds()

    def _reaching(self, week: date) -> "Archive":
        """Return the archive with columns up to, or from, a week."""
        if self.first is None:
            return self.but(first=week, counts=np.zeros((len(self.keys), 1), dtype=np.int32))
        column, length = self.column(week), self.counts.shape[1]
        before, after = max(-column, 0), max(column - length + 1, 0)
        if not before and not after:
            return self
        counts = np.pad(self.counts, ((0, 0), (before, after)))
        begins = tuple(one + before for one in self.begins)
        return self.but(first=self.first - before * WEEK, counts=counts, begins=begins)

    def _within_bounds(self) -> "Archive":
        """Drop what is too old to be looked at, and series that are empty by then."""
        over = self.counts.shape[1] - MOST_WEEKS
        if over <= 0 or self.first is None:
            return self
        counts = self.counts[:, over:]
        rows = np.flatnonzero(counts.sum(axis=1)).tolist()
        return self.but(
            first=self.first + over * WEEK,
            counts=counts[rows],
            keys=tuple(self.keys[row] for row in rows),
            begins=tuple(max(self.begins[row] - over, 0) for row in rows),
            eased={week: one for week, one in self.eased.items() if self.column(_day(week)) >= over},
        )


def owner_of(key: Key) -> str:
    """Return institution and cause of a series as one text."""
    return key.rpartition("\t")[0]


def _day(text: str) -> date:
    return date.fromisoformat(text)


def by_owner(days: Mapping[Key, int]) -> dict[str, list[int]]:
    """Return the filings of each institution and cause by day, Monday first."""
    out: dict[str, list[int]] = {}
    for place, count in days.items():
        key, _, day = place.rpartition("\t")
        out.setdefault(owner_of(key), [0] * 7)[int(day)] += count
    return out


_EMPTY = Archive()

archive: Table[Archive, Context] = Table("archive", Archive, blank=lambda _: _EMPTY)
