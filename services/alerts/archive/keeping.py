"""A closed week is judged for each series and kept; a late dispute puts a kept week right."""

from collections.abc import Iterable

from services.alerts.archive.judging import judged
from services.alerts.archive.state import Archive, archive, owner_of
from services.alerts.rules import Context
from services.alerts.rules.packing import key_of, unpack
from services.alerts.rules.shards import MOST_WEEKS
from shared.casework.guards import Facts
from shared.contracts.counts import WeekCorrected, WeekCounted, WeekJudged
from shared.contracts.message import Event


@archive.on(WeekCounted)
def judge(state: Archive, closed: WeekCounted, facts: Facts[Context]) -> Iterable[Event]:
    """Judge the week of every series at once; each week once."""
    if not _is_next(state, closed):
        return
    yield judged(_with(state, closed, facts.context), closed, facts)


@archive.takes(WeekCounted)
def kept(state: Archive, closed: WeekCounted, facts: Facts[Context]) -> Archive:
    """Keep the week, and how it was filed."""
    if not _is_next(state, closed):
        return state
    cleared = {owner_of(key) for key in state.eased.get(closed.week.isoformat(), ())}
    return _with(state, closed, facts.context).with_days(unpack(closed.days), cleared)


def _is_next(state: Archive, closed: WeekCounted) -> bool:
    return state.next_week is None or closed.week >= state.next_week


def _with(state: Archive, closed: WeekCounted, context: Context) -> Archive:
    return state.with_week(closed.week, unpack(closed.counts), context.rules.most_series)


@archive.after(WeekJudged)
def week_judged(state: Archive, event: WeekJudged) -> Archive:
    """Keep by what a week with a backlog is judged from now on."""
    if not event.backlogs:
        return state
    usual = {key: count for one in event.backlogs for key, count in unpack(one.counts).items()}
    return state.but(eased={**state.eased, event.week.isoformat(): usual})


@archive.takes(WeekCorrected)
def corrected(state: Archive, late: WeekCorrected, facts: Facts[Context]) -> Archive:
    """Put the week right: later ones are held against the right count."""
    if state.next_week is None or late.week >= state.next_week:
        return state
    if (state.next_week - late.week).days // 7 > MOST_WEEKS:
        return state
    key = key_of(late.institution, late.cause, late.issue)
    return state.with_week(late.week, {key: late.change}, facts.context.rules.most_series)
