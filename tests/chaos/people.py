"""The people of the chaos: institutions with odd clients, a clerk, mediators. All answer what they read."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError

from bench.disputes import claims
from deploy.local.stack import StackAddresses
from shared.contracts.elements import Elements
from shared.contracts.envelope import Actor
from shared.contracts.intake import FileDispute, GiveConsent, GiveExplanation, PriorSteps
from shared.contracts.kinds import Cause, End, Party, Tier
from shared.contracts.mediation import AcceptAssignment, EndMediation
from shared.contracts.message import Command
from shared.network.schema import Network
from shared.runtime.base.signing import Signer
from tests.kafka.helpers import encoded, envelope, signed
from tests.support.cases import case_id
from tests.support.clients import aio
from tests.support.services import Services

OPEN_EVERY = 40
"""One of so many disputes stays with its mediator; all others end, so that all get their turn."""
SLOW_EVERY = 8
"""One of so many disputes is filed without elements, amended, and waits for a clerk's consents."""
CODECS = (None, "gzip", "lz4", "snappy", "zstd")
Answer = tuple[str, str, Command, Actor]
"""Id, case, command and who gives it."""


def ends(case: str) -> bool:
    """Whether the mediator ends a case; told by the case itself, so that every run does the same."""
    return sum(case.encode()) % OPEN_EVERY != 0


def is_slow(number: int) -> bool:
    """Whether a filing is returned first."""
    return number % SLOW_EVERY == 0


async def file(services: Services, count: int, start: int) -> set[str]:
    """File disputes, plain and in every codec, some returned and amended; return their case ids."""
    cases = set()
    kafka = services.addresses
    producers = [
        AIOKafkaProducer(
            **aio(kafka),
            compression_type=codec,
            enable_idempotence=codec != "gzip",
            acks="all" if codec != "gzip" else 1,
            linger_ms=5 if codec else 0,
        )
        for codec in CODECS
    ]
    for producer in producers:
        await producer.start()
    try:
        sent = []
        for number, filing in enumerate(claims(count, start=start), start):
            producer = producers[number // 6 % len(producers)]
            for version, one in enumerate(_versions(number, filing)):
                headers = envelope(
                    one,
                    id=f"f-{filing.reference}-{version}",
                    subject=filing.reference,
                    source=f"/institutions/{filing.institution}",
                    actor=Actor(filing.institution, "", "institution_agent"),
                )
                topic, key = f"filings.{filing.institution}", filing.reference.encode()
                sent.append(await producer.send(topic, encoded(one), key=key, headers=headers))
            cases.add(case_id(filing.institution, filing.reference))
        await asyncio.gather(*sent)
    finally:
        for producer in producers:
            await producer.stop()
    return cases


def _versions(number: int, filing: FileDispute) -> Iterator[FileDispute]:
    if is_slow(number):
        bare: dict[str, Any] = {"elements": Elements(), "prior": PriorSteps()}
        yield filing.model_copy(update=bare)
        yield filing.model_copy(update={"prior": PriorSteps(), "amends": True})
    else:
        yield filing


@dataclass
class Reactor(ABC):
    """Reads events and answers with commands; the same command always has the same id."""

    kafka: StackAddresses
    events: str
    commands: str
    signer: Signer

    async def play(self) -> None:
        """Play until cancelled, through any outage."""
        seen: dict[TopicPartition, int] = {}
        while True:
            try:
                await self._play(seen)
            except (KafkaError, TimeoutError):
                await asyncio.sleep(0.5)

    @abstractmethod
    def answers(self, type_: str, case: str, event: dict[str, Any]) -> Iterator[Answer]:
        """Yield what somebody does about an event."""

    async def _play(self, seen: dict[TopicPartition, int]) -> None:
        consumer = AIOKafkaConsumer(**aio(self.kafka), auto_offset_reset="earliest")
        producer = AIOKafkaProducer(
            **aio(self.kafka), enable_idempotence=True, linger_ms=20, request_timeout_ms=10_000
        )
        async with consumer, producer:
            await consumer._client.add_topic(self.events)
            partitions = [TopicPartition(self.events, p) for p in range(6)]
            consumer.assign(partitions)
            for tp in partitions:
                consumer.seek(tp, seen.get(tp, 0))
            while True:
                batch = await consumer.getmany(timeout_ms=200, max_records=500)
                sent = []
                for records in batch.values():
                    for record in records:
                        for answer in self._about(record):
                            sent.append(await self._send(producer, *answer))
                async with asyncio.timeout(20):
                    await asyncio.gather(*sent)
                for tp, records in batch.items():
                    seen[tp] = records[-1].offset + 1

    def _about(self, record: Any) -> Iterator[Answer]:
        named = dict(record.headers)
        type_ = named["ce_type"].decode().split(".")[-2]
        yield from self.answers(type_, named["ce_subject"].decode(), orjson.loads(record.value))

    async def _send(
        self, producer: AIOKafkaProducer, id: str, case: str, body: Command, actor: Actor
    ) -> asyncio.Future[object]:
        value, key = encoded(body), case.encode()
        headers = envelope(body, id=id, subject=case, actor=actor)
        headers = signed(self.signer, self.commands, key, headers, value)
        return await producer.send(  # type: ignore[no-any-return]
            self.commands, value, key=key, headers=headers
        )


@dataclass
class Mediators(Reactor):
    """Accept each designation, and end most cases."""

    def answers(self, type_: str, case: str, event: dict[str, Any]) -> Iterator[Answer]:
        if type_ == "mediator-designated":
            actor = Actor(event["organisation"], event["mediator"], "mediator")
            yield f"accept-{case}-{event['round']}", case, AcceptAssignment(), actor
            if ends(case):
                yield f"end-{case}", case, EndMediation(end=End.OTHER), actor


@dataclass
class Clerks(Reactor):
    """Explain as soon as a filing is there, too early as well as in time; the respondents agree."""

    network: Network = field(kw_only=True)

    def answers(self, type_: str, case: str, event: dict[str, Any]) -> Iterator[Answer]:
        explain = GiveExplanation(content_version="rights-2025.1", channel="phone")
        if type_ == "filing-returned":
            # Too early: it is refused, or meets the amendment on its way. Either way it has a number.
            actor = Actor(self.network.court.id, "p-clerk", "court_clerk")
            yield f"early-{case}", case, explain, actor
        if type_ == "dispute-screened" and event["route"] == "mediation":
            organisation = self.network.route(Tier(event["tier"]), Cause.CREDIT_CARD).id
            actor = Actor(organisation, "p-clerk", "organisation_clerk")
            yield f"explain-{case}", case, explain, actor
            respondent = Actor(case, "respondent", "party")
            yield f"consent-{case}", case, GiveConsent(party=Party.RESPONDENT), respondent


@asynccontextmanager
async def playing(services: Services) -> AsyncIterator[None]:
    """Let all of them play."""
    kafka, portal = services.addresses, services.signer()
    people: Sequence[Reactor] = (
        Mediators(kafka, "mediation.events", "mediation.commands", portal),
        Clerks(kafka, "intake.events", "intake.commands", portal, network=services.network()),
    )
    tasks = [asyncio.create_task(one.play()) for one in people]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
