"""What the tests on a real broker share: raw records in and out, and patience."""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition

from deploy.local.stack import StackAddresses
from shared.contracts.envelope import Actor, Envelope, headers
from shared.contracts.message import Command, Message
from shared.contracts.principals import ADMIN
from shared.contracts.proof import HEADER
from shared.contracts.topics import COURT_INBOUND
from shared.runtime.base.documents import Document
from shared.runtime.base.ids import new_id
from shared.runtime.base.signing import Signer, proof_of
from shared.runtime.base.vault import Vault
from shared.runtime.commit.sealed_rows import opened_letters
from shared.runtime.decide.history import rows_of
from shared.runtime.decide.sealed_records import SEALED
from tests.support.clients import aio
from tests.support.services import Services

OPERATOR = Actor("fengtai-court", "p-operator-1", "operator")
Headers = Sequence[tuple[str, bytes | None]]


@dataclass(slots=True)
class Wire:
    """Raw access to a broker and to the services' databases."""

    services: Services
    producer: AIOKafkaProducer

    async def put(
        self,
        topic: str,
        value: bytes | None,
        headers: Headers = (),
        *,
        key: bytes | None = None,
        partition: int | None = None,
        owner: str | None = "portal",
    ) -> str:
        """Append a record as it is, signed where it must be; return ``topic:partition:offset``.

        Args:
            topic: Where to.
            value: As it is.
            headers: As they are; one with a signature keeps it.
            key: As it is.
            partition: That of the key unless given.
            owner: Whose key signs; ``None`` for nobody's.
        """
        named = list(headers)
        if owner is not None:
            named = signed(self.services.signer(owner), topic, key, named, value)
        done = await self.producer.send_and_wait(topic, value, key=key, headers=named, partition=partition)
        return f"{done.topic}:{done.partition}:{done.offset}"

    async def command(self, service: str, body: Command, subject: str, *, actor: Actor = OPERATOR) -> str:
        """Send a command; return its id."""
        id_ = new_id()
        await self.put(
            f"{service}.commands", encoded(body), envelope(body, id=id_, subject=subject, actor=actor),
            key=subject.encode(),
        )  # fmt: skip
        return id_

    async def handled(self, service: str, *ids: str) -> None:
        """Wait until a service has taken commands in."""

        async def taken() -> bool:
            return len(await self.find(service, "commands", {"id": {"$in": list(ids)}})) == len(ids)

        await until(taken)

    async def find(self, service: str, collection: str, filter: Document | None = None) -> list[Document]:
        """Return the documents of a service."""
        database = self.services.database(service)
        try:
            return await database.find(collection, filter or {})
        finally:
            database.close()

    async def everything(self, service: str) -> dict[str, list[Document]]:
        """Return every document of a service, by collection."""
        database = self.services.database(service)
        try:
            names = await database._database.list_collection_names()
            return {name: await database.find(name, {}) for name in sorted(names)}
        finally:
            database.close()

    async def history(self, service: str, subject: str) -> list[Document]:
        """Return a subject's history in order."""
        rows = await self.find(service, "history", rows_of(subject))
        return sorted(rows, key=lambda row: row["_id"])

    async def letters(self, service: str, status: str = "waiting") -> dict[str, Document]:
        """Return the dead letters of a status by id, opened."""
        return {
            row["_id"]: row
            for row in await self.opened(service, await self.find(service, "deadletters", {"status": status}))
        }

    async def opened(self, service: str, rows: Sequence[Document]) -> list[Document]:
        """Return letters in clear, with the keys of a service."""
        setting = self.services.settings(service).record_keys.get_secret_value()
        database = self.services.database(service)
        try:
            return await opened_letters(database, Vault.of_records(setting), rows)
        finally:
            database.close()

    async def copies(self, service: str) -> dict[str, Document]:
        """Return what stands on a service's topic of dead letters, by letter, opened with their keys."""
        records = await self.read(f"{service}.deadletters")
        rows: list[Document] = []
        for one in records:
            named = {name: value.decode("utf-8", "replace") for name, value in one.headers}
            record = {"topic": "", "headers": [], "key": None, "value": None, SEALED: one.value}
            rows.append({"_id": named["suyuan-origin"], "reason": named["suyuan-reason"], "record": record})
        return {row["_id"]: row for row in await self.opened(service, rows)}

    async def read(self, *topics: str) -> list[ConsumerRecord]:
        """Return all records of some topics."""
        return await read_all(self.services.addresses, topics)


@asynccontextmanager
async def wire(services: Services) -> AsyncIterator[Wire]:
    """Open raw access."""
    producer = AIOKafkaProducer(
        **aio(services.addresses), enable_idempotence=True, max_request_size=12_000_000
    )
    await producer.start()
    try:
        yield Wire(services, producer)
    finally:
        await producer.stop()


async def read_all(kafka: StackAddresses, topics: Sequence[str], user: str = ADMIN) -> list[ConsumerRecord]:
    """Return all records of some topics, in order per partition, as a user reads them."""
    async with AIOKafkaConsumer(
        **aio(kafka, user), fetch_max_bytes=50_000_000, max_partition_fetch_bytes=12_000_000
    ) as consumer:
        await consumer._client.force_metadata_update()
        places = []
        for topic in topics:
            await consumer._client.add_topic(topic)
            places += [TopicPartition(topic, p) for p in sorted(consumer.partitions_for_topic(topic) or ())]
        assert places, f"no partitions of {topics}"
        consumer.assign(places)
        await consumer.seek_to_beginning(*places)
        ends = await consumer.end_offsets(places)
        out: list[ConsumerRecord] = []
        while any([await consumer.position(tp) < end for tp, end in ends.items()]):
            for part in (await consumer.getmany(timeout_ms=500)).values():
                out += part
        return out


async def until(
    told: Callable[[], Awaitable[Any]] | Callable[[], Any],
    *,
    within_s: float = 90.0,
    why: Callable[[], str] = str,
) -> Any:
    """Wait until something is so; generous, since the machine may be busy."""
    deadline = time.monotonic() + within_s
    while True:
        answer = told()
        if inspect.isawaitable(answer):
            answer = await answer
        if answer:
            return answer
        assert time.monotonic() < deadline, f"not so after {within_s} s: {why()}"
        await asyncio.sleep(0.2)


def signed(
    signer: Signer, topic: str, key: bytes | None, headers: Headers, value: bytes | None
) -> list[tuple[str, bytes | None]]:
    """Return headers with a signature, where the topic asks for one and they have none."""
    named = list(headers)
    if not (topic.endswith(".commands") or topic == COURT_INBOUND) or HEADER in dict(named):
        return named
    return [*named, proof_of(signer, topic, key, [(n, v or b"") for n, v in named], value)]


def encoded(body: Message) -> bytes:
    """Return a message's bytes."""
    return body.__pydantic_serializer__.to_json(body)


def envelope(
    body: Message,
    *,
    id: str,
    subject: str,
    source: str = "/test",
    sequence: int | None = None,
    actor: Actor = OPERATOR,
    time: str = "",
) -> list[tuple[str, bytes | None]]:
    """Return the headers of a message; the time is that of now unless given."""
    from datetime import UTC, datetime

    at = datetime.fromisoformat(time) if time else datetime.now(UTC)
    made = Envelope(id, source, body.wire_type, subject, at, sequence, id, "", actor, "")
    return list(headers(made))


def changed(headers: Headers, *without: str, **more: bytes | None) -> list[tuple[str, bytes | None]]:
    """Return headers with some left out or replaced."""
    return [(n, v) for n, v in headers if n not in without and n not in more] + list(more.items())
