"""Renamed, split and merged labels as data, so that a change of names is no surge.

Counted by raw label, a renamed product vanishes and another one appears out of nothing. A `Change` says
which labels became which, and when. `bridged` counts so that

- a renamed or merged label goes on under its new name, with the past of the old ones;
- a split label goes on as the sum of its parts, which begin anew: the sum is judged at once, a part when it
  has weeks enough of its own;
- a label whose scope changed with its name (`comparable` false) begins anew on that day.

Source: practice of the Consumer Financial Protection Bureau, which renamed its products on 24 April 2017 and
24 August 2023.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from services.alerts.detectors.window import Weeks, Window

__all__ = ["Bridged", "Change", "bridged"]


@dataclass(frozen=True, slots=True)
class Change:
    """Old labels that became new ones on a day.

    Attributes:
        day: The first day of the new labels.
        old: One label, or several that were merged.
        new: One label, or several into which one was split.
        comparable: Whether the new labels hold what the old ones held, so that counts can be compared.
    """

    day: date
    old: tuple[str, ...]
    new: tuple[str, ...]
    comparable: bool = True

    def __post_init__(self) -> None:
        if not self.old or not self.new:
            raise ValueError("a change leads from at least one label to at least one")
        if len(self.old) > 1 and len(self.new) > 1:
            raise ValueError(
                "a change renames, merges or splits; several labels to several are several changes"
            )

    @property
    def is_split(self) -> bool:
        """Whether one label became several."""
        return len(self.new) > 1


@dataclass(frozen=True, slots=True)
class Bridged:
    """Series that a change of labels does not break.

    Attributes:
        labels: Of the window's rows. A split label keeps its old name for the sum of its parts.
        window: The counts.
    """

    labels: tuple[str, ...]
    window: Window


def bridged(
    counts: Mapping[str, NDArray[np.int32]],
    weeks: Weeks,
    changes: Sequence[Change],
    first: Mapping[str, int] | None = None,
) -> Bridged:
    """Return the series of all labels after the changes.

    Args:
        counts: for each raw label its counts, shape (weeks,). Days around a change may have both labels.
        weeks: of the counts.
        changes: in any order; one that lies after the last week changes nothing yet.
        first: for each raw label its first column; None: that of its first dispute.
    """
    rows = {label: one.astype(np.int32) for label, one in sorted(counts.items())}
    begins = {label: _first(one) if first is None else first[label] for label, one in rows.items()}
    for change in sorted(changes, key=lambda one: (one.day, one.old, one.new)):
        column = (change.day - weeks.first).days // 7
        if column >= len(weeks):
            continue
        if change.is_split:
            _split(rows, begins, change, max(0, column))
        else:
            _renamed(rows, begins, change, max(0, column))
    labels = tuple(rows)
    made = np.array([rows[label] for label in labels], dtype=np.int32).reshape(len(labels), len(weeks))
    starts = np.array([begins[label] for label in labels], dtype=np.int32)
    return Bridged(labels, Window(made, starts, weeks))


def _renamed(rows: dict[str, NDArray[np.int32]], begins: dict[str, int], change: Change, column: int) -> None:
    new = change.new[0]
    # A label may go on under its own name: each is added once.
    parts = [label for label in dict.fromkeys((*change.old, new)) if label in rows]
    if not parts:
        return
    total = np.stack([rows[label] for label in parts]).sum(axis=0, dtype=np.int32)
    first = min(begins[label] for label in parts)
    for label in parts:
        del rows[label], begins[label]
    rows[new] = total
    # In the week of the change the old and the new scope are mixed.
    begins[new] = first if change.comparable else column + 1


def _split(rows: dict[str, NDArray[np.int32]], begins: dict[str, int], change: Change, column: int) -> None:
    old = change.old[0]
    parts = [label for label in dict.fromkeys((old, *change.new)) if label in rows]
    if not parts:
        return
    rows[old] = np.stack([rows[label] for label in parts]).sum(axis=0, dtype=np.int32)
    begins[old] = min(begins[label] for label in parts) if change.comparable else column + 1
    for label in change.new:
        if label in rows and label != old:
            begins[label] = max(begins[label], column + 1)


def _first(counts: NDArray[np.int32]) -> int:
    """Return the first week with a dispute: before it the label did not exist."""
    seen = np.flatnonzero(counts)
    return int(seen[0]) if len(seen) else len(counts)
