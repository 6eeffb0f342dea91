"""The portal on real Kafka and MongoDB: from a filing over HTTP to the figures, the case and the outcome."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from shared.contracts.envelope import Actor
from shared.network.load import load_network
from shared.runtime.base.settings import DEFAULT_NETWORK
from tests.support.cases import case_id
from tests.support.services import Services, platform
from tests.support.tokens import bearer

pytestmark = [pytest.mark.flow, pytest.mark.slow, pytest.mark.timeout(300)]

PATIENCE_S = 60.0
REFUSAL = {"party": "respondent"}


@dataclass
class Client:
    """People who call the portal."""

    services: Services

    def call(
        self, method: str, path: str, *, role: str, organisation: str, person: str = "", **more: Any
    ) -> httpx.Response:
        key, who = self.services.settings("portal").token_key, Actor(organisation, person, role)
        headers = {**bearer(key, who), **more.pop("headers", {})}
        return httpx.request(method, self.services.portal_url() + path, headers=headers, timeout=20, **more)

    def agent(self, method: str, path: str, organisation: str = "ccb", **more: Any) -> httpx.Response:
        return self.call(method, path, role="institution_agent", organisation=organisation, **more)

    def operator(self, path: str) -> Any:
        answer = self.call("GET", path, role="operator", organisation="fengtai-court")
        assert answer.status_code == 200, answer.text
        return answer.json()

    def file(self, reference: str) -> httpx.Response:
        answer = self.agent("POST", "/filings", json=filing(reference))
        assert answer.status_code == 202, answer.text
        return answer

    def outcome(self, path: str, role: str, organisation: str) -> dict[str, Any]:
        def done() -> dict[str, Any] | None:
            found = self.call("GET", path, role=role, organisation=organisation).json()
            return None if found["status"] == "pending" else dict(found)

        return dict(until(done))


def filing(reference: str) -> dict[str, Any]:
    return {
        "institution": "ccb",
        "reference": reference,
        "cause": "credit_card",
        "issue": "逾期利息",
        "claim_fen": 3_200_000,
        "party": {"name": "王小明", "id_number": "11010119900307003X"},
        "elements": {
            "credit_card": {
                "as_of": "2025-12-31",
                "principal_fen": 3_000_000,
                "interest_fen": 200_000,
                "penalty_fen": 0,
                "fees_fen": 0,
                "overdue_since": "2025-06-01",
                "terms_prompted": True,
                "contract_basis": "领用合约第 7 条",
            }
        },
        "prior": {"explanation": {"content_version": "rights-2025.1", "channel": "app"}},
    }


def until(look: Callable[[], Any]) -> Any:
    """Look again and again until there is something."""
    end = time.monotonic() + PATIENCE_S
    while not (found := look()):
        assert time.monotonic() < end, "nothing came"
        time.sleep(0.1)
    return found


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with platform() as services:
        services.start("intake", "mediation", "portal")
        services.ready(120)
        until(lambda: reachable(services.portal_url()))
        yield Client(services)


def reachable(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2).status_code == 200
    except httpx.TransportError:
        return False


def test_a_filing_over_http_becomes_a_case_that_everybody_entitled_sees(client: Client) -> None:
    accepted = client.file("FLOW-1").json()
    case = case_id("ccb", "FLOW-1")
    assert accepted["case"] == "/cases?reference=FLOW-1"
    outcome = client.outcome(accepted["outcome"], "institution_agent", "ccb")
    assert (outcome["status"], outcome["subject"]) == ("done", case)
    shown = until(lambda: (row := client.operator(f"/cases/{case}"))["mediator"] and row)
    assert (shown["institution"], shown["status"], shown["claim_fen"]) == ("ccb", "designated", 3_200_000)
    assert client.agent("GET", f"/cases/{case}").json() == shown
    assert client.agent("GET", f"/cases/{case}", organisation="abc").status_code == 404
    events = client.agent("GET", f"/cases/{case}/timeline").json()["events"]
    assert [event["type"] for event in events][:5] == [
        "intake.dispute-registered",
        "intake.dispute-screened",
        "intake.explanation-given",
        "intake.consent-given",
        "intake.dispute-referred",
    ]
    assert {"mediation.mediation-opened", "mediation.mediator-designated"} <= {e["type"] for e in events}
    assert "王小明" not in str(events) + str(shown)
    listed = client.operator("/cases?institution=ccb&limit=1")["cases"]
    assert [one["id"] for one in listed] == [case]
    assert client.operator("/cases?cause=loan")["cases"] == []


def test_no_path_takes_what_is_like_the_id_of_a_case_for_the_case(client: Client) -> None:
    case = case_id("ccb", "EXACT")
    client.outcome(client.file("EXACT").json()["outcome"], "institution_agent", "ccb")
    until(lambda: client.agent("GET", f"/cases/{case}").status_code == 200)
    operator = {"role": "operator", "organisation": "fengtai-court"}
    for id in (case[:-1], case + "a", case.upper(), f"{case}:00000001", f"{case}|", f"{case}\n", "sy1.*"):
        quoted = quote(id, safe="")
        for path in (f"/cases/{quoted}", f"/cases/{quoted}/timeline"):
            assert client.call("GET", path, **operator).status_code in (404, 422), path
        if id.isalnum():  # a party's organisation is its case; others cannot stand in a token
            party = {"role": "party", "organisation": id}
            assert client.call("GET", f"/cases/{case}", **party).status_code == 404, id
            assert client.call("GET", "/cases", **party).json()["cases"] == [], id
        else:
            answer = client.agent("POST", f"/commands/intake/refuse-consent/{quoted}", json=REFUSAL)
            assert answer.status_code in (404, 422), (id, answer.text)
    assert client.call("GET", f"/cases/{case}", role="party", organisation=case).status_code == 200


def other_than(shown: dict[str, Any]) -> str:
    """Return another mediator of the organisation that has a case."""
    organisation = load_network(DEFAULT_NETWORK).organisation(shown["organisation"])
    assert organisation is not None
    return next(one.id for one in organisation.mediators if one.id != shown["mediator"])


def test_only_the_holder_may_accept_and_a_key_has_one_effect(client: Client) -> None:
    case = case_id("ccb", "FLOW-2")
    client.file("FLOW-2")
    shown = until(lambda: answered(client, case))
    path = f"/commands/mediation/accept-assignment/{case}"
    holder = {"role": "mediator", "organisation": shown["organisation"], "person": shown["mediator"]}
    other = {**holder, "person": other_than(shown)}

    refused = client.call("POST", path, **other).json()
    outcome = client.outcome(refused["outcome"], "organisation_clerk", shown["organisation"])
    assert outcome["status"] == "refused"
    assert outcome["reason"]["zh"]
    assert outcome["reason"]["en"]

    stale = client.call("POST", path, **holder, headers={"If-Match": "1"}).json()
    assert (
        client.outcome(stale["outcome"], "organisation_clerk", shown["organisation"])["reason"]["code"]
        == "version.stale"
    )

    version = client.operator(f"/cases/{case}")["versions"]["mediation"]
    headers = {"Idempotency-Key": "take-it", "If-Match": str(version)}
    for _ in range(3):
        accepted = client.call("POST", path, **holder, headers=headers).json()
    assert (
        client.outcome(accepted["outcome"], "organisation_clerk", shown["organisation"])["status"] == "done"
    )
    assert until(lambda: (row := client.operator(f"/cases/{case}"))["status"] == "accepted" and row)
    types = [event["type"] for event in client.operator(f"/cases/{case}/timeline")["events"]]
    assert types.count("mediation.assignment-accepted") == 1


def answered(client: Client, case: str) -> Any:
    answer = client.agent("GET", f"/cases/{case}")
    return answer.status_code == 200 and answer.json()["mediator"] and answer.json()


def test_the_stream_gives_the_figures(client: Client) -> None:
    headers = bearer(client.services.settings("portal").token_key, Actor("ccb", "", "operator"))
    with httpx.stream("GET", client.services.portal_url() + "/stream", headers=headers, timeout=20) as answer:
        lines = answer.iter_lines()
        assert next(lines) == "event: figures"
        assert next(lines).startswith('data: {"totals":')


def test_after_a_kill_every_figure_is_exact(client: Client) -> None:
    before = client.operator("/figures")["totals"]["filed"]
    for number in range(10):
        client.file(f"KILL-{number}")
    client.services.kill("portal")
    client.services.start("portal")
    client.services.ready(120, "portal")
    until(lambda: reachable(client.services.portal_url()))
    for number in range(5, 20):  # five of them again: the same disputes
        client.file(f"KILL-{number}")
    wanted = before + 20
    figures = until(lambda: (f := client.operator("/figures")["totals"])["designated"] == wanted and f)
    counted = {name: figures[name] for name in ("filed", "screened", "referred", "mediated", "open")}
    assert counted == dict.fromkeys(counted, wanted)
    assert figures["claim_fen"] == wanted * 3_200_000
    cases, after = [], ""
    while True:
        page = client.operator(f"/cases?limit=7{after}")
        cases += [one["id"] for one in page["cases"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert len(cases) == len(set(cases)) == wanted
