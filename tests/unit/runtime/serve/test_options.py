"""What an actor may do now, over HTTP and from the stored state."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import httpx
import pytest

from services.mediation.handlers import handlers
from shared.casework.protocol import Stream
from shared.contracts.envelope import Actor
from shared.contracts.kinds import Cause, End
from shared.network.load import load_network
from shared.runtime.base.settings import DEFAULT_NETWORK, Settings
from shared.runtime.decide import states
from shared.runtime.serve.options import http
from shared.runtime.serve.service import HttpContext
from tests.support.tokens import KEY, bearer, checker

CASE = "sy1test"
NETWORK = load_network(DEFAULT_NETWORK)
STREAM = handlers(NETWORK).case
HELD = STREAM.state.model_validate(
    {
        "organisation": "people-mediation",
        "institution": "ccb",
        "cause": Cause.LOAN,
        "claim_fen": 1,
        "rules_version": "mediation-2022.1",
        "due_at": datetime.now(UTC) + timedelta(days=20),
        "case": CASE,
        "mediator": "m01",
        "accepted": True,
    }
)
MEDIATOR = Actor("people-mediation", "m01", "mediator")
ON_ROSTER = Actor("people-mediation", NETWORK.organisations[0].mediators[0].id, "mediator")
OPERATOR = Actor("court", "o1", "operator")


class Stored:
    """A database with one subject."""

    def __init__(self, stream: Stream[Any], state: Any) -> None:
        self.row = {"_id": CASE, "version": 7, **states.written(stream, state, None)}

    async def find(self, collection: str, filter: dict[str, Any], **_: Any) -> list[dict[str, Any]]:
        assert collection == "streams"
        return [self.row] if filter == {"_id": CASE} else []


async def ask(state: Any, actor: Actor | None, path: str = CASE) -> httpx.Response:
    context = HttpContext(
        Settings(), NETWORK, cast(Any, Stored(STREAM, state)), cast(Any, None), checker(), (STREAM,)
    )
    return await answered(context, actor, path)


async def answered(context: HttpContext, actor: Actor | None, path: str = CASE) -> httpx.Response:
    transport = httpx.ASGITransport(app=http(context))
    async with httpx.AsyncClient(transport=transport, base_url="http://mediation") as client:
        return await client.get(f"/options/{path}", headers=bearer(KEY, actor))


def told(answer: httpx.Response) -> dict[str, str]:
    assert answer.status_code == 200, answer.text
    return {
        one["command"].partition(".")[2]: "" if one["possible"] else one["reason"]["code"]
        for one in answer.json()["commands"]
    }


async def test_a_mediator_is_told_what_may_be_done_with_a_case_and_why_the_rest_may_not() -> None:
    answer = await ask(HELD, MEDIATOR)
    found = told(answer)
    assert (
        found
        | {
            "accept-assignment": "",
            "decline-assignment": "assignment.already_accepted",
            "draft-agreement": "",
            "end-mediation": "",
            "sign-agreement": "actor.not_allowed",
            "seal-agreement": "actor.not_allowed",
            "countersign-agreement": "agreement.none",
            "leave-mediation": "actor.not_allowed",
            "receive-materials": "actor.not_allowed",
            "record-contact": "",
            "disclose-interest": "",
            "request-recusal": "actor.not_allowed",
            "decide-recusal": "actor.not_allowed",
            "keep-mediator": "actor.not_allowed",
            "request-replacement": "actor.not_allowed",
            "ask-for-language": "actor.not_allowed",
            "schedule-session": "",
            "record-session": "session.unknown",
            "leave-offer": "actor.not_allowed",
            "read-concessions": "concession.none",
        }
        == found
    )
    assert answer.json()["version"] == 7
    drafting = next(one for one in answer.json()["commands"] if one["command"].endswith("draft-agreement"))
    assert (drafting["zh"], drafting["en"]) == ("拟定协议", "Draft an agreement")


async def test_after_the_end_nothing_is_possible_and_a_passed_deadline_is_such_an_end() -> None:
    over = told(await ask(HELD.model_copy(update={"end": End.EXPIRED}), MEDIATOR))
    late = HELD.model_copy(update={"due_at": datetime.now(UTC) - timedelta(days=1)})
    assert {"": 0, **{name: over[name] for name in over if not over[name]}} == {"": 0}
    assert told(await ask(late, MEDIATOR)) == over


async def test_an_operator_may_ask_for_somebody_else_and_nobody_else_may() -> None:
    of = f"{CASE}?as=people-mediation/m01/mediator"
    assert told(await ask(HELD, OPERATOR, of)) == told(await ask(HELD, MEDIATOR))
    assert (await ask(HELD, MEDIATOR, of)).status_code == 403


@pytest.mark.parametrize(
    ("actor", "path", "status", "code"),
    [
        (None, CASE, 401, "token.missing"),
        (MEDIATOR, "sy1other", 404, "case.unknown"),
        (MEDIATOR, "%7B$gt%7D", 422, "http.bad_payload"),
        (OPERATOR, f"{CASE}?as=nobody", 422, "http.bad_payload"),
    ],
)
async def test_what_cannot_be_told_is_refused_with_a_code(
    actor: Actor | None, path: str, status: int, code: str
) -> None:
    answer = await ask(HELD, actor, path)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize(
    "stranger",
    [
        Actor("sy1of-somebody-else", "respondent", "party"),
        Actor("another-bank", "p-1", "institution_agent"),
        Actor("another-organisation", "c-1", "organisation_clerk"),
    ],
    ids=lambda one: one.role,
)
async def test_who_has_no_part_in_a_case_does_not_learn_that_there_is_one(stranger: Actor) -> None:
    there, nowhere = await ask(HELD, stranger), await ask(HELD, stranger, "sy1nowhere")
    assert (there.status_code, there.json()) == (nowhere.status_code, nowhere.json())
    assert told(await ask(HELD, Actor(CASE, "respondent", "party")))["sign-agreement"] == "agreement.none"


async def of_organisation(actor: Actor, organisation: str = "people-mediation") -> httpx.Response:
    """Ask about an organisation of which nothing was ever said."""
    made = handlers(NETWORK)
    nothing = cast(Any, Stored(made.case, HELD))
    streams = (made.case, made.roster)
    return await answered(
        HttpContext(Settings(), NETWORK, nothing, cast(Any, None), checker(), streams), actor, organisation
    )


async def test_what_may_be_done_with_an_organisation_is_told_before_its_first_message() -> None:
    answer = await of_organisation(ON_ROSTER)
    assert {name for name, why in told(answer).items() if not why} == {"note-availability"}
    assert (answer.json()["version"], answer.json()["blocked"]) == (0, False)
    assert set(told(await of_organisation(OPERATOR)).values()) == {"actor.not_allowed"}


@pytest.mark.parametrize(
    ("actor", "organisation"),
    [
        (replace(ON_ROSTER, organisation="banking-mediation"), "people-mediation"),
        (replace(ON_ROSTER, person="nobody"), "people-mediation"),
        (Actor("ccb", "p-1", "institution_agent"), "people-mediation"),
        (OPERATOR, "no-such-organisation"),
        (OPERATOR, "ccb"),
    ],
    ids=["of another", "not on the roster", "an institution", "not in the network", "no organisation"],
)
async def test_who_has_no_part_in_an_organisation_learns_no_more_than_of_one_that_there_is_not(
    actor: Actor, organisation: str
) -> None:
    answer = await of_organisation(actor, organisation)
    assert (answer.status_code, answer.json()["code"]) == (404, "case.unknown")


async def test_a_state_of_a_later_version_is_a_conflict_and_no_guess() -> None:
    stored = Stored(replace(STREAM, version=9), HELD)
    context = HttpContext(Settings(), NETWORK, cast(Any, stored), cast(Any, None), checker(), (STREAM,))
    answer = await answered(context, OPERATOR)
    assert (answer.status_code, answer.json()["code"]) == (409, "state.unreadable")
