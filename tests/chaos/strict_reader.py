"""A foreign reader that trusts nobody: it stops at the first gap and at the first disorder.

It uses Kafka's client alone, and nothing of the platform.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError

from deploy.local.stack import StackAddresses
from tests.support.clients import aio


@dataclass
class StrictReader:
    """Reads events as they are published, and holds each source and subject to 1, 2, 3 …

    Attributes:
        heard: The last number by source and subject.
        faults: What was out of order; the reader stops at the first.
        repeats: Numbers that came again.
    """

    kafka: StackAddresses
    topics: Sequence[str]
    heard: dict[tuple[str, str], int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    repeats: int = 0

    async def read(self) -> None:
        """Read until something is wrong, through any outage."""
        positions: dict[TopicPartition, int] = {}
        while not self.faults:
            try:
                await self._read(positions)
            except (KafkaError, TimeoutError):
                await asyncio.sleep(0.5)

    async def _read(self, positions: dict[TopicPartition, int]) -> None:
        async with AIOKafkaConsumer(**aio(self.kafka), auto_offset_reset="earliest") as consumer:
            partitions = []
            for topic in self.topics:
                await consumer._client.add_topic(topic)
                partitions += [TopicPartition(topic, p) for p in consumer.partitions_for_topic(topic) or ()]
            consumer.assign(partitions)
            for tp in partitions:
                consumer.seek(tp, positions.get(tp, 0))
            while not self.faults:
                for tp, records in (await consumer.getmany(timeout_ms=500)).items():
                    for record in records:
                        self._hear(record)
                    positions[tp] = records[-1].offset + 1

    def _hear(self, record: ConsumerRecord) -> None:
        named = dict(record.headers)
        source, subject = named["ce_source"].decode(), named["ce_subject"].decode()
        number, last = int(named["ce_sequence"]), self.heard.get((source, subject), 0)
        if number == last + 1:
            self.heard[source, subject] = number
        elif number <= last:
            self.repeats += 1
        else:
            where = f"{record.topic}:{record.partition}:{record.offset}"
            self.faults.append(f"{source} {subject}: {number} after {last} at {where}")


@asynccontextmanager
async def listening(kafka: StackAddresses, topics: Sequence[str]) -> AsyncIterator[StrictReader]:
    """Read beside what happens; in the end, nothing was wrong."""
    reader = StrictReader(kafka, topics)
    task = asyncio.create_task(reader.read())
    try:
        yield reader
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert reader.faults == []
