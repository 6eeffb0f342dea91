"""预警序列恢复: a dispute wakes a resting series; the weeks in between had none."""

from collections.abc import Iterable
from datetime import date

from services.alerts.rules import Context
from services.alerts.series.closing import next_close
from services.alerts.series.state import WEEK, Series, series
from shared.casework.guards import Facts
from shared.contracts.alerts import SeriesResumed
from shared.contracts.message import Event


def resume(state: Series, week: date, facts: Facts[Context]) -> Iterable[Event]:
    """Fill the weeks before ``week`` that are over by now and that a resting series left out."""
    if next_close(state, facts.context) is not None:
        return
    empty, next_week = 0, state.next_week
    while next_week < week and facts.context.rules.closes_at(next_week) <= facts.at:
        empty, next_week = empty + 1, next_week + WEEK
    if empty:
        yield SeriesResumed(week=state.next_week, empty_weeks=empty)


@series.after(SeriesResumed)
def resumed(state: Series, event: SeriesResumed) -> Series:
    return state.but(closed=state.closed + (0,) * event.empty_weeks)
