"""Consumption: one FastStream batch subscriber per service, over all its topics, on raw records."""

import asyncio
import hashlib
import time
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.annotations import KafkaMessage as Message
from faststream.kafka.message import FAKE_CONSUMER, KafkaMessage

from shared.runtime.base import logs
from shared.runtime.base.settings import Settings, TimeSource
from shared.runtime.commit.mongo import Database
from shared.runtime.ingest import tolerant
from shared.runtime.ingest.continuity import Continuity
from shared.runtime.ingest.fetch import Fetch
from shared.runtime.ingest.interleave import EVERYTHING, Horizon, group_of
from shared.runtime.ingest.transactions import OpenTransactions, is_open
from shared.runtime.ingest.vitals import Vitals
from shared.runtime.ingest.worker import Worker

_log = logs.get("runtime")

_COMMIT_TIMEOUT_S = 5
_RELEASE_TIMEOUT_S = 25
_TAKEOVER_PAUSE_S = 1.0
_ENDS_TIMEOUT_S = 5.0
_UNFETCHED_MS = 3000
_FETCH_MS = 1000
"""What may have come between the look of a broker and its answer, milliseconds."""


class Consumer:
    """The consuming side of one replica of a service.

    Args:
        broker: FastStream's broker.
        service: Whose group it is.
        topics: What it reads.
        settings: Group, sizes, times.
        worker: Takes the batches.
        database: The service's own, where gaps in what is read are kept.
    """

    def __init__(
        self,
        broker: KafkaBroker,
        service: str,
        topics: Sequence[str],
        settings: Settings,
        worker: Worker,
        database: Database,
    ) -> None:
        """Declare the subscriber; FastStream starts it."""
        tolerant.install()
        self._worker = worker
        self._topics = tuple(topics)
        self._closing = False
        self.assigned_once = False
        self.held = False
        # One subscriber for all topics and the range assignor: all messages of a case then meet in
        # one replica. Two subscribers in one group can split a case between two.
        subscriber = broker.subscriber(
            *topics,
            batch=True,
            group_id=f"suyuan.{service}",
            group_instance_id=_member(service, topics, settings.replica),
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
            listener=_Listener(self),
            parser=_untouched,
            decoder=_undecoded,
        )
        self._subscriber = subscriber
        self._poll_s, self._max_records = settings.poll_ms / 1000, settings.max_records
        self._transactions = OpenTransactions()
        self._fetch = Fetch(service, worker.health.troubles)
        self._continuity = Continuity(database, worker, self._fetch, lambda: datetime.now(UTC))
        self._takeover_s = settings.session_timeout_ms / 2000
        self._release_s = min(_RELEASE_TIMEOUT_S, settings.rebalance_timeout_ms / 2500)
        self._takeover: asyncio.Task[None] | None = None
        self._applied: dict[str, int] = {}
        self._ends: dict[TopicPartition, int] = {}
        self.vitals = Vitals(subscriber)
        # FastStream's own loses records when one partition cannot be read (fetch.py), and sleeps after a
        # poll that found nothing, deaf to what comes meanwhile.
        subscriber.get_msg = self._poll  # type: ignore[method-assign]
        subscriber(self._take)
        worker.commit_offsets = self._commit
        worker.first_offsets = self._first_offsets
        worker.horizon = self._horizon
        worker.wanted = self._wanted
        worker.read_again = self._read_again
        worker.jumps = self._fetch.jumps
        self._generation = 0
        self._bounded = settings.time is TimeSource.BROKER

    @property
    def client(self) -> AIOKafkaConsumer | None:
        """The consumer of aiokafka, once it is started."""
        return self._subscriber.consumer

    async def _poll(self, consumer: AIOKafkaConsumer) -> tuple[Any, ...]:
        """Return what has come; nothing once the replica is closing, and while it is held."""
        if self._closing or self.held:
            await asyncio.sleep(self._poll_s)
            return ()
        interleaver = self._worker.interleaver
        self._fetch.full = interleaver.full(self._max_records)
        got = await self._fetch.poll(consumer, self._poll_s, self._max_records)
        self._generation = self._fetch.generation
        if not got and interleaver.backlog:
            await self._worker.take(())
        return got

    async def _take(self, message: Message) -> None:
        """Hand a batch to the worker; whatever comes after closing is left to the next owner."""
        if not self._closing:
            await self._worker.take(message.raw_message)
            self._fetch.taken()

    async def close(self) -> None:
        """Drain what was taken, commit, and take nothing more."""
        self._closing = True
        await self._end_takeover()
        await self._worker.release()

    def _wanted(self, records: Sequence[Any]) -> Sequence[Any]:
        """Leave out the records of partitions that were given up, or begun again, since the poll."""
        if self._fetch.generation == self._generation:
            return records
        return [record for record in records if self._fetch.is_out(record.topic, record.partition)]

    def _read_again(self, offsets: dict[str, int]) -> None:
        consumer = self.client
        assert consumer is not None
        for origin, offset in offsets.items():
            if (tp := _partition(origin)) in consumer.assignment():
                self._fetch.begin(consumer, tp, offset)

    # -- siblings ----------------------------------------------------------------------------

    def _horizon(self) -> Horizon:
        """Return how far the owned partitions were read, for those that have siblings."""
        consumer = self.client
        if consumer is None:
            return EVERYTHING
        open_: set[str] = set()
        looked: dict[int, int] = {}
        for tp in consumer.assignment():
            origin = f"{tp.topic}:{tp.partition}"
            group = group_of(origin)
            if group < 0:
                continue
            end = _end(consumer, tp)
            if self._fetch.is_open(tp, end):
                open_.add(origin)
            elif self._bounded:
                # A partition that is stopped, or whose records wait behind an open transaction, holds the
                # clocks of its siblings where they are.
                at_end = end is not None and not self._fetch.is_stopped(tp) and not is_open(consumer, tp)
                polled = int(consumer.last_poll_timestamp(tp) or 0) - _FETCH_MS if at_end else 0
                looked[group] = min(looked.get(group, polled), polled)
        return Horizon(frozenset(open_), looked)

    # -- offsets and partitions --------------------------------------------------------------

    def missing(self) -> list[str]:
        """Give the topics that Kafka does not have."""
        consumer = self.client
        if consumer is None:
            return []
        return [topic for topic in self._topics if not consumer.partitions_for_topic(topic)]

    def partitions(self, topic: str) -> list[int]:
        """Give the owned partitions of a topic."""
        consumer = self.client
        return (
            []
            if consumer is None
            else sorted(tp.partition for tp in consumer.assignment() if tp.topic == topic)
        )

    def lags(self) -> dict[tuple[str, int], int]:
        """Give how many messages of each owned partition are not applied yet, as far as is known.

        What was applied is remembered while the worker has to ask the database again: that is when lag
        is looked at.
        """
        consumer = self.client
        owned = consumer.assignment() if consumer is not None else frozenset()
        origins = {f"{tp.topic}:{tp.partition}": tp for tp in owned}
        known = {**self._applied, **self._worker.watermarks}
        self._applied = {origin: known[origin] for origin in origins if origin in known}
        out = {}
        for origin, applied in self._applied.items():
            tp = origins[origin]
            assert consumer is not None
            end = max(consumer.highwater(tp) or 0, self._ends.get(tp, 0))
            out[tp.topic, tp.partition] = max(0, end - self._fetch.applied_to(tp, applied))
        return out

    async def look_at_ends(self) -> None:
        """Ask the brokers how far the partitions go that are not being fetched, as while a batch is stuck."""
        consumer = self.client
        if consumer is None:
            return
        asked_ms = time.time() * 1000 - _UNFETCHED_MS
        idle = [tp for tp in consumer.assignment() if (consumer.last_poll_timestamp(tp) or 0) < asked_ms]
        if not idle:
            self._ends.clear()
            return
        async with asyncio.timeout(_ENDS_TIMEOUT_S):
            self._ends = dict(await consumer.end_offsets(idle))

    async def complete_until(self, partition: int) -> datetime | None:
        """Give up to when all is applied that came to a partition number, over all topics.

        A clock may only be moved to a time of which nothing more can come: after a stop of two days, a
        command of the first day must be decided before the deadline of the second.

        Returns:
            The time; ``None`` when it is not known yet.
        """
        consumer = self.client
        times = []
        for tp in consumer.assignment() if consumer is not None else ():
            if tp.partition == partition:
                times.append(await self._complete_until(tp))
        known = [at for at in times if at is not None]
        if not known or len(known) < len(times):
            return None
        return datetime.fromtimestamp(min(known) / 1000, UTC)

    async def _complete_until(self, tp: TopicPartition) -> int | None:
        consumer = self.client
        assert consumer is not None
        origin = f"{tp.topic}:{tp.partition}"
        end, polled = consumer.highwater(tp), consumer.last_poll_timestamp(tp)
        applied = self._worker.watermarks.get(origin)
        if end is None or not polled or applied is None:
            return None
        if tp in self._fetch.stops:
            return self._worker.applied_ms.get(origin)
        if self._fetch.applied_to(tp, applied) >= end:
            return int(polled) - _FETCH_MS
        return self._worker.applied_ms.get(origin)

    async def unread(self) -> int:
        """Give how many offsets of the owned partitions were not read yet, and can be."""
        consumer = self.client
        total = 0
        for tp in consumer.assignment() if consumer is not None else ():
            end = _end(consumer, tp)
            if end is not None:
                total += self._fetch.unread(tp, end)
        return total

    def look_at_transactions(self) -> None:
        """Note in readiness what waits behind a transaction that stays open."""
        consumer, troubles = self.client, self._worker.health.troubles
        reason = "" if consumer is None else self._transactions.reason(consumer, consumer.assignment())
        if reason:
            troubles["transactions"] = reason
        else:
            troubles.pop("transactions", None)

    def last_poll_ms(self) -> int:
        """Give when the brokers last answered a fetch, milliseconds since the epoch; 0 for never."""
        consumer = self.client
        if consumer is None:
            return 0
        return max((consumer.last_poll_timestamp(tp) or 0 for tp in consumer.assignment()), default=0)

    async def _commit(self, watermarks: dict[str, int]) -> None:
        """Tell Kafka how far this group is; what really counts stands in the watermarks."""
        self._fetch.settled(watermarks)
        consumer = self.client
        if consumer is None:
            return
        owned = consumer.assignment()
        offsets = {
            tp: offset + 1 for origin, offset in watermarks.items() if (tp := _partition(origin)) in owned
        }
        if not offsets:
            return
        # Where it fails, lag looks higher than it is until the next commit; nothing is lost or done twice.
        async with asyncio.timeout(_COMMIT_TIMEOUT_S):
            await consumer.commit(offsets)

    async def _first_offsets(self, origins: set[str]) -> dict[str, int]:
        consumer = self.client
        assert consumer is not None
        first = await consumer.beginning_offsets([_partition(origin) for origin in origins])
        return {f"{tp.topic}:{tp.partition}": offset for tp, offset in first.items()}

    async def assigned(self, partitions: Iterable[TopicPartition]) -> None:
        """Take partitions over: publish what was left, then read on where the watermarks say.

        The group waits for this, and this member's heartbeats with it. Where it takes long, because the
        database or a topic is away, it goes on behind; nothing is read of the partitions before it is done.
        """
        owned = {f"{tp.topic}:{tp.partition}": tp for tp in partitions}
        if owned and not self._closing:
            consumer = self.client
            assert consumer is not None
            consumer.pause(*owned.values())
            self._takeover = asyncio.create_task(self._take_over(owned), name="takeover")
            await asyncio.wait({self._takeover}, timeout=self._takeover_s)
        self._worker.health.origins = frozenset(owned)
        self.assigned_once = True
        _log.info("runtime.partitions.assigned", partitions=len(owned))

    async def _take_over(self, owned: dict[str, TopicPartition]) -> None:
        troubles = self._worker.health.troubles
        while True:
            try:
                await self._begin(owned)
            except Exception as error:  # noqa: BLE001 - without an end to it nothing would be read, in silence
                if "takeover" not in troubles:
                    _log.warning("runtime.takeover.waiting", error=repr(error)[:300])
                troubles["takeover"] = f"takeover.waiting: {len(owned)} partitions: {error!r}"[:300]
                await asyncio.sleep(_TAKEOVER_PAUSE_S)
            else:
                troubles.pop("takeover", None)
                return

    async def _begin(self, owned: dict[str, TopicPartition]) -> None:
        watermarks = await self._worker.own(set(owned))
        consumer = self.client
        assert consumer is not None
        await self._continuity.begin(consumer, {tp: watermarks[origin] for origin, tp in owned.items()})

    async def tend(self) -> None:
        """Look after what waits: gaps and their acceptance, topics that are not there."""
        consumer = self.client
        if consumer is None or self._closing:
            return
        if self.missing():
            consumer._client.force_metadata_update()  # one that comes back is read at once
        await self._continuity.tend(consumer)

    async def revoked(self, partitions: Iterable[TopicPartition]) -> None:
        """Let partitions go: what was taken of them is committed and published first."""
        owned = {f"{tp.topic}:{tp.partition}" for tp in partitions}
        await self._end_takeover()
        self._fetch.forget()
        if not owned:
            return
        try:
            async with asyncio.timeout(self._release_s):
                await self._worker.release(owned)
        except TimeoutError:
            # The next owner reads the watermarks and the outbox; ours is refused by the guards.
            self._worker.abandon(owned)
            _log.warning("runtime.partitions.undrained", partitions=len(owned))
        self._worker.health.origins = frozenset()

    async def _end_takeover(self) -> None:
        takeover, self._takeover = self._takeover, None
        if takeover is not None and not takeover.done():
            takeover.cancel()
            await asyncio.wait({takeover})
        self._worker.health.troubles.pop("takeover", None)


def _end(consumer: AIOKafkaConsumer, tp: TopicPartition) -> int | None:
    """Return the offset up to which a partition can be read; ``None`` before the first answer.

    Behind the last stable offset stands a transaction that is not decided yet.
    """
    end, stable = consumer.highwater(tp), consumer.last_stable_offset(tp)
    return end if end is None or stable is None or stable < 0 else min(int(end), int(stable))


class _Listener(ConsumerRebalanceListener):  # type: ignore[misc]
    """Passes rebalances on."""

    def __init__(self, consumer: Consumer) -> None:
        self._consumer = consumer

    async def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        await self._consumer.revoked(revoked)

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        await self._consumer.assigned(assigned)


async def _untouched(records: Any) -> KafkaMessage:
    """Pass the records through: FastStream's own parser raises on headers that are not UTF-8."""
    return KafkaMessage(
        raw_message=records, body=b"", headers={}, correlation_id="", message_id="", consumer=FAKE_CONSUMER
    )


async def _undecoded(_: KafkaMessage) -> bytes:
    return b""


def _member(service: str, topics: Sequence[str], replica: int) -> str:
    """Give the stable name of a replica in its group: killed, it has its partitions back at once.

    The topics are a part of it. To a known member Kafka gives its old partitions back without asking
    what it subscribes to now: a topic that is new would not be read, and one that is gone stops it.
    """
    topics = hashlib.sha256("\n".join(sorted(topics)).encode()).hexdigest()[:8]
    return f"suyuan.{service}.{replica}.{topics}"


def _partition(origin: str) -> TopicPartition:
    topic, _, partition = origin.rpartition(":")
    return TopicPartition(topic, int(partition))
