"""Clients of the published language: send commands and filings, read events."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Self

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError

from shared.contracts.envelope import Actor, Envelope, headers
from shared.contracts.errors import SuyuanError
from shared.contracts.intake import FileDispute
from shared.contracts.message import Command, Message
from shared.contracts.topics import commands_topic, filings_topic, rule_of
from shared.runtime.base.ids import new_id
from shared.runtime.base.records import Parsed
from shared.runtime.base.settings import Settings
from shared.runtime.base.signing import Signer, proof_of
from shared.runtime.ingest.parser import Parser
from shared.runtime.publish.producer import MAX_REQUEST_BYTES, started

_MOST_UNCONFIRMED = 5_000
_ANY_FUTURE = timedelta(days=365_000)
"""Readers believe the time of an event: its writer has checked it."""


def encoded(body: Message) -> bytes:
    """Return a message as it is sent: fields without a value are left out."""
    return body.__pydantic_serializer__.to_json(body, exclude_none=True)


def no_key() -> SuyuanError:
    """Return the error of who would send a command and has no key to sign it with."""
    return SuyuanError(
        code="key.missing",
        zh="没有签名密钥，发出的命令不会被接受。服务请设置 SUYUAN_SIGNING_KEY；"
        "运维人员请用 suyuan keys new 建立本人密钥，并以 SUYUAN_OPERATOR_KEY 指明其文件。",
        en="There is no key to sign with, and nobody takes a command without a signature. Set "
        "SUYUAN_SIGNING_KEY of a service; an operator makes a key with suyuan keys new and names its "
        "file in SUYUAN_OPERATOR_KEY.",
    )


class MessageSender:
    """Publishes commands and filings, idempotently, each acknowledged by all brokers in sync.

    Args:
        settings: Where Kafka is.
        source: ``ce_source`` of what is sent.
        linger_ms: How long a message waits for others; 0 for people, 5 for bulk.
        signer: Signs commands; ``None`` for the key of the settings.
    """

    def __init__(
        self, settings: Settings, *, source: str, linger_ms: int = 0, signer: Signer | None = None
    ) -> None:
        """Keep the settings; entering the context connects."""
        own = settings.signing_key.get_secret_value()
        self._signer = signer if signer is not None or not own else Signer.of(own)
        self._settings = settings
        self._source = source
        self._linger_ms = linger_ms
        self._producer: AIOKafkaProducer | None = None
        self._unconfirmed: list[asyncio.Future[Any]] = []

    async def __aenter__(self) -> Self:
        """Connect."""
        await self.start()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Wait until all is stored, unless something went wrong already; disconnect."""
        try:
            if kind is None:
                await self.flush()
        finally:
            await self.stop()

    async def start(self) -> None:
        """Connect.

        Raises:
            KafkaError: No broker answers.
        """
        self._producer = await started(
            self._settings,
            linger_ms=self._linger_ms,
            max_batch_size=256 * 1024,
            request_timeout_ms=20_000,
        )

    async def stop(self) -> None:
        """Send what is still waiting, and disconnect."""
        producer, self._producer = self._producer, None
        if producer is not None:
            await producer.stop()

    async def command(
        self,
        service: str,
        command: Command,
        subject: str,
        *,
        actor: Actor,
        id: str | None = None,
        at: datetime | None = None,
        version_seen: int | None = None,
        correlation: str = "",
        causation: str = "",
        traceparent: str = "",
        wait: bool = True,
    ) -> str:
        """Send a command.

        Args:
            service: Who shall obey.
            command: What shall be done.
            subject: What it is about; also the key.
            actor: Who asks.
            id: Its id, the same for every try; fresh when ``None``.
            at: What the sender says of the time; counts in replays alone.
            version_seen: Version of the subject that the actor saw; a stale one is refused.
            correlation: Id of the first message of the chain; its own id when empty.
            causation: Id of the message that caused it.
            traceparent: W3C trace context.
            wait: Whether to wait until it is stored; otherwise :meth:`flush` does.

        Returns:
            The id; the outcome comes as an event that names it as its cause.

        Raises:
            SuyuanError: ``key.missing``: nobody takes a command without a signature.
        """
        if self._signer is None:
            raise no_key()
        id_ = id or new_id()
        envelope = Envelope(
            id=id_,
            source=self._source,
            type=command.wire_type,
            subject=subject,
            time=at or self._now(),
            sequence=None,
            correlation=correlation or id_,
            causation=causation,
            actor=actor,
            traceparent=traceparent,
            version_seen=version_seen,
        )
        await self._send(commands_topic(service), subject, command, envelope, wait=wait)
        return id_

    async def filing(
        self,
        filing: FileDispute,
        *,
        id: str | None = None,
        at: datetime | None = None,
        actor: Actor | None = None,
        wait: bool = True,
    ) -> str:
        """File a dispute on the institution's own topic, keyed by its reference; return the id."""
        id_ = id or new_id()
        envelope = Envelope(
            id=id_,
            source=f"/institutions/{filing.institution}",
            type=filing.wire_type,
            subject=filing.reference,
            time=at or self._now(),
            sequence=None,
            correlation=id_,
            causation="",
            actor=actor or Actor(filing.institution, "", "institution_agent"),
            traceparent="",
        )
        await self._send(filings_topic(filing.institution), filing.reference, filing, envelope, wait=wait)
        return id_

    async def flush(self) -> None:
        """Wait until everything that was sent is stored.

        Raises:
            KafkaError: Something was not stored.
        """
        unconfirmed, self._unconfirmed = self._unconfirmed, []
        for future in unconfirmed:
            await future

    async def _send(self, topic: str, key: str, body: Message, envelope: Envelope, *, wait: bool) -> None:
        await self._renew()
        assert self._producer is not None
        value, named = encoded(body), headers(envelope)
        if self._signer is not None and rule_of(topic).proof:
            named.append(proof_of(self._signer, topic, key.encode(), named, value))
        future = await self._producer.send(topic, value, key=key.encode(), headers=named)
        if wait:
            await future
            return
        self._unconfirmed.append(future)
        if len(self._unconfirmed) >= _MOST_UNCONFIRMED:
            await self.flush()

    async def _renew(self) -> None:
        """Connect anew where aiokafka's sending task has ended: it never starts again by itself."""
        if self._producer is not None and self._producer._sender.sender_task.done():
            with contextlib.suppress(KafkaError):
                await self.stop()
            await self.start()

    @staticmethod
    def _now() -> datetime:
        return datetime.now().astimezone()


class EventReader:
    """Reads topics without a group: from their beginning or from now on.

    Args:
        settings: Where Kafka is.
        topics: What to read.
        from_beginning: All that is retained, or only what comes.
    """

    def __init__(self, settings: Settings, topics: Sequence[str], *, from_beginning: bool = True) -> None:
        """Keep the settings; entering the context connects."""
        self._settings = settings
        self._topics = topics
        self._from_beginning = from_beginning
        self._consumer: AIOKafkaConsumer | None = None
        self._parser = Parser(
            time=settings.time,
            max_bytes=MAX_REQUEST_BYTES,
            future=_ANY_FUTURE,
            now=lambda: datetime.now().astimezone(),
        )

    async def __aenter__(self) -> Self:
        """Connect and take all partitions."""
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self._settings.kafka,
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            isolation_level="read_committed",
            max_partition_fetch_bytes=4 * 1024 * 1024,
            **self._settings.kafka_security(),
        )
        await consumer.start()
        self._consumer = consumer
        partitions = [
            TopicPartition(topic, partition)
            for topic in self._topics
            for partition in (await self._partitions(consumer, topic))
        ]
        consumer.assign(partitions)
        if self._from_beginning:
            await consumer.seek_to_beginning(*partitions)
        else:
            await consumer.seek_to_end(*partitions)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Disconnect."""
        if self._consumer is not None:
            await self._consumer.stop()

    async def batch(self, timeout_ms: int = 200) -> list[Parsed]:
        """Return what has come, parsed tolerantly; empty after ``timeout_ms`` without anything."""
        assert self._consumer is not None
        records = await self._consumer.getmany(timeout_ms=timeout_ms, max_records=2000)
        return [self._parser.parse(record) for part in records.values() for record in part]

    async def to_end(self) -> AsyncIterator[list[Parsed]]:
        """Yield everything up to what was the end when it was asked for."""
        consumer = self._consumer
        assert consumer is not None
        ends = await self._ends()
        while any([await consumer.position(tp) < end for tp, end in ends.items()]):
            batch = await self.batch()
            if batch:
                yield batch

    async def ends(self) -> dict[str, int]:
        """Return the offset behind the last record of each topic-partition, by ``topic:partition``."""
        return {f"{tp.topic}:{tp.partition}": end for tp, end in (await self._ends()).items()}

    async def _ends(self) -> dict[TopicPartition, int]:
        assert self._consumer is not None
        ends: dict[TopicPartition, int] = await self._consumer.end_offsets(list(self._consumer.assignment()))
        return ends

    @staticmethod
    async def _partitions(consumer: AIOKafkaConsumer, topic: str) -> list[int]:
        # The first answer about a topic may come before its metadata does.
        for _ in range(50):
            found = consumer.partitions_for_topic(topic)
            if found:
                return sorted(found)
            await consumer._client.force_metadata_update()
            await asyncio.sleep(0.1)
        raise LookupError(
            f"Topic {topic} is not there, or this user may not see it. Run `suyuan topics provision` first."
        )
