"""The mediation clock: a limit in days, with pauses and extensions. Arithmetic, no clock reading.

A clock keeps both of its possible starts: when the platform accepted the case, and when the
materials were signed for. The rules say which one counts.

How the end is found: the day of the start is not counted, the limit and what all parties agreed
to add are counted in calendar days, the time of closed pauses is added on top. A period of days is
not cut within a day, so a remainder of paused hours gives the whole day; a last day off rolls to
the next working day. As everywhere (see `calendar`), the end is the first instant after the last
day. A paused clock has no end.

Source: 法释〔2021〕23号 art 24 (30 days from acceptance on the platform, longer only if all agree),
art 26 (appraisal is not counted); 法释〔2016〕14号 art 27 (30 days from the sign-receipt of
materials); 民事诉讼法 (2023) art 85.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from shared.casework.calendar import Calendar, Deadline, end_of_day, last_day, local_day
from shared.contracts.errors import SuyuanError

__all__ = [
    "Clock",
    "ClockError",
    "Pause",
    "due_at",
    "extend",
    "pause",
    "receive_materials",
    "resume",
    "used",
]

_FAR = Annotated[int, Field(ge=0, le=3650)]


class ClockError(SuyuanError):
    """A change that this clock cannot take; the clock is as it was.

    Codes: `clock.paused`, `clock.not_paused`, `clock.expired`, `clock.out_of_order`.
    """


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Pause(_Frozen):
    """A span that is not counted."""

    since: AwareDatetime
    """The first instant that is not counted."""
    until: AwareDatetime | None = None
    """The first instant that is counted again; None: still paused."""

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.until is not None and self.until < self.since:
            raise ValueError("a pause ends before it begins")
        return self


class Clock(_Frozen):
    """One period of one case. Changes are new clocks."""

    accepted_at: AwareDatetime
    """When the platform accepted the case (法释〔2021〕23号 art 24)."""
    received_at: AwareDatetime | None = None
    """When the materials were signed for (法释〔2016〕14号 art 27); None: not, or not yet."""
    counts_from: Literal["acceptance", "receipt"] = "acceptance"
    """Which of the two starts the period. Until materials are signed for, acceptance does."""
    limit_days: Annotated[int, Field(ge=1, le=3650)] = 30
    """The limit in calendar days."""
    extension_days: _FAR = 0
    """Calendar days that all parties agreed to add, in all."""
    pauses: tuple[Pause, ...] = ()
    """In order, not overlapping; only the last may be open."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        for before, after in zip(self.pauses, self.pauses[1:], strict=False):
            if before.until is None or after.since < before.until:
                raise ValueError("pauses overlap or are out of order")
        return self

    @property
    def started_at(self) -> datetime:
        """The start that counts."""
        if self.counts_from == "receipt" and self.received_at is not None:
            return self.received_at
        return self.accepted_at

    @property
    def is_paused(self) -> bool:
        """Whether the last pause is still open."""
        return bool(self.pauses) and self.pauses[-1].until is None


def due_at(clock: Clock, calendar: Calendar) -> Deadline | None:
    """When the period is over.

    Args:
        clock: the clock.
        calendar: what is known about working days.

    Returns:
        The first instant after the last day, in Asia/Shanghai, provisional where the calendar does
        not reach; None while the clock is paused.

    Source: 法释〔2021〕23号 arts 24, 26; 民事诉讼法 (2023) art 85.
    """
    if clock.is_paused:
        return None
    days = timedelta(days=clock.limit_days + clock.extension_days)
    full = end_of_day(local_day(clock.started_at) + days)
    start = clock.started_at
    for one in clock.pauses:
        if one.until is not None and one.until > start:
            full += one.until - max(one.since, start)
    return calendar.rolled(last_day(full))


def used(clock: Clock, at: datetime) -> timedelta:
    """How long the clock has run until `at`: the sum of its running spans.

    Args:
        clock: the clock.
        at: an instant with a zone; what happened after it is left out. Before the start: zero.
    """
    start = clock.started_at
    total = max(at - start, timedelta())
    for one in clock.pauses:
        low, high = max(one.since, start), at if one.until is None else min(one.until, at)
        if high > low:
            total -= high - low
    return total


def receive_materials(clock: Clock, at: datetime) -> Clock:
    """Note when the materials were signed for; a second receipt changes nothing.

    Source: 法释〔2016〕14号 art 27.
    """
    if clock.received_at is not None:
        return clock
    return _changed(clock, received_at=at)


def pause(clock: Clock, at: datetime, calendar: Calendar) -> Clock:
    """Stop counting at `at`, for an appraisal or a suspicion.

    Raises:
        ClockError: `clock.paused`: it is paused already; `clock.expired`: the period is over at
            `at`; `clock.out_of_order`: `at` is before the start or before the last pause ended.

    Source: 法释〔2021〕23号 art 26; 法释〔2016〕14号 art 18.
    """
    if clock.is_paused:
        raise ClockError(
            code="clock.paused",
            zh="期限已经暂停，恢复后才能再次暂停。",
            en="The clock is paused already; resume it before pausing again.",
        )
    _must_run_at(clock, at, calendar)
    earliest = clock.started_at
    if clock.pauses and (until := clock.pauses[-1].until) is not None:
        earliest = max(earliest, until)
    _must_follow(earliest, at)
    return _changed(clock, pauses=(*clock.pauses, Pause(since=at)))


def resume(clock: Clock, at: datetime) -> Clock:
    """Count again from `at` on.

    Raises:
        ClockError: `clock.not_paused`: it is running; `clock.out_of_order`: `at` is before the
            pause began.
    """
    if not clock.is_paused:
        raise ClockError(
            code="clock.not_paused",
            zh="期限没有暂停，无须恢复。",
            en="The clock is running; there is nothing to resume.",
        )
    last = clock.pauses[-1]
    _must_follow(last.since, at)
    return _changed(clock, pauses=(*clock.pauses[:-1], Pause(since=last.since, until=at)))


def extend(clock: Clock, days: int, at: datetime, calendar: Calendar) -> Clock:
    """Add days that all parties agreed to; that they all did is the caller's rule to check.

    Args:
        clock: the clock, running or paused.
        days: calendar days, 1 or more.
        at: when the last party agreed.
        calendar: what is known about working days.

    Raises:
        ClockError: `clock.expired`: the period is over at `at`, and nothing brings it back.
        ValueError: `days` is less than 1.

    Source: 法释〔2021〕23号 art 24.
    """
    if days < 1:
        raise ValueError(f"an extension adds at least a day, not {days}")
    _must_run_at(clock, at, calendar)
    return _changed(clock, extension_days=clock.extension_days + days)


def _changed(clock: Clock, **fields: object) -> Clock:
    return Clock.model_validate({**dict(clock), **fields})


def _must_run_at(clock: Clock, at: datetime, calendar: Calendar) -> None:
    due = due_at(clock, calendar)
    if due is not None and due.at <= at:
        day = last_day(due.at).isoformat()
        raise ClockError(
            code="clock.expired",
            zh=f"期限已于 {day} 届满，不能再变更；请结束调解或移送法院。",
            en=f"The period ended on {day} and can no longer change; "
            "end the mediation or hand the case over.",
        )


def _must_follow(earliest: datetime, at: datetime) -> None:
    if at < earliest:
        raise ClockError(
            code="clock.out_of_order",
            zh=f"时间 {at.isoformat()} 早于 {earliest.isoformat()}，请核对时间。",
            en=f"{at.isoformat()} is before {earliest.isoformat()}; check the time.",
        )
