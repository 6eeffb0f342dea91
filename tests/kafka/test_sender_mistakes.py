"""Show 2: what a bank's developer gets wrong is answered as docs/mistakes.md says, beside good neighbours.

All mistakes are sent in one batch, each between two good filings; then each is a test of its own.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio

from shared.contracts.envelope import Actor
from shared.runtime.serve.tokens import mint
from tests.kafka.filings import filing, registered
from tests.kafka.helpers import Wire, until, wire
from tests.support.cases import case_id
from tests.support.sender_mistakes import HTTP, KAFKA, PAGE, Call, Record, Wrong
from tests.support.services import Services, platform
from tests.support.tokens import KEY, bearer

pytestmark = [pytest.mark.kafka, pytest.mark.flow, pytest.mark.slow]

SAID = PAGE.read_text("utf-8")
OF_CCB = "M-HTTP"
AGENT = "institution_agent"


@pytest.fixture(scope="module")
def services() -> Iterator[Services]:
    with platform(env={"SUYUAN_SESSION_TIMEOUT_MS": "6000"}) as made:
        made.start("intake", "portal")
        made.ready()
        yield made


def reference_of(number: int) -> str:
    return f"M-{number:03d}"


def made(number: int, change: Any) -> tuple[Record, bytes | None, list[tuple[str, bytes | None]]]:
    """Make a good filing and spoil it: first its headers and fields, then its bytes."""
    institution, reference, value, headers = filing("ccb", reference_of(number))
    record = Record(f"filings.{institution}", reference.encode(), json.loads(value), dict(headers))
    record.headers["ce_id"] = f"m-{number:03d}".encode()
    record.raw = json.dumps(record.body, ensure_ascii=False).encode()
    plain = record.raw
    change(record)
    if record.raw == plain:
        record.raw = json.dumps(record.body, ensure_ascii=False).encode()
    return record, None if record.null else record.raw, list(record.headers.items())


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def on(services: Services) -> AsyncIterator[Wire]:
    async with wire(services) as opened:
        neighbours = [filing("ccb", f"GOOD-{number}") for number in range(len(KAFKA) + 1)]
        for number, one in enumerate(KAFKA):
            _, good, value, headers = neighbours[number]
            await opened.put("filings.ccb", value, headers, key=good.encode(), partition=0)
            for change in [*([one.before] if one.before else []), one.make]:
                record, value_, headers_ = made(number, change)
                await opened.put(record.topic, value_, headers_, key=record.key, partition=0)
        _, good, value, headers = neighbours[-1]
        await opened.put("filings.ccb", value, headers, key=good.encode(), partition=0)
        _, _, value, headers = filing("ccb", OF_CCB)
        await opened.put("filings.ccb", value, headers, key=OF_CCB.encode())
        await registered(opened, [*neighbours, ("ccb", OF_CCB, b"", ())])
        yield opened


def token_headers(on: Wire, who: str) -> dict[str, str]:
    key = on.services.settings("portal").token_key
    if who == "none":
        return {}
    organisation, _, role = who.partition("/")
    if who == "invalid":
        return bearer(KEY, Actor("ccb", "", AGENT))  # another platform's key
    if who == "expired":
        long_ago = datetime.now(UTC) - timedelta(days=1)
        old = mint(key, organisation="ccb", person="", role=AGENT, ttl=timedelta(minutes=1), now=long_ago)
        return {"Authorization": f"Bearer {old}"}
    return bearer(key, Actor(organisation, "m01" if role == "mediator" else "", role))


async def call(on: Wire, method: str, path: str, who: str = f"ccb/{AGENT}", **more: Any) -> httpx.Response:
    headers = token_headers(on, who) | more.pop("headers", {})
    async with httpx.AsyncClient(base_url=on.services.portal_url(), headers=headers) as client:
        return await client.request(method, path, **more)


async def outcome(on: Wire, id: str, who: str) -> dict[str, Any]:
    async def told() -> dict[str, Any] | None:
        answer = await call(on, "GET", f"/outcomes/{id}", who)
        body: dict[str, Any] = answer.json()
        return body if answer.status_code == 200 and body["status"] != "pending" else None

    found: dict[str, Any] = await until(told, within_s=30, why=lambda: on.services.log("portal"))
    return found


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    ("number", "one"), list(enumerate(KAFKA)), ids=lambda value: getattr(value, "en", "")
)
async def test_a_mistake_on_kafka_is_answered_as_the_page_says(on: Wire, number: int, one: Wrong) -> None:
    if not one.status:
        letters = [
            row
            for row in (await on.letters("intake")).values()
            if row["record"]["key"] == reference_of(number).encode()
        ]
        assert [row["reason"] for row in letters] == [one.code]
        assert {fault["field"]: fault["code"] for fault in letters[0]["faults"]} == one.faults
        return

    told = await outcome(on, f"m-{number:03d}", f"{one.asks}/{AGENT}")

    assert told["status"] == one.status, told
    named = told.get("errors") or told.get("reasons") or []
    if one.status == "returned":
        assert told["reasons"][0]["code"] == one.code
    else:
        assert told.get("reason", {}).get("code", "") == one.code
    assert {error["field"]: error["code"] for error in named} == one.faults
    as_the_page_says(one, named)


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("one", HTTP, ids=lambda one: one.en)
async def test_a_mistake_over_http_is_answered_as_the_page_says(on: Wire, one: Call) -> None:
    path = one.path.replace("{case}", case_id("ccb", OF_CCB))
    if path.startswith("/cases/sy1"):
        await until(lambda: _is_there(on))

    if one.before:
        await call(on, one.method, path, one.who, content=one.before, headers=dict(one.headers))
    answer = await call(on, one.method, path, one.who, content=one.body, headers=dict(one.headers))

    assert answer.status_code == one.status, answer.text
    if one.status == 202:
        return
    body = answer.json()
    assert body["code"] == one.code
    assert body["zh"]
    assert body["en"]
    assert {error["field"]: error["code"] for error in body.get("errors", [])} == one.faults
    as_the_page_says(one, body.get("errors", []))


def as_the_page_says(one: Wrong | Call, errors: list[dict[str, Any]]) -> None:
    """Hold what is told to be right to the page; what names a place in the text varies with the text."""
    for error in errors:
        if error["field"] in one.hints or not error["hints"]:
            assert tuple(error["hints"]) == one.hints.get(error["field"], ())
            assert f"{error['zh']} {error['en']}".replace("|", "\\|") in SAID
        else:
            assert error["code"] in ("message.not_json", "message.not_utf8", "field.bad_form")


async def _is_there(on: Wire) -> bool:
    return (await call(on, "GET", f"/cases/{case_id('ccb', OF_CCB)}")).status_code == 200


@pytest.mark.asyncio(loop_scope="module")
async def test_no_mistake_disturbs_its_neighbours(on: Wire) -> None:
    for number in range(len(KAFKA) + 1):
        assert (await outcome(on, f"id-GOOD-{number}", f"ccb/{AGENT}"))["status"] == "done"
