"""Filings as institutions send them, with any client, and the wait until intake has registered them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

from aiokafka import AIOKafkaProducer
from confluent_kafka import Producer

from deploy.local.stack import StackAddresses
from shared.contracts.envelope import Actor
from tests.kafka.helpers import Headers, Wire, encoded, envelope, until
from tests.support.cases import case_id
from tests.support.clients import aio, rdk
from tests.unit.intake import mother

INSTITUTIONS = ("ccb", "abc", "bank-c", "bank-d", "bank-e", "bank-f")
Row = tuple[str, str, bytes, Headers]
"""Institution, reference, value, headers."""


def filing(institution: str, reference: str, **more: object) -> Row:
    body = mother.card(reference=reference, **more).model_copy(update={"institution": institution})
    source, actor = f"/institutions/{institution}", Actor(institution, "p-1", "institution_agent")
    headers = envelope(body, id=f"id-{reference}", subject=reference, source=source, actor=actor)
    return institution, reference, encoded(body), headers


def filings(name: str, count: int) -> list[Row]:
    return [filing(INSTITUTIONS[n % 6], f"{name}-{n}") for n in range(count)]


def cases(rows: Iterable[Row]) -> list[str]:
    return [case_id(institution, reference) for institution, reference, _, _ in rows]


async def registered(on: Wire, rows: Iterable[Row], within_s: float = 60) -> None:
    """Wait until every one of some filings is registered, and see that intake is well."""
    wanted = cases(rows)

    async def all_there() -> bool:
        return await count(on, wanted) == len(wanted)

    def why() -> str:
        return f"{on.services.replica('intake').get('/readyz')}\n{on.services.log('intake')}"

    await until(all_there, within_s=within_s, why=why)


async def count(on: Wire, wanted: list[str]) -> int:
    return len(await on.find("intake", "streams", {"_id": {"$in": wanted}, "version": {"$gte": 1}}))


async def well(on: Wire) -> None:
    """Wait until intake is ready and has nothing before it."""
    replica = on.services.replica("intake")
    await until(lambda: replica.get("/readyz").get("ready"), why=lambda: str(replica.get("/readyz")))
    await until(lambda: replica.figure("suyuan_lag_messages") == 0, within_s=20)


def by_librdkafka(kafka: StackAddresses, rows: Iterable[Row], **settings: Any) -> None:
    """Send with the client that most other languages have."""
    producer = Producer({**rdk(kafka), **{k.replace("_", "."): v for k, v in settings.items()}})
    for institution, reference, value, headers in rows:
        producer.produce(f"filings.{institution}", value, reference.encode(), headers=list(headers))
    assert producer.flush(30) == 0


async def by_aiokafka(kafka: StackAddresses, rows: Iterable[Row], **settings: Any) -> None:
    async with AIOKafkaProducer(**aio(kafka), **settings) as producer:
        sent = [
            await producer.send(f"filings.{i}", value, key=reference.encode(), headers=list(headers))
            for i, reference, value, headers in rows
        ]
        await asyncio.gather(*sent)
