"""Resident memory of the five services after load."""

import asyncio
import importlib.util

from bench.disputes import claims
from bench.pipeline import EVENTS_OUT
from bench.site import Site, Watch
from shared.contracts.topics import SERVICES
from shared.runtime.serve.client import MessageSender

_SETTLE_S = 5


async def run(site: Site, count: int) -> dict[str, float | None]:
    """Return the memory of each service, MB; ``None`` for one that does not exist yet.

    Args:
        site: Where.
        count: Disputes that all five take first, up to the designated mediator.
    """
    await site.reset()
    there = [service for service in SERVICES if importlib.util.find_spec(f"services.{service}.app")]
    for service in there:
        site.start_service(service)
    async with Watch(site, ["mediation.events"]) as watch:
        async with MessageSender(site.settings, source="/bench", linger_ms=5) as sender:
            for filing in claims(count):
                await sender.filing(filing, wait=False)
            await sender.flush()
        await watch.until(EVENTS_OUT * count, 120 + count / 50)
    await asyncio.sleep(_SETTLE_S)
    site.check()
    out = {service: site.resident_mb(service) if service in there else None for service in SERVICES}
    await site.stop()
    return out
