"""What is said in confidence is found nowhere in clear: every byte that leaves is searched."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from shared.contracts.court import ChooseSuit
from shared.contracts.envelope import Actor
from shared.contracts.intake import GiveConsent, GiveExplanation
from shared.contracts.kinds import End, Party
from shared.contracts.mediation import AcceptAssignment, EndMediation
from shared.contracts.topics import SERVICES
from shared.runtime.serve.topics import plan
from tests.kafka.filings import filing
from tests.kafka.helpers import Wire, until
from tests.support.cases import case_id
from tests.support.services import Services, platform
from tests.support.tokens import bearer

pytestmark = [pytest.mark.kafka, pytest.mark.flow, pytest.mark.slow]

REFERENCE = "CONFIDENCE-1"
CASE = case_id("ccb", REFERENCE)
AGENT = Actor("ccb", "p-ccb-1", "institution_agent")
PARTY = Actor(CASE, "", "party")
LEAST, MOST = 1_765_431, 1_347_829
CANARY = "CANARY-7b1f"
TEXT = f"若一次付清可免除全部罚息 {CANARY}"
SECRETS = (str(LEAST), str(MOST), CANARY, "免除全部罚息")


@pytest.fixture(scope="module")
def services() -> Iterator[Services]:
    with platform(env={"SUYUAN_SESSION_TIMEOUT_MS": "6000"}) as made:
        made.start()
        made.ready()
        yield made


async def call(on: Wire, method: str, path: str, who: Actor, url: str = "", **more: Any) -> httpx.Response:
    headers = bearer(on.services.settings("portal").token_key, who)
    base = url or on.services.portal_url()
    async with httpx.AsyncClient(base_url=base, headers=headers, timeout=30) as client:
        return await client.request(method, path, **more)


async def said(on: Wire, kind: str) -> dict[str, Any]:
    """Wait for an event of the case in mediation's or court_bridge's history; return its row."""

    async def found() -> dict[str, Any] | None:
        rows = [row for one in ("mediation", "court_bridge") for row in await on.history(one, CASE)]
        return next((row for row in rows if row["type"] == kind), None)

    row: dict[str, Any] = await until(found, why=lambda: f"no {kind}: {on.services.log('mediation')}")
    return row


async def told(on: Wire, path: str, who: Actor, **body: Any) -> str:
    """Send a command by the portal, as a person does, and return its outcome's status."""
    answer = await call(on, "POST", f"/commands/mediation/{path}/{CASE}", who, json=body)
    assert answer.status_code == 202, answer.text

    async def outcome() -> Any:
        found = await call(on, "GET", answer.json()["outcome"], who)
        return found.json() if found.json().get("status") != "pending" else None

    return str((await until(outcome))["status"])


async def in_mediation(on: Wire) -> Actor:
    """Bring the case before its mediator, with everybody's consent; return the mediator."""
    _, _, value, headers = filing("ccb", REFERENCE)
    await on.put("filings.ccb", value, headers, key=REFERENCE.encode())
    clerk = Actor("people-mediation", "p-people-1", "organisation_clerk")
    explained = GiveExplanation(content_version="rights-2025.1", channel="phone")
    for body, actor in ((explained, clerk), (GiveConsent(party=Party.APPLICANT), AGENT)):
        await on.handled("intake", await on.command("intake", body, CASE, actor=actor))
    row = await said(on, "suyuan.mediation.mediator-designated.v1")
    event = json.loads(row["value"])
    mediator = Actor(event["organisation"], event["mediator"], "mediator")
    await on.command("mediation", AcceptAssignment(), CASE, actor=mediator)
    await on.command("intake", GiveConsent(party=Party.RESPONDENT), CASE, actor=PARTY)
    await said(on, "suyuan.mediation.assignment-accepted.v1")
    await said(on, "suyuan.mediation.consent-received.v1")
    return mediator


async def everything(on: Wire, answers: list[str]) -> dict[str, bytes]:
    """Return all that left the processes, by where it stands."""
    topics = [one.name for one in plan(on.services.settings("intake"), on.services.network())]
    out = {"answers": "\n".join(answers).encode()}
    for topic in topics:
        records = await on.read(topic)
        out[topic] = b"\n".join(
            part for one in records for part in (one.key, one.value, repr(one.headers).encode()) if part
        )
    for service in SERVICES:
        for name, rows in (await on.everything(service)).items():
            out[f"mongo:{service}.{name}"] = repr(rows).encode()
    for log in on.services.folder.glob("*.log"):
        out[log.name] = log.read_bytes()
    return out


async def test_an_offer_that_did_not_meet_and_a_concession_are_nowhere_in_clear(on: Wire) -> None:
    mediator = await in_mediation(on)
    assert await told(on, "leave-offer", AGENT, offer=LEAST) == "done"
    assert await told(on, "leave-offer", PARTY, offer=MOST) == "done"
    assert await told(on, "keep-concession", PARTY, concession=TEXT) == "done"

    # The one way out: to the mediator who holds the case, recorded.
    read = await call(on, "GET", f"/concessions/{CASE}", mediator, on.services.mediation_url())
    assert [one["text"] for one in read.json()["concessions"]] == [TEXT]
    refused = await call(on, "GET", f"/concessions/{CASE}", AGENT, on.services.mediation_url())
    assert refused.status_code == 403

    async def shown() -> list[str]:
        people = (AGENT, PARTY, mediator, Actor("fengtai-court", "p-court-1", "court_clerk"))
        paths = (f"/cases/{CASE}", f"/cases/{CASE}/timeline", f"/options/{CASE}")
        return [(await call(on, "GET", path, who)).text for who in people for path in paths]

    answers = [refused.text, *await shown()]
    before = await everything(on, answers)
    await on.command("mediation", EndMediation(end=End.LARGE_DIVERGENCE), CASE, actor=mediator)
    await said(on, "suyuan.court.suit-suggested.v1")
    await on.command("court_bridge", ChooseSuit(), CASE, actor=AGENT)
    await said(on, "suyuan.court.filing-submitted.v1")
    gone = await call(on, "GET", f"/concessions/{CASE}", mediator, on.services.mediation_url())
    assert gone.status_code == 410
    after = await everything(on, [*answers, gone.text, *await shown()])

    for found in (before, after):
        # The search looks where things are: the case itself is in most of these places.
        assert CASE.encode() in found["mediation.commands"]
        assert CASE.encode() in found["mongo:mediation.streams"]
        assert b"leave-offer" in found["mediation.commands"]
        places = {place for place, content in found.items() for one in SECRETS if one.encode() in content}
        assert places == set()
        assert "mediation-0.log" in found
    assert b"OfferLeft" not in before["answers"]
    assert b"offer-left" not in before["answers"]
    assert b"offer-left" not in before["mongo:portal.timeline"]
    assert b"suyuan.court.filing-submitted.v1" in after["court.outbound"]

    # With the end nothing is left that a key could open: neither the concession nor the offers.
    rows = await on.find("mediation", "concessions")
    assert [set(row) for row in rows] == [{"_id", "case", "erased"}]
    (state,) = [row["state"] for row in await on.find("mediation", "streams", {"_id": CASE})]
    assert '"offers":[]' in state
