"""Which series of a week are told: so that of all that are told few are false.

The promise is about the alerts, not about the series: of 100,000 quiet series a level of 1 % would raise a
thousand alarms a week. What is told once is not told again while it lasts.
"""

from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from services.alerts.detectors import Method, cutoff
from services.alerts.panel.state import Lasting, Panel, panel
from services.alerts.rules import AlertRules, Context
from services.alerts.rules.shards import SHARDS
from shared.casework.case_ids import series_id
from shared.casework.guards import Facts
from shared.contracts.counts import (
    Backlog,
    BacklogFound,
    Found,
    PanelJudged,
    SurgeFound,
    SurgeOver,
    WeekJudged,
)
from shared.contracts.message import Event

METHOD = "ears-c1"
"""What judged before rules named a detector."""


@panel.on(WeekJudged)
def judge(state: Panel, judged: WeekJudged, facts: Facts[Context]) -> Iterable[Event]:
    """Judge the week once all shards have spoken."""
    parts = _parts(state, judged)
    if state.next_week != judged.week or len(parts) < SHARDS:
        return []
    return _judged([parts[number] for number in sorted(parts)], state, judged, facts.context.rules)


@panel.takes(WeekJudged)
def told(state: Panel, judged: WeekJudged, facts: Facts[Context]) -> Panel:
    """Keep what a shard said until the week is judged."""
    if state.next_week is None or judged.week < state.next_week:
        return state
    return state.but(judged={**state.judged, judged.week.isoformat(): _parts(state, judged)})


def _parts(state: Panel, judged: WeekJudged) -> dict[str, WeekJudged]:
    return {**state.judged.get(judged.week.isoformat(), {}), str(judged.number): judged}


def _judged(parts: list[WeekJudged], state: Panel, judged: WeekJudged, rules: AlertRules) -> Iterator[Event]:
    tested = sum(part.tested for part in parts)
    found = {_id(one): one for part in parts for one in part.found}
    limit = _limit(found.values(), tested, rules)
    out = {id_: one for id_, one in found.items() if _stands_out(one, limit, rules)}
    for id_, one in sorted(out.items()):
        yield _surge(id_, one, judged, tested, rules)
    calm = sorted(state.lasting.keys() - found.keys())
    for id_ in calm:
        if state.lasting[id_].calm + 1 >= (rules.calm_weeks or 1):
            yield SurgeOver(series=id_, since=state.lasting[id_].since, week=state.lasting[id_].last)
    backlogs = [one for part in parts for one in part.backlogs]
    yield from (_backlog(full, judged, rules) for full in backlogs)
    yield PanelJudged(
        week=judged.week,
        tested=tested,
        cutoff=limit,
        told=len(out.keys() - state.lasting.keys()),
        lasting=len(state.lasting.keys() & found.keys()),
        calm=tuple(calm),
        rules_version=rules.version,
        backlogs=len(backlogs),
    )


def _backlog(one: Backlog, judged: WeekJudged, rules: AlertRules) -> BacklogFound:
    fields = {name: value for name, value in dict(one).items() if name != "counts"}
    return BacklogFound(**fields, week=judged.week, rules_version=rules.version)


def _id(one: Found) -> str:
    return series_id(one.institution, one.cause, one.issue)


def _limit(found: Iterable[Found], tested: int, rules: AlertRules) -> float:
    """Return the largest probability that is told; -1 for none.

    Only improbable counts come from the shards; all others are above any limit, so that one stands for them.
    """
    improbable = [one.probability for one in found]
    if rules.rate is None or not improbable:
        return -1.0
    p_values = np.ones(max(tested, len(improbable)))
    p_values[: len(improbable)] = improbable
    return cutoff(p_values, rules.rate, Method(rules.dependence or Method.BY))


def _stands_out(one: Found, limit: float, rules: AlertRules) -> bool:
    return one.count > one.bound if rules.rate is None else one.probability <= limit


def _surge(id_: str, one: Found, judged: WeekJudged, tested: int, rules: AlertRules) -> SurgeFound:
    return SurgeFound(
        **dict(one),
        series=id_,
        week=judged.week,
        tested=tested,
        rate=rules.rate,
        method=rules.detector or METHOD,
        rules_version=rules.version,
    )


@panel.after(SurgeFound)
def found(state: Panel, event: SurgeFound) -> Panel:
    known = state.lasting.get(event.series)
    since = event.week if known is None else known.since
    return state.but(lasting={**state.lasting, event.series: Lasting(since=since, last=event.week)})


panel.unchanged_by(BacklogFound)


@panel.after(SurgeOver)
def over(state: Panel, event: SurgeOver) -> Panel:
    return state.but(lasting=_without(state.lasting, event.series))


@panel.after(PanelJudged)
def week_judged(state: Panel, event: PanelJudged) -> Panel:
    """Count the calm weeks; what stands out still, if not enough to be told, begins anew."""
    lasting = {
        id_: one.but(calm=one.calm + 1 if id_ in event.calm else 0) for id_, one in state.lasting.items()
    }
    left = {week: parts for week, parts in state.judged.items() if week > event.week.isoformat()}
    next_week = event.week.fromordinal(event.week.toordinal() + 7)
    return state.but(lasting=lasting, judged=left, next_week=next_week)


def _without(lasting: Mapping[str, Lasting], series: str) -> dict[str, Lasting]:
    return {id_: one for id_, one in lasting.items() if id_ != series}
