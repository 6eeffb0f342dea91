"""The time for an answer: an alarm before its last day, one right after it, more time once.

A provisional limit is in force like any other until the calendar is known. Then it is what the calendar says,
unless that day has passed already: nothing is missed in the past.
Source: practice of the platform; how days are counted: 民事诉讼法 (2023) art 85.
"""

from collections.abc import Iterable
from datetime import datetime

from services.alerts.referral.state import Referral, is_open, referral
from services.alerts.rules import Context
from shared.casework.calendar import Deadline, awaited
from shared.casework.guards import Facts, possible
from shared.contracts.message import Command, Event
from shared.contracts.referrals import (
    ExtendReferral,
    ReferralClockCorrected,
    ReferralDue,
    ReferralExtended,
    ReferralMissed,
)


def _limit(state: Referral, context: Context, extended: bool) -> Deadline | None:
    return context.book.at(state.rules_version).refer_by(state.opened_at, extended, context.calendar)


def _right(state: Referral, context: Context) -> Deadline | None:
    """Return what the calendar says of a provisional limit that is still ahead."""
    runs = state.answer_provisional and not state.over and state.missed_at is None
    return _limit(state, context, bool(state.extended)) if runs else None


def _known(state: Referral, context: Context, to: datetime) -> datetime | None:
    right = _right(state, context)
    if right is None or state.answer_by is None or right == (state.answer_by, True):
        return None
    return min(to, state.answer_by)


@referral.correction("answer", due=_known)
def correct(state: Referral, facts: Facts[Context]) -> Iterable[Event]:
    """The calendar has come."""
    right, before = _right(state, facts.context), state.answer_by
    assert right is not None
    assert before is not None
    after, provisional = right.in_place_of(before, facts.at)
    yield ReferralClockCorrected(before=before, after=after, provisional=provisional)


@referral.awaits
def next_calendar(state: Referral) -> str | None:
    """Return the name of the calendar that a provisional limit waits for."""
    runs = state.answer_provisional and not state.over and state.missed_at is None
    return awaited(state.answer_by) if runs and state.answer_by is not None else None


@referral.after(ReferralClockCorrected)
def corrected(state: Referral, event: ReferralClockCorrected) -> Referral:
    return state.but(answer_by=event.after, answer_provisional=event.provisional)


# Alarms ---------------------------------------------------------------------------------------


def _reminder(state: Referral, context: Context) -> datetime | None:
    if state.over or state.reminded or state.missed_at is not None or state.answer_by is None:
        return None
    rules = context.book.at(state.rules_version)
    at = rules.remind_at(state.opened_at, bool(state.extended), context.calendar)
    return None if at is None else min(max(at, state.opened_at), state.answer_by)


@referral.timer("reminder", due=_reminder)
def remind(state: Referral, facts: Facts[Context]) -> Iterable[Event]:
    """Some working days are left."""
    assert state.answer_by is not None
    yield ReferralDue(answer_by=state.answer_by)


@referral.after(ReferralDue)
def reminded(state: Referral, event: ReferralDue) -> Referral:
    return state.but(reminded=True)


def _end(state: Referral, context: Context) -> datetime | None:
    return None if state.over or state.missed_at is not None else state.answer_by


@referral.timer("answer", due=_end)
def miss(state: Referral, facts: Facts[Context]) -> Iterable[Event]:
    """The last day is over."""
    assert state.answer_by is not None
    yield ReferralMissed(answer_by=state.answer_by)


@referral.after(ReferralMissed)
def missed(state: Referral, event: ReferralMissed, at: datetime) -> Referral:
    return state.but(missed_at=at)


# More time ------------------------------------------------------------------------------------


@possible
def may_be_extended(state: Referral, facts: Facts[Context], _: Command | None) -> str | None:
    """Once, where the rules say how long, and before the time is over."""
    rules = facts.context.book.at(state.rules_version)
    if state.answer_by is None or rules.extension_days is None:
        return "systemic.no_extension"
    if state.extended:
        return "systemic.extended"
    return "systemic.due_passed" if facts.at >= state.answer_by else None


@referral.on(ExtendReferral, is_open, may_be_extended)
def extend(state: Referral, command: ExtendReferral, facts: Facts[Context]) -> Iterable[Event]:
    """The whole time is counted from the referral, so that nothing is lost between its parts."""
    limit = _limit(state, facts.context, True)
    assert limit is not None
    yield ReferralExtended(remark=command.remark, answer_by=limit.at, answer_provisional=limit.provisional)


@referral.after(ReferralExtended)
def extended(state: Referral, event: ReferralExtended) -> Referral:
    return state.but(
        extended=event.remark,
        answer_by=event.answer_by,
        answer_provisional=event.answer_provisional,
        reminded=False,
    )
