"""A subject of which the portal remembers nothing."""

from collections.abc import Iterable

from shared.casework.guards import Facts
from shared.casework.protocol import State
from shared.casework.table import Table
from shared.contracts.common import MessageRejected
from shared.contracts.kinds import Service
from shared.contracts.message import Event
from shared.contracts.subscriptions import NoticeDue
from shared.contracts.told import CaseEventTold, Told, told_of


class Subject(State):
    """No fields: the answers to commands are rows."""


# No act for a request: it is refused. An event changes nothing.
subjects: Table[Subject, frozenset[str]] = Table("subjects", Subject)


@subjects.opens(MessageRejected)
def tell(event: MessageRejected, facts: Facts[frozenset[str]]) -> Iterable[Event]:
    """An institution whose message could not be taken is told so where it reads of its cases.

    Source: practice of the platform.
    """
    institution = facts.actor.organisation
    told = told_of(event)
    if institution in facts.context and told is not None:
        assert facts.received is not None
        yield _told(institution, told, facts, facts.received.causation)


def _told(institution: str, told: Told, facts: Facts[frozenset[str]], reply_to: str = "") -> CaseEventTold:
    message = facts.received
    assert message is not None
    return CaseEventTold.model_construct(
        institution=institution,
        event=message.body.wire_type,
        event_id=message.id,
        service=Service(message.source.rpartition("/")[2]),
        service_number=message.sequence or 1,
        happened_at=message.at.isoformat(),
        data=told,
        reply_to=reply_to,
    )


@subjects.opens(NoticeDue)
def tell_first(event: NoticeDue, facts: Facts[frozenset[str]]) -> Iterable[Event]:
    """An institution's people are told of its alerts where it reads of its cases.

    Source: practice of the platform.
    """
    yield from _notice(event, facts)


@subjects.on(NoticeDue)
def tell_again(state: Subject, event: NoticeDue, facts: Facts[frozenset[str]]) -> Iterable[Event]:
    """Likewise every further notice of a subscription."""
    yield from _notice(event, facts)


def _notice(event: NoticeDue, facts: Facts[frozenset[str]]) -> Iterable[Event]:
    told = told_of(event)
    if event.institution in facts.context and told is not None:
        yield _told(event.institution, told, facts)


@subjects.begins(CaseEventTold)
def told(event: CaseEventTold) -> Subject:
    return Subject()


subjects.unchanged_by(CaseEventTold)
