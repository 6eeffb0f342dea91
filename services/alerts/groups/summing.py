"""合计: shards tell their weeks; once all have, the sums of a week are judged as series are.

Source: Kulldorff, "A spatial scan statistic", Commun Stat Theory Methods 26 (1997) 1481-1496, with groups of
series in the place of areas; which sum or series is told is the panel's (``panel/levels.py``).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

import numpy as np

from services.alerts.archive.judging import UNUSUAL, detector_of, interval
from services.alerts.archive.looking import look
from services.alerts.detectors import Judgement, Status
from services.alerts.groups.state import SEVERAL, Groups, groups, sums_of
from services.alerts.rules import Context
from services.alerts.rules.packing import Key, key_of, pack, parts_of, unpack
from services.alerts.rules.shards import MOST_WEEKS, SHARDS
from shared.casework.case_ids import PANEL, series_id
from shared.casework.guards import Facts
from shared.contracts.groups import (
    CountOfSumCorrected,
    GroupFound,
    GroupsJudged,
    Overlap,
    SumCorrected,
    WeekSummed,
)
from shared.contracts.kinds import Cause
from shared.contracts.message import Event

ROOM: Final = 5
"""So many institutions may each use up what the rules allow one, before further sums are left out."""
NAMED: Final = 20
"""Members that a sum names."""
_MOST_BOUND: Final = 1e9


@groups.on(WeekSummed)
def judge(state: Groups, told: WeekSummed, facts: Facts[Context]) -> Iterable[Event]:
    """Judge the sums of a week once every shard has told it."""
    if _is_over(state, told.week) or len(_parts(state, told)) < SHARDS:
        return
    counts = _whole(_parts(state, told))
    yield _judged(_closed(state, told, facts.context), counts, told.week, facts.context)


@groups.takes(WeekSummed)
def kept(state: Groups, told: WeekSummed, facts: Facts[Context]) -> Groups:
    """Keep what a shard told; add the week to the sums once all have."""
    if _is_over(state, told.week):
        return state
    parts = _parts(state, told)
    if len(parts) < SHARDS:
        return state.but(open={**state.open, told.week.isoformat(): parts})
    return _closed(state, told, facts.context)


groups.unchanged_by(GroupsJudged, CountOfSumCorrected)


def _is_over(state: Groups, week: date) -> bool:
    return state.kept.next_week is not None and week < state.kept.next_week


def _parts(state: Groups, told: WeekSummed) -> dict[str, str]:
    return {**state.open.get(told.week.isoformat(), {}), str(told.number): told.counts}


def _whole(parts: Mapping[str, str]) -> dict[Key, int]:
    return {key: count for packed in parts.values() for key, count in unpack(packed).items()}


def _closed(state: Groups, told: WeekSummed, context: Context) -> Groups:
    """Return the groups with a week closed, and before it what some shards told of earlier weeks."""
    known = {**state.open, told.week.isoformat(): _parts(state, told)}
    for week in sorted(one for one in known if one <= told.week.isoformat()):
        state = _added(state, date.fromisoformat(week), _whole(known.pop(week)), context)
    return state.but(open=known)


def _added(state: Groups, week: date, counts: Mapping[Key, int], context: Context) -> Groups:
    sums, sole = Counter[Key](), dict(state.sole)
    for key, count in counts.items():
        for group in sums_of(key):
            sums[group] += count
            if sole.setdefault(group, key) != key:
                sole[group] = SEVERAL
    return state.but(kept=state.kept.with_week(week, sums, ROOM * context.rules.most_series), sole=sole)


@groups.on(SumCorrected)
def tell_alerts(state: Groups, late: SumCorrected, facts: Facts[Context]) -> Iterable[Event]:
    """An alert of one of its sums has another count."""
    if _is_over(state, late.week):
        for key in sums_of(key_of(late.institution, late.cause, late.issue)):
            yield CountOfSumCorrected(series=series_id(*parts_of(key)), week=late.week, change=late.change)


@groups.takes(SumCorrected)
def corrected(state: Groups, late: SumCorrected, facts: Facts[Context]) -> Groups:
    """Put a week right, whether all shards have told it or not."""
    key = key_of(late.institution, late.cause, late.issue)
    week, number = late.week.isoformat(), str(late.number)
    if number in state.open.get(week, {}):
        counts = Counter(unpack(state.open[week][number]))
        counts[key] += late.change
        parts = {**state.open[week], number: pack(+counts)}
        return state.but(open={**state.open, week: parts})
    end = state.kept.next_week
    if end is None or late.week >= end or (end - late.week).days // 7 > MOST_WEEKS:
        return state
    changes = dict.fromkeys(sums_of(key), late.change)
    return state.but(kept=state.kept.with_week(late.week, changes, ROOM * facts.context.rules.most_series))


def _judged(state: Groups, counts: Mapping[Key, int], week: date, context: Context) -> GroupsJudged:
    rules, detector = context.rules, detector_of(context.rules)
    seen = look(state.kept, context, detector)
    judgement = detector.judge(seen.window)
    several = np.array([state.sole.get(key, SEVERAL) == SEVERAL for key in seen.keys], dtype=np.bool_)
    tested = int(((judgement.status == Status.JUDGED) & several).sum())
    unusual = several & (judgement.p_value <= UNUSUAL) & (seen.window.observed >= rules.min_count)
    rows = np.flatnonzero(unusual)
    if not len(rows):
        return GroupsJudged(panel=PANEL, week=week, tested=tested)
    members = {seen.keys[row]: dict[Key, int]() for row in rows}
    for key, count in counts.items():
        for group in sums_of(key):
            if group in members:
                members[group][key] = count
    low, high = interval(judgement, rows)
    found = tuple(
        _found(seen.keys[row], int(seen.filed[row]), judgement, row, members[seen.keys[row]]).model_copy(
            update={"low": float(low[at]), "high": float(high[at])}
        )
        for at, row in enumerate(rows)
    )
    overlaps = _overlaps([members[seen.keys[row]] for row in rows])
    return GroupsJudged(panel=PANEL, week=week, tested=tested, found=found, overlaps=overlaps)


def _found(
    key: Key, count: int, judgement: Judgement, row: np.intp, members: Mapping[Key, int]
) -> GroupFound:
    institution, cause, issue = parts_of(key)
    named = sorted(members, key=lambda one: (-members[one], one))[:NAMED]
    return GroupFound(
        institution=institution or None,
        cause=Cause(cause) if cause else None,
        issue=issue or None,
        count=count,
        expected=float(judgement.expected[row]),
        bound=float(min(judgement.threshold[row], _MOST_BOUND)),
        low=0.0,
        high=0.0,
        probability=float(np.clip(judgement.p_value[row], 0.0, 1.0)),
        variance=float(judgement.variance[row]),
        members=tuple(f"{'/'.join(parts_of(one))}: {members[one]}" for one in named),
        others=len(members) - len(named),
        shares="" if institution else pack(_shares(members)),
    )


def _shares(members: Mapping[Key, int]) -> dict[str, int]:
    out = Counter[str]()
    for key, count in members.items():
        out[parts_of(key)[0]] += count
    return out


def _overlaps(members: list[dict[Key, int]]) -> tuple[Overlap, ...]:
    out = []
    for one, mine in enumerate(members):
        for other in range(one + 1, len(members)):
            common = sum(count for key, count in mine.items() if key in members[other])
            if common:
                out.append(Overlap(one=one, other=other, count=common))
    return tuple(out)
