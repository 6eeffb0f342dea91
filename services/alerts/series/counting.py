"""A counted dispute starts its series, corrects or resumes it, or is one more of an open week."""

from collections.abc import Iterable

from services.alerts.rules import Context
from services.alerts.series.correction import correct, count_less
from services.alerts.series.resumption import resume
from services.alerts.series.state import Series, series
from shared.casework.guards import Facts
from shared.contracts.alerts import DisputeCounted, DisputeUncounted, SeriesStarted
from shared.contracts.message import Event


@series.opens(DisputeCounted)
def start(dispute: DisputeCounted, facts: Facts[Context]) -> Iterable[Event]:
    """The first dispute starts the series in its week."""
    yield SeriesStarted(
        institution=dispute.institution,
        cause=dispute.cause,
        issue=dispute.issue,
        week=dispute.week,
        rules_version=facts.context.rules.version,
    )


@series.begins(SeriesStarted)
def started(event: SeriesStarted) -> Series:
    return Series(institution=event.institution, cause=event.cause, issue=event.issue, first=event.week)


@series.on(DisputeCounted)
def count(state: Series, dispute: DisputeCounted, facts: Facts[Context]) -> Iterable[Event]:
    """A closed week is corrected, a resting series goes on."""
    if dispute.week < state.next_week:
        return correct(state, dispute.week, facts.context.rules)
    return resume(state, dispute.week, facts)


@series.takes(DisputeCounted)
def counted(state: Series, dispute: DisputeCounted, facts: Facts[Context]) -> Series:
    """One more in a week that is still open; a closed one was corrected by an event."""
    if dispute.week < state.next_week:
        return state
    week = dispute.week.isoformat()
    return state.but(open={**state.open, week: state.open.get(week, 0) + 1})


@series.on(DisputeUncounted)
def uncount(state: Series, dispute: DisputeUncounted, facts: Facts[Context]) -> Iterable[Event]:
    """A closed week is corrected; of an open one nothing was said yet."""
    return count_less(state, dispute.week) if dispute.week < state.next_week else []


@series.takes(DisputeUncounted)
def uncounted(state: Series, dispute: DisputeUncounted, facts: Facts[Context]) -> Series:
    """One less in a week that is still open; a closed one was corrected by an event."""
    week = dispute.week.isoformat()
    if dispute.week < state.next_week or week not in state.open:
        return state
    others = {one: count for one, count in state.open.items() if one != week}
    left = state.open[week] - 1
    return state.but(open={**others, week: left} if left else others)
