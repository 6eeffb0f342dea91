"""Sets of numbers as ranges: what waits of a subject is mostly one run of thousands."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import pairwise

Stored = list[list[int]]
"""``[[first, last], …]``, in order, with a gap between any two."""
_FEW = 500
"""Up to so many numbers are listed one by one where an older version must read them too."""


class Ranges:
    """A set of integers that is stored and searched by its runs.

    Args:
        stored: Runs as they were stored; single numbers are read as well.
    """

    __slots__ = ("_runs",)

    def __init__(self, stored: Iterable[list[int] | int] = ()) -> None:
        runs = sorted([one, one] if isinstance(one, int) else [one[0], one[1]] for one in stored)
        self._runs: Stored = runs[:1]
        for first, last in runs[1:]:
            if first <= self._runs[-1][1] + 1:
                self._runs[-1][1] = max(last, self._runs[-1][1])
            else:
                self._runs.append([first, last])

    def __bool__(self) -> bool:
        return bool(self._runs)

    def __len__(self) -> int:
        return sum(last - first + 1 for first, last in self._runs)

    def __iter__(self) -> Iterator[int]:
        for first, last in self._runs:
            yield from range(first, last + 1)

    def __contains__(self, number: int) -> bool:
        return self.end_of_run(number) >= number

    def end_of_run(self, number: int) -> int:
        """Return the last number of the run that a number is in; one less than the number if in none."""
        place = bisect_right(self._runs, number, key=lambda run: run[0]) - 1
        return self._runs[place][1] if place >= 0 and self._runs[place][1] >= number else number - 1

    @property
    def first(self) -> int:
        """The smallest number."""
        return self._runs[0][0]

    def add(self, number: int) -> None:
        """Add a number."""
        place = bisect_right(self._runs, number, key=lambda run: run[0])
        before = self._runs[place - 1] if place else None
        after = self._runs[place] if place < len(self._runs) else None
        if before is not None and number <= before[1]:
            return
        joins = before is not None and before[1] == number - 1
        if joins and before is not None:
            before[1] = number
        else:
            before = [number, number]
            self._runs.insert(place, before)
            place += 1
        if after is not None and after[0] == number + 1:
            before[1] = after[1]
            del self._runs[place]

    def cut_to(self, number: int) -> list[int]:
        """Remove all numbers up to one; return them."""
        gone: list[int] = []
        while self._runs and self._runs[0][0] <= number:
            first, last = self._runs[0]
            gone.extend(range(first, min(last, number) + 1))
            if last > number:
                self._runs[0] = [number + 1, last]
                break
            del self._runs[0]
        return gone

    def plain(self) -> list[int] | Stored:
        """Return the numbers one by one while they are few, else the runs.

        The first version knows single numbers alone: it raises at a run, and its replica stands still. A
        replica of it may have this subject next, in a rolling upgrade or after a rollback.
        """
        return list(self) if len(self) <= _FEW else self.stored()

    def stored(self) -> Stored:
        """Return the runs as they are stored."""
        assert all(a[1] + 1 < b[0] for a, b in pairwise(self._runs))
        return [list(run) for run in self._runs]


def run_end(number: int, *sets: Ranges) -> int:
    """Return the last number of the run that follows a number in some sets together."""
    while (end := max(one.end_of_run(number + 1) for one in sets)) > number:
        number = end
    return number
