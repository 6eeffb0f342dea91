"""The HTTP API: who may ask what, and how a refusal looks."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any, cast

import httpx
import pytest
from openapi_spec_validator import validate

from services.portal.endpoints.commands import path_of, posted
from shared.casework.case_ids import earlier_case_id
from shared.runtime.commit.mongo import Unavailable
from shared.runtime.serve.guard import Guard
from shared.runtime.serve.problems import Problem
from tests.unit.portal.over_http import CASE, NETWORK, Portal, problem

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
        ("mediator", "banking-mediation", 404),
        ("organisation_clerk", "people-mediation", 200),
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


@pytest.mark.parametrize(("person", "status"), [("m01", 200), ("m02", 404)])
async def test_a_case_is_shown_to_its_mediator_and_to_no_colleague(
    portal: Portal, person: str, status: int
) -> None:
    who = {"role": "mediator", "organisation": "people-mediation", "person": person}
    for path in (f"/cases/{CASE}", f"/cases/{CASE}/timeline"):
        assert (await portal.call("GET", path, **who)).status_code == status


@pytest.mark.parametrize(
    ("role", "organisation", "query", "institutions"),
    [
        ("institution_agent", "ccb", "", ["ccb"]),
        ("institution_agent", "abc", "&institution=ccb", ["abc"]),  # another's is never looked for
        ("judge", "fengtai-court", "", [one.id for one in NETWORK.institutions]),
        ("operator", "fengtai-court", "&institution=ccb", ["ccb"]),
        ("mediator", "people-mediation", "", None),
        ("organisation_clerk", "people-mediation", "", None),
        ("party", CASE, "", None),
    ],
)
async def test_a_dispute_is_found_by_the_reference_of_its_institution_for_that_the_court_and_operators(
    portal: Portal, role: str, organisation: str, query: str, institutions: list[str] | None
) -> None:
    path = f"/cases?reference=CC-1{query}"
    answer = await portal.call("GET", path, role=role, organisation=organisation)
    if institutions is None:
        assert problem(answer) == (403, "reference.not_allowed")
        assert portal.database.asked == []
        return
    assert answer.status_code == 200
    known = {"reference": "CC-1", "institution": {"$in": institutions}}
    before = {"_id": {"$in": [earlier_case_id(one, "CC-1") for one in institutions]}}
    wanted = {"$or": [known, before]}
    assert wanted in portal.database.asked[0].get("$and", portal.database.asked)


async def test_an_institution_gets_its_own_figures_and_no_total_of_others(portal: Portal) -> None:
    figures = (await portal.call("GET", "/figures", role="institution_agent")).json()
    assert figures["totals"]["filed"] == figures["by_cause"]["loan"]["filed"] == 2
    assert list(figures["by_institution"]) == ["ccb"]
    everything = (await portal.call("GET", "/figures", role="judge")).json()
    assert list(everything["by_institution"]) == ["abc", "ccb"]


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=201", "cause=other", "after=x", "institution=A/B", "reference=a%20b"]
)
async def test_a_query_that_cannot_be_is_refused(portal: Portal, query: str) -> None:
    answer = await portal.call("GET", f"/cases?{query}", role="judge")
    assert problem(answer) == (422, "http.bad_payload")


@pytest.mark.parametrize(
    "path", ["/cases?mediator=m01", "/figures?cause=loan", f"/options/{CASE}?who=x", "/filings?dry=1"]
)
async def test_a_parameter_that_nobody_reads_is_an_error_and_not_ignored(portal: Portal, path: str) -> None:
    method = "POST" if path.startswith("/filings") else "GET"
    answer = await portal.call(method, path, role="operator", json={} if method == "POST" else None)
    assert problem(answer) == (422, "http.bad_payload")
    (error,) = answer.json()["errors"]
    assert (error["code"], error["field"]) == ("field.unknown", f"query.{path.split('?')[1].split('=')[0]}")


async def test_a_misspelt_parameter_is_told_what_was_meant(portal: Portal) -> None:
    answer = await portal.call("GET", "/cases?institutoin=ccb", role="operator")
    assert "Did you mean `institution`?" in answer.json()["errors"][0]["en"]


async def test_the_page_is_shown_whatever_a_link_adds_to_its_address(portal: Portal) -> None:
    assert (await portal.call("GET", "/?from=mail")).status_code == 200


async def test_what_came_in_and_has_no_answer_yet_is_pending_for_who_sent_it(portal: Portal) -> None:
    sent = await portal.call(
        "POST",
        f"/commands/intake/give-consent/{CASE}",
        role="institution_agent",
        json={"party": "applicant"},
    )
    where, id = sent.headers["location"], sent.json()["command_id"]
    answer = await portal.call("GET", where, role="institution_agent")
    assert answer.json() == {"command_id": id, "status": "pending", "events": []}
    other = await portal.call("GET", where, role="institution_agent", organisation="abc")
    assert problem(other) == (404, "outcome.unknown")


async def test_an_id_that_was_never_sent_is_not_found(portal: Portal) -> None:
    answer = await portal.call("GET", "/outcomes/c-1", role="mediator")
    assert problem(answer) == (404, "outcome.unknown")


async def test_the_words_are_open_and_in_both_languages(portal: Portal) -> None:
    words = (await portal.call("GET", "/words")).json()
    assert words["events"]["intake.dispute-registered"] == {"zh": "案件登记", "en": "Dispute registered"}
    assert words["reasons"]["case.closed"]["zh"]


async def test_the_names_of_the_network_hold_no_person_but_mediators(portal: Portal) -> None:
    names = (await portal.call("GET", "/network", role="mediator")).json()
    assert names["court"]["zh"] == "北京市丰台区人民法院"
    assert names["mediators"]["m01"] == {"zh": "调解员甲", "en": "Mediator A"}
    assert names["labels"]["collection_conduct"] == {"zh": "催收行为", "en": "Collection conduct"}
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
    document = (await portal.call("GET", "/openapi.json", role="mediator")).json()
    validate(document)
    for cls in posted():
        operation = document["paths"][path_of(cls) + "/{subject}"]["post"]
        assert operation["operationId"]
        assert " | " in operation["summary"]
        reference = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
        assert document["components"]["schemas"][reference.rpartition("/")[2]]["title"] == str(cls.words)
    assert "FileDispute" in document["components"]["schemas"]


def test_a_problem_keeps_its_code() -> None:
    assert str(Problem(404, "case.unknown")) == "case.unknown"
