"""What all twins share: clients, collections, and the two ways to publish."""

import asyncio
import gc
import time
from collections.abc import Awaitable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import WriteConcern
from pymongo.read_concern import ReadConcern

from shared.runtime.base.settings import Settings

Document = dict[str, Any]


class Out(NamedTuple):
    """A message to publish."""

    topic: str
    partition: int
    key: bytes
    value: bytes
    headers: list[tuple[str, bytes]]


async def consumer(settings: Settings, group: str, topics: Iterable[str]) -> AIOKafkaConsumer:
    """Connect a consumer that commits explicitly."""
    made = AIOKafkaConsumer(
        *topics,
        bootstrap_servers=settings.kafka,
        **settings.kafka_security(),
        group_id=group,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        partition_assignment_strategy=(RangePartitionAssignor,),
    )
    await made.start()
    return made


async def producer(settings: Settings, linger_ms: int = 0) -> AIOKafkaProducer:
    """Connect an idempotent producer, acknowledged by all replicas in sync."""
    made = AIOKafkaProducer(
        bootstrap_servers=settings.kafka,
        **settings.kafka_security(),
        acks="all",
        enable_idempotence=True,
        max_batch_size=512 * 1024,
        linger_ms=linger_ms,
    )
    await made.start()
    return made


async def database(
    settings: Settings, service: str, own: Mapping[str, Sequence[tuple[str, ...]]]
) -> tuple[Any, Any]:
    """Connect, and make the collections and indexes that the service itself has.

    Args:
        settings: Where.
        service: Whose.
        own: Its own collections with the fields of their indexes, downwards after a minus sign.
    """
    client: Any = AsyncIOMotorClient(settings.mongo_url.get_secret_value(), tz_aware=True)
    made = client.get_database(
        settings.database(service),
        write_concern=WriteConcern(w="majority"),
        read_concern=ReadConcern("majority"),
    )
    for name in ("streams", "history", "outbox", "watermarks", "commands", *own):
        await made.create_collection(name)
    for name, indexes in own.items():
        for index in indexes:
            await made[name].create_index([(one.lstrip("-"), -1 if one[0] == "-" else 1) for one in index])
    await made["streams"].create_index([("partition", 1), ("due", 1)])
    await made["outbox"].create_index([("origins", 1)])
    return client, made


async def transaction(client: Any, database: Any, commands: Iterable[tuple[Document, int | None]]) -> None:
    """Write everything or nothing; a guarded command must match all of its rows."""
    async with (
        await client.start_session() as session,
        session.start_transaction(write_concern=WriteConcern(w="majority")),
    ):
        for command, guarded in commands:
            result = await database.command(command, session=session)
            assert not result.get("writeErrors"), result["writeErrors"][0]
            assert guarded is None or result["n"] == guarded, "another writer was faster"


async def publish_each(producer: AIOKafkaProducer, messages: Iterable[Out]) -> None:
    """Publish message by message, many in flight, and wait for all."""
    futures: list[Awaitable[Any]] = [
        await producer.send(m.topic, m.value, key=m.key, partition=m.partition, headers=m.headers)
        for m in messages
    ]
    await asyncio.gather(*futures)


async def publish_packed(producer: AIOKafkaProducer, messages: Iterable[Out]) -> None:
    """Publish one record batch per partition, and wait for all: one future each, not one a message."""
    packed: dict[tuple[str, int], Any] = {}
    full = []
    now = int(time.time() * 1000)
    for topic, partition, key, value, headers in messages:
        batch = packed.get((topic, partition))
        if batch is None:
            batch = packed[topic, partition] = producer.create_batch()
        if batch.append(timestamp=now, key=key, value=value, headers=headers) is None:
            full.append((batch, topic, partition))
            batch = packed[topic, partition] = producer.create_batch()
            batch.append(timestamp=now, key=key, value=value, headers=headers)
    futures = []
    for batch, topic, partition in (*full, *((b, t, p) for (t, p), b in packed.items())):
        batch.close()
        futures.append(await producer.send_batch(batch, topic, partition=partition))
    for future in futures:
        await future


def spare_the_collector() -> None:
    """Keep Python's collector of cycles off the heap, as the services do."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 20, 50)
