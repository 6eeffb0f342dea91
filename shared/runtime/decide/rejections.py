"""Rejections: that a command or a filing became a dead letter is told to whoever sent it.

A dead letter holds its record as it came, with a party's raw data. A rejection has the id of the message,
whose it is, the coded reason and the fields that are wrong, and no value that anybody wrote. What an operator
asks for dead letters is answered in the same way: they belong to no subject in whose history it could stand.
"""

import json
from datetime import datetime
from typing import Final

from shared.contracts.common import MessageRejected, OperationCarriedOut
from shared.contracts.envelope import Actor, Envelope, headers
from shared.contracts.faults import FieldFault
from shared.contracts.message import Event
from shared.contracts.topics import FILINGS_PREFIX, REJECTIONS, Identity, rule_of, source_of
from shared.runtime.base.documents import Document
from shared.runtime.base.partitioner import partition_of
from shared.runtime.decide.history import Outgoing

_ONLY: Final = 1
"""The number of a rejection: each stands alone."""


def rejection(service: str, row: Document, partitions: int) -> Outgoing | None:
    """Return what tells the sender of a dead letter; ``None`` where nobody asks for an answer.

    Args:
        service: Whose dead letter it is.
        row: The letter.
        partitions: Partition count of all keyed topics.
    """
    record = row["record"]
    topic, cause = record["topic"], row["message"]
    rule = rule_of(topic)
    if not cause or not rule.entry or rule.identity is Identity.SEQUENCE:
        return None
    if row.get("unproven"):
        # Its id may be that of another's command, who would be told that it was rejected.
        return None
    place = f"{topic}.{record['partition']}.{record['offset']}"
    faults = tuple(FieldFault.model_validate_json(json.dumps(one)) for one in row.get("faults", ()))
    body = MessageRejected(reason=row["reason"], faults=faults)
    return _answer(service, place, cause, body, row["buried_at"], _organisation(topic, row), partitions)


def carried_out(service: str, command: Document, partitions: int) -> Outgoing:
    """Return what tells an operator what came of a request.

    Args:
        service: Who carried it out.
        command: The stored command, with what came of it.
        partitions: Partition count of all keyed topics.
    """
    told = command["answer"]
    body = OperationCarriedOut(command=told["command"], found=told["found"], settled=told["settled"])
    place, organisation = told["place"], told["organisation"]
    return _answer(service, place, command["id"], body, command["at"], organisation, partitions)


def _answer(
    service: str, place: str, cause: str, body: Event, at: datetime, organisation: str, partitions: int
) -> Outgoing:
    """Return an answer that belongs to no subject; it is numbered by where its question stands."""
    source = source_of(service)
    envelope = Envelope(
        id=f"{place}:{_ONLY}@{source}",
        source=source,
        type=body.wire_type,
        subject=place,
        time=at.replace(microsecond=at.microsecond // 1000 * 1000),  # as the database gives it back
        sequence=_ONLY,
        correlation=cause,
        causation=cause,
        actor=Actor(organisation),
        traceparent="",
    )
    value = body.__pydantic_serializer__.to_json(body)
    return Outgoing(REJECTIONS, partition_of(place, partitions), place.encode(), value, headers(envelope))


def _organisation(topic: str, row: Document) -> str:
    """Return whose message it was: who may write on a filings topic is known, whatever a header says."""
    if topic.startswith(FILINGS_PREFIX):
        return topic.removeprefix(FILINGS_PREFIX)
    return str(row.get("organisation", ""))
