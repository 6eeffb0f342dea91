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

from services.mediation.case.choice import is_open
from services.mediation.case.pause import span
from services.mediation.case.performance_clocks import awaited_by
from services.mediation.case.state import Mediation, case
from services.mediation.rules import CaseRules, Context
from shared.casework.calendar import Calendar, Deadline, awaited
from shared.casework.guards import Facts
from shared.contracts.kinds import DeadlineKind
from shared.contracts.mediation import DeadlineCorrected
from shared.contracts.message import Event


@dataclass(frozen=True, slots=True)
class _Kept:
    """Where the state keeps a deadline, and what it is by the rules and a calendar.

    Attributes:
        now: The deadline of a case, and whether it is provisional; ``None`` for none.
        put: The case with another one.
        right: The deadline by the calendar; ``None`` where its time has not begun.
    """

    now: Callable[[Mediation], Deadline | None]
    put: Callable[[Mediation, datetime, bool], Mediation]
    right: "Right"


Right = Callable[[Mediation, CaseRules, Calendar], Deadline | None]


def _kept(deadline: str, provisional: str, right: Right) -> _Kept:
    """Return the way to a deadline that stands in two fields of the state."""

    def now(mediation: Mediation) -> Deadline | None:
        at = getattr(mediation, deadline)
        return None if at is None else Deadline(at, getattr(mediation, provisional))

    def put(mediation: Mediation, at: datetime, is_provisional: bool) -> Mediation:
        changes: dict[str, Any] = {deadline: at, provisional: is_provisional}
        return mediation.but(**changes)

    return _Kept(now, put, right)


def designation_limit(mediation: Mediation, rules: CaseRules, calendar: Calendar) -> Deadline | None:
    """Return the limit of the last request, by the calendar; ``None`` before one.

    The first is counted from the application, also where the parties could choose before.
    """
    chosen = mediation.choice.opened_at if mediation.round == 1 else None
    start = chosen or mediation.requested_at
    return None if start is None else rules.designate_by(start, calendar)


def _choice_now(mediation: Mediation) -> Deadline | None:
    choice = mediation.choice
    if choice.choose_by is None or not is_open(mediation):
        return None
    return Deadline(choice.choose_by, choice.choose_provisional)


def _choice_put(mediation: Mediation, at: datetime, provisional: bool) -> Mediation:
    return mediation.but(choice=mediation.choice.but(choose_by=at, choose_provisional=provisional))


def _choice(mediation: Mediation, rules: CaseRules, calendar: Calendar) -> Deadline | None:
    start = mediation.choice.opened_at
    return None if start is None else rules.choose_by(start, calendar)


def _answer(mediation: Mediation, rules: CaseRules, calendar: Calendar) -> Deadline | None:
    start = mediation.designated_at
    return None if start is None else rules.answer_by(start, calendar)


def _co_now(mediation: Mediation) -> Deadline | None:
    at = mediation.co.answer_by
    return None if at is None else Deadline(at, mediation.co.answer_provisional)


def _co_put(mediation: Mediation, at: datetime, is_provisional: bool) -> Mediation:
    return mediation.but(co=mediation.co.but(answer_by=at, answer_provisional=is_provisional))


def _co_answer(mediation: Mediation, rules: CaseRules, calendar: Calendar) -> Deadline | None:
    start = mediation.co.designated_at
    return None if start is None else rules.answer_by(start, calendar)


def _period(mediation: Mediation, rules: CaseRules, calendar: Calendar) -> Deadline | None:
    """Count from what the period began with last, with the days that it has by now."""
    running = span(mediation, rules)
    return None if running is None else calendar.after_days(*running)


def inquiry_limit(mediation: Mediation, rules: CaseRules, calendar: Calendar) -> Deadline | None:
    """Return the limit for asking the other parties, by the calendar; ``None`` before an acceptance."""
    start = mediation.accepted_at
    return None if start is None else rules.ask_by(start, calendar)


def _decision_now(mediation: Mediation) -> Deadline | None:
    at = mediation.quick.accept_by
    return None if at is None else Deadline(at, mediation.quick.accept_provisional)


def _decision_put(mediation: Mediation, at: datetime, is_provisional: bool) -> Mediation:
    return mediation.but(quick=mediation.quick.but(accept_by=at, accept_provisional=is_provisional))


def _decision(mediation: Mediation, rules: CaseRules, calendar: Calendar) -> Deadline | None:
    start = mediation.quick.given_at
    return None if start is None else rules.accept_by(start, calendar)


_KEPT: Final = {
    DeadlineKind.CHOICE: _Kept(_choice_now, _choice_put, _choice),
    DeadlineKind.DESIGNATION: _kept("designate_by", "designate_provisional", designation_limit),
    DeadlineKind.CO_ANSWER: _Kept(_co_now, _co_put, _co_answer),
    DeadlineKind.ANSWER: _kept("answer_by", "answer_provisional", _answer),
    DeadlineKind.PERIOD: _kept("due_at", "due_provisional", _period),
    DeadlineKind.INQUIRY: _kept("ask_by", "ask_provisional", inquiry_limit),
    DeadlineKind.DECISION: _Kept(_decision_now, _decision_put, _decision),
}


@case.awaits
def next_calendar(mediation: Mediation) -> str | None:
    """Return the name of the calendar that a provisional deadline waits for; the nearest if several do."""
    if mediation.end is not None:
        return awaited_by(mediation.plan)
    found = [kept.now(mediation) for kept in _KEPT.values()]
    waiting = [one.at for one in found if one is not None and one.provisional]
    return awaited(min(waiting)) if waiting else None


def _declare(kind: DeadlineKind) -> None:
    """Enter the correction of one kind of deadline: it is what the calendar says."""

    def known(mediation: Mediation, context: Context, to: datetime) -> datetime | None:
        return _known(mediation, kind, to, context)

    @case.correction(kind.value, due=known)
    def correct(mediation: Mediation, facts: Facts[Context]) -> Iterable[Event]:
        return _corrected(mediation, kind, facts)


for _kind in _KEPT:
    _declare(_kind)


@case.after(DeadlineCorrected)
def corrected(mediation: Mediation, event: DeadlineCorrected, at: datetime) -> Mediation:
    after = _KEPT[event.deadline].put(mediation, event.after, event.provisional)
    moved = event.after != event.before
    return after.but(clock=after.clock.but(reminded_at=at)) if moved else after


def _known(mediation: Mediation, kind: DeadlineKind, to: datetime, context: Context) -> datetime | None:
    """Return when a provisional deadline is corrected; ``None`` while the calendar says nothing new."""
    if mediation.end is not None or (found := _provisional(mediation, kind, context)) is None:
        return None
    before, right = found
    return None if right == (before, True) else min(to, before)


def _corrected(mediation: Mediation, kind: DeadlineKind, facts: Facts[Context]) -> Iterable[Event]:
    found = _provisional(mediation, kind, facts.context)
    assert found is not None
    before, (after, provisional) = found
    if after < before and after <= facts.at:
        after, provisional = before, False
    yield DeadlineCorrected(deadline=kind, before=before, after=after, provisional=provisional)


def _provisional(
    mediation: Mediation, kind: DeadlineKind, context: Context
) -> tuple[datetime, Deadline] | None:
    """Return a provisional deadline, and what the calendar says of it by now; ``None`` for any other."""
    now = _KEPT[kind].now(mediation)
    if now is None or not now.provisional:
        return None
    right = _KEPT[kind].right(mediation, context.book.at(mediation.rules_version), context.calendar)
    return None if right is None else (now.at, right)
