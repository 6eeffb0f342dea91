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

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

__all__ = ["Concentration", "concentration"]

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
    """

    day: int
    count: int
    p_value: float
    usual: int


def concentration(days: Ints) -> Concentration | None:
    """Return how concentrated the last week is; None while there is too little to say.

    Args:
        days: shape (weeks, 7), filings of one institution or series by day, Monday first; the judged week
            is the last.
    """
    week, past = days[-1].astype(np.int64), days[:-1].astype(np.int64)
    total = int(week.sum())
    if total < 2 or past.sum() < LEAST_PAST:
        return None
    share = (past.sum(axis=0) + 0.5) / (past.sum() + 0.5 * DAYS)
    precision = _precision(past, share)
    tails = stats.betabinom.sf(week - 1, total, precision * share, precision * (1.0 - share))
    day = int(np.argmin(np.where(week > 0, tails, 2.0)))
    others = total - int(week[day])
    usual = others + others * share[day] / (1.0 - share[day])
    return Concentration(day, int(week[day]), min(1.0, DAYS * float(tails[day])), round(float(usual)))


def _precision(past: NDArray[np.int64], share: Floats) -> float:
    """Return how evenly past weeks were spread: large for independent filings, small for clumps."""
    totals = past.sum(axis=1)
    pairs = (totals * (totals - 1)).sum()
    same = (past * (past - 1)).sum() / max(1, pairs)
    even = float((share * share).sum())
    # Two filings of a week fall on one day with the probability even + (1 - even) / (precision + 1).
    clumped = (same - even) / (1.0 - even)
    return float(1.0 / np.clip(clumped, 1e-3, 0.999) - 1.0)
