"""A subject of which the portal remembers nothing."""

from collections.abc import Iterable

from shared.casework.guards import Facts
from shared.casework.protocol import State
from shared.casework.table import Table
from shared.contracts.common import MessageRejected
from shared.contracts.kinds import Service
from shared.contracts.message import Event
from shared.contracts.told import CaseEventTold, told_of


class Subject(State):
    """No fields: the answers to commands are rows."""


# No act for a request: it is refused. An event changes nothing.
subjects: Table[Subject, frozenset[str]] = Table("subjects", Subject)


@subjects.opens(MessageRejected)
def tell(event: MessageRejected, facts: Facts[frozenset[str]]) -> Iterable[Event]:
    """An institution whose message could not be taken is told so where it reads of its cases.

    Source: practice of the platform.
    """
    message, institution = facts.received, facts.actor.organisation
    assert message is not None
    told = told_of(event)
    if institution in facts.context and told is not None:
        yield CaseEventTold.model_construct(
            institution=institution,
            event=event.wire_type,
            event_id=message.id,
            service=Service(message.source.rpartition("/")[2]),
            service_number=message.sequence or 1,
            happened_at=message.at.isoformat(),
            data=told,
            reply_to=message.causation,
        )


@subjects.begins(CaseEventTold)
def told(event: CaseEventTold) -> Subject:
    return Subject()
