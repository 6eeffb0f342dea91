"""Figures over more rows than one query shows, on a real server: counted by the database, and exact."""

from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from motor.motor_asyncio import AsyncIOMotorClient

from deploy.local.stack import StackAddresses
from services.alerts.rules.league import league
from services.alerts.rules.trends import Span
from services.alerts.store import ALERTS, REFERRALS, REQUESTS, WEEKLY_COUNTS
from services.alerts.views import MAX_ROWS, asked_of, asked_trends
from shared.runtime.commit.mongo import Database

pytestmark = pytest.mark.kafka
NAME = "suyuan_alerts_many"
NOW = datetime(2026, 6, 1, tzinfo=UTC)
MANY = MAX_ROWS + 500


@pytest_asyncio.fixture
async def database(stack_addresses: StackAddresses) -> AsyncIterator[Database]:
    client: Any = AsyncIOMotorClient(stack_addresses.mongo_admin_url)
    made = Database(client, NAME)
    yield made
    await client.drop_database(NAME)
    made.close()


async def test_the_league_counts_all_however_many_they_are(database: Database) -> None:
    """Of three kinds more than a query shows; what is withdrawn or an offer counts for nothing."""
    stands = [
        {"timely": True, "answer_by": "2026-05-01T00:00:00+08:00"},
        {"timely": False, "answer_by": "2026-05-01T00:00:00+08:00"},
        {"timely": None, "answer_by": "2026-06-01T00:00:00Z"},
        {"timely": None, "answer_by": "2026-06-01T08:00:01+08:00"},
    ]
    rows = [{"institution": "ccb" if n % 8 < 4 else "abc", **stands[n % 4]} for n in range(MANY)]
    closed = {"recipient_kind": "institution", "withdrawn": "", "superseded_by": ""}
    insert = database._database
    await insert[ALERTS].insert_many([dict(row) for row in rows])
    await insert[REFERRALS].insert_many(
        [{**row, **closed, "recipient": row["institution"]} for row in rows]
        + [{**stands[1], **closed, "recipient": "ccb", "withdrawn": "x"}]
    )
    await insert[REQUESTS].insert_many(
        [{**row, "offer": False, "drop_ground": None} for row in rows]
        + [{**rows[1], "offer": True, "drop_ground": None}]
        + [{**rows[2], "offer": False, "drop_ground": "merged"}]
    )
    lines = league(await asked_of(database), NOW)
    assert [one.institution for one in lines] == ["abc", "ccb"]
    assert sum(one.requests for one in lines) == 3 * MANY
    found = [sum(getattr(one, name) for one in lines) for name in ("timely", "late", "overdue", "open")]
    assert found == [3 * MANY // 4] * 4


async def test_a_trend_sums_all_however_many_they_are(database: Database) -> None:
    regions = [f"1101{number:02}" for number in range(1, 18)]
    monday = date(2026, 3, 2)
    rows = [
        {
            **{"_id": f"sr1|{n}", "institution": "ccb" if n % 2 else "abc", "product": f"card {n % 7}"},
            **{"week": (monday + timedelta(weeks=n % 9)).isoformat(), "region": regions[n % 17]},
            "count": n % 5,
        }
        for n in range(MANY)
    ]
    await database._database[WEEKLY_COUNTS].insert_many(rows)
    weeks = (monday, monday + timedelta(weeks=8))
    by = ("institution", "region")
    found = await asked_trends(database, by, Span.WEEK, weeks, {"product": "card 3"}, {})
    recount = Counter[tuple[str, ...]]()
    for row in rows:
        if row["product"] == "card 3":
            recount[row["week"], row["institution"], row["region"]] += row["count"]
    assert {(one["period"], one["institution"], one["region"]): one["count"] for one in found} == +recount
