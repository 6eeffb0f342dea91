"""Keys of requests: two callers' keys never meet, and one key stands for one request.

The attack: the id of a command was `organisation.person.key`, so that person `p` with the key `1.k` was
person `p.1` with the key `k`, whose command then had no effect. And a second request under a key was answered
as if it had been taken.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from services.portal.endpoints.requests import Requests, command_id
from shared.contracts.envelope import Actor
from shared.contracts.intake import GiveConsent
from shared.contracts.kinds import Party
from shared.runtime.serve.tokens import Person
from tests.kafka.helpers import Wire
from tests.support.services import Services, platform
from tests.support.tokens import bearer
from tests.unit.portal.over_http import CASE, Portal, problem

WORDS = st.text("ab.-_1", min_size=1, max_size=5)
FILING = {
    "institution": "ccb",
    "reference": "KEY-1",
    "cause": "complaint",
    "issue": "fees",
    "product": "card",
}


@given(WORDS, WORDS, WORDS, WORDS, WORDS, WORDS)
def test_keys_of_two_callers_never_meet(o: str, p: str, k: str, o2: str, p2: str, k2: str) -> None:
    one = command_id(Person(o, p, "mediator"), k)
    other = command_id(Person(o2, p2, "mediator"), k2)
    assert (one == other) == ((o, p, k) == (o2, p2, k2))


def test_the_parts_of_an_id_cannot_run_together() -> None:
    assert command_id(Person("ccb", "a.b", "r"), "k") != command_id(Person("ccb", "a", "r"), "b.k")
    assert command_id(Person("ccb.a", "b", "r"), "k") != command_id(Person("ccb", "a.b", "r"), "k")


@pytest.mark.parametrize("change", ["body", "subject", "version", "command", "role"])
async def test_another_request_under_a_key_is_refused(portal: Portal, change: str) -> None:
    async def ask(name: str, subject: str, body: dict[str, Any], role: str, **seen: str) -> httpx.Response:
        return await portal.call(
            "POST",
            f"/commands/intake/{name}/{subject}",
            role=role,
            json=body,
            headers={"Idempotency-Key": "k-1", **seen},
        )

    first = ("give-consent", CASE, {"party": "applicant"}, "institution_agent")
    assert (await ask(*first)).status_code == 202
    other = {
        "body": ("give-consent", CASE, {"party": "respondent"}, "institution_agent"),
        "subject": ("give-consent", CASE[:-1] + "a", {"party": "applicant"}, "institution_agent"),
        "version": first,
        "command": ("refuse-consent", CASE, {"party": "applicant"}, "institution_agent"),
        "role": ("give-consent", CASE, {"party": "applicant"}, "party"),
    }[change]
    answer = await ask(*other, **({"If-Match": "3"} if change == "version" else {}))
    assert problem(answer) == (422, "http.key_reused")
    assert len(portal.sender.sent) == 1


async def test_the_same_request_gets_the_same_answer_and_is_sent_once(portal: Portal) -> None:
    path, key = f"/commands/intake/give-consent/{CASE}", {"Idempotency-Key": "k-1"}
    answers = [
        await portal.call("POST", path, role="institution_agent", content=body, headers=key)
        for body in (b'{"party":"applicant"}', b'{ "party" : "applicant" }')
    ]
    assert answers[0].json() == answers[1].json()
    assert len(portal.sender.sent) == 1


async def test_what_could_not_be_sent_is_sent_by_the_next_try(portal: Portal) -> None:
    path, key = f"/commands/intake/give-consent/{CASE}", {"Idempotency-Key": "k-1"}
    body = {"party": "applicant"}
    portal.sender.error = ConnectionError()
    assert (
        await portal.call("POST", path, role="institution_agent", json=body, headers=key)
    ).status_code == 503
    portal.sender.error = None
    assert (
        await portal.call("POST", path, role="institution_agent", json=body, headers=key)
    ).status_code == 202
    assert len(portal.sender.sent) == 1


def test_what_was_asked_cannot_be_guessed_from_what_is_kept() -> None:
    person, form = Person("ccb", "p", "institution_agent"), GiveConsent(party=Party.APPLICANT)
    first, second = (
        Requests(cast(Any, None), SecretStr(secret * 40)).digest(person, "intake", form, CASE, None)
        for secret in "ab"
    )
    assert first != second


@pytest.fixture(scope="module")
def services() -> Iterator[Services]:
    with platform() as made:
        made.start("intake", "portal")
        made.ready()
        yield made


@pytest.mark.kafka
@pytest.mark.flow
@pytest.mark.slow
async def test_on_the_real_platform_one_key_is_one_filing_also_after_a_crash(on: Wire) -> None:
    async def file(**more: Any) -> httpx.Response:
        key = on.services.settings("portal").token_key
        headers = {**bearer(key, Actor("ccb", "p-ccb-1", "institution_agent")), "Idempotency-Key": "once"}
        async with httpx.AsyncClient(base_url=on.services.portal_url(), headers=headers) as client:
            return await client.post("/filings", json={**FILING, **more})

    first, second = await file(), await file()
    assert (first.status_code, second.json()) == (202, first.json())
    on.services.kill("portal")
    on.services.start("portal")
    on.services.ready()
    assert (await file()).json() == first.json()
    other = await file(issue="other")
    assert (other.status_code, other.json()["code"]) == (422, "http.key_reused")
    assert len(await on.read("filings.ccb")) == 1
