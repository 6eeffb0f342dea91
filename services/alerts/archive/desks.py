"""积案集中申报: an institution files on one day what had piled up, and nothing has happened in that week.

A day stands for a backlog when it is fuller than the institution's usual week explains, and when what would
have been a surge is none with that day brought down to its usual count (``detectors/backlog.py``). Such a
week is judged, and is a baseline later on, with the day brought down; its count stays what it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from services.alerts.archive.state import Archive, by_owner, owner_of
from services.alerts.detectors import Concentration, Detector, Judgement, Window, concentrated
from services.alerts.rules import AlertRules
from services.alerts.rules.packing import Key, pack, parts_of
from shared.contracts.counts import Backlog
from shared.contracts.kinds import Cause


@dataclass(frozen=True, slots=True)
class Desk:
    """An institution and cause with a day that is too full."""

    owner: str
    found: Concentration
    week_count: int
    usual_day: int
    counts: Mapping[Key, int]


def told_apart(
    state: Archive,
    week: date,
    days: Mapping[Key, int],
    rules: AlertRules,
    detector: Detector,
    window: Window,
    judgement: Judgement,
) -> tuple[Window, Judgement, tuple[Backlog, ...]]:
    """Return the window and the judgement with backlogs brought down, and what they are.

    Args:
        state: With the week.
        week: Its Monday.
        days: Its counts by series and day.
        rules: In force.
        detector: Judges.
        window: What it looked at.
        judgement: What it said.
    """
    if rules.backlog is None:
        return window, judgement, ()
    desks = [one for one in _full(state, days, rules) if one.found.p_value <= rules.backlog]
    rows = {key: row for row, key in enumerate(state.keys)}
    backlogs = []
    for desk in desks:
        own = np.array([rows[key] for key in desk.counts if key in rows], dtype=np.intp)
        counts = window.counts.copy()
        counts[own, -1] = [desk.counts[state.keys[row]] for row in own]
        brought_down = replace(window, counts=counts)
        again = detector.judge(brought_down.some(own))
        explained = (judgement.p_value[own] <= rules.alpha) & ~(again.p_value <= rules.alpha)
        explained &= window.observed[own] >= rules.min_count
        if not explained.any():
            continue
        window = brought_down
        chosen = np.zeros(len(state.keys), dtype=np.bool_)
        chosen[own] = True
        order = np.argsort(own, kind="stable")
        judgement = judgement.replaced(chosen, _ordered(again, order))
        backlogs.append(_backlog(desk, week, [state.keys[row] for row in own[explained]]))
    return window, judgement, tuple(backlogs)


def _ordered(judgement: Judgement, order: NDArray[np.intp]) -> Judgement:
    names = Judgement.__dataclass_fields__
    return Judgement(*(getattr(judgement, name)[order] for name in names))


def _full(state: Archive, days: Mapping[Key, int], rules: AlertRules) -> list[Desk]:
    """Return the fullest day of each institution and cause that has enough of it."""
    desks = []
    for owner, week in sorted(by_owner(days).items()):
        found = concentrated(state.habit(owner), week)
        if found is None:
            continue
        total = sum(week)
        usual_day = max(0, found.usual - (total - found.count))
        if found.count - usual_day < rules.min_count:
            continue
        counts = _brought_down(owner, days, found)
        desks.append(Desk(owner, found, total, usual_day, counts))
    return desks


def _brought_down(owner: str, days: Mapping[Key, int], found: Concentration) -> dict[Key, int]:
    """Return the owner's counts of the week, the full day brought down to what each one's others say."""
    full: dict[Key, int] = {}
    others: dict[Key, int] = {}
    for place, count in days.items():
        key, _, day = place.rpartition("\t")
        if owner_of(key) == owner:
            part = full if int(day) == found.day else others
            part[key] = part.get(key, 0) + count
    return {
        key: (rest := others.get(key, 0)) + min(full.get(key, 0), round(rest * found.odds))
        for key in full.keys() | others.keys()
    }


def _backlog(desk: Desk, week: date, explained: list[Key]) -> Backlog:
    institution, _, cause = desk.owner.partition("\t")
    return Backlog(
        institution=institution,
        cause=Cause(cause),
        issues=tuple(sorted(parts_of(key)[2] for key in explained)),
        day=week + timedelta(days=desk.found.day),
        count=desk.found.count,
        usual=desk.usual_day,
        week_count=desk.week_count,
        probability=desk.found.p_value,
        counts=pack(desk.counts),
    )
