"""The HTTP API: who may ask what, what is sent, and how a refusal looks."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast, get_args

import httpx
import pytest
from fastapi import FastAPI
from openapi_spec_validator import validate
from pydantic import SecretStr

from services.portal.endpoints import http
from services.portal.endpoints.commands import PUBLISH_S, path_of, posted
from services.portal.endpoints.guard import Guard
from services.portal.endpoints.live import Latest, counted, lines
from services.portal.views import Scope
from shared.casework.case_ids import case_id
from shared.contracts.envelope import Actor
from shared.contracts.errors import SuyuanError
from shared.contracts.intake import GiveConsent
from shared.contracts.kinds import Party
from shared.network.load import load_network
from shared.network.schema import Role
from shared.runtime.commit.mongo import Unavailable
from shared.runtime.serve.problems import MEDIA_TYPE, Problem
from shared.runtime.serve.service import HttpContext
from shared.runtime.serve.tokens import mint

KEY = SecretStr("k" * 40)
NETWORK = load_network(Path(__file__).parents[3] / "deploy" / "networks" / "fengtai.yaml")
CASE = case_id("ccb", "CC-1")
ROLES = {*get_args(Role), "party"}
CASE_ROW = {"_id": CASE, "institution": "ccb", "organisation": "people-mediation", "cause": "credit_card"}


@dataclass
class FakeSender:
    """Keeps what is sent; fails when told to."""

    sent: list[tuple[str, Any, str, dict[str, Any]]] = field(default_factory=list)
    error: Exception | None = None

    async def command(self, service: str, command: Any, subject: str, **more: Any) -> str:
        if self.error is not None:
            raise self.error
        self.sent.append((service, command, subject, more))
        return str(more["id"])

    async def filing(self, filing: Any, **more: Any) -> str:
        if self.error is not None:
            raise self.error
        self.sent.append(("intake", filing, filing.reference, more))
        return str(more["id"])


class OneCase:
    """A database with one case; real queries are tested on the real one."""

    error: Exception | None = None

    async def get(self, collection: str, id: str) -> dict[str, Any] | None:
        if self.error is not None:
            raise self.error
        return dict(CASE_ROW) if (collection, id) == ("cases", CASE) else None

    async def find(self, *_: Any, **__: Any) -> list[dict[str, Any]]:
        return []

    async def aggregate(self, *_: Any) -> list[dict[str, Any]]:
        return [
            {"_id": {"institution": "ccb", "cause": "loan"}, "filed": 2, "settled_fen": 5},
            {"_id": {"institution": "abc", "cause": "loan"}, "filed": 3},
        ]


@dataclass
class Portal:
    app: FastAPI
    sender: FakeSender
    database: OneCase

    async def call(
        self,
        method: str,
        path: str,
        *,
        role: str = "",
        organisation: str = "ccb",
        person: str = "p",
        **more: Any,
    ) -> httpx.Response:
        headers = dict(more.pop("headers", {}))
        if role:
            now = datetime.now(UTC)
            token = mint(
                KEY, organisation=organisation, person=person, role=role, ttl=timedelta(hours=1), now=now
            )
            headers["Authorization"] = f"Bearer {token}"
        transport = httpx.ASGITransport(app=self.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://portal") as client:
            return await client.request(method, path, headers=headers, **more)


def context(key: SecretStr = KEY) -> HttpContext:
    settings = SimpleNamespace(token_key=key, http_max_bytes=1_000_000)
    parts = SimpleNamespace(settings=settings, network=NETWORK, database=OneCase(), sender=FakeSender())
    return cast(HttpContext, parts)


@pytest.fixture
def portal() -> Portal:
    made = context()
    return Portal(http(made), cast(FakeSender, made.sender), cast(OneCase, made.database))


def problem(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == MEDIA_TYPE
    body = answer.json()
    assert body["status"] == answer.status_code
    assert {"type", "title", "detail", "zh", "en"} <= set(body)
    return answer.status_code, body["code"]


# Commands -------------------------------------------------------------------------------------


async def test_a_command_is_sent_to_the_service_of_its_subject(portal: Portal) -> None:
    path = f"/commands/intake/give-consent/{CASE}"
    answer = await portal.call("POST", path, role="institution_agent", json={"party": "applicant"})
    assert answer.status_code == 202
    ((service, command, subject, more),) = portal.sender.sent
    assert (service, command, subject) == ("intake", GiveConsent(party=Party.APPLICANT), CASE)
    assert more["actor"] == Actor("ccb", "p", "institution_agent")
    assert more["version_seen"] is None
    assert answer.json() == {"command_id": more["id"], "outcome": f"/outcomes/{more['id']}"}
    assert answer.headers["location"] == f"/outcomes/{more['id']}"


async def test_the_version_that_a_person_saw_travels_along(portal: Portal) -> None:
    path = f"/commands/mediation/accept-assignment/{CASE}"
    for text, version in (("7", 7), ('"12"', 12)):
        await portal.call("POST", path, role="mediator", headers={"If-Match": text})
        assert portal.sender.sent[-1][3]["version_seen"] == version
    answer = await portal.call("POST", path, role="mediator", headers={"If-Match": "abc"})
    assert problem(answer) == (422, "http.bad_payload")


async def test_the_same_key_is_the_same_command_but_only_for_the_same_person(portal: Portal) -> None:
    path = f"/commands/mediation/accept-assignment/{CASE}"
    for organisation, person in (("o-1", "a"), ("o-1", "a"), ("o-1", "b"), ("o-2", "a")):
        await portal.call(
            "POST",
            path,
            role="mediator",
            organisation=organisation,
            person=person,
            headers={"Idempotency-Key": "k-1"},
        )
    ids = [more["id"] for _, _, _, more in portal.sender.sent]
    assert ids == ["o-1.a.k-1", "o-1.a.k-1", "o-1.b.k-1", "o-2.a.k-1"]


async def test_without_a_key_every_command_is_another(portal: Portal) -> None:
    path = f"/commands/mediation/accept-assignment/{CASE}"
    for _ in range(2):
        await portal.call("POST", path, role="mediator")
    first, second = (more["id"] for _, _, _, more in portal.sender.sent)
    assert first != second


async def test_a_common_command_names_its_service(portal: Portal) -> None:
    path = f"/commands/common/advance-clock/{CASE}"
    assert (await portal.call("POST", f"{path}?service=mediation", role="operator")).status_code == 202
    assert portal.sender.sent[0][0] == "mediation"
    assert problem(await portal.call("POST", path, role="operator")) == (422, "http.bad_payload")
    unknown = await portal.call("POST", f"{path}?service=other", role="operator")
    assert problem(unknown) == (422, "http.bad_payload")


@pytest.mark.parametrize("cls", posted(), ids=lambda cls: cls.__name__)
async def test_each_command_is_for_its_roles_alone(portal: Portal, cls: Any) -> None:
    path = f"{path_of(cls)}/{CASE}?service=intake"
    assert problem(await portal.call("POST", path)) == (401, "token.missing")
    roles = {
        "institution_agent",
        "mediator",
        "organisation_clerk",
        "court_clerk",
        "judge",
        "operator",
        "party",
    }
    for role in sorted(roles - set(cls.roles)):
        assert problem(await portal.call("POST", path, role=role)) == (403, "actor.not_allowed")
    for role in cls.roles:
        answer = await portal.call("POST", path, role=role, content=b"[]")
        assert problem(answer) == (422, "http.bad_payload")
    assert portal.sender.sent == []


async def test_a_bad_body_is_named_by_field_and_never_quoted(portal: Portal) -> None:
    path = f"/commands/intake/give-consent/{CASE}"
    body = {"party": "Secret Name", "more": "13800000000"}
    answer = await portal.call("POST", path, role="institution_agent", json=body)
    assert problem(answer) == (422, "http.bad_payload")
    assert {one["field"] for one in answer.json()["errors"]} == {"party", "more"}
    assert "Secret" not in answer.text
    assert "138" not in answer.text


@pytest.mark.parametrize("subject", ["a%20b", "%0a", "x" * 121, "a%2Fb"])
async def test_a_subject_that_cannot_be_is_refused(portal: Portal, subject: str) -> None:
    answer = await portal.call("POST", f"/commands/mediation/accept-assignment/{subject}", role="mediator")
    assert problem(answer)[0] in (404, 422)


async def test_what_cannot_be_sent_is_said_so(portal: Portal) -> None:
    portal.sender.error = RuntimeError("broker away: 10.0.0.1")
    path = f"/commands/mediation/accept-assignment/{CASE}"
    answer = await portal.call("POST", path, role="mediator")
    assert problem(answer) == (503, "http.unavailable")
    assert "10.0.0.1" not in answer.text
    assert PUBLISH_S < 15


# Filings --------------------------------------------------------------------------------------

FILING = {
    "institution": "ccb",
    "reference": "CC-1",
    "cause": "credit_card",
    "issue": "fees",
    "claim_fen": 100,
    "elements": {"credit_card": {"as_of": "2026-01-31"}},
    "party": {"name": "王小明", "id_number": "110101199001011234"},
}


async def test_a_filing_answers_with_the_case_that_it_is(portal: Portal) -> None:
    answer = await portal.call("POST", "/filings", role="institution_agent", json=FILING)
    assert answer.status_code == 202
    assert answer.json()["case"] == f"/cases/{CASE}"
    (_, filing, _, more) = portal.sender.sent[0]
    assert (filing.reference, more["actor"]) == ("CC-1", Actor("ccb", "p", "institution_agent"))
    assert "王小明" not in answer.text


async def test_nobody_files_for_another_institution(portal: Portal) -> None:
    answer = await portal.call("POST", "/filings", role="institution_agent", organisation="abc", json=FILING)
    assert problem(answer) == (403, "filing.wrong_institution")
    assert problem(await portal.call("POST", "/filings", role="operator", json=FILING))[0] == 403
    assert portal.sender.sent == []


async def test_a_bad_filing_does_not_repeat_personal_data(portal: Portal) -> None:
    body = {**FILING, "party": {"name": "王小明", "id_number": "1"}, "claim_fen": "王小明"}
    answer = await portal.call("POST", "/filings", role="institution_agent", json=body)
    assert problem(answer) == (422, "http.bad_payload")
    assert "王小明" not in answer.text


# Reading --------------------------------------------------------------------------------------

READS = (
    "/figures",
    "/cases",
    f"/cases/{CASE}",
    f"/cases/{CASE}/timeline",
    "/alerts",
    "/stream",
    "/network",
    "/me",
)


@pytest.mark.parametrize("path", [*READS, "/outcomes/c-1"])
async def test_every_call_with_data_needs_a_token(portal: Portal, path: str) -> None:
    assert problem(await portal.call("GET", path)) == (401, "token.missing")


@pytest.mark.parametrize(
    ("role", "organisation", "status"),
    [
        ("institution_agent", "ccb", 200),
        ("institution_agent", "abc", 404),
        ("mediator", "people-mediation", 200),
        ("mediator", "banking-mediation", 404),
        ("organisation_clerk", "banking-mediation", 404),
        ("court_clerk", "fengtai-court", 200),
        ("judge", "fengtai-court", 200),
        ("operator", "fengtai-court", 200),
        ("party", CASE, 200),
        ("party", "sy1other", 404),
        ("guest", "fengtai-court", 403),
    ],
)
async def test_a_case_is_shown_to_whom_it_concerns(
    portal: Portal, role: str, organisation: str, status: int
) -> None:
    for path in (f"/cases/{CASE}", f"/cases/{CASE}/timeline"):
        answer = await portal.call("GET", path, role=role, organisation=organisation)
        assert answer.status_code == status
        assert answer.headers["cache-control"] == "no-store"


async def test_an_institution_gets_the_totals_and_its_own_figures(portal: Portal) -> None:
    figures = (await portal.call("GET", "/figures", role="institution_agent")).json()
    assert figures["totals"]["filed"] == 5
    assert list(figures["by_institution"]) == ["ccb"]
    everything = (await portal.call("GET", "/figures", role="judge")).json()
    assert list(everything["by_institution"]) == ["abc", "ccb"]


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "cause=other", "after=x", "institution=A/B"])
async def test_a_query_that_cannot_be_is_refused(portal: Portal, query: str) -> None:
    answer = await portal.call("GET", f"/cases?{query}", role="judge")
    assert problem(answer) == (422, "http.bad_payload")


async def test_an_outcome_that_is_not_there_is_pending(portal: Portal) -> None:
    answer = await portal.call("GET", "/outcomes/c-1", role="mediator")
    assert answer.json() == {"command_id": "c-1", "status": "pending", "events": []}


async def test_the_words_are_open_and_in_both_languages(portal: Portal) -> None:
    words = (await portal.call("GET", "/words")).json()
    assert words["events"]["intake.dispute-registered"] == {"zh": "案件登记", "en": "Dispute registered"}
    assert words["reasons"]["case.closed"]["zh"]


async def test_the_names_of_the_network_hold_no_person_but_mediators(portal: Portal) -> None:
    names = (await portal.call("GET", "/network", role="mediator")).json()
    assert names["court"]["zh"] == "北京市丰台区人民法院"
    assert "p-operator-1" not in json.dumps(names)


async def test_the_database_away_is_a_coded_503(portal: Portal) -> None:
    portal.database.error = Unavailable(code="mongo.unavailable", zh="x", en="x")
    answer = await portal.call("GET", f"/cases/{CASE}", role="judge")
    assert problem(answer) == (503, "http.unavailable")


async def test_a_failure_says_nothing_of_its_inside(portal: Portal) -> None:
    portal.database.error = KeyError("secret")
    answer = await portal.call("GET", f"/cases/{CASE}", role="judge")
    assert problem(answer) == (500, "http.unexpected")
    assert "secret" not in answer.text


# The whole ------------------------------------------------------------------------------------


async def test_every_answer_has_its_security_headers(portal: Portal) -> None:
    for path in ("/", "/static/app.js", "/words", "/nowhere", "/openapi.json", f"/cases/{CASE}"):
        answer = await portal.call("GET", path)
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert "unsafe-inline" not in answer.headers["content-security-policy"]
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "cache-control" in answer.headers


async def test_what_is_not_there_is_a_problem_too(portal: Portal) -> None:
    assert problem(await portal.call("GET", "/nowhere")) == (404, "http.not_found")
    assert problem(await portal.call("GET", "/static/..%2fendpoints%2fpage.py"))[0] == 404
    assert problem(await portal.call("DELETE", "/figures")) == (405, "http.method_not_allowed")


async def test_a_request_over_the_limit_is_refused_unread(portal: Portal) -> None:
    answer = await portal.call("POST", "/filings", role="institution_agent", content=b"x" * 1_000_001)
    assert problem(answer) == (413, "http.too_large")

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(30):
            yield b" " * 50_000

    chunked = await portal.call("POST", "/filings", role="institution_agent", content=endless())
    assert problem(chunked) == (413, "http.too_large")


async def test_a_request_that_takes_too_long_is_ended() -> None:
    async def slow(scope: Any, receive: Any, send: Any) -> None:
        await asyncio.sleep(5)

    app = Guard(slow, max_bytes=10, timeout_s=0.01)
    transport = httpx.ASGITransport(app=cast(Any, app))
    async with httpx.AsyncClient(transport=transport, base_url="http://portal") as client:
        assert problem(await client.get("/")) == (504, "http.timeout")


async def test_the_description_lists_every_command_and_is_valid(portal: Portal) -> None:
    document = (await portal.call("GET", "/openapi.json")).json()
    validate(document)
    for cls in posted():
        operation = document["paths"][path_of(cls) + "/{subject}"]["post"]
        assert operation["operationId"]
        assert " | " in operation["summary"]
        reference = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
        assert document["components"]["schemas"][reference.rpartition("/")[2]]["title"] == str(cls.words)
    assert "FileDispute" in document["components"]["schemas"]


def test_without_a_key_the_portal_does_not_start() -> None:
    with pytest.raises(SuyuanError, match="SUYUAN_TOKEN_KEY"):
        http(context(SecretStr("short")))


# The stream -----------------------------------------------------------------------------------


async def test_all_who_look_within_a_second_share_one_reading() -> None:
    readings = 0

    async def read() -> dict[str, Any]:
        nonlocal readings
        readings += 1
        await asyncio.sleep(0.01)
        return {"by_institution": {}}

    latest = Latest(read, period_s=5)
    await asyncio.gather(*(latest.get() for _ in range(20)))
    assert readings == 1


async def test_the_stream_sends_what_changed_and_ends() -> None:
    values = iter([{"n": 1}, {"n": 1}, {"n": 2}])
    last: dict[str, Any] = {}

    async def read() -> dict[str, Any]:
        nonlocal last
        last = next(values, last)
        return last

    stream = lines(Latest(read, period_s=0), Scope({}), period_s=0.01, longest_s=0.2)
    assert [part async for part in stream] == [
        b'event: figures\ndata: {"n":1}\n\n',
        b'event: figures\ndata: {"n":2}\n\n',
    ]


async def test_a_closed_stream_is_no_longer_counted() -> None:
    async def source() -> AsyncIterator[bytes]:
        yield b"1"
        yield b"2"

    among: set[object] = set()
    stream = counted(source(), among)
    assert await anext(stream) == b"1"
    assert len(among) == 1
    await cast(Any, stream).aclose()
    assert among == set()


def test_a_problem_keeps_its_code() -> None:
    assert str(Problem(404, "case.unknown")) == "case.unknown"
