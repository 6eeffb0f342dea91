"""周统计: a week closes when it is over, and is judged.

Source: practice of the court (潜在风险预警提示); the method's stands in ``services/alerts/rules.py``.
"""

from collections.abc import Iterable
from datetime import datetime

from services.alerts.rules import Context
from services.alerts.series.alarm import judged
from services.alerts.series.state import Series, series
from shared.casework.guards import Facts
from shared.contracts.alerts import WeekClosed
from shared.contracts.message import Event


def next_close(state: Series, context: Context) -> datetime | None:
    """Return when the next week closes; ``None`` while the series rests.

    It rests without a dispute in the open weeks and in one week more than the baseline: nothing is
    due until a dispute comes.
    """
    if state.open or any(state.closed[-(context.rules.baseline + 1) :]):
        return context.rules.closes_at(state.next_week)
    return None


@series.timer("week", due=next_close)
def close(state: Series, facts: Facts[Context]) -> Iterable[Event]:
    """The week is over; a surge raises the alarm at the same instant."""
    week, rules = state.next_week, facts.context.rules
    count, bound = state.count(week), rules.bound(state.closed)
    yield WeekClosed(week=week, count=count, bound=None if bound is None else bound.upper)
    yield from judged(state, week, state.closed, count, rules)


@series.after(WeekClosed)
def closed(state: Series, event: WeekClosed) -> Series:
    over = event.week.isoformat()
    left = {week: count for week, count in state.open.items() if week != over}
    return state.but(closed=(*state.closed, event.count), open=left)
