"""One stage: filings in, two events out each, and each matched, in the forms that are compared.

A filing is done when its dispute has been matched, which is after its own events were published. The tutorial
form does not match: its rate is that of its events.
"""

from collections.abc import Sequence

from bench.disputes import complaints
from bench.followed import Run, figures, followed
from bench.site import Cost, Site, Watch
from bench.windows import middle, spent
from shared.contracts.intake import DisputeScreened
from shared.runtime.serve.client import MessageSender

EVENTS_OUT = 2
"""Events of each filing of the stage: registered, screened."""

FORMS: dict[str, Sequence[str]] = {
    "plain": ("bench.twins.intake", "plain"),
    "limit": ("bench.twins.intake", "limit"),
    "limit-each": ("bench.twins.intake", "limit-each"),
    "suyuan": ("cli.serve", "intake"),
    "tutorial": ("bench.tutorial",),
}


async def run(site: Site, form: str, count: int, warm_up: int) -> Run:
    """Measure one form on an empty site.

    Args:
        site: Where.
        form: One of :data:`FORMS`.
        count: Filings that are measured.
        warm_up: Filings before these, in the same flow, that are not.
    """
    await site.reset()
    await fill(site, count + warm_up)
    if form != "tutorial":
        site.start(form, FORMS[form], "intake")
        samples = await followed(site, count + warm_up, 60 + count / 50)
        await site.stop()
        return figures(samples, warm_up)
    async with Watch(site, ["intake.events"]) as watch:
        site.start(form, FORMS[form], "intake")
        await watch.until(EVENTS_OUT * (count + warm_up), 60 + count / 2)
        times = (await watch.times(DisputeScreened.wire_type))[warm_up:]
        costs = watch.costs
    await site.stop()
    return published(times, costs)


def published(times: Sequence[float], costs: Sequence[tuple[float, Cost]]) -> Run:
    """Return rate and cost of the middle 80 % of a run."""
    first, last, begin, end = middle(times)
    before, after = spent(costs, begin), spent(costs, end)
    disputes = last - first
    return Run(
        rate=disputes / (end - begin),
        service_ms=(after.services - before.services) / disputes * 1000,
        tree_ms=(after.tree - before.tree) / disputes * 1000,
    )


async def fill(site: Site, count: int) -> None:
    """File disputes before anybody reads them."""
    async with MessageSender(site.settings, source="/bench", linger_ms=5) as sender:
        for filing in complaints(count):
            await sender.filing(filing, wait=False)
        await sender.flush()
