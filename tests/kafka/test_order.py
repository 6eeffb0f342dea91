"""Order and time on the real broker and database: what was too late for its turn, or came from a wrong clock.

One stack. Cases lie 25 days back: on topics that take the sender's time their records are given the times
that they would have had, and the topics are as they should be again before a service reads them.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete
from confluent_kafka.admin import AdminClient, AlterConfigOpType, ConfigEntry, ConfigResource, ResourceType

from cli.serve import build_of
from shared.contracts.choices import LeaveChoice
from shared.contracts.common import AdvanceClock
from shared.contracts.envelope import SYSTEM, Actor
from shared.contracts.intake import ConsentRefused, GiveConsent
from shared.contracts.kinds import Party
from shared.contracts.mediation import AcceptAssignment
from shared.contracts.message import Message
from shared.runtime.base.partitioner import partition_of
from shared.runtime.decide.history import Outgoing
from shared.runtime.serve.process import Process
from tests.kafka.helpers import OPERATOR, Wire, encoded, envelope, signed, until
from tests.support import slow
from tests.support.cases import case_id
from tests.support.clients import aio, rdk
from tests.support.services import Services, platform
from tests.unit.intake import mother as filings
from tests.unit.mediation import mother

pytestmark = [pytest.mark.kafka, pytest.mark.slow, pytest.mark.timeout(240)]

INTAKE, EVENTS, COMMANDS = "intake.events", "mediation.events", "mediation.commands"
SOURCE = "/suyuan/intake"
PARTITIONS = 6
DAY_0 = datetime.now(UTC) - timedelta(days=25)
BACKLOG = 1500
"""Commands in front of the one that counts: thirty batches, while the other topic's event is in the first."""
_numbers = iter(range(10**6))


@pytest.fixture(scope="module")
def services() -> Iterator[Services]:
    env = {"SUYUAN_SESSION_TIMEOUT_MS": "6000", "SUYUAN_MAX_RECORDS": "50", "SUYUAN_TICK_MS": "100"}
    with platform(env=env) as made:
        yield made


def day(number: float) -> datetime:
    return DAY_0 + timedelta(days=number)


def case_on(partition: int) -> str:
    """Return a new case whose messages go to a partition."""
    while partition_of(case := case_id("ccb", f"ORDER-{next(_numbers)}"), PARTITIONS) != partition:
        pass
    return case


async def put(
    on: Wire, topic: str, body: Message, subject: str, at: datetime, *,
    key: str = "", sequence: int | None = None, actor: Actor = SYSTEM,
) -> None:  # fmt: skip
    """Append a message at a time: where the topic takes it, also the record has it."""
    source = SOURCE if sequence else "/test"
    id_ = f"order-{next(_numbers)}"
    headers = envelope(
        body, id=id_, subject=subject, source=source, sequence=sequence, actor=actor, time=at.isoformat()
    )
    value, routed = encoded(body), (key or subject).encode()
    named = signed(on.services.signer(), topic, routed, headers, value)
    await on.producer.send(
        topic, value, key=routed, headers=named,
        timestamp_ms=int(at.timestamp() * 1000),
    )  # fmt: skip


def take_time_of(who: str, services: Services, topic: str) -> None:
    """Let the records of a topic have the broker's time or their sender's, from now on."""
    admin = AdminClient(rdk(services.addresses))
    entry = ConfigEntry("message.timestamp.type", who, incremental_operation=AlterConfigOpType.SET)
    changes = [ConfigResource(ResourceType.TOPIC, topic, incremental_configs=[entry])]
    for done in admin.incremental_alter_configs(changes).values():
        done.result(20)


async def told(on: Wire, case: str, service: str = "mediation") -> list[str]:
    """Return the types of a case's events, in order."""
    return [row["type"].split(".")[2] for row in await on.history(service, case)]


async def designated(on: Wire, case: str) -> Actor:
    """Wait for the mediator of a case."""

    async def found() -> dict[str, Any] | None:
        rows = [r for r in await on.history("mediation", case) if ".mediator-designated." in r["type"]]
        return json.loads(rows[-1]["value"]) if rows else None

    body = await until(found, why=lambda: on.services.log("mediation"))
    return Actor(body["organisation"], body["mediator"], "mediator")


async def run(services: Services, mode: str, service: str = "mediation") -> None:
    """Run a service by the broker's time, or in a replay, where time passes with messages alone."""
    services.stop(service)
    services.start(service, env={"SUYUAN_TIME": mode})
    await asyncio.to_thread(services.ready, 90.0, service)


async def numbers_out(on: Wire, case: str) -> list[int]:
    """Return the numbers of a case's events as mediation published them."""
    named = [dict(record.headers) for record in await on.read(EVENTS)]
    return [int(one["ce_sequence"]) for one in named if one["ce_subject"].decode() == case]


async def unread(on: Wire, topic: str) -> list[Any]:
    """Return the records of a topic that mediation has not applied."""
    applied = {row["_id"]: row["offset"] for row in await on.find("mediation", "watermarks")}
    return [r for r in await on.read(topic) if r.offset > applied.get(f"{r.topic}:{r.partition}", -1)]


async def a_case_25_days_ago(on: Wire, partition: int = 0) -> tuple[str, Actor]:
    """Refer a case to mediation on day 0; return it and its mediator."""
    case = case_on(partition)
    await put(on, INTAKE, mother.referral(), case, DAY_0, sequence=1)
    for actor in (mother.AGENT, Actor(case, "", "party")):
        await put(on, COMMANDS, LeaveChoice(), case, DAY_0 + timedelta(minutes=1), actor=actor)
    return case, await designated(on, case)


async def nothing_unpublished(on: Wire) -> bool:
    return await on.find("mediation", "outbox") == []


async def never(messages: Sequence[Outgoing]) -> None:
    """Publish as a process does that is frozen."""
    await asyncio.sleep(3600)


# Time ---------------------------------------------------------------------------------------------------


async def test_an_answer_of_day_1_counts_although_an_event_of_day_15_is_read_before_it(
    services: Services, on: Wire
) -> None:
    """Mediation was stopped: the later event let the answer period lapse, and the answer came late."""
    await run(services, "replay")
    (heard, holder), (quiet, other) = [await a_case_25_days_ago(on) for _ in range(2)]
    services.stop("mediation")
    for topic in (COMMANDS, INTAKE):
        await asyncio.to_thread(take_time_of, "CreateTime", services, topic)
    for _ in range(BACKLOG):
        await put(on, COMMANDS, AdvanceClock(), "nobody", day(0.5), key=heard, actor=OPERATOR)
    await put(on, COMMANDS, AcceptAssignment(), heard, day(1), actor=holder)
    await put(on, COMMANDS, AcceptAssignment(), quiet, day(1), actor=other)
    refused = ConsentRefused(party=Party.RESPONDENT)
    await put(on, INTAKE, refused, heard, day(15), sequence=2)
    await on.producer.flush()
    for topic in (COMMANDS, INTAKE):
        await asyncio.to_thread(take_time_of, "LogAppendTime", services, topic)
    await run(services, "broker")

    async def heard_out() -> bool:
        return "mediation-ended" in await told(on, heard) and "assignment-accepted" in await told(on, quiet)

    await until(heard_out, why=lambda: services.log("mediation"))
    begun = ["mediation-opened", "choice-opened", "choice-left", "choice-left", "choice-ended"]
    begun += ["designation-requested", "mediator-designated", "assignment-accepted"]
    assert await told(on, heard) == [*begun, "mediation-ended"]
    so_far = [one for one in await told(on, quiet) if one != "reminder-due"]
    assert so_far == begun, "the ticker let the answer period lapse"
    assert await on.letters("mediation") == {}


async def test_a_reader_whose_clock_is_ten_minutes_slow_puts_no_case_aside(
    services: Services, on: Wire
) -> None:
    """It compared the times of messages with its own clock alone, and every case was parked."""
    services.stop("mediation")
    services.start_program("mediation", (slow.MODULE, "mediation", "600"))
    await asyncio.to_thread(services.ready, 90.0, "mediation")
    cases = [case_on(partition) for partition in range(PARTITIONS)]
    one_side = mother.referral(consents=(Party.APPLICANT,))
    for case in cases:
        await put(on, INTAKE, one_side, case, datetime.now(UTC), sequence=1)
    for case in cases:
        holder = await designated(on, case)
        await put(on, COMMANDS, AcceptAssignment(), case, datetime.now(UTC), actor=holder)

    async def accepted() -> bool:
        return all(["assignment-accepted" in await told(on, case) for case in cases])

    await until(accepted, why=lambda: services.log("mediation"))
    assert await on.letters("mediation") == {}
    services.stop("mediation")


# Numbers ------------------------------------------------------------------------------------------------


async def test_what_a_predecessor_committed_after_the_takeover_goes_out_although_nothing_moves(
    services: Services, on: Wire
) -> None:
    await run(services, "replay")  # it looks at no clock itself
    case, first = await a_case_25_days_ago(on, partition=1)
    await until(lambda: nothing_unpublished(on))
    predecessor = Process(build_of("mediation"), services.settings("mediation", user=None))
    predecessor.publisher.publish = never  # type: ignore[method-assign]
    await predecessor.worker.own({f"{COMMANDS}:{n}" for n in range(PARTITIONS)})
    await predecessor.worker.tick([case], COMMANDS, datetime.now(UTC))
    before = await told(on, case)
    lapsed = before.index("assignment-lapsed")
    assert before[lapsed + 1] == "designation-requested"

    async def another_mediator() -> bool:
        return (await told(on, case)).count("mediator-designated") == 2

    try:
        await until(another_mediator, within_s=20, why=lambda: services.log("mediation"))
    finally:
        predecessor.database.close()
    assert await designated(on, case) != first
    assert len(after := await told(on, case)) > len(before)
    assert await numbers_out(on, case) == list(range(1, len(after) + 1))
    await until(lambda: nothing_unpublished(on))


async def test_a_clock_that_stepped_back_before_a_crash_turns_no_case_round(
    services: Services, on: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The outbox was ordered by the wall clock, and the next start published 2 before 1."""
    await run(services, "broker")  # it makes the collections
    services.stop("mediation")
    case = case_on(2)
    at = datetime.now(UTC)
    await until(lambda: nothing_unpublished(on))
    dying = Process(build_of("mediation"), services.settings("mediation", user=None))
    dying.publisher.publish = never  # type: ignore[method-assign]
    await put(on, INTAKE, mother.referral(), case, at, sequence=1)
    await on.producer.flush()
    await dying.worker.take(await unread(on, INTAKE))
    refused = ConsentRefused(party=Party.RESPONDENT)
    await put(on, INTAKE, refused, case, at, sequence=2)
    await on.producer.flush()
    right = time.time_ns
    monkeypatch.setattr(time, "time_ns", lambda: right() - 3600 * 10**9)
    second = asyncio.create_task(dying.worker.take(await unread(on, INTAKE)))

    async def committed() -> bool:
        return len(await told(on, case)) == 3 and len(await on.find("mediation", "outbox")) == 2

    await until(committed)
    second.cancel()
    await asyncio.gather(second, return_exceptions=True)
    dying.database.close()
    monkeypatch.undo()
    assert await numbers_out(on, case) == []
    await run(services, "broker")

    async def all_out() -> list[int]:
        found = await numbers_out(on, case)
        return found if len(found) >= 3 else []

    assert (await until(all_out, why=lambda: services.log("mediation")))[:3] == [1, 2, 3]
    assert await on.letters("mediation") == {}


async def test_a_dispute_of_which_a_command_came_first_is_counted(services: Services, on: Wire) -> None:
    """Its registration has number 2: alerts waited for a number 1 that it had left uncounted."""
    services.start("intake", "alerts")
    await asyncio.to_thread(services.ready, 90.0, "intake", "alerts")
    case = case_id("ccb", "COMMAND-FIRST")
    id_ = await on.command("intake", GiveConsent(party=Party.RESPONDENT), case)
    await on.handled("intake", id_)
    body = filings.card(reference="COMMAND-FIRST")
    headers = envelope(
        body, id="f-1", subject="COMMAND-FIRST", source="/institutions/ccb", actor=filings.BANK
    )
    await on.put("filings.ccb", encoded(body), headers, key=b"COMMAND-FIRST")

    async def counted() -> bool:
        return "dispute-counted" in await told(on, case, "alerts")

    await until(counted, why=lambda: services.log("alerts"))
    assert (await told(on, case, "intake")).index("dispute-registered") > 0
    assert await on.find("alerts", "holds") == []


async def test_number_1_of_a_new_case_behind_its_number_2_is_not_dropped_in_silence(
    services: Services, on: Wire
) -> None:
    """So it was for a reader that began after a gap and took the first number that it saw for the first."""
    services.stop("mediation")  # what it says of the case would wait behind the letter
    partition = 3
    await put(on, INTAKE, mother.referral(), case_on(partition), day(0), sequence=1)
    await on.producer.flush()
    end = 1 + max(r.offset for r in await on.read(INTAKE) if r.partition == partition)
    admin = AIOKafkaAdminClient(**aio(services.addresses))
    await admin.start()
    try:
        gone = TopicPartition(INTAKE, partition)
        await admin.delete_records({gone: RecordsToDelete(before_offset=end)})
    finally:
        await admin.close()
    services.start("portal")  # a group that is new to the topic
    await asyncio.to_thread(services.ready, 90.0, "portal")
    case, at = case_on(partition), datetime.now(UTC)
    refused = ConsentRefused(party=Party.RESPONDENT)
    await put(on, INTAKE, refused, case, at, sequence=2)
    await put(on, INTAKE, mother.referral(), case, at, sequence=1)
    await on.producer.flush()

    async def said() -> list[Any]:
        return [row for row in (await on.letters("portal")).values() if row["subject"] == case]

    (letter,) = await until(said, why=lambda: services.log("portal"))
    assert letter["reason"] == "sequence.before_baseline"
    assert isinstance(letter["record"]["value"], bytes)
