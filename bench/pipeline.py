"""The whole pipeline: from the filing to the designated mediator, through intake, case, roster and case."""

import asyncio
import time

from bench.disputes import claims
from bench.followed import Run
from bench.site import Site, Watch
from bench.stage import published
from shared.contracts.mediation import MediatorDesignated
from shared.runtime.serve.client import MessageSender

EVENTS_OUT = 4
"""Events of mediation for each dispute: opened, designation requested, place taken, designated."""
IN_FLIGHT = 3_000
"""Disputes that are filed and not yet designated, at most: the stages then run side by side."""

_STEP = 250


async def run(site: Site, form: str, count: int, warm_up: int) -> Run:
    """Measure one form on an empty site.

    Args:
        site: Where.
        form: ``pipeline``, or ``pipeline-twin``.
        count: Disputes that are measured.
        warm_up: Disputes before these, in the same flow, that are not.
    """
    await site.reset()
    if form == "pipeline":
        site.start_service("intake")
        site.start_service("mediation")
    else:
        site.start("twin-intake", ["bench.twins.intake", "limit"], "intake")
        site.start("twin-mediation", ["bench.twins.mediation"], "mediation")
    async with Watch(site, ["mediation.events"]) as watch:
        await feed(site, watch, count + warm_up)
        times = (await watch.times(MediatorDesignated.wire_type))[warm_up:]
        costs = watch.costs
    await site.stop()
    return published(times, costs)


async def feed(site: Site, watch: Watch, total: int) -> None:
    """File disputes as fast as they come out, and wait for the last."""
    filed, stalled = 0, time.monotonic()
    made = claims(total)
    async with MessageSender(site.settings, source="/bench", linger_ms=5) as sender:
        done = -1
        while done < total:
            there = await watch.count() // EVENTS_OUT
            if there > done:
                done, stalled = there, time.monotonic()
            elif time.monotonic() - stalled > 60:
                raise TimeoutError(f"{done} of {total} disputes were designated, then nothing for 60 s")
            while filed < total and filed - done + _STEP <= IN_FLIGHT:
                for _, filing in zip(range(_STEP), made, strict=False):
                    await sender.filing(filing, wait=False)
                    filed += 1
            await asyncio.sleep(0.05)
