"""Receipts of cases: made of the days that services told, whole or not at all."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest

from cli.verifying.receipts import check
from services.portal.handlers import UNTOLD
from services.portal.views.receipts import Receipts
from shared.contracts.days import DayClosed, Tip, TipsListed
from shared.network.keys import Keys
from shared.runtime.base.signing import Signer
from shared.runtime.decide.days import Days, closed, days_subject, stream
from tests.support.cases import case_id
from tests.unit.portal.mother import Rows, received

CASE, OTHER = case_id("ccb", "R-1"), case_id("ccb", "R-2")
SIGNER = Signer("intake-history-1", b"k" * 32)
AT = datetime(2027, 3, 2, tzinfo=UTC)
evolve = stream("intake").evolve


class Told:
    """What a service told of its days, as the portal keeps it."""

    def __init__(self) -> None:
        self.rows = Rows()
        self.days = Days()

    def closes(self, *tips: Tip, listing: str = "", lost: int = 0) -> DayClosed:
        """Close a day, with one tip in each part of its listing, some of which are not there yet."""
        number = self.days.number + 1
        listing = listing or f"intake.{number:014d}.ab"
        event = closed(
            *("intake", self.days, SIGNER),
            **{"day": f"2027-03-{number:02d}", "until": AT, "listing": listing},
            leaves=[one.leaf for one in tips],
        )
        for part, tip in enumerate(tips[: len(tips) - lost], 1):
            self.lists(listing, part, tip)
        self.take(event, "intake.events")
        self.days = evolve(self.days, event, AT)
        return event

    def lists(self, listing: str, part: int, *tips: Tip) -> None:
        self.take(TipsListed(listing=listing, part=part, tips=tuple(map(str, tips))), "history.tips")

    def take(self, event: DayClosed | TipsListed, topic: str) -> None:
        message = received(event, "/suyuan/intake", subject=days_subject("intake"))
        self.rows.take(message, topic, 0)

    async def receipt(self, case: str = CASE) -> dict[str, Any] | None:
        return await Receipts(cast(Any, SimpleNamespace(find=self.find))).of(case)

    async def find(self, collection: str, filter: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
        """Find as the real database does; the test of the real one is tests/security/test_closed_days.py."""

        def fits(row: dict[str, Any]) -> bool:
            for name, value in filter.items():
                if isinstance(value, dict):
                    if not value["$gte"] <= row[name] < value["$lt"]:
                        return False
                elif value != row[name] and not (isinstance(row[name], list) and value in row[name]):
                    return False
            return True

        rows = [one for _, one in sorted(self.rows.rows.get(collection, {}).items()) if fits(one)]
        down = more.get("sort", [("_id", 1)])[0][1] < 0
        return (rows[::-1] if down else rows)[: more.get("limit") or None]


def tip(case: str, number: int) -> Tip:
    return Tip(case, number, f"2:{number:064d}")


@pytest.fixture
def told() -> Told:
    return Told()


async def test_a_receipt_leads_from_the_last_day_with_the_case_to_the_last_day(told: Told) -> None:
    told.closes(tip(CASE, 2))
    second = told.closes(*sorted((tip(CASE, 5), tip(OTHER, 1))))
    third = told.closes(tip(OTHER, 3))

    found = await told.receipt()

    assert found is not None
    assert list(check(found, Keys())) == []
    [part] = found["services"]
    assert part["tip"] == {"number": 5, "digest": tip(CASE, 5).digest}
    assert (part["day"]["day"], part["last_day"]["day"]) == (second.day, third.day)


async def test_a_listing_that_no_day_names_counts_for_nothing(told: Told) -> None:
    told.closes(tip(CASE, 2))
    told.lists("intake.99999999999999.ff", 1, tip(CASE, 99))

    found = await told.receipt()

    assert found is not None
    assert found["services"][0]["tip"]["number"] == 2


async def test_a_day_whose_listing_is_not_there_in_full_proves_nothing_yet(told: Told) -> None:
    told.closes(tip(CASE, 2))
    told.closes(*sorted((tip(CASE, 5), tip(OTHER, 1))), lost=1)

    found = await told.receipt(min(CASE, OTHER))

    assert found is None or found["services"][0]["tip"]["number"] == 2


async def test_a_case_that_no_day_has_has_no_receipt(told: Told) -> None:
    told.closes(tip(CASE, 2))
    assert await told.receipt(OTHER) is None
    assert UNTOLD.route("history.tips", "", received(TipsListed(listing="l", part=1, tips=()))) is not None
