"""Which series an intervention's disputes are compared with."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray


def stacked(
    rows: Sequence[Mapping[str, Any]], only: Mapping[str, str], first: date, until: date
) -> tuple[list[str], NDArray[np.int64]]:
    """Return the names of comparable series, and all counts by week, those that are asked for in front.

    Comparable is every series of the same cause, where one is asked for, or else of the same issue; where
    neither is, every one. What is asked for is in none of them.

    Args:
        rows: Of ``weekly_counts``, all of them from `first` to `until`.
        only: What a row must have to be asked for, by dimension.
        first: Monday of the first week.
        until: Monday of the last week.
    """
    weeks = (until - first).days // 7 + 1
    own = np.zeros(weeks, dtype=np.int64)
    others: dict[str, NDArray[np.int64]] = defaultdict(lambda: np.zeros(weeks, dtype=np.int64))
    alike = next((name for name in ("cause", "issue") if name in only), "")
    for row in rows:
        week = (date.fromisoformat(row["week"]) - first).days // 7
        if all(str(row.get(name) or "") == value for name, value in only.items()):
            own[week] += row["count"]
        elif not alike or row[alike] == only[alike]:
            others[f"{row['institution']} {row['cause']} {row['issue']}"][week] += row["count"]
    names = sorted(others)
    return names, np.array([own, *(others[name] for name in names)])
