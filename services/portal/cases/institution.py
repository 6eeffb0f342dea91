"""What an institution is told of its case: each event that is for it, once, behind what it followed from.

The portal reads all services, each case in one stream, so its own numbers of a case are one order for all of
them. Topics reach it in any order: an event that came before the one that caused it waits in the state.
Source: practice of the platform (an institution reads its own cases, and nothing else).
"""

from collections.abc import Iterable
from typing import Final

from services.portal.cases.state import CaseView, Waiting, cases, service_of
from shared.casework.guards import Facts
from shared.casework.protocol import Received
from shared.contracts.intake import DisputeRegistered
from shared.contracts.kinds import Service
from shared.contracts.message import Event
from shared.contracts.told import CaseEventTold, told_of

NOBODY: Final = "nobody"
"""Stands for the institution of an event that came before the registration; it is known once it is told."""


@cases.on(Event)
def tell(view: CaseView, event: Event, facts: Facts[frozenset[str]]) -> Iterable[Event]:
    """Tell the institution what it may hear now: this event, or those that waited for it, or nothing."""
    assert facts.received is not None
    return next_told(view, facts.received, facts.context)[0]


cases.unchanged_by(CaseEventTold)


def next_told(
    view: CaseView, message: Received, institutions: frozenset[str]
) -> tuple[list[CaseEventTold], tuple[Waiting, ...]]:
    """Return what is told after a message, and what waits from then on.

    Args:
        view: The case before the message.
        message: The event.
        institutions: Who is told of its cases.
    """
    body = message.body
    institution = body.institution if isinstance(body, DisputeRegistered) else view.institution
    if institution and institution not in institutions:
        return [], ()
    new = waiting_for(message, institution)
    waiting = view.waiting if new is None else (*view.waiting, new)
    if not waiting or not institution:
        return [], waiting
    heard = {**view.versions, service_of(message.source): message.sequence or 0}
    told: list[CaseEventTold] = []
    left = list(waiting)
    while (place := next((n for n in range(len(left)) if _may_be_told(n, left, heard)), None)) is not None:
        told.append(left.pop(place).event.model_copy(update={"institution": institution}))
    return told, tuple(left)


def left_waiting(view: CaseView, message: Received, institutions: frozenset[str]) -> tuple[Waiting, ...]:
    """Return what waits after a message: mostly nothing, which is seen without making what is told."""
    if not view.waiting and (view.institution or isinstance(message.body, DisputeRegistered)):
        service, number = _cause(message)
        if number <= view.versions.get(service, 0):
            return ()
    return next_told(view, message, institutions)[1]


def waiting_for(message: Received, institution: str) -> Waiting | None:
    """Return what is to be told of a message, and what goes before it; ``None`` for nothing."""
    if message.sequence is None or (told := told_of(message.body)) is None:
        return None
    event = CaseEventTold.model_construct(
        institution=institution or NOBODY,
        event=message.body.wire_type,
        event_id=message.id,
        service=Service(service_of(message.source)),
        service_number=message.sequence,
        happened_at=message.at.isoformat(),
        data=told,
        reply_to=message.causation if _asked(message, institution) else "",
    )
    return Waiting(event=event, after=_cause(message))


def _asked(message: Received, institution: str) -> bool:
    """Return whether an event answers a message of the institution's own: a timer's cause is its subject."""
    return message.actor.organisation == institution and "@" not in message.causation


def _cause(message: Received) -> tuple[str, int]:
    """Return service and number of the event of the same case that caused one; number 0 for another cause."""
    place, _, source = message.causation.partition("@")
    subject, _, number = place.rpartition(":")
    if not source or subject != message.subject or not number.isdigit():
        return "", 0
    return service_of(source), int(number)


def _may_be_told(place: int, waiting: list[Waiting], heard: dict[str, int]) -> bool:
    """Return whether what caused an event was told, or passed over, and none of its service goes first."""
    one = waiting[place]
    service, number = one.after
    if number > heard.get(service, 0):
        return False
    if any(other.event.service == one.event.service for other in waiting[:place]):
        return False
    return not any(
        other.event.service == service and other.event.service_number <= number for other in waiting if number
    )
