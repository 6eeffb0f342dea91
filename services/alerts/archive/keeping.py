"""A closed week is judged for each series and kept; a late dispute puts a kept week right."""

from collections.abc import Iterable, Mapping

from services.alerts.archive.judging import judged
from services.alerts.archive.state import Archive, archive, owner_of
from services.alerts.rules import Context
from services.alerts.rules.packing import Key, key_of, pack, unpack
from services.alerts.rules.shards import MOST_WEEKS, number_of
from shared.casework.case_ids import GROUPS
from shared.casework.guards import Facts
from shared.contracts.counts import WeekCorrected, WeekCounted, WeekJudged
from shared.contracts.groups import SumCorrected, WeekSummed
from shared.contracts.message import Event


@archive.on(WeekCounted)
def judge(state: Archive, closed: WeekCounted, facts: Facts[Context]) -> Iterable[Event]:
    """Judge the week of every series at once; each week once."""
    if not _is_next(state, closed):
        return
    now = _with(state, closed, facts.context)
    said = judged(now, closed, facts)
    yield said
    if facts.context.rules.groups is not None:
        yield WeekSummed(
            groups=GROUPS,
            number=said.number,
            week=closed.week,
            counts=pack(_compared(now, said, unpack(closed.counts))),
        )


def _compared(state: Archive, said: WeekJudged, counted: Mapping[Key, int]) -> dict[Key, int]:
    """Return the counts of a week as they are judged: backlogs brought down."""
    down = {key: count for one in said.backlogs for key, count in unpack(one.counts).items()}
    kept = {key: min(counted[key], down.get(key, counted[key])) for key in counted.keys() & set(state.keys)}
    return {key: count for key, count in kept.items() if count}


@archive.on(WeekCorrected)
def tell_the_sums(state: Archive, late: WeekCorrected, facts: Facts[Context]) -> Iterable[Event]:
    """The sums of groups are put right with it."""
    if facts.context.rules.groups is not None and _is_kept(state, late):
        yield SumCorrected(
            groups=GROUPS,
            number=number_of(facts.subject),
            institution=late.institution,
            cause=late.cause,
            issue=late.issue,
            week=late.week,
            change=late.change,
        )


archive.unchanged_by(WeekSummed)
archive.unchanged_by(SumCorrected)


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
    if not _is_kept(state, late):
        return state
    key = key_of(late.institution, late.cause, late.issue)
    return state.with_week(late.week, {key: late.change}, facts.context.rules.most_series)


def _is_kept(state: Archive, late: WeekCorrected) -> bool:
    end = state.next_week
    return end is not None and late.week < end and (end - late.week).days // 7 <= MOST_WEEKS
