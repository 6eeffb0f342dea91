"""Receipts of cases: made of the days that services told, whole or not at all."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from cli.verifying.receipts import check, members_of
from services.portal.handlers import UNTOLD
from services.portal.views.receipts import Receipts
from shared.contracts.days import DayClosed, DayWitnessed, Tip, TipsListed, witnessed
from shared.network.keys import Key, Keys, KeyUse
from shared.runtime.base.collections import WITNESSES
from shared.runtime.base.signing import Signer
from shared.runtime.decide.days import Days, closed, days_subject, stream
from shared.runtime.decide.history import row_id
from shared.runtime.serve.witnessing import row_of
from tests.support.cases import case_id
from tests.unit.portal.mother import Rows, received

CASE, OTHER = case_id("ccb", "R-1"), case_id("ccb", "R-2")
SIGNER = Signer("intake-history-1", b"k" * 32)
MEMBERS = {
    name: Signer(f"{name}-witness-1", name.encode().ljust(32, b"-")) for name in ("abc", "ccb", "court")
}
AT = datetime(2027, 3, 2, tzinfo=UTC)
BEFORE = AT - timedelta(days=400)
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

    def seen(self, member: str, day: DayClosed, by: Signer | None = None) -> None:
        """Keep what a member signed, as the portal does."""
        content = witnessed("intake", day.day_number, day.days_root, member)
        signature = str((by or MEMBERS[member]).sign(content))
        said = DayWitnessed(
            service="intake",
            member=member,
            day_number=day.day_number,
            days_root=day.days_root,
            signature=signature,
        )
        self.rows.rows.setdefault(WITNESSES, {})[f"intake|{member}"] = row_of(said)

    async def receipt(self, case: str = CASE) -> dict[str, Any] | None:
        return await Receipts(cast(Any, SimpleNamespace(find=self.find))).of(case)

    async def find(self, collection: str, filter: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
        """Find as the real database does; the test of the real one is tests/security/test_closed_days.py."""

        def fits(row: dict[str, Any]) -> bool:
            for name, value in filter.items():
                if name == "$expr":
                    continue
                if isinstance(value, dict) and "$in" in value:
                    if row[name] not in value["$in"]:
                        return False
                elif isinstance(value, dict):
                    last = value.get("$lt", value.get("$lte", "") + "\0")
                    if not value["$gte"] <= row[name] < last:
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


async def test_what_another_service_says_of_a_listing_changes_no_receipt(told: Told) -> None:
    """What worked: each service may write on the topic of listings, and the last word counted."""
    for number in range(1, 12):
        told.closes(tip(CASE, number))
    for listing in ("intake.00000000000011.ab", *(f"intake.99999999999999.{n}" for n in range(20))):
        told.lists(listing, 1, tip(CASE, 99))
        told.lists(listing, 2, tip(OTHER, 99))
        told.lists(listing, 1)

    found = await told.receipt()

    assert found is not None
    assert found["services"][0]["tip"]["number"] == 11
    assert list(check(found, Keys())) == []


async def test_a_day_whose_listing_is_not_there_in_full_proves_nothing_yet(told: Told) -> None:
    told.closes(tip(CASE, 2))
    told.closes(*sorted((tip(CASE, 5), tip(OTHER, 1))), lost=1)

    found = await told.receipt(min(CASE, OTHER))

    assert found is None or found["services"][0]["tip"]["number"] == 2


async def test_a_case_that_no_day_has_has_no_receipt(told: Told) -> None:
    told.closes(tip(CASE, 2))
    assert await told.receipt(OTHER) is None
    assert UNTOLD.route("history.tips", "", received(TipsListed(listing="l", part=1, tips=()))) is not None


# What members signed -----------------------------------------------------------------------------


def keys(**changes: Any) -> Keys:
    """Return the public keys of the service and of the members; ``changes`` are of the key of ccb."""
    owners: list[tuple[str, KeyUse, Signer]] = [("intake", "history", SIGNER)]
    owners += [(name, "witness", signer) for name, signer in MEMBERS.items()]
    made = [
        Key.model_validate(
            {
                **{"id": signer.id, "owner": owner, "use": use, "public": signer.public, "since": BEFORE},
                **(changes if owner == "ccb" else {}),
            }
        )
        for owner, use, signer in owners
    ]
    return Keys(tuple(made))


def wrong_in(found: dict[str, Any], known: Keys, least: int = 0) -> list[tuple[str, str]]:
    return [(one.wrong.value, one.detail) for one in check(found, known, least)]


async def cosigned(told: Told, **signed: int) -> dict[str, Any]:
    """Return a receipt under four days, each member's signature under the day with that number."""
    days = [told.closes(*sorted((tip(CASE, n), tip(OTHER, n)))) for n in (1, 2)]
    days += [told.closes(tip(OTHER, n)) for n in (3, 4)]
    for member, number in signed.items():
        told.seen(member, days[number - 1])
    found = await told.receipt()
    assert found is not None
    return cast(dict[str, Any], json.loads(json.dumps(found)))


async def test_a_receipt_has_what_each_member_signed_of_its_day_or_of_a_later_one(told: Told) -> None:
    found = await cosigned(told, abc=2, ccb=3, court=4)
    (part,) = found["services"]
    assert part["day"]["day_number"] == 2
    assert wrong_in(found, keys(), least=3) == []
    assert members_of(part, keys()) == {"abc": 2, "ccb": 3, "court": 4}


async def test_a_signature_of_an_earlier_day_says_nothing_of_this_one(told: Told) -> None:
    found = await cosigned(told, abc=1, court=2)
    assert members_of(found["services"][0], keys()) == {"court": 2}


async def test_too_few_members_are_named(told: Told) -> None:
    found = await cosigned(told, abc=2)
    assert wrong_in(found, keys(), least=1) == []
    assert wrong_in(found, keys(), least=2) == [("witnesses", "1 / 2")]
    twice = found["services"][0]["witnesses"] * 2
    found["services"][0]["witnesses"] = twice
    assert wrong_in(found, keys(), least=2) == [("witnesses", "1 / 2")], "one member is one, however often"


async def test_a_forged_signature_of_a_member_is_named_and_counts_for_none(told: Told) -> None:
    days = [told.closes(tip(CASE, 1))]
    told.seen("ccb", days[0], by=Signer("ccb-witness-1", b"f" * 32))
    told.seen("abc", days[0], by=MEMBERS["court"])
    found = await told.receipt()
    assert found is not None
    assert wrong_in(found, keys(), least=1) == [
        ("signature", "abc"),
        ("signature", "ccb"),
        ("witnesses", "0 / 1"),
    ]


@pytest.mark.parametrize(
    ("field", "value", "wrong"),
    [
        ("grown", [], "split"),
        ("grown", ["00" * 32], "split"),
        ("closed", {"days_root": "0" * 64}, "signature"),
        ("seen", {"day_number": 4}, "signature"),
        ("seen", {"member": "court"}, "signature"),
        ("seen", {"service": "alerts"}, "split"),
    ],
)
async def test_what_is_changed_about_a_signature_is_named(
    told: Told, field: str, value: Any, wrong: str
) -> None:
    found = await cosigned(told, ccb=3)
    (seen,) = found["services"][0]["witnesses"]
    seen[field] = {**seen[field], **value} if isinstance(value, dict) else value
    assert [one for one, _ in wrong_in(found, keys())] == [wrong]


async def test_a_signature_under_a_day_that_did_not_grow_out_of_this_one_is_a_split_view(told: Told) -> None:
    found = await cosigned(told, ccb=3)
    other = Told()
    elsewhere = await cosigned(other, ccb=2)
    other_days = await other.receipt()
    assert other_days is not None
    lone = Told()
    lone.seen("ccb", lone.closes(tip(CASE, 9)))
    foreign = await lone.receipt()
    assert foreign is not None
    found["services"][0]["witnesses"] = foreign["services"][0]["witnesses"]
    assert [one for one, _ in wrong_in(found, keys())] == ["split"]
    assert wrong_in(elsewhere, keys()) == []


async def test_a_member_that_left_stands_for_what_was_closed_before_and_for_nothing_after(told: Told) -> None:
    found = await cosigned(told, ccb=3)
    assert members_of(found["services"][0], keys(until=AT + timedelta(days=1))) == {"ccb": 3}
    gone = keys(until=AT)
    assert wrong_in(found, gone, least=1) == [("signature", "ccb"), ("witnesses", "0 / 1")]
    revoked = keys(revoked=AT + timedelta(days=9))
    assert wrong_in(found, revoked) == [("signature", "ccb")], "somebody else may have it"
    unknown = Keys(tuple(one for one in keys().all if one.owner != "ccb"))
    assert wrong_in(found, unknown) == [("signature", "ccb")]


async def test_a_receipt_of_before_is_checked_as_it_was(told: Told) -> None:
    found = await cosigned(told, ccb=2, court=4)
    (part,) = found["services"]
    found["format"] = "suyuan.receipt/1"
    part["witnesses"] = [one["seen"] for one in part["witnesses"]]
    assert wrong_in(found, keys(), least=2) == []
    found["format"] = "suyuan.receipt/3"
    with pytest.raises(ValueError, match="receipt/3"):
        wrong_in(found, keys())


async def test_the_portals_own_history_is_in_the_receipt_by_its_own_rows(told: Told) -> None:
    """What it tells institutions was under its signed days, and no receipt said so."""
    message = received(
        TipsListed(listing="portal.1.ab", part=1, tips=(str(tip(CASE, 2)),)),
        "/suyuan/portal",
        subject=days_subject("portal"),
    )
    told.rows.take(message, "history.tips", 0)
    event = closed(
        *("portal", Days(), Signer("portal-history-1", b"p" * 32)),
        **{"day": "2027-03-01", "until": AT, "listing": "portal.1.ab"},
        leaves=[tip(CASE, 2).leaf],
    )
    own = {"_id": row_id(days_subject("portal"), 1), "value": event.model_dump_json()}
    told.rows.rows.setdefault("history", {})[own["_id"]] = own
    found = await told.receipt()
    assert found is not None
    assert [(one["service"], one["tip"]["number"]) for one in found["services"]] == [("portal", 2)]
    assert list(check(found, Keys())) == []
