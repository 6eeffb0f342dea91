"""What others have cannot be found out by what one is answered about one's own, or about a guess.

Each worked: fill the places of a respondent until one's own dispute falls out, and count what others took;
ask what may be done with a subscription whose id can be computed; take the fraction of an expected count
apart.
"""

from datetime import date, timedelta
from fractions import Fraction
from typing import Any, cast

import httpx
import pytest

from services.alerts.store import ALERTS, REFERRALS, WEEKLY_COUNTS
from services.intake.matches.state import MOST
from shared.casework.case_ids import referral_id, subscription_id
from shared.casework.protocol import Stream
from shared.contracts.duplicates import DisputesMerged
from shared.contracts.envelope import Actor
from shared.runtime.base.settings import Settings
from shared.runtime.decide import states
from shared.runtime.serve.options import http
from shared.runtime.serve.service import HttpContext
from tests.support.alerts_http import NETWORK, Rows, ask
from tests.support.cases import case_id
from tests.support.matching_world import World
from tests.support.referral_walks import referred
from tests.support.spec import given
from tests.support.subscribers import HANDLERS, asked
from tests.support.tokens import KEY, bearer, checker
from tests.unit.alerts.mother import CLERK, in_week
from tests.unit.intake.mother import ZHANG, card

VICTIM = Actor("ccb", "p-ccb-1", "institution_agent")
ATTACKER = Actor("abc", "p-abc-1", "institution_agent")


def file(world: World, institution: str, reference: str, contract: str) -> list[Any]:
    """File against the one respondent whose number the attacker guessed."""
    party = ZHANG.model_copy(update={"contract_number": contract})
    filing = card(reference=reference, party=party).model_copy(update={"institution": institution})
    return world.file(filing)


def kept_in(world: World) -> list[str]:
    """Into which disputes others went, in the order of their coming."""
    return [event.kept for _, event in world.said if isinstance(event, DisputesMerged)]


@pytest.mark.parametrize("others", [0, 1, 3])
def test_ones_own_duplicates_do_not_tell_how_many_disputes_others_have_with_somebody(others: int) -> None:
    world = World()
    file(world, "abc", "FILL-0", "F-0")
    for number in range(others):
        file(world, "ccb", f"SECRET-{number}", f"S-{number}")
    for number in range(1, MOST):
        file(world, "abc", f"FILL-{number}", f"F-{number}")

    file(world, "abc", "FILL-AGAIN", "F-0")

    assert kept_in(world) == [case_id("abc", "FILL-0")]


def test_nobody_pushes_the_disputes_of_others_out_of_the_matching() -> None:
    world = World()
    file(world, "ccb", "CC-1", "S-1")
    for number in range(MOST + 5):
        file(world, "abc", f"FILL-{number}", f"F-{number}")

    file(world, "ccb", "CC-1-AGAIN", "S-1")

    assert kept_in(world) == [case_id("ccb", "CC-1")]


class Stored:
    """A database with one subject."""

    def __init__(self, stream: Stream[Any], id: str, state: Any) -> None:
        self.row = {"_id": id, "version": 7, **states.written(stream, state, None)}

    async def find(self, collection: str, filter: dict[str, Any], **_: Any) -> list[dict[str, Any]]:
        assert collection == "streams"
        return [self.row] if filter == {"_id": self.row["_id"]} else []


async def options(stream: Stream[Any], id: str, state: Any, path: str, who: Actor) -> httpx.Response:
    parts = (cast(Any, Stored(stream, id, state)), cast(Any, None), checker(), (stream,))
    transport = httpx.ASGITransport(app=http(HttpContext(Settings(), NETWORK, *parts)))
    async with httpx.AsyncClient(transport=transport, base_url="http://alerts") as client:
        return await client.get(f"/options/{path}", headers=bearer(KEY, who))


OPENED = given(HANDLERS.referral, subject=referral_id("ccb", "2026-1")).when(
    referred(recipient="ccb", referral=referral_id("ccb", "2026-1")),
    at=in_week(0),
)
SUBSCRIBED = (HANDLERS.subscription, subscription_id("ccb", "p-ccb-1", "surges"), asked().state)
REFERRED = (HANDLERS.referral, referral_id("ccb", "2026-1"), OPENED.state)


@pytest.mark.parametrize("subject", [SUBSCRIBED, REFERRED], ids=["a subscription", "a referral"])
async def test_what_may_be_done_with_what_others_have_is_told_to_nobody_who_guesses_its_id(
    subject: tuple[Stream[Any], str, Any],
) -> None:
    """Its version counted the notices of the other, so its alerts."""
    there, nowhere = [await options(*subject, id, ATTACKER) for id in (subject[1], "sb1" + "a" * 32)]

    assert (there.status_code, there.json()) == (nowhere.status_code, nowhere.json())
    assert (await options(*subject, subject[1], VICTIM)).status_code == 200


FIRST = date(2021, 1, 4)
BANKS = ("ccb", "abc", "bank-c", "bank-d", "bank-e")


def weekly(rates: dict[str, int]) -> Rows:
    """Five years of disputes; those of the victim have a number of their own after the intervention."""
    rows = [
        {
            **{"_id": f"{bank}{n}", "institution": bank, "cause": "loan", "issue": "fees", "product": None},
            **{"week": (FIRST + timedelta(weeks=n)).isoformat(), "region": None},
            "count": rate + (n % 7 == 0) + (bank == "ccb" and n >= 208 and n % 3 == 0),
        }
        for bank, rate in rates.items()
        for n in range(260)
    ]
    return Rows({WEEKLY_COUNTS: rows})


def counted(rows: Rows, bank: str) -> tuple[int, int]:
    """The disputes of a bank before the intervention and after it."""
    of = [row["count"] for row in rows.tables[WEEKLY_COUNTS] if row["institution"] == bank]
    return sum(of[:208]), sum(of[208:])


async def effect(rows: Rows, who: Actor) -> dict[str, Any]:
    day = FIRST + timedelta(weeks=208)
    found: dict[str, Any] = (
        await ask(who, f"/effects?date={day}&institution=abc&cause=loan&issue=fees", rows)
    ).json()
    return found


async def test_an_expected_count_is_not_the_fraction_of_a_competitors_counts() -> None:
    """In lowest terms (after / before) of the controls: where they are one bank's, its counts."""
    rows = weekly({"abc": 10, "ccb": 17})
    whole = await effect(rows, CLERK)
    own = await effect(rows, ATTACKER)
    ratio = Fraction(whole["expected"] / whole["before"]).limit_denominator(10_000)
    before, after = counted(rows, "ccb")

    assert ratio == Fraction(after, before), "whoever sees all counts is told the number as it is"
    assert (own["answer"], own["lacks"], own["controls"]) == ("cannot_tell", "controls", 0)
    assert {own[name] for name in ("expected", "change", "low", "high", "seen_from", "dispersion")} == {None}
    assert (own["before"], own["after"]) == (whole["before"], whole["after"])


@pytest.mark.parametrize(
    ("rates", "told"),
    [
        ({"abc": 10, "ccb": 20, "bank-c": 20, "bank-d": 20}, True),
        ({"abc": 10, "ccb": 20, "bank-c": 20}, False),
        ({"abc": 10, "ccb": 90, "bank-c": 20, "bank-d": 20}, False),
    ],
    ids=["three others", "two others", "one of them has most"],
)
async def test_an_institution_is_told_an_effect_beside_several_others_and_in_round_numbers(
    rates: dict[str, int], told: bool
) -> None:
    found = await effect(weekly(rates), ATTACKER)

    assert (found["expected"] is not None) is told
    assert not told or (
        found["expected"] == int(found["expected"]) and found["change"] == round(found["change"], 2)
    )


async def test_an_institution_to_which_a_systemic_issue_is_referred_is_not_told_whose_else_it_is() -> None:
    """The court joins alerts of several banks under one matter, and sends it to each of them."""
    alerts = [{"_id": f"sr1{bank}|2026-03-02", "institution": bank, "series": f"sr1{bank}"} for bank in BANKS]
    referral = dict(OPENED.state.model_dump(mode="json")) | {
        "_id": "rf1",
        "alerts": [one["_id"] for one in alerts],
        "institutions": list(BANKS),
    }
    rows = Rows({ALERTS: alerts, REFERRALS: [referral]})

    [own] = (await ask(VICTIM, "/referrals", rows)).json()["referrals"]
    [whole] = (await ask(CLERK, "/referrals", rows)).json()["referrals"]

    assert (own["institutions"], own["alerts"]) == (["ccb"], ["sr1ccb|2026-03-02"])
    assert whole["institutions"] == list(BANKS)
