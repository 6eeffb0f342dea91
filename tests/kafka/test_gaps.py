"""Gaps in the input: red at once, nothing read over them, and on again once an operator let them go."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic, RecordsToDelete

from bench.disputes import claims
from shared.contracts.envelope import Actor
from shared.contracts.intake import ConsentRefused
from shared.contracts.kinds import Party
from shared.runtime.serve.client import MessageSender
from tests.kafka.helpers import Headers, Wire, encoded, envelope, until
from tests.support.cases import case_id
from tests.support.cli import suyuan
from tests.support.clients import aio
from tests.support.services import Services, platform
from tests.unit.intake import mother

pytestmark = [pytest.mark.kafka, pytest.mark.slow, pytest.mark.timeout(300)]

GAPPED, OTHER = "filings.ccb", "filings.abc"
P0 = TopicPartition(GAPPED, 0)
_numbers = iter(range(10**6))


@pytest.fixture(scope="module")
def services() -> Iterator[Services]:
    with platform() as made:
        made.start("intake")
        made.ready()
        yield made


def filing(topic: str) -> tuple[bytes, Headers, str]:
    """Return a filing and the case that it makes."""
    bank, reference = topic.removeprefix("filings."), f"GAP-{next(_numbers)}"
    body = mother.card(reference=reference, institution=bank)
    actor = Actor(bank, "p-1", "institution_agent")
    sent = envelope(body, id=reference, subject=reference, source=f"/institutions/{bank}", actor=actor)
    return encoded(body), sent, case_id(bank, reference)


async def file(on: Wire, count: int, topic: str = GAPPED, partition: int = 0) -> list[str]:
    """File disputes on one partition; return their cases."""
    cases = []
    for _ in range(count):
        value, headers, case = filing(topic)
        await on.put(topic, value, headers, partition=partition)
        cases.append(case)
    return cases


async def registered(on: Wire, cases: list[str]) -> int:
    return len(await on.find("intake", "streams", {"_id": {"$in": cases}}))


async def all_registered(on: Wire, cases: list[str]) -> None:
    async def done() -> bool:
        return await registered(on, cases) == len(cases)

    await until(done, why=lambda: on.services.log("intake"))


def reasons(services: Services) -> str:
    return " ".join(services.replica("intake").get("/readyz", timeout=5).get("reasons", ["no answer"]))


def red(services: Services, text: str) -> Any:
    return until(lambda: text in reasons(services), within_s=40, why=lambda: reasons(services))


def green(services: Services) -> Any:
    return until(lambda: reasons(services) == "", within_s=60, why=lambda: reasons(services))


def cli(services: Services, *arguments: str) -> Any:
    """Run ``suyuan gap …`` on the service's own environment."""
    return suyuan("gap", *arguments, "--json", env=services.of_operator("intake"))


async def listed(services: Services) -> list[dict[str, Any]]:
    """Return the gaps that stand, once all that are red are written down."""

    async def written() -> Any:
        rows = (await asyncio.to_thread(cli, services, "list")).json
        return len(rows) == reasons(services).count("gap accept") and rows

    return list(await until(written, within_s=10))


async def accept(services: Services, place: str = f"{GAPPED}:0") -> list[dict[str, Any]]:
    """Let a gap go, once it is written down."""

    async def written() -> bool:
        rows = (await asyncio.to_thread(cli, services, "list")).json
        return any(row["origin"].startswith(place) for row in rows)

    await until(written, within_s=20)
    # As a table shows a long name: its end alone, where that tells which one.
    short = place.rpartition(".")[2] if ":" in place else place
    done = await asyncio.to_thread(
        cli, services, "accept", "intake", short, "--reason", "the bank sent them again", "--yes"
    )
    assert done.code == 0, done.out + done.err
    return list(done.json)


async def end(admin: AIOKafkaAdminClient, on: Wire, tp: TopicPartition = P0) -> int:
    await on.producer.flush()
    rows = await on.find("intake", "watermarks", {"_id": f"{tp.topic}:{tp.partition}"})
    return int(rows[0]["offset"]) + 1


async def delete_before(admin: AIOKafkaAdminClient, offset: int, tp: TopicPartition = P0) -> None:
    await admin.delete_records({tp: RecordsToDelete(before_offset=offset)})


async def test_records_that_were_deleted_while_the_service_was_stopped(
    services: Services, on: Wire, admin: AIOKafkaAdminClient
) -> None:
    """Stopped for longer than retention: today green, and the data is gone."""
    await all_registered(on, await file(on, 3))
    services.stop("intake")
    first = await end(admin, on)
    gone, kept = await file(on, 5), await file(on, 4)
    await delete_before(admin, first + 5)
    services.start("intake")
    await red(services, "gap.retention")
    assert f"first missing offset is {first}, the first present one {first + 5}" in reasons(services)
    others = await file(on, 5, OTHER) + await file(on, 5, GAPPED, 1)
    await all_registered(on, others)
    assert await registered(on, kept) == 0, "read over the gap"
    (row,) = await listed(services)
    assert (row["origin"], row["first"], row["resume"], row["missing"]) == (
        f"{GAPPED}:0",
        first,
        first + 5,
        5,
    )
    assert row["status"] == "open"
    (done,) = await accept(services)
    assert done["status"] == "passed"
    await all_registered(on, kept)
    await green(services)
    assert await registered(on, gone) == 0
    (kept_row,) = await on.find("intake", "gaps")
    assert kept_row["why"] == "the bank sent them again"
    assert kept_row["by"]["role"] == "operator"
    assert kept_row["missing"] == 5
    assert kept_row["passed_at"] >= kept_row["accepted_at"] >= kept_row["found_at"]
    again = await asyncio.to_thread(
        cli, services, "accept", "intake", f"{GAPPED}:0", "--reason", "x", "--yes"
    )
    assert again.code == 1
    assert again.json["error"] == "gap.none"


async def test_records_that_are_deleted_under_a_running_service(
    services: Services, on: Wire, admin: AIOKafkaAdminClient
) -> None:
    await all_registered(on, await file(on, 2))
    first = await end(admin, on)
    pid = services.replica("intake").process.pid
    os.kill(pid, signal.SIGSTOP)
    try:
        await file(on, 6)
        await delete_before(admin, first + 6)
        kept = await file(on, 2)
    finally:
        os.kill(pid, signal.SIGCONT)
    # The answer to the fetch under way may have brought the first of them.
    await red(services, f"the first present one {first + 6}")
    await all_registered(on, await file(on, 5, OTHER))
    assert await registered(on, kept) == 0
    await accept(services)
    await all_registered(on, kept)
    await green(services)


async def test_marks_of_transactions_that_age_away_are_no_gap(
    services: Services, on: Wire, admin: AIOKafkaAdminClient
) -> None:
    first = await end(admin, on)
    producer = AIOKafkaProducer(**aio(services.addresses), transactional_id="bank")
    await producer.start()
    cases = []
    try:
        for commit in (True, False, True):
            await producer.begin_transaction()
            for _ in range(3):
                value, headers, case = filing(GAPPED)
                await producer.send_and_wait(GAPPED, value, headers=headers, partition=0)
                cases += [case] if commit else []
            await (producer.commit_transaction() if commit else producer.abort_transaction())
    finally:
        await producer.stop()
    await all_registered(on, cases)
    last = first + 3 * 4

    async def passed() -> bool:
        return await end(admin, on) == last

    await until(passed, within_s=20, why=lambda: services.log("intake"))
    assert reasons(services) == ""
    services.stop("intake")
    await delete_before(admin, last)
    services.start("intake")
    await asyncio.to_thread(services.ready, 60.0)
    assert reasons(services) == ""
    await all_registered(on, await file(on, 2))


async def test_a_batch_that_is_damaged_on_the_disk_costs_no_record_of_others(
    services: Services, on: Wire
) -> None:
    """One lz4 filing of one bank lost 971 of 1,800 filings of others, readiness green all along."""
    pid = services.replica("intake").process.pid
    os.kill(pid, signal.SIGSTOP)
    try:
        before, bad, behind = [(await file(on, 1, GAPPED, 2))[0] for _ in range(3)]
        damage(services, GAPPED, 2)
        others = set()
        async with MessageSender(services.settings("intake"), source="/test", linger_ms=5) as sender:
            for claim in claims(1800, start=500_000):
                if claim.institution != "ccb":
                    await sender.filing(claim, id=claim.reference, wait=False)
                    others.add(case_id(claim.institution, claim.reference))
    finally:
        os.kill(pid, signal.SIGCONT)
    assert len(others) == 1500
    await all_registered(on, sorted(others))
    await red(services, f"partition.unreadable: {GAPPED}:2: offset")
    assert "CorruptRecordException" in reasons(services)
    await all_registered(on, [before])
    assert await registered(on, [bad, behind]) == 0
    (done,) = await accept(services, f"{GAPPED}:2")
    assert (done["reason"], done["resume"] - done["first"], done["missing"]) == ("batch.unreadable", 1, 1)
    await all_registered(on, [behind])
    await green(services)
    assert await registered(on, [bad]) == 0


def damage(services: Services, topic: str, partition: int) -> None:
    """Spoil the last batch but one of a partition, as a failing disk does."""
    (log,) = services.folder.parent.rglob(f"{topic}-{partition}/00000000000000000000.log")
    data = log.read_bytes()
    starts = [0]
    while starts[-1] < len(data):
        starts.append(starts[-1] + 12 + int.from_bytes(data[starts[-1] + 8 : starts[-1] + 12], "big"))
    with log.open("r+b") as stored:
        stored.seek(starts[-2] - 10)
        stored.write(b"X")


@pytest.mark.parametrize("running", [True, False], ids=["running", "stopped"])
@pytest.mark.parametrize("filled", [0, 40], ids=["short", "filled beyond"])
async def test_a_topic_that_is_made_anew(
    services: Services, on: Wire, admin: AIOKafkaAdminClient, running: bool, filled: int
) -> None:
    topic = "filings.bank-c"
    anew = TopicPartition(topic, 0)
    await all_registered(on, await file(on, 4, topic))
    pid = services.replica("intake").process.pid
    if not running:
        services.stop("intake")
    elif filled:
        os.kill(pid, signal.SIGSTOP)  # else it would see the topic while it is not there
    try:
        await admin.delete_topics([topic])

        async def gone() -> bool:
            return topic not in await admin.list_topics()

        await until(gone)
        await admin.create_topics(
            [NewTopic(topic, 3, 1, topic_configs={"message.timestamp.type": "LogAppendTime"})]
        )
        await on.producer.client.force_metadata_update()
        cases = await file(on, filled + 2, topic)
    finally:
        if running and filled:
            os.kill(pid, signal.SIGCONT)
    if not running:
        services.start("intake")
    await red(services, f"gap.recreated: {topic}:0")
    await all_registered(on, await file(on, 3, OTHER))
    if not (running and filled):
        assert await registered(on, cases) == 0, "read over the gap"
    await until(lambda: reasons(services).count("gap.recreated") == 3, why=lambda: reasons(services))
    assert len(await accept(services, topic)) == 3
    await all_registered(on, cases)
    await green(services)
    assert await end(admin, on, anew) == filled + 2


async def test_cases_that_miss_a_number_are_let_go_on_one_by_one_or_all_of_a_source(
    services: Services, on: Wire
) -> None:
    """Lost in a gap, restored too late, never sent: what follows it would be held for ever."""
    services.start("mediation")
    await asyncio.to_thread(services.ready, 60.0, "mediation")
    event = ConsentRefused(party=Party.RESPONDENT)
    cases = [case_id("ccb", f"missing-{number}") for number in range(4)]
    for case in cases:
        for sequence in (1, 3, 4):
            headers = envelope(
                event, id=f"{case}:{sequence}", subject=case, sequence=sequence, source="/suyuan/intake"
            )
            await on.put("intake.events", encoded(event), headers, key=case.encode())

    async def seen(*wanted: int) -> bool:
        rows = {row["_id"]: row for row in await on.find("mediation", "streams", {"_id": {"$in": cases}})}
        waiting = len(await on.find("mediation", "holds", {"subject": {"$in": cases}}))
        applied = [rows[case]["seen"]["/suyuan/intake"] for case in cases if case in rows]
        return applied == list(wanted) and waiting == 2 * wanted.count(1)

    def go_on(*arguments: str) -> Any:
        why = ("--reason", "gone with the old cluster", "--yes", "--json")
        return suyuan("gap", "accept", "mediation", *arguments, *why, env=services.of_operator("mediation"))

    await until(lambda: seen(1, 1, 1, 1), why=lambda: services.log("mediation"))
    done = await asyncio.to_thread(go_on, "--case", cases[0])
    assert done.code == 0, done.out + done.err
    await until(lambda: seen(4, 1, 1, 1))
    done = await asyncio.to_thread(go_on, "--all-of-source", "/suyuan/intake")
    assert done.code == 0, done.out + done.err
    assert [row["status"] for row in done.json] == ["passed"] * 3
    await until(lambda: seen(4, 4, 4, 4))
    rows = await on.find("mediation", "gaps")
    assert {row["subject"] for row in rows} == set(cases)
    assert {(row["first"], row["resume"], row["missing"]) for row in rows} == {(2, 3, 1)}
    assert {row["why"] for row in rows} == {"gone with the old cluster"}
    assert (await asyncio.to_thread(go_on, "--case", cases[0])).json["error"] == "gap.none"
