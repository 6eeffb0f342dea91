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

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from services.mediation.case.state import Mediation, case
from services.mediation.rules import CaseRules, Context
from shared.casework.calendar import Calendar, Deadline, awaited
from shared.casework.guards import Facts
from shared.contracts.kinds import DeadlineKind
from shared.contracts.mediation import DeadlineCorrected
from shared.contracts.message import Event


@dataclass(frozen=True, slots=True)
class _Fields:
    """Where the state keeps a deadline, and the rule that it comes from."""

    deadline: str
    provisional: str
    start: str
    right: Callable[[CaseRules, datetime, Calendar], Deadline | None]


_FIELDS: Final = {
    DeadlineKind.DESIGNATION: _Fields(
        "designate_by", "designate_provisional", "requested_at", CaseRules.designate_by
    ),
    DeadlineKind.ANSWER: _Fields("answer_by", "answer_provisional", "designated_at", CaseRules.answer_by),
    DeadlineKind.PERIOD: _Fields("due_at", "due_provisional", "accepted_at", CaseRules.due_at),
    DeadlineKind.INQUIRY: _Fields("ask_by", "ask_provisional", "accepted_at", CaseRules.ask_by),
}


@case.awaits
def next_calendar(mediation: Mediation) -> str | None:
    """Return the name of the calendar that a provisional deadline waits for; the nearest if several do."""
    if mediation.end is not None:
        return None
    waiting = [
        deadline
        for kind in _FIELDS.values()
        if getattr(mediation, kind.provisional)
        and (deadline := getattr(mediation, kind.deadline)) is not None
    ]
    return awaited(min(waiting)) if waiting else None


def _declare(kind: DeadlineKind) -> None:
    """Enter the correction of one kind of deadline: it is what the calendar says."""

    def known(mediation: Mediation, context: Context, to: datetime) -> datetime | None:
        return _known(mediation, kind, to, context)

    @case.correction(kind.value, due=known)
    def correct(mediation: Mediation, facts: Facts[Context]) -> Iterable[Event]:
        return _corrected(mediation, kind, facts)


for _kind in _FIELDS:
    _declare(_kind)


@case.after(DeadlineCorrected)
def corrected(mediation: Mediation, event: DeadlineCorrected) -> Mediation:
    fields = _FIELDS[event.deadline]
    changes: dict[str, Any] = {fields.deadline: event.after, fields.provisional: event.provisional}
    return mediation.but(**changes)


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
    fields = _FIELDS[kind]
    if not getattr(mediation, fields.provisional):
        return None
    deadline, start = getattr(mediation, fields.deadline), getattr(mediation, fields.start)
    return None if deadline is None or start is None else (deadline, start)


def _right(mediation: Mediation, kind: DeadlineKind, start: datetime, context: Context) -> Deadline:
    """Return what the calendar says of a deadline by now."""
    right = _FIELDS[kind].right(context.book.at(mediation.rules_version), start, context.calendar)
    assert right is not None
    return right
