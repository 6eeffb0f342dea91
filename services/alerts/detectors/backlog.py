"""A backlog told apart from a surge: many filings on one day by one institution.

An institution that clears its desk files on one Tuesday what piled up for months. The week's count is high,
but nothing has happened to the consumers in that week. A surge spreads over the days.

A day is *concentrated* when so many of the week's filings are improbable on it, given how the institution's
filings usually spread: by weekday as in its past, and clumped as in its past (a Dirichlet-multinomial), so
that whoever always files once a week is not taken for clearing a desk. A week is a *backlog* when a day is
concentrated and the week with that day brought down to its usual count would be no surge; the caller judges
`usual` for that.

Source: practice of the court; Mosimann, "On the compound multinomial distribution", Biometrika 49 (1962)
65-82.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

__all__ = ["Concentration", "Habit", "concentrated", "concentration"]

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]

DAYS = 7
LEAST_PAST = 20


@dataclass(frozen=True, slots=True)
class Concentration:
    """The fullest day of a week.

    Attributes:
        day: 0 for Monday.
        count: Its filings.
        p_value: The probability that any day of a week of so many filings is as full.
        usual: The week's filings with that day brought down to what the others lead one to expect.
        odds: Filings that are usual on that day for each one of the others.
    """

    day: int
    count: int
    p_value: float
    usual: int
    odds: float


@dataclass(frozen=True, slots=True)
class Habit:
    """How the filings of past weeks spread over their days, as sums: a week is added without the others.

    Attributes:
        days: Filings by day, Monday first.
        pairs: Pairs of filings of one week.
        same: Of these, pairs of one day; both count each pair twice.
    """

    days: tuple[int, ...] = (0,) * DAYS
    pairs: int = 0
    same: int = 0

    def with_week(self, week: Sequence[int]) -> Habit:
        """Return the habit with one week more, shape (7,)."""
        total = sum(week)
        return Habit(
            tuple(one + more for one, more in zip(self.days, week, strict=True)),
            self.pairs + total * (total - 1),
            self.same + sum(one * (one - 1) for one in week),
        )


def concentration(days: Ints) -> Concentration | None:
    """Return how concentrated the last week is; None while there is too little to say.

    Args:
        days: shape (weeks, 7), filings of one institution or series by day, Monday first; the judged week
            is the last.
    """
    habit = Habit()
    for week in days[:-1].tolist():
        habit = habit.with_week(week)
    return concentrated(habit, days[-1].tolist())


def concentrated(habit: Habit, filings: Sequence[int]) -> Concentration | None:
    """Return how concentrated a week is after the weeks of a habit; None while there is too little to say.

    Args:
        habit: of the weeks before.
        filings: shape (7,), of the judged week, Monday first.
    """
    week, past = np.array(filings, dtype=np.int64), np.array(habit.days, dtype=np.int64)
    total = int(week.sum())
    if total < 2 or past.sum() < LEAST_PAST:
        return None
    share = (past + 0.5) / (past.sum() + 0.5 * DAYS)
    precision = _precision(habit, share)
    tails = stats.betabinom.sf(week - 1, total, precision * share, precision * (1.0 - share))
    day = int(np.argmin(np.where(week > 0, tails, 2.0)))
    others = total - int(week[day])
    odds = float(share[day] / (1.0 - share[day]))
    p_value = min(1.0, DAYS * float(tails[day]))
    return Concentration(day, int(week[day]), p_value, round(others * (1.0 + odds)), odds)


def _precision(habit: Habit, share: Floats) -> float:
    """Return how evenly past weeks were spread: large for independent filings, small for clumps."""
    same = habit.same / max(1, habit.pairs)
    even = float((share * share).sum())
    # Two filings of a week fall on one day with the probability even + (1 - even) / (precision + 1).
    clumped = (same - even) / (1.0 - even)
    return float(1.0 / np.clip(clumped, 1e-3, 0.999) - 1.0)
