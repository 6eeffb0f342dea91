"""Record batches made byte by byte, and a broker of a few partitions behind aiokafka's real fetcher."""

from __future__ import annotations

import asyncio
import gzip
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.consumer.fetcher import Fetcher
from aiokafka.record.default_records import DefaultRecordBatchBuilder
from aiokafka.record.util import calc_crc32c

from shared.runtime.ingest import tolerant

TOPIC = "filings.bank"
_ATTRIBUTES = 21
_CRC = 17


def batch(
    base: int,
    count: int,
    *,
    transactional: bool = False,
    producer: int = -1,
    without: tuple[int, ...] = (),
    codec: int = 0,
    size: int = 0,
) -> bytes:
    """Return a batch of ``count`` offsets from ``base`` on, as a producer of format 2 writes it.

    Args:
        base: First offset.
        count: Offsets.
        transactional: Whether it is part of a transaction.
        producer: Producer id.
        without: Offsets that a compaction removed.
        codec: Compression of Kafka's numbers.
        size: Bytes of each value; 0 for a few.
    """
    builder = DefaultRecordBatchBuilder(2, codec, int(transactional), producer, 0, 0, 1_000_000)
    for number in range(count):
        if base + number not in without:
            builder.append(number, 1_700_000_000_000, b"k", b"%d" % (base + number) + b" " * size, [])
    data = bytearray(builder.build())
    struct.pack_into(">q", data, 0, base)
    struct.pack_into(">i", data, 23, count - 1)
    return sealed(data)


def mark(offset: int, producer: int, *, abort: bool) -> bytes:
    """Return the mark that ends a transaction."""
    builder = DefaultRecordBatchBuilder(2, 0, 1, producer, 0, 0, 1000)
    builder.append(0, 1_700_000_000_000, struct.pack(">hh", 0, 0 if abort else 1), b"\0\0\0\0\0\0", [])
    data = bytearray(builder.build())
    struct.pack_into(">q", data, 0, offset)
    struct.pack_into(">h", data, _ATTRIBUTES, 0x30)
    return sealed(data)


def broken(base: int, count: int) -> bytes:
    """Return a batch whose checksum is right and whose compressed records are not."""
    data = bytearray(batch(base, count))
    struct.pack_into(">h", data, _ATTRIBUTES, 1)
    whole = data[:61] + gzip.compress(bytes(data[61:]))[:-12] + b"\xff" * 4
    struct.pack_into(">i", whole, 8, len(whole) - 12)
    return sealed(whole)


def sealed(data: bytearray) -> bytes:
    """Return a batch with the right checksum."""
    struct.pack_into(">I", data, _CRC, calc_crc32c(bytes(data[_ATTRIBUTES:])))
    return bytes(data)


class Broker:
    """What aiokafka's fetcher asks of a client, answered from batches in memory."""

    _metadata_max_age_ms = 300_000

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self.cluster = SimpleNamespace(leader_for_partition=lambda tp: 0, broker_metadata=lambda node: node)
        self.logs: dict[TopicPartition, list[bytes]] = {}
        self.aborted: dict[TopicPartition, list[tuple[int, int]]] = {}
        self.errors: dict[TopicPartition, int] = {}
        self.fetches = 0

    def force_metadata_update(self) -> asyncio.Future[bool]:
        done = self._loop.create_future()
        done.set_result(True)
        return done

    async def send(self, node: int, request: Any) -> Any:
        self.fetches += 1
        await asyncio.sleep(0.001)
        topics = []
        for topic, partitions in request.topics:
            answers = [self._answer(TopicPartition(topic, p), offset) for p, offset, _ in partitions]
            topics.append((topic, answers))
        return SimpleNamespace(API_VERSION=11, topics=topics)

    def _answer(self, tp: TopicPartition, offset: int) -> tuple[Any, ...]:
        log = self.logs.get(tp, [])
        ends = [_base(one) + struct.unpack_from(">i", one, 23)[0] + 1 for one in log]
        end = ends[-1] if ends else 0
        data = b"".join(one for one, last in zip(log, ends, strict=True) if last > offset)
        return (tp.partition, self.errors.get(tp, 0), end, end, 0, self.aborted.get(tp), -1, data)


def _base(data: bytes) -> int:
    return int(struct.unpack_from(">q", data, 0)[0])


@asynccontextmanager
async def consumer(
    broker: Broker, partitions: int, isolation: str = "read_uncommitted"
) -> AsyncIterator[AIOKafkaConsumer]:
    """Open aiokafka's consumer with its real fetcher on a broker in memory."""
    tolerant.install()
    made = AIOKafkaConsumer(bootstrap_servers="127.0.0.1:1", group_id=None)
    subscription = made._subscription
    subscription.subscribe({TOPIC}, listener=None)
    subscription.assign_from_subscribed({TopicPartition(TOPIC, n) for n in range(partitions)})
    made._coordinator = SimpleNamespace(check_errors=lambda: None)
    made._fetcher = Fetcher(broker, subscription, isolation_level=isolation, auto_offset_reset="none")
    try:
        yield made
    finally:
        await made._fetcher.close()
        made._closed = True
