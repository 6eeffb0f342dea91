"""What a detector looks at: the counts of an archive as they are compared.

Weeks with a backlog are brought down, and labels that were renamed, merged or split go on as what they became
(``detectors/taxonomy.py``). What is stored stays as it was counted.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.alerts.archive.state import WEEK, Archive, owner_of
from services.alerts.detectors import Change, Detector, Weeks, Window, bridged, weeks_of
from services.alerts.rules import AlertRules, Context
from services.alerts.rules.packing import Key, parts_of
from shared.contracts.common import LabelKind

_CAUSE: Final = 1


@dataclass(frozen=True, slots=True)
class Look:
    """Series side by side.

    Attributes:
        keys: Of the window's rows. A split label keeps its old name for the sum of its parts.
        window: As the detector sees it.
        filed: Disputes of the last week as they were counted, shape (series,).
    """

    keys: tuple[Key, ...]
    window: Window
    filed: NDArray[np.int32]


def look(state: Archive, context: Context, detector: Detector) -> Look:
    """Return what a detector looks at in the last week of an archive that has one."""
    assert state.first is not None
    start = max(0, state.counts.shape[1] - detector.weeks_used - 1)
    raw = state.counts[:, start:]
    weeks = weeks_of(state.first + start * WEEK, raw.shape[1], context.calendar)
    begins = np.clip(np.array(state.begins, dtype=np.int32) - start, 0, raw.shape[1]).astype(np.int32)
    window = Window(state.judged_by(raw, start), begins, weeks)
    seen = Look(state.keys, window, raw[:, -1])
    if not context.rules.taxonomy:
        return seen
    return _causes_anew(_issues_bridged(seen, context.rules), context.rules)


def changes_of(rules: AlertRules, kind: LabelKind) -> tuple[Change, ...]:
    """Return the changes of labels of one kind."""
    return tuple(
        Change(one.since, one.old, one.new, comparable=one.comparable)
        for one in rules.taxonomy
        if one.of is kind
    )


def _issues_bridged(seen: Look, rules: AlertRules) -> Look:
    """Bridge the issues of each institution and cause."""
    changes = changes_of(rules, LabelKind.ISSUE)
    concerned = {label for one in changes for label in (*one.old, *one.new)}
    owners: dict[str, dict[str, int]] = {}
    for row, key in enumerate(seen.keys):
        if (issue := parts_of(key)[2]) in concerned:
            owners.setdefault(owner_of(key), {})[issue] = row
    if not owners:
        return seen
    gone = {row for rows in owners.values() for row in rows.values()}
    stays = np.array([row for row in range(len(seen.keys)) if row not in gone], dtype=np.intp)
    rest = tuple(seen.keys[row] for row in stays)
    parts = [Look(rest, seen.window.some(stays), seen.filed[stays])]
    for owner, rows in sorted(owners.items()):
        parts.append(_bridged(owner, rows, seen, changes))
    return _joined(parts, seen.window.weeks)


def _bridged(owner: str, rows: dict[str, int], seen: Look, changes: tuple[Change, ...]) -> Look:
    window = seen.window
    first = {issue: int(window.begins[row]) for issue, row in rows.items()}
    made = bridged({issue: window.counts[row] for issue, row in rows.items()}, window.weeks, changes, first)
    last = window.weeks.cut(len(window.weeks) - 1, len(window.weeks))
    filed = bridged(
        {issue: seen.filed[row : row + 1] for issue, row in rows.items()},
        last,
        changes,
        dict.fromkeys(rows, 0),
    )
    at = {label: row for row, label in enumerate(filed.labels)}
    counts = np.array([filed.window.counts[at[label], 0] for label in made.labels], dtype=np.int32)
    return Look(tuple(f"{owner}\t{label}" for label in made.labels), made.window, counts)


def _joined(parts: Iterable[Look], weeks: Weeks) -> Look:
    parts = list(parts)
    return Look(
        tuple(key for one in parts for key in one.keys),
        Window(
            np.concatenate([one.window.counts for one in parts]),
            np.concatenate([one.window.begins for one in parts]),
            weeks,
        ),
        np.concatenate([one.filed for one in parts]),
    )


def _causes_anew(seen: Look, rules: AlertRules) -> Look:
    """Let series of a cause whose name or scope changed begin anew: their past is in another shard."""
    begins = seen.window.begins.copy()
    weeks = seen.window.weeks
    for change in changes_of(rules, LabelKind.CAUSE):
        column = (change.day - weeks.first).days // 7
        if column < len(weeks):
            for row, key in enumerate(seen.keys):
                if parts_of(key)[_CAUSE] in change.new:
                    begins[row] = max(int(begins[row]), min(column + 1, len(weeks)))
    return replace(seen, window=Window(seen.window.counts, begins, weeks))
