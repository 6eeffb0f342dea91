"""Which message leads where, and that a dispute counts once."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.alerts.app import build
from services.alerts.handlers import TOPICS
from services.alerts.rules.shards import shard_id, shard_of
from services.alerts.store import (
    ALERTS,
    BACKLOGS,
    COUNTED,
    EXCLUDED,
    REFERRALS,
    REQUESTS,
    SUBSCRIPTIONS,
    WEEKLY_COUNTS,
)
from services.alerts.views import alerts, filled, trend, weekly_counts
from shared.casework.protocol import Received, Rejected
from shared.contracts import earlier
from shared.contracts.alerts import AcknowledgeAlert
from shared.contracts.common import AdvanceClock, CommandRefused
from shared.contracts.counts import DisputeCounted
from shared.contracts.envelope import SYSTEM
from shared.contracts.kinds import Cause
from shared.runtime.base.collections import ADDRESSES, DELIVERIES
from shared.runtime.base.settings import Settings
from tests.support.contract import example
from tests.support.spec import given
from tests.unit.alerts.mother import GATES, SERIES, W0, in_week, made, surge, week
from tests.unit.mediation.mother import network

HANDLERS = made()
REGISTERED = example("intake", "alerts", "dispute_registered")
SHARD = shard_id(shard_of("ccb", "credit_card"))
FIRST = DisputeCounted(
    shard=SHARD,
    series=SERIES,
    institution="ccb",
    cause=Cause.CREDIT_CARD,
    issue="逾期未还",
    week=W0,
    product=REGISTERED.body.product,
    day=1,
)


def message(body, subject: str = SERIES) -> Received:
    return Received(body, "m-1", "/test", subject, in_week(0), SYSTEM)


def test_a_registered_dispute_counts_in_its_series():
    given(HANDLERS.case, subject=REGISTERED.subject).when(REGISTERED.body, at=REGISTERED.at).then(FIRST)


def test_it_counts_once():
    once = given(HANDLERS.case).when(REGISTERED.body, at=REGISTERED.at)
    once.when(REGISTERED.body, at=REGISTERED.at).then_nothing()


def test_a_registered_dispute_leads_to_its_case():
    routed = HANDLERS.route("intake.events", REGISTERED.subject, REGISTERED)
    assert routed is not None
    assert (routed.stream, routed.message) == (HANDLERS.case, REGISTERED)


@pytest.mark.parametrize("name", ["dispute_screened", "filing_returned"])
def test_what_becomes_of_a_dispute_leads_to_its_case_and_changes_nothing(name):
    received = example("intake", "alerts", name)
    routed = HANDLERS.route("intake.events", received.subject, received)
    assert routed is not None
    assert routed.stream is HANDLERS.case
    given(HANDLERS.case, subject=received.subject).when(received.body, at=received.at).then_nothing()


def test_a_dispute_that_was_asked_about_before_its_filing_still_counts():
    refused = CommandRefused(command="suyuan.intake.give-explanation.v1", reason="case.unknown")
    asked = given(HANDLERS.case, subject=REGISTERED.subject).when(refused, at=REGISTERED.at)
    asked.then_nothing()
    asked.when(REGISTERED.body, at=REGISTERED.at).then(FIRST)


def test_a_counted_dispute_leads_to_its_shard():
    received = message(FIRST, "sy1a")
    routed = HANDLERS.route("alerts.panels", SHARD, received)
    assert routed is not None
    assert (routed.stream, routed.message) == (HANDLERS.counts, replace(received, subject=SHARD))


def test_a_surge_leads_to_its_series():
    routed = HANDLERS.route("alerts.series", SERIES, message(surge(), "alerts.panel"))
    assert routed is not None
    assert (routed.stream, routed.message.subject) == (HANDLERS.series, SERIES)


def test_what_was_delivered_before_the_shards_leads_nowhere():
    before = earlier.DisputeUncounted(series=SERIES, week=W0)
    assert HANDLERS.route("alerts.series", SERIES, message(before, "sy1a")) is None
    assert HANDLERS.route("alerts.panels", SERIES, message(before, "sy1a")) is None


def test_looking_at_the_clock_of_a_gate_leads_to_it():
    routed = HANDLERS.route("alerts.commands", GATES[0], message(AdvanceClock(), GATES[0]))
    assert routed is not None
    assert routed.stream is HANDLERS.gate


def test_a_command_leads_to_its_series():
    received = message(AcknowledgeAlert(week=W0))
    routed = HANDLERS.route("alerts.commands", SERIES, received)
    assert routed is not None
    assert routed.stream is HANDLERS.series


def test_a_command_about_no_series_is_a_dead_letter():
    with pytest.raises(Rejected, match=r"series\.unknown"):
        HANDLERS.route("alerts.commands", "ccb", message(AcknowledgeAlert(week=W0), "ccb"))


def test_looking_at_the_clock_of_a_case_leads_nowhere():
    assert HANDLERS.route("alerts.commands", "sy1a", message(AdvanceClock(), "sy1a")) is None


def test_the_service_listens_to_all_its_topics_and_has_its_rows():
    service = build(Settings(), network())
    assert service.topics == TOPICS
    names = [stream.name for stream in service.streams]
    counting = ["case", "counts", "archive", "panel", "gate", "groups"]
    assert names == [*counting, "series", "subscribers", "subscription", "referral"]
    kept = {WEEKLY_COUNTS, COUNTED, EXCLUDED, ALERTS, BACKLOGS, SUBSCRIPTIONS, REFERRALS}
    assert set(service.indexes) == kept | {REQUESTS, ADDRESSES, DELIVERIES}


ALERT = {"series": SERIES, "institution": "ccb", "cause": "credit_card", "issue": "逾期未还"}


class Asked:
    """Stands where the database stands and keeps what was asked."""

    def __init__(self, *rows: dict[str, Any]) -> None:
        self.rows = list(rows)
        self.asked: list[tuple[str, Any]] = []

    async def find(self, collection: str, filter: Any, **_: object) -> list[dict[str, Any]]:
        self.asked.append((collection, filter))
        return self.rows


async def test_a_trend_has_every_week():
    database = Asked({"week": "2026-03-09", "count": 3}, {"week": "2026-03-09", "count": 1})
    found = await trend(database, ALERT, since=W0, until=week(2))
    assert found == [(W0, 0), (week(1), 4), (week(2), 0)]
    span = {"$gte": f"{SERIES}|2026-03-02", "$lt": f"{SERIES}|2026-03-16~"}
    assert database.asked == [(WEEKLY_COUNTS, {"_id": span})]


async def test_a_trend_of_a_sum_asks_for_what_it_names() -> None:
    database = Asked({"week": "2026-03-09", "count": 3}, {"week": "2026-03-09", "count": 1})
    found = await trend(database, {**ALERT, "institution": None}, since=W0, until=week(2))
    assert found == [(W0, 0), (week(1), 4), (week(2), 0)]
    weeks = {"week": {"$gte": "2026-03-02", "$lte": "2026-03-16"}}
    assert database.asked == [(WEEKLY_COUNTS, {"cause": "credit_card", "issue": "逾期未还"} | weeks)]


def test_filling_crosses_the_turn_of_a_year():
    days = [day for day, _ in filled([], since=date(2025, 12, 22), until=date(2026, 1, 5))]
    assert days == [date(2025, 12, 22), date(2025, 12, 29), date(2026, 1, 5)]


async def test_counts_and_alerts_are_asked_for_by_institution_week_and_whether_seen():
    database = Asked()
    await weekly_counts(database, institution="ccb", since=W0, until=week(1))
    await weekly_counts(database)
    await alerts(database, institution="ccb", unseen=True)
    await alerts(database)
    assert database.asked == [
        (WEEKLY_COUNTS, {"institution": "ccb", "week": {"$gte": "2026-03-02", "$lte": "2026-03-09"}}),
        (WEEKLY_COUNTS, {}),
        (ALERTS, {"institution": "ccb", "acknowledged_at": ""}),
        (ALERTS, {}),
    ]
