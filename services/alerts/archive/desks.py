"""积案集中申报: an institution files on one day what had piled up, and nothing has happened in that week.

A day stands for a backlog when it is fuller than the institution's usual week explains, and when what would
have been a surge is none with that day brought down to its usual count (``detectors/backlog.py``). Such a
week is judged, and is a baseline later on, with the day brought down; its count stays what it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from services.alerts.archive.looking import Look, look
from services.alerts.archive.state import Archive, by_owner, owner_of
from services.alerts.detectors import Concentration, Detector, Judgement, concentrated
from services.alerts.rules import AlertRules, Context
from services.alerts.rules.packing import Key, pack, parts_of, unpack
from shared.contracts.counts import WeekCounted
from shared.contracts.found import Backlog
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
    closed: WeekCounted,
    context: Context,
    detector: Detector,
    seen: Look,
    judgement: Judgement,
) -> tuple[Look, Judgement, tuple[Backlog, ...]]:
    """Return what is judged with backlogs brought down, the judgement of that, and the backlogs.

    Args:
        state: With the week.
        closed: The week.
        context: Rules in force.
        detector: Judges.
        seen: What it looked at.
        judgement: What it said.
    """
    rules, backlogs = context.rules, list[Backlog]()
    desks = _full(state, unpack(closed.days), rules) if rules.backlog is not None else []
    for desk in desks:
        eased = {**state.eased.get(closed.week.isoformat(), {}), **desk.counts}
        down = state.but(eased={**state.eased, closed.week.isoformat(): eased})
        again = look(down, context, detector)
        own = np.array([owner_of(key) == desk.owner for key in again.keys])
        judged = detector.judge(again.window.some(own))
        explained = (judgement.p_value[own] <= rules.alpha) & ~(judged.p_value <= rules.alpha)
        explained &= seen.window.observed[own] >= rules.min_count
        if explained.any():
            keys = [again.keys[row] for row in np.flatnonzero(own)[explained]]
            state, seen, judgement = down, again, judgement.replaced(own, judged)
            backlogs.append(_backlog(desk, closed.week, keys))
    return seen, judgement, tuple(backlogs)


def _full(state: Archive, days: Mapping[Key, int], rules: AlertRules) -> list[Desk]:
    """Return the fullest day of each institution and cause that has enough of it."""
    assert rules.backlog is not None
    desks = []
    for owner, week in sorted(by_owner(days).items()):
        found = concentrated(state.habit(owner), week)
        if found is None or found.p_value > rules.backlog:
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
