"""Short forms of ids, as they stand in a table and as commands take them back.

An id of a case or series is shortened to its beginning, a place in Kafka to its end, anything else that is
very long to its beginning with ``…``. A short form stands for one id of its table alone.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from rich.cells import cell_len

from cli.display.cells import CUT, cut

PREFIX: Final = 11
"""Signs of a shortened case id: 40 bits of its digest."""
LONGEST: Final = 36
"""Cells of an id that is short enough as it is."""
LONGEST_PLACE: Final = 28
"""Likewise of a place in Kafka, whose end tells more than its beginning."""

_DIGEST: Final = re.compile(r"(s[yr]1[a-z2-7]{32})(:\d+)?")
_PLACE: Final = re.compile(r"(?:.*\.)?([^.:]+(?::\d+){1,2})")


def shortened(ids: Iterable[str]) -> Mapping[str, str]:
    """Return the short form of each id; no two ids have the same."""
    whole = sorted(set(ids))
    out: dict[str, str] = {}
    taken: dict[str, int] = {}
    for id in whole:
        out[id] = _short(id, whole)
        taken[out[id]] = taken.get(out[id], 0) + 1
    return {id: short if taken[short] == 1 else id for id, short in out.items()}


def _short(id: str, others: list[str]) -> str:
    if match := _DIGEST.fullmatch(id):
        # A row of a history carries its number, and is told from its neighbours by it.
        return id if match[2] else id[: _unique(id, others)]
    if match := _PLACE.fullmatch(id):
        if cell_len(id) <= LONGEST_PLACE:
            return id
        return match[1] if cell_len(match[1]) <= LONGEST_PLACE else CUT + id[1 - LONGEST_PLACE :]
    return cut(id, LONGEST)


def _unique(id: str, others: list[str]) -> int:
    """Return how many signs tell an id from its neighbours in the sorted list, but at least ``PREFIX``."""
    at = others.index(id)
    near = others[max(0, at - 1) : at] + others[at + 1 : at + 2]
    return max([PREFIX, *(_common(id, other) + 1 for other in near)])


def _common(one: str, other: str) -> int:
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count


def meant(given: str) -> str:
    """Return a short form as it was meant: without the mark of what was cut."""
    return given.strip().strip(CUT)
