"""Which series and sums of a week are told: so that of all that are told few are false.

The promise is about the alerts, not about the series: of 100,000 quiet series a level of 1 % would raise a
thousand alarms a week. What is told once is not told again while it lasts.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from services.alerts.detectors import Method, cutoff, plain, tempered
from services.alerts.panel.levels import told_levels
from services.alerts.panel.state import Lasting, Panel, panel
from services.alerts.rules import AlertRules, Context
from services.alerts.rules.shards import SHARDS
from shared.casework.case_ids import PANEL, series_id
from shared.casework.guards import Facts
from shared.contracts.counts import (
    BacklogFound,
    PanelJudged,
    SurgeFound,
    SurgeOver,
    WeekJudged,
)
from shared.contracts.earlier_alerts import GroupAlertEnded, GroupAlertLasted, GroupAlertRaised
from shared.contracts.found import Backlog, Found
from shared.contracts.groups import GroupFound, GroupsJudged
from shared.contracts.message import Event

METHOD = "ears-c1"
"""What judged before rules named a detector."""


@panel.on(WeekJudged)
def judge(state: Panel, judged: WeekJudged, facts: Facts[Context]) -> Iterable[Event]:
    """Judge the week once all shards have spoken, and the sums over them."""
    parts = _parts(state, judged)
    sums = state.sums.get(judged.week.isoformat())
    return _all_judged(state, judged.week, parts, sums, facts.context.rules)


@panel.takes(WeekJudged)
def told(state: Panel, judged: WeekJudged, facts: Facts[Context]) -> Panel:
    """Keep what a shard said until the week is judged."""
    if state.next_week is None or judged.week < state.next_week:
        return state
    return state.but(judged={**state.judged, judged.week.isoformat(): _parts(state, judged)})


def _parts(state: Panel, judged: WeekJudged) -> dict[str, WeekJudged]:
    return {**state.judged.get(judged.week.isoformat(), {}), str(judged.number): judged}


@panel.on(GroupsJudged)
def judge_sums(state: Panel, sums: GroupsJudged, facts: Facts[Context]) -> Iterable[Event]:
    """Judge the week once all shards have spoken, too."""
    parts = state.judged.get(sums.week.isoformat(), {})
    return _all_judged(state, sums.week, parts, sums, facts.context.rules)


@panel.takes(GroupsJudged)
def sums_told(state: Panel, sums: GroupsJudged, facts: Facts[Context]) -> Panel:
    """Keep what was said of the sums until the week is judged."""
    if state.next_week is None or sums.week < state.next_week:
        return state
    return state.but(sums={**state.sums, sums.week.isoformat(): sums})


def _all_judged(
    state: Panel,
    week: date,
    parts: Mapping[str, WeekJudged],
    sums: GroupsJudged | None,
    rules: AlertRules,
) -> Iterable[Event]:
    waits = rules.groups is not None and sums is None
    if state.next_week != week or len(parts) < SHARDS or waits:
        return []
    none = GroupsJudged(panel=PANEL, week=week, tested=0)
    whole = Judged(week, [parts[number] for number in sorted(parts)], sums or none)
    return _judged(whole, state, rules)


@dataclass(frozen=True, slots=True)
class Judged:
    """All that was said of a week."""

    week: date
    parts: list[WeekJudged]
    sums: GroupsJudged

    @property
    def tested(self) -> int:
        """Series and sums that were judged together."""
        return self.sums.tested + sum(part.tested for part in self.parts)

    @property
    def series(self) -> list[Found]:
        """The improbable series, in the order of their ids."""
        return sorted((one for part in self.parts for one in part.found), key=id_of)


def _judged(judged: Judged, state: Panel, rules: AlertRules) -> Iterator[Event]:
    series, groups = judged.series, judged.sums.found
    improbable: list[Found | GroupFound] = [*series, *groups]
    limit = _limit(improbable, judged.tested, rules)
    out = _told(series, judged.sums, limit, rules)
    for one in out:
        yield _surge(one, judged, rules)
    unusual = {id_of(one) for one in improbable}
    calm = sorted(state.lasting.keys() - unusual)
    for id_ in calm:
        if state.lasting[id_].calm + 1 >= (rules.calm_weeks or 1):
            yield SurgeOver(series=id_, since=state.lasting[id_].since, week=state.lasting[id_].last)
    backlogs = [one for part in judged.parts for one in part.backlogs]
    yield from (_backlog(full, judged.week, rules) for full in backlogs)
    told_ids = {id_of(one) for one in out}
    yield PanelJudged(
        week=judged.week,
        tested=judged.tested,
        cutoff=limit,
        told=len(told_ids - state.lasting.keys()),
        lasting=len(state.lasting.keys() & unusual),
        calm=tuple(calm),
        rules_version=rules.version,
        backlogs=len(backlogs),
    )


def _told(
    series: list[Found], sums: GroupsJudged, limit: float, rules: AlertRules
) -> list[Found | GroupFound]:
    if rules.rate is None:
        return [one for one in series if one.count > one.bound]
    if not sums.found:
        return [one for one in series if one.probability <= limit]
    common = {(one.one, one.other): one.count for one in sums.overlaps}
    both = {**common, **{(other, one): count for (one, other), count in common.items()}}
    told = told_levels(series, sums.found, both, limit)
    return [*(series[at] for at in told.series), *(sums.found[at] for at in told.groups)]


def _backlog(one: Backlog, week: date, rules: AlertRules) -> BacklogFound:
    fields = {name: value for name, value in dict(one).items() if name != "counts"}
    return BacklogFound(**fields, week=week, rules_version=rules.version)


def id_of(one: Found | GroupFound) -> str:
    """Return the id of a series, or of a sum, that was found."""
    return series_id(one.institution, one.cause, one.issue)


def _limit(found: Iterable[Found | GroupFound], tested: int, rules: AlertRules) -> float:
    """Return the largest probability that is told; -1 for none.

    Only improbable counts come from the shards; all others are above any limit, so that one stands for them.
    """
    improbable = [one.probability for one in found]
    if rules.rate is None or not improbable:
        return -1.0
    p_values = np.ones(max(tested, len(improbable)))
    p_values[: len(improbable)] = improbable
    power = rules.tail_power or 1.0
    level = cutoff(tempered(p_values, power), rules.rate, Method(rules.dependence or Method.BY))
    return plain(level, power)


def _surge(one: Found | GroupFound, judged: Judged, rules: AlertRules) -> SurgeFound:
    fields = {name: value for name, value in dict(one).items() if name != "variance"}
    return SurgeFound(
        **fields,
        series=id_of(one),
        week=judged.week,
        tested=judged.tested,
        rate=rules.rate,
        method=rules.detector or METHOD,
        rules_version=rules.version,
    )


@panel.after(SurgeFound)
def found(state: Panel, event: SurgeFound) -> Panel:
    known = state.lasting.get(event.series)
    since = event.week if known is None else known.since
    return state.but(lasting={**state.lasting, event.series: Lasting(since=since, last=event.week)})


panel.unchanged_by(BacklogFound, GroupAlertRaised, GroupAlertLasted, GroupAlertEnded)


@panel.after(SurgeOver)
def over(state: Panel, event: SurgeOver) -> Panel:
    return state.but(lasting=_without(state.lasting, event.series))


@panel.after(PanelJudged)
def week_judged(state: Panel, event: PanelJudged) -> Panel:
    """Count the calm weeks; what stands out still, if not enough to be told, begins anew."""
    lasting = {
        id_: one.but(calm=one.calm + 1 if id_ in event.calm else 0) for id_, one in state.lasting.items()
    }
    over = event.week.isoformat()
    left = {week: parts for week, parts in state.judged.items() if week > over}
    sums = {week: one for week, one in state.sums.items() if week > over}
    next_week = event.week.fromordinal(event.week.toordinal() + 7)
    return state.but(lasting=lasting, judged=left, sums=sums, next_week=next_week)


def _without(lasting: Mapping[str, Lasting], series: str) -> dict[str, Lasting]:
    return {id_: one for id_, one in lasting.items() if id_ != series}
