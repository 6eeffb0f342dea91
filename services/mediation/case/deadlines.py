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


def _kept(
    deadline: str,
    provisional: str,
    right: Right,
    *,
    part: str = "",
    while_: Callable[[Mediation], bool] | None = None,
) -> _Kept:
    """Return the way to a deadline that stands in two fields of the state, or of a part of it.

    Args:
        deadline: The field of the deadline.
        provisional: The field that says whether it is provisional.
        right: The deadline by the calendar.
        part: The field of the part that has both; empty for the state itself.
        while_: When the deadline counts; ``None`` for as long as it is there.
    """

    def now(mediation: Mediation) -> Deadline | None:
        holder = getattr(mediation, part) if part else mediation
        at = getattr(holder, deadline)
        if at is None or (while_ is not None and not while_(mediation)):
            return None
        return Deadline(at, getattr(holder, provisional))

    def put(mediation: Mediation, at: datetime, is_provisional: bool) -> Mediation:
        changes: dict[str, Any] = {deadline: at, provisional: is_provisional}
        if part:
            changes = {part: getattr(mediation, part).but(**changes)}
        return mediation.but(**changes)

    return _Kept(now, put, right)


def _from(
    start: Callable[[Mediation], datetime | None],
    limit: Callable[[CaseRules, datetime, Calendar], Deadline | None],
) -> Right:
    """Return a deadline that a limit counts from its start; ``None`` before it."""

    def right(mediation: Mediation, rules: CaseRules, calendar: Calendar) -> Deadline | None:
        since = start(mediation)
        return None if since is None else limit(rules, since, calendar)

    return right


def _designation_start(mediation: Mediation) -> datetime | None:
    """Return the start of the last request's limit: of the first the application, also after a choice."""
    chosen = mediation.choice.opened_at if mediation.round == 1 else None
    return chosen or mediation.requested_at


def _period(mediation: Mediation, rules: CaseRules, calendar: Calendar) -> Deadline | None:
    """Count from what the period began with last, with the days that it has by now."""
    running = span(mediation, rules)
    return None if running is None else calendar.after_days(*running)


designation_limit: Final = _from(_designation_start, CaseRules.designate_by)
"""The limit of the last request, by the calendar; ``None`` before one."""
inquiry_limit: Final = _from(lambda one: one.accepted_at, CaseRules.ask_by)
"""The limit for asking the other parties, by the calendar; ``None`` before an acceptance."""
_CHOICE: Final = _from(lambda one: one.choice.since, CaseRules.choose_by)
_ANSWER: Final = _from(lambda one: one.designated_at, CaseRules.answer_by)
_CO_ANSWER: Final = _from(lambda one: one.co.designated_at, CaseRules.answer_by)
_DECISION: Final = _from(lambda one: one.quick.given_at, CaseRules.accept_by)

_KEPT: Final = {
    DeadlineKind.CHOICE: _kept("choose_by", "choose_provisional", _CHOICE, part="choice", while_=is_open),
    DeadlineKind.DESIGNATION: _kept("designate_by", "designate_provisional", designation_limit),
    DeadlineKind.CO_ANSWER: _kept("answer_by", "answer_provisional", _CO_ANSWER, part="co"),
    DeadlineKind.ANSWER: _kept("answer_by", "answer_provisional", _ANSWER),
    DeadlineKind.PERIOD: _kept("due_at", "due_provisional", _period),
    DeadlineKind.INQUIRY: _kept("ask_by", "ask_provisional", inquiry_limit),
    DeadlineKind.DECISION: _kept("accept_by", "accept_provisional", _DECISION, part="quick"),
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
    before, right = found
    after, provisional = right.in_place_of(before, facts.at)
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
