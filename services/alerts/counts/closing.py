"""周统计: once every partition has passed the end of a week, a shard says what it has counted."""

from collections.abc import Iterable
from datetime import date, timedelta

from services.alerts.counts.state import Shard, counts
from services.alerts.rules import Context
from services.alerts.rules.packing import pack
from services.alerts.rules.shards import archive_id, number_of
from shared.casework.guards import Facts
from shared.contracts.counts import WeekClosing, WeekCounted
from shared.contracts.message import Event

_WEEK = timedelta(days=7)


@counts.on(WeekClosing)
def close(state: Shard, closing: WeekClosing, facts: Facts[Context]) -> Iterable[Event]:
    """Close the week, and before it whatever weeks are open from before the first that is judged."""
    if state.is_closed(closing.week):
        return
    earlier = sorted(week for week in state.weeks if week < closing.week.isoformat())
    for week in (*map(date.fromisoformat, earlier), closing.week):
        counted = state.of(week)
        yield WeekCounted(
            archive=archive_id(number_of(facts.subject)),
            week=week,
            total=sum(counted.values()),
            counts=pack(counted),
            days=pack(state.days_of(week)),
        )


@counts.after(WeekCounted)
def closed(state: Shard, event: WeekCounted) -> Shard:
    over = event.week.isoformat()
    weeks, days = ({at: one[at] for at in one if at != over} for one in (state.weeks, state.days))
    return state.but(weeks=weeks, days=days, open_from=event.week + _WEEK)
