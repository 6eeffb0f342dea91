"""Weekly counts by label."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

__all__ = ["Table"]


@dataclass(frozen=True, slots=True)
class Table:
    """Weekly counts by label.

    Attributes:
        first: Monday of the first week.
        counts: For each label its counts, shape (weeks,).
    """

    first: date
    counts: dict[str, NDArray[np.int32]]

    def cut(self, weeks: int) -> Table:
        """Return all but the last weeks."""
        return Table(self.first, {label: one[: len(one) - weeks] for label, one in self.counts.items()})

    def stacked(self) -> NDArray[np.int32]:
        """Return the counts of all labels, shape (labels, weeks)."""
        return np.array(list(self.counts.values()), dtype=np.int32)
