"""Which other disputes a respondent has: for the clerks of a case, recorded, and no more than they need."""

from typing import Any, cast

import httpx
import pytest
from pydantic import SecretStr

from services.intake.endpoints import http
from shared.contracts.duplicates import ConfirmDuplicate, RepeatPartyRead
from shared.contracts.envelope import Actor
from shared.contracts.kinds import LeaveReason
from shared.contracts.message import Command
from shared.contracts.parties import WithdrawDispute
from shared.runtime.base.settings import Settings
from shared.runtime.serve.service import HttpContext
from tests.support.cases import case_id
from tests.support.matching_world import World
from tests.support.tokens import KEY as TOKEN_KEY
from tests.support.tokens import bearer, checker
from tests.unit.intake.mother import (
    ALL_STEPS,
    BANK,
    CLERK,
    COURT_CLERK,
    KEY,
    MON,
    NETWORK,
    OPERATOR,
    OTHER_BANK,
    OTHER_CLERK,
    VAULT_KEY,
    ZHANG,
    card,
    complaint,
    loan,
)

BARE = ALL_STEPS.model_copy(update={"explanation": None})
CASE, OTHER = case_id("ccb", "CC-1"), case_id("abc", "CC-2")


class Stored:
    """The database and the sender of a service whose runtime decides at once."""

    def __init__(self, world: World, *, alive: bool = True) -> None:
        self.world, self.alive = world, alive

    async def get(self, collection: str, id: str) -> dict[str, Any] | None:
        if collection == "streams":
            state = self.world.states.get(id)
            return None if state is None else {"_id": id, "state": state.model_dump_json()}
        found = self.world.rows.get((collection, id))
        return None if found is None else {"_id": id, **found}

    async def find(self, collection: str, wanted: dict[str, Any]) -> list[dict[str, Any]]:
        rows = [await self.get(collection, id) for id in wanted["_id"]["$in"]]
        return [row for row in rows if row is not None]

    async def command(self, service: str, command: Command, subject: str, *, actor: Actor) -> str:
        assert service == "intake"
        if self.alive:
            self.world.do(command, subject, actor)
        return f"c-{self.world.sent}"


def several() -> World:
    """A card with one bank; a large loan and a merged and a withdrawn dispute with another; one guided."""
    world = World()
    world.file(card(reference="CC-1"))
    world.file(loan(institution="abc", reference="CC-2", claim_fen=42_000_000))
    world.file(card(reference="CC-3"))
    world.do(ConfirmDuplicate(other=CASE), case_id("ccb", "CC-3"), COURT_CLERK)
    world.file(loan(institution="abc", reference="CC-4", prior=BARE))
    world.do(WithdrawDispute(reason=LeaveReason.PAID), case_id("abc", "CC-4"), OTHER_BANK)
    world.file(complaint(institution="abc", reference="CC-5", party=ZHANG))
    world.file(card(reference="CC-6", party=ZHANG.model_copy(update={"id_number": "110101198001011234"})))
    return world


async def ask(
    world: World, actor: Actor | None, case: str = CASE, purpose: str = "合并调解", alive: bool = True
) -> httpx.Response:
    stored = Stored(world, alive=alive)
    settings = Settings(personal_keys=SecretStr(VAULT_KEY), party_key=SecretStr(KEY.decode()))
    context = HttpContext(settings, NETWORK, cast(Any, stored), cast(Any, stored), checker("intake"))
    transport = httpx.ASGITransport(app=http(context, patience_s=0.1))
    async with httpx.AsyncClient(transport=transport, base_url="http://intake") as client:
        return await client.post(
            f"/repeat-party/{case}", json={"purpose": purpose}, headers=bearer(TOKEN_KEY, actor)
        )


async def test_the_courts_clerk_reads_where_each_open_dispute_is_and_it_stands_recorded() -> None:
    world = several()
    answer = await ask(world, COURT_CLERK)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    found = answer.json()
    assert found["others"] == 0
    assert {(one["id"], one["institution"]) for one in found["disputes"]} == {
        (OTHER, "abc"),
        (case_id("abc", "CC-5"), "abc"),
    }
    assert {one["filed_on"] for one in found["disputes"]} == {MON.date().isoformat()}
    assert world.said[-1] == (CASE, RepeatPartyRead(reader=str(COURT_CLERK), purpose="合并调解"))


async def test_an_organisations_clerk_sees_its_own_and_of_the_others_their_number() -> None:
    answer = await ask(several(), CLERK)
    found = answer.json()
    organisation = {
        id: NETWORK.route(one.tier, one.cause).id
        for id, one in several().states.items()
        if id in (OTHER, case_id("abc", "CC-5"))
    }
    own = {id for id, name in organisation.items() if name == CLERK.organisation}
    assert 0 < len(own) < 2, "one of each kind"
    assert {one["id"] for one in found["disputes"]} == own
    assert found["others"] == 1
    assert OTHER not in answer.text or OTHER in own


@pytest.mark.parametrize(
    ("actor", "purpose", "status", "code"),
    [
        (None, "x", 401, "token.missing"),
        (BANK, "x", 403, "actor.not_allowed"),
        (OPERATOR, "x", 403, "actor.not_allowed"),
        (OTHER_CLERK, "x", 403, "actor.not_allowed"),
        (CLERK, "  ", 409, "personal_data.no_purpose"),
    ],
)
async def test_a_reading_is_refused_with_a_code_and_shows_nothing(
    actor: Actor | None, purpose: str, status: int, code: str
) -> None:
    answer = await ask(several(), actor, purpose=purpose)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert OTHER not in answer.text


async def test_nothing_is_shown_while_the_reading_is_not_recorded() -> None:
    answer = await ask(several(), COURT_CLERK, alive=False)
    assert (answer.status_code, answer.json()["code"]) == (504, "personal_data.not_recorded")


async def test_a_party_that_nobody_named_has_no_other_disputes() -> None:
    world = World()
    world.file(complaint(reference="CC-1"))
    answer = await ask(world, COURT_CLERK)
    assert (answer.status_code, answer.json()["code"]) == (404, "personal_data.none")


async def test_what_is_over_is_not_shown_also_where_the_matching_does_not_know_it_yet() -> None:
    world = several()
    (id,) = (one for one in world.states if one.startswith("mt1") and len(world.states[one].candidates) > 3)
    behind = {case: one.but(out=False, into="") for case, one in world.states[id].candidates.items()}
    world.states[id] = world.states[id].but(candidates=behind)
    found = (await ask(world, COURT_CLERK)).json()
    assert {one["id"] for one in found["disputes"]} == {OTHER, case_id("abc", "CC-5")}
