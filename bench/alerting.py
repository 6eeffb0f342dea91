"""Counting for alerts: a registered dispute in, counted in its week, in the service and in its twin.

A dispute is done when its count has come back into its shard, which is after its own event was published. All
are of the week that runs, so that none is closed meanwhile; what closing and judging a week costs is measured
by itself (`surveillance.py`).
"""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from pymongo import MongoClient

from bench.disputes import INSTITUTIONS
from bench.followed import Run, figures, followed
from bench.site import SECRET, Site
from bench.twins.rows import Cause, append, stream_row
from bench.twins.wires import Out, producer, publish_packed
from services.alerts.rules import iso_week_start
from services.alerts.store import COUNTED, WEEKLY_COUNTS
from shared.casework.case_ids import case_id
from shared.contracts.intake import DisputeRegistered
from shared.contracts.kinds import Cause as CauseOfAction
from shared.contracts.kinds import Way
from shared.contracts.topics import EVENT_TOPICS, PANELS
from shared.runtime.base.partitioner import partition_of

FORMS = {
    "alerts-twin": ("bench.twins.alerts",),
    "alerts": ("cli.serve", "alerts"),
}
ISSUES = 40
"""Of each institution: 240 series."""
_STEP = 2_000


async def run(site: Site, form: str, count: int, warm_up: int) -> Run:
    """Measure one form on an empty site.

    Args:
        site: Where.
        form: One of :data:`FORMS`.
        count: Disputes that are measured.
        warm_up: Disputes before these, in the same flow, that are not.
    """
    await site.reset()
    await _fill(site, count + warm_up)
    site.start(form, FORMS[form], "alerts")
    topics = (EVENT_TOPICS["intake"], PANELS)
    samples = await followed(site, count + warm_up, 60 + count / 50, "alerts", topics)
    await _counted(site, count + warm_up)
    await site.stop()
    return figures(samples, warm_up)


async def _counted(site: Site, count: int) -> None:
    """Hold a form to its outcome: every dispute has its row, and counts once in its series."""
    assert site.addresses is not None
    client: MongoClient[dict[str, Any]]
    with MongoClient(site.addresses.mongo_admin_url) as client:
        database: Any = client[site.settings.database("alerts")]
        total = [{"$group": {"_id": None, "of": {"$sum": "$count"}}}]
        for _ in range(100):
            rows = await asyncio.to_thread(lambda: list(database[WEEKLY_COUNTS].aggregate(total)))
            found = rows[0]["of"] if rows else 0, database[COUNTED].count_documents({})
            if found == (count, count):
                return
            await asyncio.sleep(0.1)
    raise RuntimeError(f"of {count} disputes {found[0]} were counted, and {found[1]} have a row")


async def _fill(site: Site, count: int) -> None:
    """Publish registrations, as intake does, before anybody reads them."""
    sender = await producer(site.settings)
    try:
        made = registrations(count, site.settings.partitions, datetime.now(UTC))
        while step := [one for _, one in zip(range(_STEP), made, strict=False)]:
            await publish_packed(sender, step)
    finally:
        await sender.stop()


def registrations(count: int, partitions: int, at: datetime) -> Iterator[Out]:
    """Yield so many registered disputes, as they stand on intake's topic.

    Args:
        count: How many.
        partitions: Of the topic.
        at: When they were filed.
    """
    week = iso_week_start(at)
    for number in range(count):
        institution = INSTITUTIONS[number % len(INSTITUTIONS)]
        subject = case_id(SECRET.encode(), institution, f"AL-{number:08d}")
        event = DisputeRegistered(
            institution=institution,
            reference_digest="0" * 64,
            cause=CauseOfAction.CREDIT_CARD,
            issue=f"争议事项 {number // len(INSTITUTIONS) % ISSUES}",
            product="标准信用卡",
            claim_fen=1_234_500,
            party_token="t" * 43,
            masked_name="测*",
            week=week,
            rules_version="intake-2026.4",
            way=Way.APPLIED,
        )
        place = partition_of(subject, partitions)
        row = stream_row(subject, "case", place, f"{number:032x}", f"c-{number}")
        cause = Cause(f"c-{number}", f"c-{number}", f"{institution}//institution_agent", at.isoformat())
        _, value, headers = append(row, event, cause, "/suyuan/intake")
        yield Out(EVENT_TOPICS["intake"], place, subject.encode(), value, headers)
