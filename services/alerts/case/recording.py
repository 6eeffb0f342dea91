"""代录答复: the court's clerk records an answer that came by letter or phone; it counts for the day it came.

What was recorded shows as such: with the day, the means, and the clerk as its actor. It may have come before
an answer on the platform, and in time where that one was late.
Source: practice of the platform.
"""

from collections.abc import Iterable

from services.alerts.case.state import Clock, Counted, case
from services.alerts.rules import Context
from services.alerts.rules.by_hand import timely_on, wrong_day
from shared.casework.calendar import local_day
from shared.casework.guards import Facts, possible
from shared.contracts.message import Command, Event
from shared.contracts.requests import InstitutionAnswered, RecordAnswer


def _clock(dispute: Counted, request: str) -> Clock | None:
    return next((one for one in dispute.clocks if one.request == request), None)


@possible
def may_have_come(dispute: Counted, facts: Facts[Context], command: Command | None) -> str | None:
    """It was asked for, has no earlier answer, and was still awaited on a day that is not ahead."""
    if not isinstance(command, RecordAnswer):
        return None if dispute.clocks else "answer.no_request"
    clock = _clock(dispute, command.request)
    if clock is None:
        return "answer.no_request"
    if (wrong := wrong_day(command.received_on, clock.asked_at, facts.at)) is not None:
        return wrong
    if clock.dropped_at is not None and command.received_on > local_day(clock.dropped_at):
        return "answer.not_awaited"
    if clock.answered_at is not None:
        known = clock.received_on or local_day(clock.answered_at)
        return "answer.given" if known <= command.received_on else None
    return None


def _is_recorded(dispute: Counted, command: RecordAnswer, facts: Facts[Context]) -> bool:
    clock = _clock(dispute, command.request)
    return clock is not None and (clock.received_on, clock.means) == (command.received_on, command.means)


@case.on(RecordAnswer, may_have_come, already=_is_recorded)
def record(dispute: Counted, command: RecordAnswer, facts: Facts[Context]) -> Iterable[Event]:
    """The answer counts for the day on which it came."""
    clock = _clock(dispute, command.request)
    assert clock is not None
    yield InstitutionAnswered(
        request=command.request,
        timely=timely_on(command.received_on, clock.answer_by),
        received_on=command.received_on,
        means=command.means,
    )
