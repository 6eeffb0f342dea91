"""统计更正: a dispute that came late, or turned out to be another one, puts its closed week right."""

from collections.abc import Iterable
from datetime import date

from services.alerts.rules import AlertRules
from services.alerts.series.alarm import judged
from services.alerts.series.state import Series, series
from shared.contracts.alerts import CountCorrected
from shared.contracts.message import Event


def correct(state: Series, week: date, rules: AlertRules) -> Iterable[Event]:
    """Count one more in a closed week. An alarm that it should have had is raised; a second one is not.

    Weeks after it are not judged again, but the next ones are held against the right counts.
    """
    count = state.count(week) + 1
    yield CountCorrected(week=week, count=count)
    if state.alert_of(week) is None:
        yield from judged(state, week, state.closed[: max(state.index(week), 0)], count, rules)


def count_less(state: Series, week: date) -> Iterable[Event]:
    """Count one less in a closed week. An alarm that it had stays, and tells the right count."""
    if (count := state.count(week)) > 0:
        yield CountCorrected(week=week, count=count - 1)


@series.after(CountCorrected)
def corrected(state: Series, event: CountCorrected) -> Series:
    """A week before the beginning moves the beginning back."""
    index = state.index(event.week)
    if index < 0:
        return state.but(first=event.week, closed=(event.count, *(0,) * (-index - 1), *state.closed))
    after = state.but(closed=(*state.closed[:index], event.count, *state.closed[index + 1 :]))
    alert = state.alert_of(event.week)
    return after if alert is None else after.with_alert(event.week, alert.but(count=event.count))
