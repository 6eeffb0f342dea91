"""培训: a training lists a mediator for some years; who is not trained again by then is suspended.

Some time before it ends, an alarm is raised once.

Those of the network file, whom the court had registered before, have no date, and so no end.
Source: 法释〔2016〕14号 arts 7, 10 (as of 2016-07-01).
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from services.mediation.roster.state import Roster, roster
from services.mediation.rules import Context
from shared.casework.calendar import SHANGHAI
from shared.casework.guards import Facts
from shared.contracts.message import Event
from shared.contracts.rosters import MediatorSuspended, SuspensionGround, TrainingDueSoon


def ends_at(trained_on: date, context: Context) -> datetime | None:
    """Return from when on a training lists nobody; ``None`` for never.

    The day of the training is not counted, as with other limits.
    """
    years = context.book.now.training_years
    if years is None:
        return None
    year = trained_on.year + years
    leap_day = (trained_on.month, trained_on.day) == (2, 29)
    last = date(year, 2, 28) if leap_day else trained_on.replace(year=year)
    return datetime.combine(last + timedelta(days=1), time(), SHANGHAI)


def told_at(trained_on: date, context: Context) -> datetime | None:
    """Return when the end of a training is told; ``None`` for never."""
    end, days = ends_at(trained_on, context), context.book.now.training_alarm_days
    return None if end is None or days is None else end - timedelta(days=days)


def _first_end(state: Roster, context: Context) -> datetime | None:
    trained = state.mediators.trained
    return ends_at(trained[0][0], context) if trained else None


@roster.timer("training", due=_first_end)
def expire(state: Roster, facts: Facts[Context]) -> Iterable[Event]:
    """No more cases until trained again; those held stay. Source: 法释〔2016〕14号 art 7."""
    yield MediatorSuspended(mediator=state.mediators.trained[0][1], ground=SuspensionGround.TRAINING_DUE)


def _untold(state: Roster) -> tuple[date, str] | None:
    register = state.mediators
    return next((one for one in register.trained if one[1] not in register.told), None)


def _first_alarm(state: Roster, context: Context) -> datetime | None:
    first = _untold(state) if state.mediators.trained else None
    return None if first is None else told_at(first[0], context)


@roster.timer("training-alarm", due=_first_alarm)
def alarm(state: Roster, facts: Facts[Context]) -> Iterable[Event]:
    """Somebody has to be trained again. Source: 法释〔2016〕14号 art 7."""
    first = _untold(state)
    assert first is not None
    yield due_soon(*first, facts.context)


def due_soon(trained_on: date, mediator: str, context: Context) -> TrainingDueSoon:
    """Return the alarm about a training."""
    end = ends_at(trained_on, context)
    assert end is not None
    return TrainingDueSoon(mediator=mediator, trained_on=trained_on, trained_until=end)


@roster.after(TrainingDueSoon)
def told(state: Roster, event: TrainingDueSoon) -> Roster:
    register = state.mediators
    return state.but(mediators=register.but(told=(*register.told, event.mediator)))
