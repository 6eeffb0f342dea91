"""Commands and filings over HTTP: who may send what, what is sent, and how a refusal looks."""

from typing import Any

import pytest

from services.portal.endpoints.commands import PUBLISH_S, path_of, posted
from shared.casework.case_ids import series_id, subscription_id
from shared.contracts.envelope import Actor
from shared.contracts.intake import GiveConsent
from shared.contracts.kinds import Party
from shared.contracts.message import COMMON
from shared.contracts.subscriptions import Subscribe
from shared.runtime.commit.mongo import Unavailable
from tests.unit.portal.over_http import CASE, Portal, problem


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
    assert len(ids) == len(set(ids)) == 3


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
    path = f"{path_of(cls)}/{CASE}" + ("?service=intake" if cls.family == COMMON else "")
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


@pytest.mark.parametrize("subject", ["a%20b", "%0a", "x" * 121, "a%2Fb", "anything", CASE[:-1]])
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


async def test_what_cannot_be_noted_is_not_sent(portal: Portal) -> None:
    portal.database.error = Unavailable(code="mongo.unavailable", zh="x", en="x")
    path = f"/commands/mediation/accept-assignment/{CASE}"
    assert problem(await portal.call("POST", path, role="mediator")) == (503, "http.unavailable")
    filed = await portal.call("POST", "/filings", role="institution_agent", json=FILING)
    assert problem(filed) == (503, "http.unavailable")
    assert portal.sender.sent == []


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


async def test_a_filing_answers_where_its_case_will_be_found(portal: Portal) -> None:
    answer = await portal.call("POST", "/filings", role="institution_agent", json=FILING)
    assert answer.status_code == 202
    assert answer.json()["case"] == "/cases?reference=CC-1"
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


# What is not one's own --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "organisation"),
    [("institution_agent", "abc"), ("party", CASE[:-1] + "a")],
    ids=["bank", "party"],
)
async def test_who_guesses_a_case_learns_not_even_whether_there_is_one(
    portal: Portal, role: str, organisation: str
) -> None:
    answers = [
        await portal.call(
            "POST",
            f"/commands/intake/give-consent/{case}",
            role=role,
            organisation=organisation,
            json={"party": "applicant"},
        )
        for case in (CASE, CASE[:-1] + "b")
    ]
    assert [problem(one) for one in answers] == [(404, "case.unknown")] * 2
    assert answers[0].text == answers[1].text
    assert portal.sender.sent == []


async def test_an_alert_of_another_institution_is_as_unknown_as_none(portal: Portal) -> None:
    path = f"/commands/alerts/acknowledge-alert/{series_id('abc', 'loan', 'fees')}"
    answer = await portal.call("POST", path, role="institution_agent", json={"week": "2026-03-02"})
    assert problem(answer) == (404, "series.unknown")
    assert portal.database.asked == [{"series": series_id("abc", "loan", "fees"), "institution": "ccb"}]


async def test_an_institution_subscribes_under_an_id_that_nobody_has_yet(portal: Portal) -> None:
    """Whose it is alerts itself says: a subscription of others is to it as if there were none."""
    id = subscription_id("ccb", "p", "surges")
    path = f"/commands/alerts/subscribe/{id}"
    answer = await portal.call("POST", path, role="institution_agent", json={"title": "surges"})
    assert answer.status_code == 202
    ((service, command, subject, _),) = portal.sender.sent
    assert (service, command, subject) == ("alerts", Subscribe(title="surges"), id)
    elsewhere = f"/commands/intake/give-consent/{id}"
    answer = await portal.call("POST", elsewhere, role="institution_agent", json={"party": "applicant"})
    assert problem(answer) == (404, "case.unknown")
