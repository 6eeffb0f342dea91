"""The FastStream side: one batch subscriber for all topics of a service, on raw records.

FastStream brings the broker, the life of the consumer, and the application around it. Its parser and its poll
are replaced: the one raises on headers that are not UTF-8, the other loses records (``fetch.py``).
"""

import hashlib
from collections.abc import Sequence
from typing import Any

from aiokafka import ConsumerRebalanceListener
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.message import FAKE_CONSUMER, KafkaMessage

from shared.contracts.principals import principal_of
from shared.runtime.base.settings import Settings


def subscribe(
    broker: KafkaBroker,
    service: str,
    topics: Sequence[str],
    settings: Settings,
    listener: ConsumerRebalanceListener,
) -> Any:
    """Return the subscriber of one replica.

    One subscriber for all topics and the range assignor: all messages of a case then meet in one replica.
    Two subscribers in one group can split a case between two.
    """
    return broker.subscriber(
        *topics,
        batch=True,
        group_id=principal_of(service),
        group_instance_id=member(service, topics, settings.replica),
        ack_policy=AckPolicy.MANUAL,
        auto_offset_reset="none",  # the others jump over what is gone, in silence
        # What a producer's transaction took back has no effect.
        isolation_level="read_committed",
        partition_assignment_strategy=(RangePartitionAssignor,),
        batch_timeout_ms=settings.poll_ms,
        max_records=settings.max_records,
        max_partition_fetch_bytes=1024 * 1024,
        fetch_max_bytes=16 * 1024 * 1024,
        fetch_max_wait_ms=250,
        session_timeout_ms=settings.session_timeout_ms,
        heartbeat_interval_ms=max(1000, settings.session_timeout_ms // 10),
        rebalance_timeout_ms=settings.rebalance_timeout_ms,
        max_poll_interval_ms=24 * 3600 * 1000,
        listener=listener,
        parser=_untouched,
        decoder=_undecoded,
    )


async def _untouched(records: Any) -> KafkaMessage:
    """Pass the records through: FastStream's own parser raises on headers that are not UTF-8."""
    return KafkaMessage(
        raw_message=records, body=b"", headers={}, correlation_id="", message_id="", consumer=FAKE_CONSUMER
    )


async def _undecoded(_: KafkaMessage) -> bytes:
    return b""


def member(service: str, topics: Sequence[str], replica: int) -> str:
    """Return the stable name of a replica in its group: killed, it has its partitions back at once.

    The topics are a part of it. To a known member Kafka gives its old partitions back without asking
    what it subscribes to now: a topic that is new would not be read, and one that is gone stops it.
    """
    topics = hashlib.sha256("\n".join(sorted(topics)).encode()).hexdigest()[:8]
    return f"suyuan.{service}.{replica}.{topics}"
