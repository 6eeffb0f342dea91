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

from datetime import datetime
from typing import Final

from services.mediation.model.state import Case
from services.mediation.rules import CaseRules
from shared.casework.calendar import Calendar, awaited
from shared.casework.protocol import Timed
from shared.casework.rulebook import RuleBook
from shared.contracts.mediation import DeadlineCorrected, DeadlineKind

PERIOD: Final = DeadlineKind.PERIOD


def correction(
    state: Case, kind: DeadlineKind, to: datetime, book: RuleBook[CaseRules], calendar: Calendar
) -> Timed | None:
    """Give the correction of a provisional deadline; ``None`` while the calendar says no more than before."""
    if kind is PERIOD:
        before, start = state.due_at if state.due_provisional else None, state.accepted_at
    else:
        before, start = state.answer_by if state.answer_provisional else None, state.designated_at
    if before is None or start is None:
        return None
    rules = book.at(state.rules_version)
    right, provisional = (rules.due_at if kind is PERIOD else rules.answer_by)(start, calendar)
    if right == before and provisional:
        return None
    after = right
    if right < before and right <= to:
        after, provisional = before, False
    corrected = DeadlineCorrected(deadline=kind, before=before, after=after, provisional=provisional)
    return Timed(min(to, before), corrected)


def awaits(state: Case) -> str | None:
    """Give the name of the calendar that a provisional deadline waits for; the nearest if two do."""
    if state.end is not None:
        return None
    waiting = [
        deadline
        for deadline, provisional in (
            (state.answer_by, state.answer_provisional),
            (state.due_at, state.due_provisional),
        )
        if provisional and deadline is not None
    ]
    return awaited(min(waiting)) if waiting else None
