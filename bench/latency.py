"""How long a dispute takes from the filing to the designated mediator, as somebody outside sees it."""

import asyncio
import time
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from bench.disputes import claims
from bench.site import Site
from bench.windows import percentile
from shared.contracts.mediation import MediatorDesignated
from shared.runtime.serve.client import MessageSender

_TYPE = MediatorDesignated.wire_type.encode()
_PATIENCE_S = 60


class Seen:
    """Reads mediation's events and notes when each filing's mediator was designated."""

    def __init__(self, site: Site) -> None:
        self._settings = site.settings
        self.at: dict[str, float] = {}
        self.waiting: dict[str, asyncio.Event] = {}

    async def follow(self) -> None:
        """Read until cancelled."""
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self._settings.kafka, group_id=None, **self._settings.kafka_security()
        )
        await consumer.start()
        partitions = [TopicPartition("mediation.events", p) for p in range(self._settings.partitions)]
        consumer.assign(partitions)
        await consumer.seek_to_end(*partitions)
        try:
            while True:
                for records in (await consumer.getmany(timeout_ms=1000)).values():
                    now = time.perf_counter()
                    for record in records:
                        headers = dict(record.headers)
                        if headers["ce_type"] == _TYPE:
                            id_ = headers["ce_correlationid"].decode()
                            self.at[id_] = now
                            if (event := self.waiting.get(id_)) is not None:
                                event.set()
        finally:
            await consumer.stop()


async def run(site: Site, idle: int, rate: float, seconds: int) -> dict[str, Any]:
    """Measure one dispute at a time, then a steady flow.

    Args:
        site: Where.
        idle: Disputes one at a time.
        rate: Disputes per second of the steady flow.
        seconds: How long the steady flow is measured, after 5 seconds of warm-up.
    """
    await site.reset()
    site.start_service("intake")
    site.start_service("mediation")
    seen = Seen(site)
    following = asyncio.create_task(seen.follow())
    try:
        async with MessageSender(site.settings, source="/bench") as sender:
            await _alone(site, sender, seen, 20, 0)
            quiet = await _alone(site, sender, seen, idle, 1_000)
            await _flow(sender, seen, rate, 5, 10_000)
            steady = await _flow(sender, seen, rate, seconds, 500_000)
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
        await site.stop()
    return {
        "idle": _row(quiet, 40, 250),
        f"at {rate:.0f} disputes/s": _row(steady, 40, 250),
    }


def _row(seconds: list[float], aim_p50: float, aim_p99: float) -> dict[str, float]:
    ms = [value * 1000 for value in seconds]
    return {
        "n": len(ms),
        "p50": percentile(ms, 50),
        "p95": percentile(ms, 95),
        "p99": percentile(ms, 99),
        "max": max(ms),
        "aim_p50": aim_p50,
        "aim_p99": aim_p99,
    }


async def _alone(site: Site, sender: MessageSender, seen: Seen, count: int, start: int) -> list[float]:
    """File one, wait until it is designated, pause, and so on."""
    out = []
    for filing in claims(count, start=start):
        id_ = f"idle-{filing.reference}"
        event = seen.waiting[id_] = asyncio.Event()
        began = time.perf_counter()
        await sender.filing(filing, id=id_, wait=False)
        async with asyncio.timeout(60):
            await event.wait()
        out.append(seen.at[id_] - began)
        site.check()
        await asyncio.sleep(0.05)
    return out


async def _flow(sender: MessageSender, seen: Seen, rate: float, seconds: int, start: int) -> list[float]:
    """File at a steady rate, whatever comes out; a late filing counts from when it should have been."""
    began, due = time.perf_counter(), {}
    count = int(rate * seconds)
    for number, filing in enumerate(claims(count, start=start)):
        at = began + number / rate
        if (early := at - time.perf_counter()) > 0:
            await asyncio.sleep(early)
        id_ = f"flow-{filing.reference}"
        due[id_] = at
        await sender.filing(filing, id=id_, wait=False)
    for _ in range(_PATIENCE_S * 10):
        if due.keys() <= seen.at.keys():
            break
        await asyncio.sleep(0.1)
    # What has not come by now counts with the time that it has taken so far.
    now = time.perf_counter()
    return [seen.at.get(id_, now) - at for id_, at in due.items()]
