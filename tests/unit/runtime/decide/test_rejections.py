"""Who sent a command or a filing that became a dead letter is told so, without anything of what it said."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.contracts.common import DiscardDeadLetters, OperationCarriedOut, RedriveDeadLetters
from shared.runtime.base.records import Raw
from shared.runtime.base.settings import TimeSource
from shared.runtime.decide.rejections import rejection
from shared.runtime.ingest.parser import Parser
from tests.support.runtime.harness import Killed, World
from tests.support.runtime.service import Ask

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def letter(topic: str, *, id: str = "f-1", **more: Any) -> dict[str, Any]:
    record = {"topic": topic, "partition": 2, "offset": 123_456_789, "key": b"k", "value": "王小明".encode()}
    return {
        "_id": f"{topic}:2:123456789",
        "message": id,
        "reason": "message.not_json",
        "detail": "王小明",
        "stack": "王小明",
        "organisation": "abc",
        "buried_at": AT,
        "record": {**record, "headers": [["x-note", "王小明".encode()]]},
        **more,
    }


def test_a_rejection_has_the_id_whose_it_is_and_the_reason_alone() -> None:
    told = rejection("intake", letter("filings.ccb"), 12)
    assert told is not None
    assert (told.topic, told.value) == ("portal.rejections", b'{"reason":"message.not_json","faults":[]}')
    assert dict(told.headers) == {
        "ce_specversion": b"1.0",
        "ce_id": b"filings.ccb.2.123456789:1@/suyuan/intake",
        "ce_source": b"/suyuan/intake",
        "ce_type": b"suyuan.common.message-rejected.v1",
        "ce_subject": b"filings.ccb.2.123456789",
        "ce_time": b"2026-03-02T09:30:00+00:00",
        "ce_sequence": b"1",
        "ce_correlationid": b"f-1",
        "ce_causationid": b"f-1",
        "ce_actor": b"ccb//",
        "content-type": b"application/json",
    }


def test_a_command_is_answered_to_the_organisation_that_it_names() -> None:
    told = rejection("mediation", letter("mediation.commands"), 12)
    assert told is not None
    assert dict(told.headers)["ce_actor"] == b"abc//"


@pytest.mark.parametrize(
    "silent",
    [
        letter("intake.events"),
        letter("mediation.rosters"),
        letter("court.inbound"),
        letter("filings.ccb", id=""),
    ],
    ids=lambda row: row["_id"],
)
def test_nobody_is_told_who_asked_for_nothing(silent: dict[str, Any]) -> None:
    assert rejection("mediation", silent, 12) is None


def test_what_the_portal_reads_of_a_rejection_is_a_message() -> None:
    told = rejection("intake", letter("filings.ccb"), 12)
    assert told is not None
    record = Raw(told.topic, told.partition, 0, 1_700_000_000_000, told.key, told.value, tuple(told.headers))
    parser = Parser(time=TimeSource.BROKER, max_bytes=10_000, future=timedelta(minutes=5), now=lambda: AT)
    parsed = parser.parse(record)
    assert parsed.fault is None
    assert (parsed.causation, parsed.actor.organisation) == ("f-1", "ccb")


def told(world: World) -> dict[str, Any]:
    """Return what operators were told of their requests, by id."""
    return {
        dict(one.headers)["ce_causationid"].decode(): json.loads(one.value or b"")
        for one in world.published
        if dict(one.headers)["ce_type"] == OperationCarriedOut.wire_type.encode()
    }


def test_an_operator_is_told_what_came_of_a_redrive_and_a_discard() -> None:
    """Their outcome was `pending` for ever."""
    world = World()
    world.rejects |= {"a1"}
    world.run([world.log.command("a1", Ask(amount=4), id=id) for id in ("c-1", "c-2", "c-3")])
    *first, last = (row["_id"] for row in world.letters())
    world.run([world.log.command("a1", RedriveDeadLetters(letters=tuple(first)), id="r-1")])
    world.rejects.clear()
    world.run([world.log.command("a1", RedriveDeadLetters(letters=tuple(first)), id="r-2")])
    world.run([world.log.command("a1", RedriveDeadLetters(letters=tuple(first)), id="r-3")])
    world.run([world.log.command("a1", DiscardDeadLetters(letters=(last,)), id="d-1")])
    redrive, discard = RedriveDeadLetters.wire_type, DiscardDeadLetters.wire_type
    assert told(world) == {
        "r-1": {"command": redrive, "found": 2, "settled": 0},
        "r-2": {"command": redrive, "found": 2, "settled": 2},
        "r-3": {"command": redrive, "found": 0, "settled": 0},
        "d-1": {"command": discard, "found": 1, "settled": 1},
    }


def test_what_came_of_a_request_goes_out_also_when_the_process_dies_before() -> None:
    world = World()
    request = world.log.command("a1", DiscardDeadLetters(), id="d-1")
    world.publisher.die_after = 0
    with pytest.raises(Killed):
        world.run([request])
    assert told(world) == {}
    world.start()
    asyncio.run(world.worker.own({f"{request.topic}:{request.partition}"}))
    assert set(told(world)) == {"d-1"}
    (one,) = world.published
    assert (one.topic, dict(one.headers)["ce_actor"]) == ("portal.rejections", b"court//")


def test_a_rejection_goes_out_with_its_letter_also_when_the_process_dies_before() -> None:
    world = World()
    world.rejects |= {"a1"}
    record = world.log.command("a1", Ask(amount=4), id="c-1")
    world.publisher.die_after = 0
    with pytest.raises(Killed):
        world.run([record])
    assert world.published == []
    world.start()
    asyncio.run(world.worker.own({f"{record.topic}:{record.partition}"}))
    assert [one.topic.rpartition(".")[2] for one in world.published] == ["deadletters", "rejections"]
    assert dict(world.published[1].headers)["ce_causationid"] == b"c-1"
