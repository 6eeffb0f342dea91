"""Kafka's side in memory: records with topics, partitions and offsets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from shared.contracts import language  # noqa: F401 - fills the registry
from shared.contracts.envelope import Actor, Envelope, headers
from shared.contracts.message import Command, Message
from shared.runtime.base.partitioner import partition_of
from shared.runtime.base.records import Raw
from tests.support.runtime.service import (
    COMMANDS,
    EVENTS,
    OPERATOR,
    PARTITIONS,
    SOURCE,
    T0,
    Hours,
    Step,
)


@dataclass
class Log:
    """Kafka's side: topics and partitions with offsets."""

    ends: dict[tuple[str, int], int] = field(default_factory=dict)

    def put(
        self,
        topic: str,
        key: bytes | None,
        value: bytes | None,
        headers: Sequence[tuple[str, bytes | None]],
        *,
        timestamp: datetime = T0,
    ) -> Raw:
        """Append a record as it is."""
        text = (key or b"").decode("utf-8", "replace")
        partition = partition_of(text, PARTITIONS)
        offset = self.ends.get((topic, partition), 0)
        self.ends[topic, partition] = offset + 1
        return Raw(topic, partition, offset, int(timestamp.timestamp() * 1000), key, value, tuple(headers))

    def again(self, record: Raw) -> Raw:
        """Append the same message once more."""
        at = datetime.fromtimestamp(record.timestamp / 1000, UTC)
        return self.put(record.topic, record.key, record.value, record.headers, timestamp=at)

    def event(
        self,
        subject: str,
        sequence: int,
        amount: int = 1,
        *,
        hours: Hours = 0,
        at: datetime | None = None,
        source: str = SOURCE,
        topic: str = EVENTS,
    ) -> Raw:
        """Append a step."""
        return self.message(
            topic,
            subject,
            Step(amount=amount, hours=hours),
            id=f"{subject}:{sequence}@{source}",
            source=source,
            at=at or T0 + timedelta(hours=sequence),
            sequence=sequence,
        )

    def command(
        self,
        subject: str,
        body: Command,
        *,
        id: str,
        at: datetime = T0,
        seen: int | None = None,
        actor: Actor = OPERATOR,
        topic: str = COMMANDS,
    ) -> Raw:
        """Append a command."""
        return self.message(topic, subject, body, id=id, source="/test", at=at, seen=seen, actor=actor)

    def message(
        self,
        topic: str,
        subject: str,
        body: Message,
        *,
        id: str,
        source: str,
        at: datetime,
        sequence: int | None = None,
        seen: int | None = None,
        actor: Actor = OPERATOR,
    ) -> Raw:
        """Append a message."""
        envelope = Envelope(
            id, source, body.wire_type, subject, at, sequence, id, "", actor, "", version_seen=seen
        )
        value = body.model_dump_json().encode()
        return self.put(topic, subject.encode(), value, headers(envelope), timestamp=at)
