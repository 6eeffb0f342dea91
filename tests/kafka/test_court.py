"""The court simulator on a real broker, killed in the middle of its work."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections import defaultdict
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import TopicAlreadyExistsError

from deploy.local.stack import StackAddresses
from shared.casework.calendar import SHANGHAI
from shared.casework.case_numbers import CaseNumber
from shared.contracts.court import FilingSubmitted
from shared.contracts.envelope import SYSTEM, Envelope, headers
from shared.contracts.kinds import Cause, FilingKind
from shared.contracts.topics import COURT_INBOUND, COURT_OUTBOUND
from shared.network.load import load_network
from shared.runtime.base.settings import DEFAULT_NETWORK
from shared.runtime.base.signing import text_of
from tests.support.cases import case_id
from tests.support.clients import admit, aio

pytestmark = [pytest.mark.kafka, pytest.mark.chaos]

ROOT = Path(__file__).parents[2]
FILED = datetime(2023, 5, 8, 10, tzinfo=SHANGHAI)
"""A year that no other test files in, so that its numbers are ours alone."""
FILINGS = 600
KEY = f"court-1:{text_of(b'court' * 6 + b'++')}"
"""The court's own; nobody checks it here."""


async def provision(kafka: StackAddresses) -> None:
    admin = AIOKafkaAdminClient(**aio(kafka))
    await admin.start()
    with suppress(TopicAlreadyExistsError):
        await admin.create_topics([NewTopic(t, 6, 1) for t in (COURT_OUTBOUND, COURT_INBOUND)])
    await admin.close()
    await admit(kafka, load_network(DEFAULT_NETWORK))


async def file(kafka: StackAddresses, run: str) -> set[str]:
    """File for confirmation, every tenth filing twice; return the cases."""
    cases = [case_id("court-test", f"{run}-{i}") for i in range(FILINGS)]
    async with AIOKafkaProducer(**aio(kafka), enable_idempotence=True) as producer:
        for i, case in enumerate(cases):
            filing = FilingSubmitted(
                filing=f"{case}-c1",
                kind=FilingKind.CONFIRMATION,
                court="fengtai-court",
                institution="ccb",
                cause=Cause.LOAN,
                amount_fen=i,
                documents=(),
            )
            envelope = Envelope(
                f"{case}:1@/suyuan/court_bridge",
                "/suyuan/court_bridge",
                filing.wire_type,
                case,
                FILED,
                1,
                case,
                "",
                SYSTEM,
                "",
            )
            for _ in range(2 if i % 10 == 0 else 1):
                await producer.send(
                    COURT_OUTBOUND,
                    filing.model_dump_json().encode(),
                    key=case.encode(),
                    headers=headers(envelope),
                )
        await producer.send(COURT_OUTBOUND, b"no filing", key=b"x")
    return set(cases)


async def answers(kafka: StackAddresses, cases: set[str]) -> list[dict[str, Any]]:
    """Read all answers about these cases, in the order in which they were sent."""
    consumer = AIOKafkaConsumer(COURT_INBOUND, **aio(kafka), auto_offset_reset="earliest")
    await consumer.start()
    try:
        parts = [TopicPartition(COURT_INBOUND, number) for number in range(6)]
        ends = await consumer.end_offsets(parts)
        found = []
        while any([await consumer.position(tp) < end for tp, end in ends.items()]):
            for batch in (await consumer.getmany(timeout_ms=200)).values():
                for record in batch:
                    head = {name: value.decode() for name, value in record.headers}
                    if head["ce_subject"] in cases:
                        assert record.key == head["ce_subject"].encode()
                        found.append({**head, "data": json.loads(record.value)})
        return found
    finally:
        await consumer.stop()


def court(kafka: StackAddresses, folder: Path, *options: str) -> subprocess.Popen[bytes]:
    folder.mkdir(exist_ok=True)
    with (folder / "court.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "deploy.local.court", "--register", folder / "court.sqlite", *options],
            cwd=ROOT,
            env={**os.environ, **kafka.kafka_user("fengtai-court"), "SUYUAN_SIGNING_KEY": KEY},
            stderr=log,
        )


async def grown(kafka: StackAddresses, cases: set[str], by: int) -> None:
    """Wait until so many more answers were sent."""
    before = len(await answers(kafka, cases))
    async with asyncio.timeout(60):
        while len(await answers(kafka, cases)) < before + by:  # noqa: ASYNC110 - another process sends them
            await asyncio.sleep(0.02)


async def settled(kafka: StackAddresses, cases: set[str], patience_s: float = 60) -> list[dict[str, Any]]:
    """Wait until every case has its three answers."""
    async with asyncio.timeout(patience_s):
        while True:
            found = await answers(kafka, cases)
            if len({one["ce_id"] for one in found}) >= 3 * len(cases):
                return found
            await asyncio.sleep(0.3)


async def test_a_killed_court_loses_no_answer_and_gives_no_number_twice(
    stack_addresses: StackAddresses, tmp_path: Path
) -> None:
    kafka = stack_addresses
    await provision(kafka)
    cases = await file(kafka, str(tmp_path))
    for _ in range(3):
        process = court(kafka, tmp_path, "--delay-ms", "6000")
        await grown(kafka, cases, 150)
        process.send_signal(signal.SIGKILL)
        process.wait()
    process = court(kafka, tmp_path, "--fast")
    try:
        found = await settled(kafka, cases)
    finally:
        process.terminate()
        assert process.wait(15) == 0

    by_id: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for one in found:
        by_id[one["ce_id"]].append(one)
    assert all(one == same[0] for same in by_id.values() for one in same), "a repeat says the same"
    assert any(len(same) > 1 for same in by_id.values()), "some come twice"
    by_case: dict[str, list[int]] = defaultdict(list)
    for same in by_id.values():
        by_case[same[0]["ce_subject"]].append(int(same[0]["ce_sequence"]))
    assert by_case.keys() == cases
    assert all(sorted(sequences) == [1, 2, 3] for sequences in by_case.values())
    assert any(sequences != [1, 2, 3] for sequences in by_case.values()), "some come out of order"
    numbers = [
        CaseNumber.parse(same[0]["data"]["case_number"])
        for same in by_id.values()
        if "case_number" in same[0]["data"]
    ]
    assert sorted(number.serial for number in numbers) == list(range(1, FILINGS + 1))

    more = await file(kafka, f"{tmp_path}-more")
    process = court(kafka, tmp_path / "new", "--fast", "--disorder-percent", "0", "--twice-percent", "0")
    try:
        found = await settled(kafka, more)
    finally:
        process.terminate()
        assert process.wait(15) == 0
    given = {
        CaseNumber.parse(one["data"]["case_number"]).serial for one in found if "case_number" in one["data"]
    }
    assert given == set(range(FILINGS + 1, 2 * FILINGS + 1)), "a lost register is restored from the topic"
