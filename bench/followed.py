"""How far intake has come, as its watermarks say: filings decided, and matched."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaConsumer
from pymongo import MongoClient

from bench.site import Cost, Site
from shared.contracts.topics import FILINGS_PREFIX, MATCHES
from shared.network.load import load_network
from shared.runtime.serve.topics import plan


@dataclass(frozen=True, slots=True)
class Run:
    """One run.

    Attributes:
        rate: Disputes per second from the end of the warm-up to the last but a tenth.
        service_ms: CPU milliseconds of the service processes per dispute, in the same window.
        tree_ms: The same with Kafka and mongod.
    """

    rate: float
    service_ms: float
    tree_ms: float


@dataclass(frozen=True, slots=True)
class Sample:
    """What was seen at an instant, and what that had cost.

    Attributes:
        done: Filings, each half when it is decided and whole when it is matched.
    """

    at: float
    done: float
    cost: Cost


def figures(samples: Sequence[Sample], warm_up: int) -> Run:
    """Return rate and cost from the end of the warm-up to the last filing but a tenth."""
    last = samples[-1].done - (samples[-1].done - warm_up) / 10
    begin = next(one for one in samples if one.done >= warm_up)
    end = next(one for one in samples if one.done >= last)
    done = end.done - begin.done
    return Run(
        rate=done / (end.at - begin.at),
        service_ms=(end.cost.services - begin.cost.services) / done * 1000,
        tree_ms=(end.cost.tree - begin.cost.tree) / done * 1000,
    )


async def followed(
    site: Site, count: int, timeout_s: float, service: str = "intake", read: Sequence[str] = ()
) -> list[Sample]:
    """Look until so many disputes were taken on both of their ways, as the watermarks of the service say.

    Args:
        site: Where.
        count: Disputes.
        timeout_s: After so long without the last one it is an error.
        service: Whose watermarks; intake decides filings, and matches them.
        read: Topics that each dispute comes by once, first by one and then by the other; empty for intake's.
    """
    assert site.addresses is not None
    out: list[Sample] = []
    deadline = time.monotonic() + timeout_s
    settings = site.settings
    if not read:
        topics = [one.name for one in plan(settings, load_network(settings.network))]
        read = [name for name in topics if name == MATCHES or name.startswith(FILINGS_PREFIX)]
    consumer = AIOKafkaConsumer(
        *read, bootstrap_servers=settings.kafka, group_id=None, **settings.kafka_security()
    )
    await consumer.start()
    client: MongoClient[dict[str, Any]] = MongoClient(site.addresses.mongo_admin_url)
    try:
        first = await consumer.beginning_offsets(list(consumer.assignment()))
        before = {f"{place.topic}:{place.partition}": offset for place, offset in first.items()}
        marks = client[settings.database(service)]["watermarks"]
        while not out or out[-1].done < count:
            site.check()
            rows = await asyncio.to_thread(lambda: list(marks.find({"_id": {"$in": list(before)}})))
            done = sum(max(0, row["offset"] + 1 - before[row["_id"]]) for row in rows) / 2
            out.append(Sample(time.time(), done, site.cost()))
            if time.monotonic() > deadline:
                raise TimeoutError(f"{done} of {count} disputes were taken")
            await asyncio.sleep(0.1)
    finally:
        client.close()
        await consumer.stop()
    return out
