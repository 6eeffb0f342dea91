"""The one set-up of a Kafka producer: idempotent, and acknowledged by all brokers in sync."""

from typing import Any, Final

from aiokafka import AIOKafkaProducer

from shared.runtime.base.settings import Settings

MAX_REQUEST_BYTES: Final = 12_000_000


async def started(settings: Settings, **more: Any) -> AIOKafkaProducer:
    """Return a connected producer.

    Args:
        settings: Where Kafka is, and how to reach it.
        more: What differs from one sender to another: batch size, linger, time limits.

    Raises:
        KafkaError: No broker answers; nothing stays open.
    """
    producer = AIOKafkaProducer(
        bootstrap_servers=settings.kafka,
        acks="all",
        enable_idempotence=True,
        max_request_size=MAX_REQUEST_BYTES,
        **settings.kafka_security(),
        **more,
    )
    try:
        await producer.start()
    except BaseException:
        await producer.stop()
        raise
    return producer
