"""`suyuan do`: forms made from the declarations, sent to the portal."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from cli import do
from cli.forms import body_of, offered, options_of
from shared.contracts.agreements import SignAgreement
from shared.contracts.court import SubmitFiling
from shared.contracts.mediation import DeclineAssignment, DeclineReason
from shared.contracts.message import OPTIONS
from shared.contracts.rules import told
from tests.support.cli import suyuan

CASE = "sy1" + "a" * 32
CASES = (CASE, "sy1" + "a" * 10 + "b" * 22)
DIGEST = "a" * 64
CLIENT = httpx.Client


class Portal:
    """A portal with two cases, that takes one command and tells one outcome, the second time it is asked."""

    def __init__(self, outcome: dict[str, Any]) -> None:
        self.outcome, self.asked = outcome, list[httpx.Request]()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/cases":
            begin = request.url.params["id"]
            return httpx.Response(200, json={"cases": [{"id": id} for id in CASES if id.startswith(begin)]})
        self.asked.append(request)
        if request.method == "POST":
            return httpx.Response(202, json={"command_id": "c-1", "outcome": "/outcomes/c-1"})
        pending = {"command_id": "c-1", "status": "pending", "events": []}
        return httpx.Response(200, json=self.outcome if len(self.asked) > 2 else pending)


@pytest.fixture
def portal(monkeypatch: pytest.MonkeyPatch) -> Callable[[dict[str, Any]], Portal]:
    def made(outcome: dict[str, Any]) -> Portal:
        one = Portal({"command_id": "c-1", "events": [], **outcome})
        monkeypatch.setattr(
            httpx, "Client", lambda **more: CLIENT(**more, transport=httpx.MockTransport(one))
        )
        return one

    return made


SEND = ("--case", CASE, "--token", "t", "--url", "http://portal")


def test_every_command_of_the_language_but_filing_has_a_form_with_help_in_both_languages() -> None:
    names = offered()
    assert {"accept-assignment", "give-consent", "acknowledge-alert", "redrive-dead-letters"} <= names.keys()
    assert "file-dispute" not in names
    for name, cls in names.items():
        done = suyuan("do", name, "--help")
        assert done.code == 0
        assert cls.words.zh in done.out
        for field in cls.model_fields:
            assert f"--{field.replace('_', '-')}" in done.out


def test_a_field_becomes_an_option_with_its_words_its_codes_and_its_type() -> None:
    [reason] = options_of(DeclineAssignment)
    text = reason.annotation.__metadata__[0].help
    assert text.startswith("原因 / Reason") or "原因" in text
    assert "no_capacity 无余力" in text
    assert reason.annotation.__origin__ is str


def test_a_body_is_read_from_options_and_a_wrong_one_names_its_option() -> None:
    assert body_of(DeclineAssignment, {"reason": "no_capacity"}) == DeclineAssignment(
        reason=DeclineReason.NO_CAPACITY
    )
    wrong = suyuan("do", "sign-agreement", *SEND, "--party", "judge", "--digest", DIGEST)
    assert wrong.code == 2
    assert "--party" in wrong.err


def test_what_has_parts_is_given_as_json() -> None:
    documents = json.dumps([{"type": "preservation", "digest": DIGEST}])
    filing = body_of(SubmitFiling, {"kind": "handover", "documents": documents})
    assert isinstance(filing, SubmitFiling)
    assert filing.documents[0].digest == DIGEST
    assert suyuan("do", "submit-filing", *SEND, "--kind", "handover", "--documents", "[{").code == 2


def test_a_command_is_sent_and_its_outcome_told(portal: Callable[[dict[str, Any]], Portal]) -> None:
    there = portal({"status": "done", "events": ["mediation.agreement-signed"], "changed": True})
    arguments = ("--party", "applicant", "--digest", DIGEST, "--key", "k1", "--seen", "7")
    done = suyuan("do", "sign-agreement", *SEND, *arguments)
    assert (done.code, done.out) == (0, "Done: mediation.agreement-signed\n")
    sent = there.asked[0]
    assert sent.url.path == f"/commands/mediation/sign-agreement/{CASE}"
    assert SignAgreement.model_validate_json(sent.content).digest == DIGEST
    assert (sent.headers["authorization"], sent.headers["if-match"]) == ("Bearer t", "7")
    assert sent.headers["idempotency-key"] == "k1"


def test_what_is_sealed_later_is_typed_in_clear_and_goes_to_the_portal_alone(
    portal: Callable[[dict[str, Any]], Portal],
) -> None:
    there = portal({"status": "done", "events": ["mediation.offer-left"], "changed": True})
    assert suyuan("do", "leave-offer", *SEND, "--offer", "500000").code == 0
    assert json.loads(there.asked[0].content) == {"offer": 500_000}
    assert there.asked[0].url.path == f"/commands/mediation/leave-offer/{CASE}"
    assert suyuan("do", "leave-offer", *SEND, "--offer", "-1").code == 2


def test_a_refusal_is_told_with_its_reason_and_ends_with_1(
    portal: Callable[[dict[str, Any]], Portal],
) -> None:
    reason = {
        "code": "case.closed",
        "rule": "",
        "zh": "已结",
        "en": "Over.",
        "detail": "Wait.",
    }
    portal({"status": "refused", "reason": reason})
    done = suyuan("do", "accept-assignment", *SEND)
    assert done.code == 1
    assert done.out == "case.closed\n  Over.\n  Wait.\n"
    portal({"status": "refused", "reason": reason})
    assert suyuan("do", "accept-assignment", *SEND, "--json").json["reason"]["code"] == "case.closed"


def test_a_rule_that_refused_is_told_with_its_sentence(portal: Callable[[dict[str, Any]], Portal]) -> None:
    portal({"status": "refused", "reason": told("confirmation.late", "mediation.consent-of-all")})
    done = suyuan("do", "accept-assignment", *SEND)
    assert done.out.endswith("Mediation needs the consent of every party (mediation.consent-of-all)\n")


def test_a_command_that_became_a_dead_letter_is_told_with_its_reason(
    portal: Callable[[dict[str, Any]], Portal],
) -> None:
    portal({"status": "rejected", "reason": {"code": "case.parked", "zh": "等待", "en": "It waits."}})
    done = suyuan("do", "accept-assignment", *SEND)
    assert (done.code, done.out) == (1, "case.parked\n  It waits.\n")


def test_no_outcome_in_time_is_told_and_ends_with_1(portal: Callable[[dict[str, Any]], Portal]) -> None:
    portal({"status": "pending"})
    done = suyuan("do", "accept-assignment", *SEND, "--wait", "0")
    assert (done.code, done.out) == (1, "No outcome yet: c-1\n")


def test_a_case_is_meant_by_the_beginning_of_its_id(portal: Callable[[dict[str, Any]], Portal]) -> None:
    there = portal({"status": "done"})
    more = SEND[2:]

    assert suyuan("do", "accept-assignment", "--case", CASE[:14], *more).code == 0
    assert there.asked[0].url.path == f"/commands/mediation/accept-assignment/{CASE}"

    both = suyuan("do", "accept-assignment", "--case", CASE[:13], *more, "--json")
    assert (both.code, both.json["error"]) == (1, "id.ambiguous")
    assert all(id in both.json["en"] and id in both.json["zh"] for id in CASES)


def test_a_command_of_the_runtime_names_its_service(portal: Callable[[dict[str, Any]], Portal]) -> None:
    there = portal({"status": "done"})
    assert suyuan("do", "advance-clock", *SEND).code == 2
    assert suyuan("do", "advance-clock", *SEND, "--service", "mediation").code == 0
    assert there.asked[0].url.params["service"] == "mediation"


def test_without_a_token_or_an_actor_nothing_is_sent() -> None:
    done = suyuan("do", "accept-assignment", "--case", CASE, "--url", "http://portal", "--json")
    assert (done.code, done.json["error"]) == (2, "token.missing")


@pytest.mark.parametrize("wrong", [("--token", "é中"), ("--key", "k\r\nX-Evil: 1"), ("--case", "\udcff")])
def test_what_no_header_or_address_can_hold_is_refused_in_a_sentence(wrong: tuple[str, str]) -> None:
    given = {"--case": "sy1x", "--token": "t", "--key": "k", "--url": "http://127.0.0.1:9"} | dict([wrong])
    done = suyuan("do", "accept-assignment", *(word for pair in given.items() for word in pair), "--json")
    assert (done.code, done.json["error"]) == (2, "do.bad_character")


def test_no_field_of_a_command_may_be_called_like_a_common_option() -> None:
    for cls in offered().values():
        for one in do.common(cls):
            flag = one.annotation.__metadata__[0].default.removeprefix("--")
            assert {one.name, flag} <= OPTIONS, "write it in OPTIONS of shared/contracts/message.py"
