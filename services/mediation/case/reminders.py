"""期限提醒: before a limit ends its mediator is reminded, and behind one that was missed the court is told.

The steps are data. Each comes once for each end that a limit has: a period that was prolonged, corrected or
resumed reminds again before its new end. What would have come before the end was set does not come any more.
An alarm (DesignationOverdue, InquiryOverdue) is the organisation's; what nobody has acted on some
working days later is the court's.

Source: 法释〔2021〕23号 arts 10, 12, 15, 24: the limits; the steps are the platform's.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from services.mediation.case.deadlines import designation_limit, inquiry_limit
from services.mediation.case.state import Mediation, case
from services.mediation.rules import CaseRules, Context
from services.mediation.rules.reminders import Ladder
from shared.casework.calendar import Calendar
from shared.casework.guards import Facts
from shared.contracts.kinds import DeadlineKind, Role
from shared.contracts.message import Event
from shared.contracts.reminders import ReminderDue, ReminderStep

_DAY: Final = timedelta(days=1)
_INSTANT: Final = timedelta(microseconds=1)


class _Step(NamedTuple):
    """A step that is still to come."""

    at: datetime
    step: ReminderStep
    deadline: DeadlineKind
    addressee: Role
    ends_at: datetime


def _coming(mediation: Mediation, context: Context) -> Iterator[_Step]:
    """Yield the steps that are still to come."""
    rules = context.book.at(mediation.rules_version)
    if mediation.end is not None or (ladder := rules.ladder) is None:
        return
    reminded = mediation.clock.reminded_at
    for start, step in _steps(mediation, rules, ladder, context.calendar):
        if (start is None or step.at > start) and (reminded is None or step.at > reminded):
            yield step


def _steps(
    mediation: Mediation, rules: CaseRules, ladder: Ladder, calendar: Calendar
) -> Iterator[tuple[datetime | None, _Step]]:
    """Yield the steps of every limit that runs or has passed, each with the time when the limit was set."""
    clerk, court = Role.ORGANISATION_CLERK, Role.COURT_CLERK
    if (due_at := mediation.due_at) is not None:
        to = Role.MEDIATOR if mediation.accepted else clerk
        start = mediation.clock.since or mediation.accepted_at
        for days, step in (
            (ladder.first_days, ReminderStep.PERIOD_FIRST),
            (ladder.second_days, ReminderStep.PERIOD_SECOND),
            (ladder.last_days, ReminderStep.PERIOD_LAST),
        ):
            yield start, _Step(due_at - days * _DAY, step, DeadlineKind.PERIOD, to, due_at)
    if (paused_at := mediation.clock.paused_at) is not None:
        at, kind = paused_at + ladder.pause_days * _DAY, DeadlineKind.PERIOD
        yield paused_at, _Step(at, ReminderStep.PAUSE_LONG, kind, clerk, at)
    if (answer_by := mediation.answer_by) is not None:
        at, kind = answer_by - ladder.answer_days * _DAY, DeadlineKind.ANSWER
        yield mediation.designated_at, _Step(at, ReminderStep.ANSWER, kind, Role.MEDIATOR, answer_by)
    if mediation.mediator is None and mediation.round and mediation.designate_by is None:
        limit = designation_limit(mediation, rules, calendar)
        if limit is not None:
            at, kind = _escalated(limit.at, ladder, calendar), DeadlineKind.DESIGNATION
            yield None, _Step(at, ReminderStep.DESIGNATION_LATE, kind, court, limit.at)
    if mediation.ask_by is None and mediation.unasked:
        limit = inquiry_limit(mediation, rules, calendar)
        if limit is not None:
            at, kind = _escalated(limit.at, ladder, calendar), DeadlineKind.INQUIRY
            yield None, _Step(at, ReminderStep.INQUIRY_LATE, kind, court, limit.at)


def _escalated(limit: datetime, ladder: Ladder, calendar: Calendar) -> datetime:
    """Return when the court is told of a limit that has passed; its last day is not counted."""
    return calendar.after_working_days(limit - _INSTANT, ladder.escalate_days).at


def _next(mediation: Mediation, context: Context) -> datetime | None:
    return min((step.at for step in _coming(mediation, context)), default=None)


@case.timer("reminder", due=_next)
def remind(mediation: Mediation, facts: Facts[Context]) -> Iterable[Event]:
    """All steps of one instant."""
    for step in _coming(mediation, facts.context):
        if step.at == facts.at:
            yield ReminderDue(
                organisation=mediation.organisation,
                step=step.step,
                deadline=step.deadline,
                addressee=step.addressee,
                ends_at=step.ends_at,
            )


@case.after(ReminderDue)
def reminded(mediation: Mediation, event: ReminderDue, at: datetime) -> Mediation:
    return mediation.but(clock=mediation.clock.but(reminded_at=at))
