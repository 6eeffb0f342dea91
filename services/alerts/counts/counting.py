"""A dispute counts in its week: an open one counts more or less, a closed one is corrected by an event."""

from collections.abc import Iterable

from services.alerts.counts.state import MOST_ASIDE, Shard, counts
from services.alerts.rules import Context
from services.alerts.rules.packing import Key, key_of
from services.alerts.rules.shards import archive_id, number_of
from shared.casework.case_ids import PANEL
from shared.casework.guards import Facts
from shared.contracts.counts import (
    CountingStarted,
    DisputeCounted,
    DisputeSetAside,
    DisputeUncounted,
    WeekCorrected,
)
from shared.contracts.message import Event


@counts.on(DisputeCounted)
def count(state: Shard, dispute: DisputeCounted, facts: Facts[Context]) -> Iterable[Event]:
    """Tell the panel of the first one; correct a closed week; set aside one issue too many."""
    if not state.started:
        yield CountingStarted(panel=PANEL, week=dispute.week)
    if state.is_closed(dispute.week):
        yield _corrected(dispute, 1, facts)
    elif _is_one_too_many(state, dispute, facts.context):
        yield DisputeSetAside(
            reason="count.too_many_issues",
            series=dispute.series,
            institution=dispute.institution,
            cause=dispute.cause,
            week=dispute.week,
            case=facts.told_by,
        )


def _is_one_too_many(state: Shard, dispute: DisputeCounted, context: Context) -> bool:
    issues = state.issues(dispute.week, key(dispute))
    return len(issues) >= context.rules.most_issues and not state.count(dispute.week, key(dispute))


def key(dispute: DisputeCounted | DisputeUncounted) -> Key:
    """Return the key of a dispute's series."""
    return key_of(dispute.institution, dispute.cause, dispute.issue)


def _corrected(
    dispute: DisputeCounted | DisputeUncounted, change: int, facts: Facts[Context]
) -> WeekCorrected:
    return WeekCorrected(
        archive=archive_id(number_of(facts.subject)),
        series=dispute.series,
        institution=dispute.institution,
        cause=dispute.cause,
        issue=dispute.issue,
        week=dispute.week,
        change=change,
    )


@counts.after(CountingStarted)
def started(state: Shard, event: CountingStarted) -> Shard:
    return state.but(started=True)


@counts.after(DisputeSetAside)
def set_aside(state: Shard, event: DisputeSetAside) -> Shard:
    return state.but(aside=(*state.aside, event.case)[-MOST_ASIDE:])


counts.unchanged_by(WeekCorrected)


@counts.takes(DisputeCounted)
def counted(state: Shard, dispute: DisputeCounted, facts: Facts[Context]) -> Shard:
    """One more in a week that is still open."""
    if state.is_closed(dispute.week) or (state.aside and facts.told_by in state.aside):
        return state
    return state.more(dispute.week, key(dispute), dispute.day, 1)


@counts.on(DisputeUncounted)
def uncount(state: Shard, dispute: DisputeUncounted, facts: Facts[Context]) -> Iterable[Event]:
    """A closed week is corrected; of an open one nothing was said yet."""
    if state.is_closed(dispute.week) and facts.told_by not in state.aside:
        yield _corrected(dispute, -1, facts)


@counts.takes(DisputeUncounted)
def uncounted(state: Shard, dispute: DisputeUncounted, facts: Facts[Context]) -> Shard:
    """One less in a week that is still open."""
    if state.aside and (case := facts.told_by) in state.aside:
        return state.but(aside=tuple(one for one in state.aside if one != case))
    if state.is_closed(dispute.week) or not state.count(dispute.week, key(dispute)):
        return state
    return state.more(dispute.week, key(dispute), dispute.day, -1)
