"""答复时限: whatever the platform asks an institution in a case has a clock, and its answer is timely or not.

Which event asks, what answers it and until when is said by the event itself (``Event.asks``): nothing is
listed here. Of what becomes of a clock:

- An answer stops it, in time or late; the first one counts.
- A request that is put anew, or that nobody needs answered any more, and whatever is open when a case is
  merged or its mediation ends, is dropped: it counts for nothing, unless it was overdue by then.
- A limit that the message brings is moved by the message's own service; one of the rules that is provisional
  becomes what the calendar says, unless that day has passed already: nothing is missed in the past.

Source: practice of the platform, after the "timely response" of the CFPB's complaint database; how days are
counted: 民事诉讼法 (2023) art 85.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final

from services.alerts.case.state import Clock, Counted, case
from services.alerts.rules import Context
from shared.casework.calendar import Deadline, awaited, end_of_day
from shared.casework.guards import Facts
from shared.contracts import language
from shared.contracts.asks import INSTITUTION_SEAT, Asks, RequestKind
from shared.contracts.duplicates import DisputesMerged
from shared.contracts.mediation import DeadlineCorrected
from shared.contracts.message import Event, events
from shared.contracts.requests import (
    DropGround,
    InstitutionAnswered,
    InstitutionAsked,
    RequestClockCorrected,
    RequestDropped,
)

assert language.MODULES  # every request is declared by now
_ASKS: Final[Mapping[RequestKind, Asks]] = {
    event.asks.kind: event.asks for event in events() if event.asks is not None
}
MOST_KEPT: Final = 64
"""Clocks of a case that are remembered; of those that are over the oldest go first."""


@case.on(Event)
def follow(dispute: Counted, event: Event, facts: Facts[Context]) -> Iterable[Event]:
    """What the event answers, ends, corrects and asks."""
    if dispute.first is None:
        return
    over = set[str]()
    for clock in dispute.open_clocks:
        for said in _heard(clock, event, facts):
            if not isinstance(said, RequestClockCorrected):
                over.add(clock.request)
            yield said
    asks = type(event).asks
    if asks is None:
        return
    about = _about(asks, event)
    for clock in dispute.open_clocks:
        if clock.request not in over and (clock.request_kind, clock.request_about) == (asks.kind, about):
            yield _dropped(clock, DropGround.REPLACED, facts)
    yield from _asked(dispute, asks, event, facts)


def _heard(clock: Clock, event: Event, facts: Facts[Context]) -> Iterator[Event]:
    """Yield what an event means for an open clock: nothing, or one event."""
    asks = _ASKS.get(clock.request_kind)
    if asks is None or _about(asks, event, clock.request_about) != clock.request_about:
        return
    if event.short_type in asks.answers and _is_the_institutions(event):
        yield InstitutionAnswered(request=clock.request, timely=_timely(clock, facts.at))
    elif isinstance(event, DisputesMerged):
        yield _dropped(clock, DropGround.MERGED, facts)
    elif event.short_type in asks.ends:
        yield _dropped(clock, DropGround.OVERTAKEN, facts)
    elif isinstance(event, DeadlineCorrected) and event.deadline is asks.corrected and clock.answer_by:
        yield RequestClockCorrected(
            request=clock.request,
            before=clock.answer_by,
            after=event.after,
            provisional=event.provisional,
        )


def _about(asks: Asks, event: Event, otherwise: str = "") -> str:
    return str(getattr(event, asks.about, otherwise)) if asks.about else ""


def _is_the_institutions(event: Event) -> bool:
    return getattr(event, "party", None) in (None, INSTITUTION_SEAT)


def _timely(clock: Clock, at: datetime) -> bool | None:
    return None if clock.answer_by is None else at < clock.answer_by


def _dropped(clock: Clock, ground: DropGround, facts: Facts[Context]) -> RequestDropped:
    overdue = _timely(clock, facts.at) is False
    return RequestDropped(request=clock.request, drop_ground=ground, timely=False if overdue else None)


def _asked(dispute: Counted, asks: Asks, event: Event, facts: Facts[Context]) -> Iterator[InstitutionAsked]:
    own = getattr(event, "party", None) is INSTITUTION_SEAT
    limit = _limit(asks, event, facts)
    if own or not asks.when(event) or (limit is None and asks.until):
        return
    assert dispute.first is not None
    number = 1 + max((one.number for one in dispute.clocks if one.request_kind is asks.kind), default=0)
    yield InstitutionAsked(
        request=f"{asks.kind.value}-{number}",
        request_kind=asks.kind,
        request_about=_about(asks, event),
        institution=dispute.first.institution,
        answer_by=None if limit is None else limit.at,
        answer_provisional=limit is not None and limit.provisional,
        offer=asks.offer,
        rules_version=facts.context.rules.version,
    )


def _limit(asks: Asks, event: Event, facts: Facts[Context]) -> Deadline | None:
    """Return the limit that the event brings, or that of the rules; ``None`` for none."""
    if not asks.until:
        return facts.context.rules.request_by(facts.at, facts.context.calendar)
    until = getattr(event, asks.until)
    if until is None:
        return None
    at = until if isinstance(until, datetime) else end_of_day(until)
    return Deadline(at, bool(asks.provisional) and getattr(event, asks.provisional))


@case.after(InstitutionAsked)
def asked(dispute: Counted, event: InstitutionAsked, at: datetime) -> Counted:
    clocks = (*dispute.clocks, Clock(**dict(event), asked_at=at))
    over = [one for one in clocks if not one.is_open]
    gone = set(over[: max(len(clocks) - MOST_KEPT, 0)])
    return dispute.but(clocks=tuple(one for one in clocks if one not in gone))


@case.after(InstitutionAnswered)
def answered(dispute: Counted, event: InstitutionAnswered, at: datetime) -> Counted:
    return dispute.with_clock(
        event.request,
        timely=event.timely,
        answered_at=at,
        received_on=event.received_on,
        means=event.means,
        drop_ground=None,
        dropped_at=None,
    )


@case.after(RequestDropped)
def dropped(dispute: Counted, event: RequestDropped, at: datetime) -> Counted:
    return dispute.with_clock(
        event.request, timely=event.timely, drop_ground=event.drop_ground, dropped_at=at
    )


@case.after(RequestClockCorrected)
def corrected(dispute: Counted, event: RequestClockCorrected) -> Counted:
    return dispute.with_clock(event.request, answer_by=event.after, answer_provisional=event.provisional)


# The calendar ---------------------------------------------------------------------------------


def _waiting(dispute: Counted) -> Iterator[Clock]:
    """Yield the open clocks with a provisional limit of the rules."""
    for clock in dispute.open_clocks:
        asks = _ASKS.get(clock.request_kind)
        if clock.answer_provisional and asks is not None and not asks.until:
            yield clock


def _moved(dispute: Counted, context: Context) -> Iterator[tuple[Clock, datetime, Deadline]]:
    """Yield such clocks, their limit, and what the calendar says by now, where that is something new."""
    for clock in _waiting(dispute):
        right = context.book.at(clock.rules_version).request_by(clock.asked_at, context.calendar)
        if clock.answer_by is not None and right is not None and right != (clock.answer_by, True):
            yield clock, clock.answer_by, right


def _known(dispute: Counted, context: Context, to: datetime) -> datetime | None:
    return min((min(to, before) for _, before, _ in _moved(dispute, context)), default=None)


@case.correction("request", due=_known)
def correct(dispute: Counted, facts: Facts[Context]) -> Iterable[Event]:
    """The calendar has come."""
    for clock, before, right in _moved(dispute, facts.context):
        if before < facts.at:
            continue
        after, provisional = right.in_place_of(before, facts.at)
        yield RequestClockCorrected(
            request=clock.request, before=before, after=after, provisional=provisional
        )


@case.awaits
def next_calendar(dispute: Counted) -> str | None:
    """Return the name of the calendar that the nearest provisional limit waits for."""
    waiting = [one.answer_by for one in _waiting(dispute) if one.answer_by is not None]
    return awaited(min(waiting)) if waiting else None
