"""Provisional deadlines of a mediation, and their correction once the calendar is known.

A provisional deadline is in force like any other until it is corrected. What is corrected, and how:

- A mediation that is over stays over; nothing brings an end or a lapse back.
- A correction comes before the deadline can pass: what is still open when the calendar is known ends
  when the law says, not when the provisional deadline said.
- A correction moves a deadline to a day that lies ahead. Where the right deadline has passed
  already and the provisional one is later, the provisional one stands: people could rely on it, and
  nothing ends in the past.
- Whoever looks, and when, makes no difference to the order of times: a correction is made at the time
  of the look, but no later than the deadline that it corrects.
"""

from collections.abc import Iterable
from datetime import datetime

from services.mediation.case.state import Mediation, case
from services.mediation.rules import Context
from shared.casework.calendar import Deadline, awaited
from shared.casework.guards import Facts
from shared.contracts.kinds import DeadlineKind
from shared.contracts.mediation import DeadlineCorrected
from shared.contracts.message import Event


@case.awaits
def next_calendar(mediation: Mediation) -> str | None:
    """Return the name of the calendar that a provisional deadline waits for; the nearest if two do."""
    if mediation.end is not None:
        return None
    waiting = [
        deadline
        for deadline, provisional in (
            (mediation.answer_by, mediation.answer_provisional),
            (mediation.due_at, mediation.due_provisional),
        )
        if provisional and deadline is not None
    ]
    return awaited(min(waiting)) if waiting else None


def _answer_known(mediation: Mediation, context: Context, to: datetime) -> datetime | None:
    return _known(mediation, DeadlineKind.ANSWER, to, context)


@case.correction("answer", due=_answer_known)
def correct_answer(mediation: Mediation, facts: Facts[Context]) -> Iterable[Event]:
    """The answer's deadline is what the calendar says."""
    return _corrected(mediation, DeadlineKind.ANSWER, facts)


def _period_known(mediation: Mediation, context: Context, to: datetime) -> datetime | None:
    return _known(mediation, DeadlineKind.PERIOD, to, context)


@case.correction("period", due=_period_known)
def correct_period(mediation: Mediation, facts: Facts[Context]) -> Iterable[Event]:
    """The period's deadline is what the calendar says."""
    return _corrected(mediation, DeadlineKind.PERIOD, facts)


@case.after(DeadlineCorrected)
def corrected(mediation: Mediation, event: DeadlineCorrected) -> Mediation:
    if event.deadline is DeadlineKind.PERIOD:
        return mediation.but(due_at=event.after, due_provisional=event.provisional)
    return mediation.but(answer_by=event.after, answer_provisional=event.provisional)


def _known(mediation: Mediation, kind: DeadlineKind, to: datetime, context: Context) -> datetime | None:
    """Return when a provisional deadline is corrected; ``None`` while the calendar says nothing new."""
    if mediation.end is not None or (found := _provisional(mediation, kind)) is None:
        return None
    before, start = found
    return None if _right(mediation, kind, start, context) == (before, True) else min(to, before)


def _corrected(mediation: Mediation, kind: DeadlineKind, facts: Facts[Context]) -> Iterable[Event]:
    found = _provisional(mediation, kind)
    assert found is not None
    before, start = found
    after, provisional = _right(mediation, kind, start, facts.context)
    if after < before and after <= facts.at:
        after, provisional = before, False
    yield DeadlineCorrected(deadline=kind, before=before, after=after, provisional=provisional)


def _provisional(mediation: Mediation, kind: DeadlineKind) -> tuple[datetime, datetime] | None:
    """Return a provisional deadline and when its time began; ``None`` for any other."""
    deadline: datetime | None = mediation.due_at
    start, provisional = mediation.accepted_at, mediation.due_provisional
    if kind is DeadlineKind.ANSWER:
        deadline = mediation.answer_by
        start, provisional = mediation.designated_at, mediation.answer_provisional
    return (deadline, start) if provisional and deadline is not None and start is not None else None


def _right(mediation: Mediation, kind: DeadlineKind, start: datetime, context: Context) -> Deadline:
    """Return what the calendar says of a deadline by now."""
    rules = context.book.at(mediation.rules_version)
    return (rules.due_at if kind is DeadlineKind.PERIOD else rules.answer_by)(start, context.calendar)
