"""Consumption: what a replica reads of its partitions, from their takeover until they are given up."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from faststream.kafka import KafkaBroker
from faststream.kafka.annotations import KafkaMessage as Message

from shared.runtime.base import logs
from shared.runtime.base.settings import Settings, TimeSource
from shared.runtime.commit.mongo import Database
from shared.runtime.ingest import tolerant
from shared.runtime.ingest.continuity import Continuity
from shared.runtime.ingest.fetch import Fetch
from shared.runtime.ingest.progress import Progress
from shared.runtime.ingest.subscription import subscribe
from shared.runtime.ingest.vitals import Vitals
from shared.runtime.ingest.worker import Worker

_log = logs.get("runtime")

_COMMIT_TIMEOUT_S = 5
_RELEASE_TIMEOUT_S = 25
_TAKEOVER_PAUSE_S = 1.0


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
        self._subscriber = subscriber = subscribe(broker, service, topics, settings, _Listener(self))
        self._poll_s, self._max_records = settings.poll_ms / 1000, settings.max_records
        self._fetch = Fetch(service, worker.health.troubles)
        self.progress = Progress(
            lambda: self.client,
            self._fetch,
            worker,
            bounded=settings.time is TimeSource.BROKER,
            transaction_s=settings.transaction_s,
        )
        self._continuity = Continuity(database, worker, self._fetch, lambda: datetime.now(UTC))
        self._takeover_s = settings.session_timeout_ms / 2000
        self._release_s = min(_RELEASE_TIMEOUT_S, settings.rebalance_timeout_ms / 2500)
        self._takeover: asyncio.Task[None] | None = None
        self.vitals = Vitals(subscriber)
        # FastStream's own loses records when one partition cannot be read (fetch.py), and sleeps after a
        # poll that found nothing, deaf to what comes meanwhile.
        subscriber.get_msg = self._poll
        subscriber(self._take)
        worker.commit_offsets = self._commit
        worker.first_offsets = self._first_offsets
        worker.horizon = self.progress.horizon
        worker.wanted = self._wanted
        worker.read_again = self._read_again
        worker.jumps = self._fetch.jumps
        self._generation = 0

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

    # -- offsets and partitions --------------------------------------------------------------

    def missing(self) -> list[str]:
        """Return the topics that Kafka does not have."""
        consumer = self.client
        if consumer is None:
            return []
        return [topic for topic in self._topics if not consumer.partitions_for_topic(topic)]

    def partitions(self, topic: str) -> list[int]:
        """Return the owned partitions of a topic."""
        consumer = self.client
        return (
            []
            if consumer is None
            else sorted(tp.partition for tp in consumer.assignment() if tp.topic == topic)
        )

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
        if not owned and not self._closing:
            _log.warning(
                "runtime.replica.idle",
                code="replica.idle",
                reason="The other replicas have all partitions. This one takes over when one of them "
                "is gone; more replicas than partitions do no more work.",
            )

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


class _Listener(ConsumerRebalanceListener):  # type: ignore[misc]
    """Passes rebalances on."""

    def __init__(self, consumer: Consumer) -> None:
        self._consumer = consumer

    async def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        await self._consumer.revoked(revoked)

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        await self._consumer.assigned(assigned)


def _partition(origin: str) -> TopicPartition:
    topic, _, partition = origin.rpartition(":")
    return TopicPartition(topic, int(partition))
