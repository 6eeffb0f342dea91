"""History rows: the events of a subject, chained by digests, with all that their envelopes need.

The history is the outbox: what is published is built from the row, now or after a crash.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from shared.contracts.message import REGISTRY, Event
from shared.contracts.topics import EVENT_TOPICS, source_of
from shared.runtime.mongo import Document
from shared.runtime.partitioner import partition_of

_SEQUENCE_DIGITS = 8


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message on its way to Kafka; ``partition`` is fixed by the key."""

    topic: str
    partition: int
    key: bytes | None
    value: bytes | None
    headers: list[tuple[str, bytes]] | list[tuple[str, bytes | None]]


def row_id(subject: str, sequence: int) -> str:
    """Give the id of a history row: a subject's history is a range of ids."""
    return f"{subject}:{sequence:0{_SEQUENCE_DIGITS}d}"


def row_range(subject: str) -> Document:
    """Give the filter on ``_id`` that matches a subject's whole history."""
    return {"$gte": f"{subject}:", "$lt": f"{subject};"}


def digest_of(row: Document) -> str:
    """Give the SHA-256 of a row: of the digest before it and everything that it says."""
    text = "\n".join(
        (
            row["before"],
            row["_id"],
            row["type"],
            row["time"],
            row["correlation"],
            row["causation"],
            row["actor"],
            row["value"],
        )
    )
    return hashlib.sha256(text.encode()).hexdigest()


def broken_links(rows: Iterable[Document]) -> Iterator[str]:
    """Yield the ids of the rows of one subject, in order, at which its chain does not hold.

    Source: hash-chained logs, e.g. Schneier & Kelsey, Secure Audit Logs (1999).
    """
    before, sequence = "", 0
    for row in rows:
        sequence += 1
        expected = row_id(row["_id"].rpartition(":")[0], sequence)
        if row["before"] != before or row["digest"] != digest_of(row) or row["_id"] != expected:
            yield row["_id"]
        before = row["digest"]


class Publication:
    """Turns history rows into messages.

    Args:
        service: Whose rows they are.
        partitions: Partition count of all keyed topics.
    """

    def __init__(self, service: str, partitions: int) -> None:
        """Keep what every message has in common."""
        self._source = source_of(service)
        self._source_bytes = self._source.encode()
        self._topic = EVENT_TOPICS[service]
        self._partitions = partitions

    def outgoing(self, row: Document, event: Event | None = None) -> Iterator[Outgoing]:
        """Yield the messages of a row: the event on its topic, then its copies.

        Args:
            row: The history row.
            event: The event itself, where it is at hand; needed for copies, else read from the row.
        """
        subject, _, number = row["_id"].rpartition(":")
        sequence = str(int(number))
        key = subject.encode()
        value = row["value"].encode()
        kind = row["type"]
        headers = [
            ("ce_specversion", b"1.0"),
            ("ce_id", f"{subject}:{sequence}@{self._source}".encode()),
            ("ce_source", self._source_bytes),
            ("ce_type", kind.encode()),
            ("ce_subject", key),
            ("ce_time", row["time"].encode()),
            ("ce_sequence", sequence.encode()),
            ("ce_correlationid", row["correlation"].encode()),
            ("ce_causationid", row["causation"].encode()),
            ("ce_actor", row["actor"].encode()),
            ("traceparent", row["trace"].encode()),
            ("content-type", b"application/json"),
        ]
        yield Outgoing(self._topic, row["partition"], key, value, headers)
        cls = REGISTRY.get(kind)
        if cls is None or not issubclass(cls, Event) or not cls.copies:
            return
        body = event if event is not None else cls.__pydantic_validator__.validate_json(value)
        for copy in cls.copies:
            other = subject if copy.key is None else str(getattr(body, copy.key))
            yield Outgoing(copy.topic, partition_of(other, self._partitions), other.encode(), value, headers)
