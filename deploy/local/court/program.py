"""The running simulator: reads filings, registers the answers, sends them when their time comes."""

import asyncio
import contextlib
import heapq
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import CommitFailedError, KafkaError

from deploy.local.court.decisions import Manners
from deploy.local.court.desk import Desk, read
from deploy.local.court.register import Answer, Register
from shared.contracts.principals import group_prefix
from shared.contracts.proof import HEADER as PROOF
from shared.contracts.topics import COURT_INBOUND, COURT_OUTBOUND
from shared.network.schema import Network
from shared.runtime.base.signing import Signer, proof_of

_RETRY_S = 0.5


class CourtSimulator:
    """One court.

    Args:
        bootstrap: Kafka addresses, ``host:port,…``.
        network: Which court, with its code.
        seed: What it decides hangs on seed and filing id.
        register: The file of its register.
        signer: Signs its answers: the platform takes no other.
        manners: How it behaves.
        security: Further options of every Kafka client.
    """

    def __init__(
        self,
        bootstrap: str,
        network: Network,
        seed: int,
        *,
        register: Path,
        signer: Signer,
        manners: Manners | None = None,
        security: Mapping[str, Any] | None = None,
    ) -> None:
        self._signer = signer
        self._client = {"bootstrap_servers": bootstrap, **(security or {})}
        self._court = network.court
        self._seed = seed
        self._path = register
        self._manners = manners or Manners()
        self._log = structlog.get_logger().bind(court=self._court.id)
        self._waiting: list[tuple[float, int, int, Answer]] = []
        self._batches = count()
        self._more = asyncio.Event()

    async def run(self, stop: asyncio.Event | None = None) -> None:
        """Answer until ``stop`` is set; what is registered and not sent is sent by the next run.

        Raises:
            sqlite3.OperationalError: Another process has the register.
        """
        register = Register(self._path, self._court.code)
        try:
            await self._serve(register, stop or asyncio.Event())
        finally:
            register.close()

    async def _serve(self, register: Register, stop: asyncio.Event) -> None:
        desk = Desk(register, self._court, self._seed, self._manners)
        consumer = await self._consumer()
        try:
            if register.is_new:
                await self._restore(desk, register)
            waiting = register.unsent()
            self._plan(waiting)
            self._log.info("court.program.started", waiting=len(waiting))
            async with asyncio.TaskGroup() as group:
                tasks = [
                    group.create_task(self._take(consumer, desk, register)),
                    group.create_task(self._send(register)),
                ]
                await stop.wait()
                for task in tasks:
                    task.cancel()
        finally:
            await consumer.stop()

    # -- taking ------------------------------------------------------------------------------

    async def _consumer(self) -> AIOKafkaConsumer:
        """Join the group once both topics are there; a stable id gets the partitions back at once."""
        name = f"{group_prefix(self._court.id)}register"
        while True:
            consumer = AIOKafkaConsumer(
                group_id=name,
                group_instance_id=f"{name}.0",
                enable_auto_commit=False,
                auto_offset_reset="earliest",
                max_poll_records=500,
                **self._client,
            )
            try:
                await consumer.start()
                if {COURT_OUTBOUND, COURT_INBOUND} <= set(await consumer.topics()):
                    consumer.subscribe([COURT_OUTBOUND])
                    return consumer
                self._log.info("court.topics.missing")
            except KafkaError as error:
                self._log.warning("court.broker.away", error=type(error).__name__)
            await consumer.stop()
            await asyncio.sleep(_RETRY_S)

    async def _take(self, consumer: AIOKafkaConsumer, desk: Desk, register: Register) -> None:
        while True:
            try:
                records = await consumer.getmany(timeout_ms=100, max_records=500)
                if not records:
                    continue
                answers = self._register_batch(records, desk, register)
                self._plan(answers)
                await consumer.commit({tp: batch[-1].offset + 1 for tp, batch in records.items()})
                self._log.info("court.batch.registered", answers=len(answers))
            except CommitFailedError:
                self._log.info("court.commit.failed")  # read again, answered the same again
            except KafkaError as error:
                self._log.warning("court.broker.away", error=type(error).__name__)
                await asyncio.sleep(_RETRY_S)

    def _register_batch(
        self, records: Mapping[TopicPartition, list[Any]], desk: Desk, register: Register
    ) -> list[Answer]:
        now = datetime.now(UTC)
        answers: list[Answer] = []
        with register.transaction():
            for batch in records.values():
                for record in batch:
                    incoming = read(dict(record.headers), record.value)
                    if incoming is None:
                        self._log.warning("court.record.ignored", offset=record.offset)
                    else:
                        answers += desk.take(incoming, now)
        return answers

    async def _restore(self, desk: Desk, register: Register) -> None:
        """Learn from ``court.inbound`` what this court said before its register was lost."""
        consumer = AIOKafkaConsumer(enable_auto_commit=False, auto_offset_reset="earliest", **self._client)
        await consumer.start()
        try:
            partitions = await self._partitions()
            consumer.assign(partitions)
            await consumer.seek_to_beginning(*partitions)
            ends = await consumer.end_offsets(partitions)
            restored = 0
            while any([await consumer.position(tp) < end for tp, end in ends.items()]):
                records = await consumer.getmany(timeout_ms=200, max_records=2000)
                with register.transaction():
                    for batch in records.values():
                        for record in batch:
                            desk.restore(dict(record.headers), record.value)
                            restored += 1
            if restored:
                self._log.info("court.register.restored", answers=restored)
        finally:
            await consumer.stop()

    async def _partitions(self) -> list[TopicPartition]:
        admin = AIOKafkaAdminClient(**self._client)
        await admin.start()
        try:
            described = await admin.describe_topics([COURT_INBOUND])
        finally:
            await admin.close()
        return [TopicPartition(COURT_INBOUND, one["partition"]) for one in described[0]["partitions"]]

    # -- sending -----------------------------------------------------------------------------

    def _plan(self, answers: Iterable[Answer], *, later_s: float = 0.0) -> None:
        now, batch = asyncio.get_running_loop().time(), next(self._batches)
        for order, answer in enumerate(sorted(answers, key=lambda one: one.position)):
            due = now + later_s + min(answer.delay_ms, self._manners.delay_ms) / 1000
            heapq.heappush(self._waiting, (due, batch, order, answer))
        self._more.set()

    async def _send(self, register: Register) -> None:
        producer: AIOKafkaProducer | None = None
        try:
            while True:
                due = await self._due()
                try:
                    producer = producer or await self._producer()
                    await self._publish(producer, due)
                    register.mark_sent(due)
                except KafkaError as error:
                    # A producer that met an error may stick: a new one, and the same answers again.
                    self._log.warning("court.answers.delayed", error=type(error).__name__)
                    self._plan(due, later_s=_RETRY_S)
                    if producer is not None:
                        with contextlib.suppress(KafkaError):
                            await producer.stop()
                        producer = None
        finally:
            if producer is not None:
                await producer.stop()

    async def _due(self) -> list[Answer]:
        """Wait for answers whose time has come; return them in their order of sending."""
        loop = asyncio.get_running_loop()
        while True:
            self._more.clear()
            due: list[Answer] = []
            while self._waiting and self._waiting[0][0] <= loop.time() and len(due) < 1000:
                due.append(heapq.heappop(self._waiting)[3])
            if due:
                return due
            wait = self._waiting[0][0] - loop.time() if self._waiting else None
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._more.wait(), wait)

    async def _producer(self) -> AIOKafkaProducer:
        producer = AIOKafkaProducer(acks="all", enable_idempotence=True, linger_ms=5, **self._client)
        try:
            await producer.start()
        except BaseException:
            await producer.stop()
            raise
        return producer

    async def _publish(self, producer: AIOKafkaProducer, answers: list[Answer]) -> None:
        futures = [
            await producer.send(
                COURT_INBOUND, answer.value, key=answer.subject.encode(), headers=self._signed(answer)
            )
            for answer in answers
            for _ in range(answer.copies)
        ]
        await asyncio.wait_for(asyncio.gather(*futures), 30)

    def _signed(self, answer: Answer) -> list[tuple[str, bytes]]:
        """Return the headers with a signature; what was registered under another key gets one of this."""
        named = [(name, value) for name, value in answer.headers if name != PROOF]
        return [*named, proof_of(self._signer, COURT_INBOUND, answer.subject.encode(), named, answer.value)]


async def run(
    bootstrap: str,
    network: Network,
    seed: int,
    *,
    register: Path,
    signer: Signer,
    manners: Manners | None = None,
    security: Mapping[str, Any] | None = None,
    stop: asyncio.Event | None = None,
) -> None:
    """Run a court until ``stop`` is set or the task is cancelled. See :class:`CourtSimulator`."""
    court = CourtSimulator(
        bootstrap, network, seed, register=register, signer=signer, manners=manners, security=security
    )
    await court.run(stop)
