"""Show 2: everything is killed again and again, and nothing is lost, nothing done twice.

``SUYUAN_CHAOS_SEED`` repeats a run's choices (its timing is the machine's own);
``SUYUAN_CHAOS_DISPUTES`` is the number of disputes.
"""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import orjson
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError

from bench.disputes import claims
from shared.casework.case_ids import case_id
from shared.contracts.envelope import Actor
from shared.contracts.kinds import End
from shared.contracts.mediation import AcceptAssignment, EndMediation
from shared.contracts.message import Command
from shared.contracts.topics import SERVICES, keyed_topics
from shared.runtime.client import MessageSender
from tests.chaos.evidence import AGAIN, gather, nothing_lost_nothing_twice, rosters_are_exact, settled
from tests.kafka.helpers import encoded, envelope
from tests.support.services import Services, platform

pytestmark = [pytest.mark.chaos, pytest.mark.slow, pytest.mark.timeout(900)]

DISPUTES = int(os.environ.get("SUYUAN_CHAOS_DISPUTES", "10000"))
THRICE = min(300, DISPUTES)
SEED = int(os.environ.get("SUYUAN_CHAOS_SEED") or random.SystemRandom().randrange(10**9))
OPEN_EVERY = 40
"""One of so many disputes stays with its mediator; all others end, so that all get their turn."""


@pytest.fixture(scope="module")
def services() -> Iterator[Services]:
    with platform() as made:
        made.start(*SERVICES)
        made.ready(120.0)
        yield made


@pytest.fixture(scope="module")
def filed() -> set[str]:
    """All cases that were filed on this stack so far."""
    return set()


def ends(case: str) -> bool:
    """Whether the player ends a case; told by the case itself, so that every run does the same."""
    return sum(case.encode()) % OPEN_EVERY != 0


@dataclass
class Player:
    """Accepts each designation, and ends most cases; the same command always has the same id."""

    kafka: str
    commands: dict[str, Command] = field(default_factory=dict)

    async def play(self) -> None:
        """Play until cancelled, through any outage."""
        seen: dict[TopicPartition, int] = {}
        while True:
            try:
                await self._play(seen)
            except (KafkaError, TimeoutError):
                await asyncio.sleep(0.5)

    async def _play(self, seen: dict[TopicPartition, int]) -> None:
        consumer = AIOKafkaConsumer(bootstrap_servers=self.kafka, auto_offset_reset="earliest")
        producer = AIOKafkaProducer(
            bootstrap_servers=self.kafka, enable_idempotence=True, linger_ms=20, request_timeout_ms=10_000
        )
        async with consumer, producer:
            await consumer._client.add_topic("mediation.events")
            places = [TopicPartition("mediation.events", p) for p in range(6)]
            consumer.assign(places)
            for place in places:
                consumer.seek(place, seen.get(place, 0))
            while True:
                batch = await consumer.getmany(timeout_ms=200, max_records=500)
                sent = []
                for records in batch.values():
                    for record in records:
                        if dict(record.headers)["ce_type"] == b"suyuan.mediation.mediator-designated.v1":
                            sent += [await self._send(producer, *one) for one in self._answers(record)]
                async with asyncio.timeout(20):
                    await asyncio.gather(*sent)
                for place, records in batch.items():
                    seen[place] = records[-1].offset + 1

    def _answers(self, record: object) -> Iterator[tuple[str, str, Command, Actor]]:
        named = dict(record.headers)  # type: ignore[attr-defined]
        case, event = named["ce_subject"].decode(), orjson.loads(record.value)  # type: ignore[attr-defined]
        actor = Actor(event["organisation"], event["mediator"], "mediator")
        yield f"accept-{case}-{event['round']}", case, AcceptAssignment(), actor
        if ends(case):
            yield f"end-{case}", case, EndMediation(end=End.OTHER), actor

    async def _send(
        self, producer: AIOKafkaProducer, id: str, case: str, body: Command, actor: Actor
    ) -> asyncio.Future[object]:
        self.commands[id] = body
        headers = envelope(body, id=id, subject=case, actor=actor)
        return await producer.send(  # type: ignore[no-any-return]
            "mediation.commands", encoded(body), key=case.encode(), headers=headers
        )


@asynccontextmanager
async def playing(services: Services) -> AsyncIterator[Player]:
    player = Player(services.addresses.kafka)
    task = asyncio.create_task(player.play())
    try:
        yield player
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def file(services: Services, count: int, start: int) -> set[str]:
    """File disputes; give their case ids."""
    cases = set()
    async with MessageSender(services.settings("intake"), source="/test", linger_ms=5) as sender:
        for filing in claims(count, start=start):
            await sender.filing(filing, id=f"f-{filing.reference}", wait=False)
            cases.add(case_id(filing.institution, filing.reference))
        await sender.flush()
    return cases


async def until_settled(services: Services, cases: set[str], within_s: float) -> None:
    """Wait until every case has its mediator, and all is quiet."""
    deadline, quiet, what = time.monotonic() + within_s, 0, ""
    while quiet < 2:
        try:
            what = await _missing(services, cases) or await settled(services)
        except (KafkaError, OSError) as error:
            what = repr(error)
        quiet = 0 if what else quiet + 1
        assert time.monotonic() < deadline, f"not settled: {what}\n" + "\n".join(
            services.log(service, lines=5) for service in SERVICES
        )
        await asyncio.sleep(0.5)


async def _missing(services: Services, cases: set[str]) -> str:
    database = services.database("mediation")
    try:
        rows = await database.find("streams", {"kind": "case"}, fields=("state",))
    finally:
        database.close()
    states = [orjson.loads(row["state"]) for row in rows if row["_id"] in cases and row["state"]]
    done = sum(s["end"] is not None or (s["accepted"] and not ends(s["case"])) for s in states)
    return f"{done} of {len(cases)} cases are where they shall be" if done < len(cases) else ""


async def kill_services(services: Services, dice: random.Random, rounds: int) -> list[str]:
    """Kill every service with SIGKILL, again and again, at random moments."""
    killed = []
    for _ in range(rounds):
        for service in dice.sample(SERVICES, len(SERVICES)):
            await asyncio.sleep(dice.uniform(0.1, 1.2))
            services.kill(service)
            killed.append(service)
            await asyncio.sleep(dice.uniform(0, 0.3))
            await asyncio.to_thread(services.start, service)
    return killed


async def test_everything_is_killed_and_nothing_is_lost_or_done_twice(
    services: Services, filed: set[str]
) -> None:
    print(f"SUYUAN_CHAOS_SEED={SEED} SUYUAN_CHAOS_DISPUTES={DISPUTES}")  # noqa: T201 - repeats a failed run
    dice, stack = random.Random(SEED), services.stack
    assert stack is not None
    async with playing(services):
        filed |= await file(services, DISPUTES, 0)
        await kill_services(services, dice, 1)
        await asyncio.to_thread(stack.kill_broker)
        await asyncio.sleep(dice.uniform(0, 2))
        services.kill(dice.choice(SERVICES))
        await asyncio.to_thread(stack.start_broker)
        services.start(*SERVICES)
        await kill_services(services, dice, 1)
        await asyncio.to_thread(stack.kill_mongo)
        await asyncio.sleep(dice.uniform(0, 2))
        services.kill(dice.choice(SERVICES))
        await asyncio.to_thread(stack.start_mongo)
        services.start(*SERVICES)
        await kill_services(services, dice, 2)
        await until_settled(services, filed, 420)
    await verify(services, filed)


async def test_every_message_three_times_comes_to_the_same_end(services: Services, filed: set[str]) -> None:
    async with repeating(services), playing(services):
        filed |= await file(services, THRICE, DISPUTES)
        await until_settled(services, filed, 240)
    repeats = await verify(services, filed)
    assert repeats["intake"] >= 2 * 6 * THRICE
    assert repeats["mediation"] >= 2 * 5 * THRICE


async def verify(services: Services, cases: set[str]) -> dict[str, int]:
    """Check everything that must be so, to the last one."""
    found = await gather(services)
    repeats = nothing_lost_nothing_twice(found)
    for name in ("dispute-registered", "dispute-screened", "dispute-referred"):
        assert sorted(case for case, _ in found.events("intake", name)) == sorted(cases), name
    for name in ("mediation-opened", "assignment-accepted"):
        assert sorted(case for case, _ in found.events("mediation", name)) == sorted(cases), name
    ended = sorted(case for case, _ in found.events("mediation", "mediation-ended"))
    assert ended == sorted(filter(ends, cases))
    places = rosters_are_exact(found, services.network())
    assert places == len(cases)
    registered = [event["claim_fen"] for _, event in found.events("intake", "dispute-registered")]
    opened = [event["claim_fen"] for _, event in found.events("mediation", "mediation-opened")]
    assert sum(registered) == sum(opened)
    return dict(repeats)


@asynccontextmanager
async def repeating(services: Services) -> AsyncIterator[None]:
    """Publish every message of every topic twice more, as soon as it appears."""
    reading = asyncio.Event()
    task = asyncio.create_task(_repeat(services, reading))
    await asyncio.wait({task, asyncio.create_task(reading.wait())}, return_when=asyncio.FIRST_COMPLETED)
    try:
        yield
    finally:
        assert not task.done(), task.exception()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _repeat(services: Services, reading: asyncio.Event) -> None:
    topics = [*keyed_topics(), *(one.filings_topic for one in services.network().institutions)]
    kafka = services.addresses.kafka
    async with (
        AIOKafkaConsumer(bootstrap_servers=kafka, auto_offset_reset="latest") as consumer,
        AIOKafkaProducer(bootstrap_servers=kafka, enable_idempotence=True, linger_ms=5) as producer,
    ):
        places = []
        for topic in topics:
            await consumer._client.add_topic(topic)
            places += [TopicPartition(topic, p) for p in consumer.partitions_for_topic(topic) or ()]
        consumer.assign(places)
        await consumer.seek_to_end(*places)
        reading.set()
        while True:
            for records in (await consumer.getmany(timeout_ms=100)).values():
                for record in records:
                    if AGAIN in dict(record.headers):
                        continue
                    for _ in range(2):
                        await producer.send(
                            record.topic,
                            record.value,
                            key=record.key,
                            partition=record.partition,
                            headers=[*record.headers, (AGAIN, b"1")],
                        )
