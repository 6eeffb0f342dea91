"""What intake answers to the filings of a table, whatever comes between."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from cli import answers
from cli.answers import Answers
from shared.contracts.common import MessageRejected
from shared.contracts.intake import FilingNotTaken, ReturnReason
from shared.contracts.kinds import Service
from shared.contracts.message import Message
from shared.contracts.told import CaseEventTold, Told, told_of
from tests.support.contract import example

REGISTERED = example("intake", "portal", "dispute_registered").body
SCREENED = example("intake", "portal", "dispute_screened").body
RETURNED = example("intake", "portal", "filing_returned").body
AMENDED = example("intake", "portal", "filing_amended").body


def said(body: Message, id: str = "file.1") -> Any:
    told = CaseEventTold(
        institution="ccb",
        event=body.wire_type,
        event_id="an-event",
        service=Service.INTAKE,
        service_number=1,
        happened_at=datetime.now(UTC).isoformat(),
        data=told_of(body) or Told(),
        reply_to=id,
    )
    return SimpleNamespace(body=told, subject="sy1case")


class Reader:
    """Gives one batch after the other, then nothing."""

    def __init__(self, *batches: list[Any]) -> None:
        self.batches = list(batches)

    async def batch(self, timeout_ms: int) -> list[Any]:
        return self.batches.pop(0) if self.batches else []


def following(*batches: list[Any], wait_s: float = 0) -> Answers:
    one = Answers.__new__(Answers)
    one._reader, one._wait_s = Reader(*batches), wait_s  # type: ignore[assignment]
    one._begun, one._found = {}, {}
    return one


@pytest.mark.parametrize(
    ("bodies", "answer"),
    [
        ((REGISTERED, SCREENED), ("new", "")),
        ((REGISTERED, RETURNED), ("returned", RETURNED.reasons[0].code)),  # type: ignore[attr-defined]
        ((AMENDED, SCREENED), ("amended", "")),
        ((FilingNotTaken(reason="filing.unchanged"),), ("known", "filing.unchanged")),
        ((MessageRejected(reason="message.not_json"),), ("rejected", "message.not_json")),
    ],
)
async def test_each_answer_is_known_by_the_filing_that_caused_it(
    bodies: tuple[Message, ...], answer: tuple[str, str]
) -> None:
    batches = [[said(body, "file.2"), said(body), said(body, "another")] for body in bodies]
    found = await following(*batches).of({"file.1"}, wait=True)
    assert found["file.1"][0] == answer[0]
    assert found["file.1"][1].startswith(answer[1])


async def test_a_registration_alone_is_no_answer_yet() -> None:
    one = following([said(REGISTERED)], [], [said(SCREENED)])
    assert await one.of({"file.1"}, wait=False) == {}
    assert await one.of({"file.1"}, wait=False) == {"file.1": ("new", "", "sy1case")}


async def test_answers_that_never_come_are_waited_for_no_longer_than_asked() -> None:
    one = following([said(REGISTERED)], wait_s=0)
    assert await one.of({"file.1", "file.2"}, wait=True) == {}


async def test_what_is_not_asked_for_yet_is_kept() -> None:
    one = following([said(FilingNotTaken(reason="filing.unchanged"), "file.2")])
    assert await one.of({"file.1"}, wait=False) == {}
    assert await one.of({"file.2"}, wait=False) == {"file.2": ("known", "filing.unchanged", "sy1case")}


async def test_a_faulty_amendment_comes_back_as_a_faulty_filing_does() -> None:
    faulty = FilingNotTaken(
        reason="filing.amendment_faulty", reasons=(ReturnReason(code="date.order", field="claim_fen"),)
    )
    one = following([said(faulty)])
    assert await one.of({"file.1"}, wait=False) == {
        "file.1": ("returned", "filing.amendment_faulty", "sy1case")
    }


def test_new_and_known_are_always_counted() -> None:
    assert len(answers.told({})) == 2
    assert len(answers.told({"sent": 3})) == 3
