"""The simulated court: same filing, same answers; numbers sequential and kept through a kill."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from deploy.local.court.decisions import GROUNDS, Manners
from deploy.local.court.desk import Desk, Incoming, read
from deploy.local.court.register import Answer, Register
from services.court_bridge.handlers import case_stream
from services.court_bridge.rules import BOOK
from shared.casework.calendar import SHANGHAI
from shared.casework.protocol import Received
from shared.contracts.court import (
    CaseDocketed,
    ConfirmationGranted,
    ConfirmationRefused,
    CourtAnswerRejected,
    FilingReviewed,
    FilingSubmitted,
)
from shared.contracts.envelope import Actor
from shared.contracts.kinds import Cause, FilingKind
from shared.contracts.message import REGISTRY, Event
from tests.support.cases import case_id
from tests.support.contract import example, same_as_example, written
from tests.unit.court_bridge.mother import AMOUNT, C1, CASE, NETWORK, confirming

FILED = datetime(2024, 3, 4, 10, tzinfo=SHANGHAI)
NOW = datetime(2026, 6, 1, tzinfo=UTC)


def incoming(
    reference: str, kind: FilingKind = FilingKind.CONFIRMATION, *, attempt: int = 1, at: datetime = FILED
) -> Incoming:
    case = case_id("ccb", reference)
    letter = "c" if kind is FilingKind.CONFIRMATION else "h"
    filing = FilingSubmitted(
        filing=f"{case}-{letter}{attempt}",
        kind=kind,
        court="fengtai-court",
        institution="ccb",
        cause=Cause.LOAN,
        amount_fen=100,
        documents=(),
    )
    return Incoming(
        filing, f"{case}:{attempt}@/x", case, at, "first", "00-" + "a" * 32 + "-" + "b" * 16 + "-01"
    )


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    with closing(Register(tmp_path / "court.sqlite", NETWORK.court.code)) as opened:
        yield opened


def desk(register: Register, seed: int = 1, **manners: int) -> Desk:
    return Desk(register, NETWORK.court, seed, Manners(**manners))


def take(
    register: Register, *filings: Incoming, seed: int = 1, now: datetime = NOW, **manners: int
) -> list[Answer]:
    with register.transaction():
        return [answer for one in filings for answer in desk(register, seed, **manners).take(one, now)]


def body(answer: Answer) -> Event:
    found = REGISTRY[answer.type].model_validate_json(answer.value)
    assert isinstance(found, Event)
    return found


def head(answer: Answer, name: str) -> str:
    return dict(answer.headers)[name].decode()


def numbers(answers: list[Answer]) -> list[str]:
    return [json.loads(a.value)["case_number"] for a in answers if b"case_number" in a.value]


def received(answer: Answer) -> Received:
    return Received(
        body=body(answer),
        id=head(answer, "ce_id"),
        source=head(answer, "ce_source"),
        subject=answer.subject,
        at=datetime.fromisoformat(head(answer, "ce_time")),
        actor=Actor.parse(head(answer, "ce_actor")),
        sequence=answer.sequence,
    )


# What is answered


def test_a_confirmation_is_reviewed_docketed_and_granted(register: Register) -> None:
    answers = take(register, incoming("a"))
    assert [a.type.split(".")[2] for a in answers] == [
        "filing-review-completed",
        "docketing-completed",
        "confirmation-decided",
    ]
    assert [a.sequence for a in answers] == [1, 2, 3]
    assert numbers(answers) == ["（2024）京0106诉前调确1号"]
    assert {json.loads(a.value)["answers"] for a in answers} == {incoming("a").id}


def test_a_handover_is_reviewed_and_docketed_as_a_suit(register: Register) -> None:
    answers = take(register, incoming("a", FilingKind.HANDOVER))
    assert len(answers) == 2
    assert numbers(answers) == ["（2024）京0106民初1号"]


def test_an_answer_travels_as_a_cloud_event_in_the_trace_of_its_filing(register: Register) -> None:
    answer = take(register, incoming("a"))[1]
    assert head(answer, "ce_source") == "/courts/fengtai-court"
    assert head(answer, "ce_id") == f"{answer.subject}:2@/courts/fengtai-court"
    assert head(answer, "ce_subject") == answer.subject == case_id("ccb", "a")
    assert (head(answer, "ce_correlationid"), head(answer, "ce_causationid")) == ("first", incoming("a").id)
    assert head(answer, "traceparent").split("-")[1] == "a" * 32


def test_business_times_follow_the_filing_in_order_by_court_days(register: Register) -> None:
    times = [datetime.fromisoformat(head(a, "ce_time")) for a in take(register, incoming("a"))]
    assert FILED < times[0] < times[1] < times[2] < FILED + timedelta(days=40)
    assert all(9 <= at.astimezone(SHANGHAI).hour < 17 for at in times)


def test_no_answer_lies_in_the_future(register: Register) -> None:
    now = FILED + timedelta(hours=1)
    times = {head(a, "ce_time") for a in take(register, incoming("a"), now=now)}
    assert times == {now.isoformat()}


def test_a_year_without_a_calendar_does_not_stop_the_court(register: Register) -> None:
    filed = datetime(2090, 1, 2, 10, tzinfo=SHANGHAI)
    answers = take(register, incoming("a", at=filed), now=filed + timedelta(days=99))
    assert datetime.fromisoformat(head(answers[0], "ce_time")) > filed


def test_another_court_s_filing_is_not_answered(register: Register) -> None:
    strange = incoming("a")
    strange = Incoming(strange.filing.model_copy(update={"court": "other"}), "i", "s", FILED, "", "")
    assert take(register, strange) == []
    assert register.is_new


# Decisions by seed


def test_all_hangs_on_seed_and_filing(register: Register, tmp_path: Path) -> None:
    many = [incoming(str(i)) for i in range(30)]
    with closing(Register(tmp_path / "again.sqlite", NETWORK.court.code)) as again:
        assert take(register, *many) == take(again, *many)
    with closing(Register(tmp_path / "other.sqlite", NETWORK.court.code)) as other:
        assert [a.headers for a in take(other, *many, seed=2)] != [a.headers for a in take(register, *many)]


def test_a_rejected_filing_gets_no_number_and_its_repeat_is_accepted(register: Register) -> None:
    answers = take(register, incoming("a"), reject_percent=100)
    assert [json.loads(a.value).get("status") for a in answers] == ["rejected"]
    second = take(register, incoming("a", attempt=2), reject_percent=100)
    assert [a.sequence for a in second] == [2, 3, 4]
    assert numbers(second) == ["（2024）京0106诉前调确1号"]


def test_a_refusal_names_a_ground_that_the_platform_knows(register: Register) -> None:
    decided = take(register, *(incoming(str(i)) for i in range(20)), refuse_percent=100)
    grounds = {json.loads(a.value)["ground"] for a in decided if b"ground" in a.value}
    assert grounds <= BOOK.now.grounds == set(GROUNDS)
    assert len(grounds) > 1


def test_percentages_are_kept_roughly(register: Register) -> None:
    many = take(register, *(incoming(str(i)) for i in range(400)), disorder_percent=50, twice_percent=10)
    first_sent = {a.subject: a.sequence for a in many if a.position == 0}
    disorderly = sum(sequence != 1 for sequence in first_sent.values())
    assert 80 < disorderly < 240
    assert 60 < sum(a.copies == 2 for a in many) < 180
    assert take(register, incoming("z"), disorder_percent=0, twice_percent=0, delay_ms=0)[0].position == 0


# Numbers and the register


def test_numbers_are_sequential_per_year_and_type(register: Register) -> None:
    filings = [incoming(f"c{i}") for i in range(5)] + [
        incoming(f"h{i}", FilingKind.HANDOVER) for i in range(3)
    ]
    late = [incoming("late", at=datetime(2025, 3, 4, tzinfo=SHANGHAI))]
    assert numbers(take(register, *filings, *late)) == [
        *(f"（2024）京0106诉前调确{i}号" for i in range(1, 6)),
        *(f"（2024）京0106民初{i}号" for i in range(1, 4)),
        "（2025）京0106诉前调确1号",
    ]


def test_the_same_filing_again_gets_the_same_answers(register: Register) -> None:
    first = take(register, incoming("a"))
    take(register, incoming("b"))
    assert take(register, incoming("a"), now=NOW + timedelta(days=1)) == first
    assert take(register, incoming("a"), reject_percent=100) == first


def test_a_kill_inside_the_transaction_leaves_no_trace(register: Register) -> None:
    def killed() -> None:
        with register.transaction():
            desk(register).take(incoming("a"), NOW)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        killed()
    assert register.is_new
    assert numbers(take(register, incoming("b"))) == ["（2024）京0106诉前调确1号"]


def test_what_was_registered_and_not_sent_is_there_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "court.sqlite"
    with closing(Register(path, NETWORK.court.code)) as before:
        answers = take(before, incoming("a"), incoming("b"))
        before.mark_sent(answers[:2])
    with closing(Register(path, NETWORK.court.code)) as after:
        assert after.unsent() == answers[2:]
        assert take(after, incoming("a"), incoming("b")) == answers
        assert numbers(take(after, incoming("c"))) == ["（2024）京0106诉前调确3号"]


def test_two_courts_cannot_share_a_register(register: Register, tmp_path: Path) -> None:
    take(register, incoming("a"))
    with pytest.raises(sqlite3.OperationalError):
        Register(tmp_path / "court.sqlite", NETWORK.court.code, patience_s=0.1)


def test_a_lost_register_is_restored_from_what_was_sent(register: Register, tmp_path: Path) -> None:
    a, b = take(register, incoming("a")), take(register, incoming("b"))
    with closing(Register(tmp_path / "new.sqlite", NETWORK.court.code)) as new:
        with new.transaction():
            for answer in (*a, b[1]):  # of b, only the docketing had gone out
                desk(new).restore(dict(answer.headers), answer.value)
            desk(new).restore({"ce_source": b"/courts/other"}, b"{}")
            desk(new).restore({}, None)
        assert [(x.sequence, x.value) for x in take(new, incoming("a"))] == [(x.sequence, x.value) for x in a]
        again = take(new, incoming("b"))
        assert [(x.sequence, x.value) for x in again] == [(x.sequence, x.value) for x in b]
        assert [x.sequence for x in new.unsent()] == [1, 3]
        assert numbers(take(new, incoming("c"))) == ["（2024）京0106诉前调确3号"]


# With court_bridge


def test_it_reads_what_court_bridge_files() -> None:
    said = example("court_bridge", "court", "filing_submitted")
    event = written(said)
    raw = {
        f"ce_{name}": str(event[name]).encode()
        for name in ("id", "source", "type", "subject", "time", "sequence", "actor")
    }
    got = read(raw, json.dumps(event["data"]).encode())
    assert got is not None
    assert (got.filing, got.id, got.subject, got.at) == (said.body, said.id, CASE, said.at)


def test_a_report_asks_for_no_answer() -> None:
    event = written(example("court_bridge", "court", "end_reported"))
    raw = {f"ce_{name}": str(event[name]).encode() for name in ("id", "source", "type", "subject", "time")}
    assert read(raw, json.dumps(event["data"]).encode()) is None


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ({}, b"{}"),
        ({"ce_type": FilingSubmitted.wire_type.encode()}, None),
        ({"ce_type": FilingSubmitted.wire_type.encode()}, b"\xff"),
        ({"ce_type": b"\xff"}, b"{}"),
    ],
)
def test_what_is_no_filing_is_passed_over(raw: dict[str, bytes], value: bytes | None) -> None:
    assert read(raw, value) is None


def filed_by_court_bridge() -> Incoming:
    case = confirming()
    filing = case.events[-1]
    assert isinstance(filing, FilingSubmitted)
    return Incoming(filing, "e-1", CASE, FILED, "", "")


@pytest.mark.parametrize("refuse_percent", [0, 100])
def test_court_bridge_takes_every_answer(register: Register, refuse_percent: int) -> None:
    stream, state = case_stream(NETWORK), confirming().state
    events: list[Event] = []
    for answer in take(register, filed_by_court_bridge(), refuse_percent=refuse_percent):
        new = stream.decide(state, received(answer))
        for event in new:
            state = stream.evolve(state, event, NOW)
        events += new
    end: type[Event] = ConfirmationRefused if refuse_percent else ConfirmationGranted
    assert [type(event) for event in events] == [FilingReviewed, CaseDocketed, end]
    assert CourtAnswerRejected not in map(type, events)
    if isinstance(events[-1], ConfirmationGranted):
        assert events[-1].amount_fen == AMOUNT


def test_its_answers_are_those_of_the_examples(register: Register) -> None:
    said = {}
    for answer in take(register, filed_by_court_bridge()):
        said[answer.type.split(".")[2].replace("-", "_")] = written(received(answer))
    assert {head for head in said} == {
        "filing_review_completed",
        "docketing_completed",
        "confirmation_decided",
    }
    for name, event in said.items():
        same_as_example("court", "court_bridge", name, event)
    assert C1 == said["docketing_completed"]["data"]["filing"]
