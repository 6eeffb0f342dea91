"""说明期限核定: the time to explain an alert is what the calendar says, once it is known.

A provisional limit is in force like any other until then. One that has passed by the calendar while the
provisional one has not stands: nothing is missed in the past. Source: 民事诉讼法 (2023) art 85.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from services.alerts.rules import Context
from services.alerts.series.state import Alert, Series, series
from shared.casework.calendar import Deadline, awaited
from shared.casework.guards import Facts
from shared.contracts.alerts import AlertClockCorrected
from shared.contracts.message import Event


def _waiting(state: Series) -> Iterator[tuple[date, Alert, datetime]]:
    """Yield the alerts that wait for an answer, with a provisional limit."""
    for week, alert in state.alerts.items():
        if alert.answer_provisional and alert.answer_by and not alert.explanation:
            yield date.fromisoformat(week), alert, datetime.fromisoformat(alert.answer_by)


def _moved(state: Series, context: Context) -> Iterator[tuple[date, datetime, Deadline]]:
    for week, alert, before in _waiting(state):
        raised = datetime.fromisoformat(alert.raised_at)
        right = context.book.at(alert.rules_version).answer_by(raised, context.calendar)
        if right is not None and right != (before, True):
            yield week, before, right


def _known(state: Series, context: Context, to: datetime) -> datetime | None:
    return min((min(to, before) for _, before, _ in _moved(state, context)), default=None)


@series.correction("answer", due=_known)
def correct(state: Series, facts: Facts[Context]) -> Iterable[Event]:
    """The calendar has come."""
    for week, before, right in _moved(state, facts.context):
        if before < facts.at:
            continue
        after, provisional = right.in_place_of(before, facts.at)
        yield AlertClockCorrected(week=week, before=before, after=after, provisional=provisional)


@series.awaits
def next_calendar(state: Series) -> str | None:
    """Return the name of the calendar that the nearest provisional limit waits for."""
    nearest = min((before for *_, before in _waiting(state)), default=None)
    return None if nearest is None else awaited(nearest)


@series.after(AlertClockCorrected)
def corrected(state: Series, event: AlertClockCorrected) -> Series:
    return state.changed(event.week, answer_by=event.after.isoformat(), answer_provisional=event.provisional)
