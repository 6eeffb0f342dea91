"""Whoever sends something learns what became of it: over HTTP by its id, on Kafka by the answer's cause."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from services.intake.store import personal_data, seal_all
from shared.contracts.envelope import Actor
from shared.contracts.privacy import ErasePersonalData, ErasureGround
from shared.contracts.retention import ApproveDisposal
from shared.runtime.base.vault import Vault
from tests.kafka.filings import filing
from tests.kafka.helpers import Wire, changed, until
from tests.support.cases import case_id
from tests.support.services import Services, platform
from tests.support.tokens import bearer
from tests.unit.intake import mother

pytestmark = [pytest.mark.kafka, pytest.mark.flow, pytest.mark.slow]


AGENT = "institution_agent"


@pytest.fixture(scope="module")
def services() -> Iterator[Services]:
    with platform(env={"SUYUAN_SESSION_TIMEOUT_MS": "6000"}) as made:
        made.start("intake", "portal")
        made.ready()
        yield made


async def sent(on: Wire, reference: str, id: str, **more: object) -> None:
    """File a dispute of ccb under an id."""
    _, _, value, headers = filing("ccb", reference, **more)
    named = changed(headers, "ce_actor", ce_id=id.encode())  # whose topic it is says enough
    await on.put("filings.ccb", value, named, key=reference.encode())


async def ask(on: Wire, id: str, organisation: str = "ccb", role: str = AGENT) -> httpx.Response:
    """Ask for an outcome as an agent of an institution, or in another role."""
    return await call(on, "GET", f"/outcomes/{id}", organisation, role)


async def call(
    on: Wire, method: str, path: str, organisation: str = "ccb", role: str = AGENT, **more: Any
) -> httpx.Response:
    """Call the portal as an agent of an institution, or in another role."""
    agent = Actor(organisation, "", role)
    headers = bearer(on.services.settings("portal").token_key, agent)
    async with httpx.AsyncClient(base_url=on.services.portal_url(), headers=headers) as client:
        return await client.request(method, path, **more)


async def outcome(on: Wire, id: str, organisation: str = "ccb", role: str = AGENT) -> dict[str, Any]:
    """Wait for an outcome."""

    async def told() -> dict[str, Any] | None:
        answer = await ask(on, id, organisation, role)
        body: dict[str, Any] = answer.json()
        return body if answer.status_code == 200 and body["status"] != "pending" else None

    found: dict[str, Any] = await until(told, why=lambda: on.services.log("portal"))
    return found


async def test_every_filing_of_a_dispute_is_told_what_became_of_it(on: Wire) -> None:
    case = case_id("ccb", "OUT-1")
    await sent(on, "OUT-1", "f-wrong", claim_fen=1)
    await sent(on, "OUT-1", "f-again", claim_fen=1)
    await sent(on, "OUT-1", "f-forgot")
    await sent(on, "OUT-1", "f-amends", amends=True)
    await sent(on, "OUT-1", "f-repeat")
    await sent(on, "OUT-1", "f-late", claim_fen=2, amends=True)
    ids = ("f-wrong", "f-again", "f-forgot", "f-amends", "f-repeat", "f-late")

    found = {id: await outcome(on, id) for id in ids}

    assert {id: one["status"] for id, one in found.items()} == {
        "f-wrong": "returned",
        "f-again": "unchanged",
        "f-forgot": "not_amended",
        "f-amends": "done",
        "f-repeat": "unchanged",
        "f-late": "too_late",
    }
    assert {one["subject"] for one in found.values()} == {case}
    (mismatch,) = found["f-wrong"]["reasons"]
    assert (mismatch["code"], mismatch["hints"]) == ("amount.mismatch", ["0.01", "24,000.00"])
    assert found["f-forgot"]["reason"]["code"] == "filing.not_amended"
    # The same on Kafka, by the sender's own id.
    answers = {
        named["ce_causationid"].decode(): json.loads(record.value)["reason"]
        for record in await on.read("intake.events")
        if (named := dict(record.headers))["ce_type"] == b"suyuan.intake.filing-not-taken.v1"
    }
    assert answers == {
        "f-again": "filing.unchanged",
        "f-forgot": "filing.not_amended",
        "f-repeat": "filing.unchanged",
        "f-late": "filing.too_late",
    }


async def test_a_dead_letter_is_told_to_who_sent_it_and_to_nobody_else(on: Wire) -> None:
    _, _, _, headers = filing("ccb", "OUT-2")
    as_other = changed(headers, ce_id=b"f-broken", ce_actor=b"abc//institution_agent")
    await on.put("filings.ccb", '{"party": "王小明'.encode(), as_other, key=b"OUT-2")
    await on.put("intake.commands", b"{}", changed(headers, ce_id=b"c-wrong", ce_subject=b"x"), key=b"x")

    letter = await outcome(on, "f-broken")

    assert (letter["status"], letter["reason"]["code"]) == ("rejected", "message.not_json")
    assert letter["reason"]["zh"] != letter["reason"]["en"]
    # The institution is the topic's, whatever the sender says it is.
    assert (await ask(on, "f-broken", "abc")).status_code == 404
    assert (await outcome(on, "c-wrong"))["status"] == "rejected"
    listed = (await call(on, "GET", "/rejections")).json()["rejections"]
    assert {one["command_id"] for one in listed} >= {"f-broken", "c-wrong"}
    assert {one["organisation"] for one in listed} == {"ccb"}
    assert [one["errors"] for one in listed if one["command_id"] == "f-broken"] == [letter["errors"]]
    assert (await call(on, "GET", "/rejections", "abc")).json()["rejections"] == []
    records = await on.read("portal.rejections")
    told = {dict(r.headers)["ce_causationid"].decode(): json.loads(r.value) for r in records}
    assert {id: one["reason"] for id, one in told.items()} == {
        "f-broken": "message.not_json",
        "c-wrong": "message.wrong_type",
    }
    assert {"code": "field.missing", "field": "reference", "hints": []} in told["c-wrong"]["faults"]


async def test_an_operator_is_told_what_came_of_a_discard(on: Wire) -> None:
    _, _, _, headers = filing("ccb", "OUT-6")
    await on.put("filings.ccb", b"no json", changed(headers, ce_id=b"f-thrown"), key=b"OUT-6")
    await outcome(on, "f-thrown")
    letters = await on.letters("intake")
    (letter,) = [id for id, one in letters.items() if one["message"] == "f-thrown"]

    path = f"/commands/common/discard-dead-letters/{letter}?service=intake"
    posted = await call(on, "POST", path, "fengtai-court", role="operator", json={})
    told = await outcome(on, posted.json()["command_id"], "fengtai-court", role="operator")

    assert (told["status"], told["found"], told["settled"]) == ("done", 1, 1)


async def test_nothing_that_a_sender_wrote_reaches_the_portal_with_a_rejection(on: Wire) -> None:
    secret = "王小明 110101199001011237"
    _, _, value, headers = filing("ccb", "OUT-3")
    wrong = value.replace(b'"claim_fen":2400000', f'"claim_fen":"{secret}","{secret}":1'.encode())
    assert secret.encode() in wrong
    sent_with = changed(headers, ce_id=b"f-secret", **{"x-note": secret.encode()})
    await on.put("filings.ccb", wrong, sent_with, key=b"OUT-3")

    await outcome(on, "f-secret")

    assert secret in str([row["record"]["value"].decode() for row in (await on.letters("intake")).values()])
    for collection in ("answers", "outcomes", "commands", "streams", "history", "deadletters", "cases"):
        assert secret not in str(await on.find("portal", collection)), collection
    assert secret.encode() not in b"".join(
        r.value + b"".join(v for _, v in r.headers) for r in await on.read("portal.rejections")
    )


BODIES = {
    "b-name": b'{"institution":"ccb","refrence":"B-1","cause":"card","claim_fen":"12,500.00"}',
    "b-comma": b'{"institution":"ccb",}',
    "b-gbk": '{"institution":"建行"}'.encode("gbk"),
    "b-list": b"[]",
    "b-deep": b'{"institution":"ccb","reference":"B-2","cause":"loan","issue":"x",'
    b'"elements":{"loan":{"as_of":"2026/3/1","princpal_fen":1}}}',
}


async def test_the_same_body_has_the_same_faults_on_kafka_and_over_http(on: Wire) -> None:
    _, _, _, headers = filing("ccb", "OUT-5")
    for id, body in BODIES.items():
        await on.put("filings.ccb", body, changed(headers, ce_id=id.encode()), key=id.encode())
        posted = await call(on, "POST", "/filings", content=body)
        assert posted.status_code == 422
        assert posted.json()["errors"] == (await outcome(on, id))["errors"] != []


async def test_an_id_that_was_never_sent_is_not_found(on: Wire) -> None:
    answer = await ask(on, "never-sent")
    assert (answer.status_code, answer.json()["code"]) == (404, "outcome.unknown")


async def test_what_is_posted_is_known_at_once_and_decided_soon(on: Wire) -> None:
    _, _, value, _ = filing("ccb", "OUT-4")
    posted = await call(on, "POST", "/filings", content=value)
    id = posted.json()["command_id"]
    assert (await ask(on, id)).status_code == 200
    assert (await ask(on, id, "abc")).status_code == 404
    assert (await outcome(on, id))["status"] == "done"


def in_clear(found: dict[str, Any]) -> set[str]:
    """Return the collections in which a raw value of the filings' party stands, in text or in bytes."""
    values = [one for one in mother.ZHANG.model_dump().values() if one]
    return {name for name, rows in found.items() for one in values if _holds(rows, one)}


def _holds(rows: object, value: str) -> bool:
    if isinstance(rows, bytes):
        return value.encode() in rows
    if isinstance(rows, dict):
        return any(_holds(one, value) for both in rows.items() for one in both)
    return any(_holds(one, value) for one in rows) if isinstance(rows, list) else value in str(rows)


async def test_no_raw_value_of_a_party_stands_in_a_database_and_rows_in_clear_are_sealed(on: Wire) -> None:
    await sent(on, "RAW-1", "f-raw")
    await outcome(on, "f-raw")
    for service in ("intake", "portal"):
        found = await on.everything(service)
        assert in_clear(found) == set()
    (row,) = await on.find("intake", "personal_data", {"_id": case_id("ccb", "RAW-1")})
    assert set(row) == {"_id", "by", "key", "data"}

    # What is erased leaves neither its data nor their key.
    await sent(on, "RAW-2", "f-raw-2", claim_fen=1)
    await outcome(on, "f-raw-2")
    returned = case_id("ccb", "RAW-2")
    await on.command("intake", ErasePersonalData(ground=ErasureGround.NOT_NEEDED), returned)
    await on.command("intake", ApproveDisposal(), returned, actor=mother.COURT_CLERK)

    async def erased() -> bool:
        row = await on.find("intake", "personal_data", {"_id": returned})
        return row == [{"_id": returned, "erased": True}]

    await until(erased)

    database = on.services.database("intake")
    setting = on.services.settings("intake").personal_keys.get_secret_value()
    try:
        await database.put("personal_data", "sy1-of-before", mother.ZHANG.model_dump())
        assert in_clear(await on.everything("intake")) == {"personal_data"}
        assert await seal_all(database, Vault.of(setting)) == (1, 0)
        assert in_clear(await on.everything("intake")) == set()
        newer = Vault.of(f"2:{'n' * 32},1:{setting}")
        assert await seal_all(database, newer) == (
            0,
            len(await on.find("intake", "personal_data", {"erased": {"$exists": False}})),
        )
        found = await personal_data(database, Vault.of(f"2:{'n' * 32}"), "sy1-of-before")
        assert found == mother.ZHANG.model_dump()
        await seal_all(database, Vault.of(f"1:{setting},2:{'n' * 32}"))
    finally:
        database.close()
