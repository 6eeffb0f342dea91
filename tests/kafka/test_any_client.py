"""An institution may use any client with any setting: nothing of it stops intake, or costs a filing.

One stack and one intake for all of these; each test waits until its own filings are registered.
"""

from __future__ import annotations

import asyncio
import json
import struct
from collections.abc import Iterator
from typing import Any

import psutil
import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.codec import gzip_encode, lz4_encode, snappy_encode, zstd_encode
from aiokafka.record.util import calc_crc32c
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient, AlterConfigOpType, ConfigEntry, ConfigResource, ResourceType

from deploy.local.stack import StackAddresses
from shared.contracts.common import DiscardDeadLetters
from shared.contracts.intake import GiveConsent
from shared.contracts.kinds import Party
from shared.runtime.base.limits import FIRST_BYTES
from shared.runtime.decide.chains import broken_links
from tests.kafka.filings import (
    Row,
    by_aiokafka,
    by_librdkafka,
    cases,
    count,
    filing,
    filings,
    registered,
    well,
)
from tests.kafka.helpers import Wire, encoded, envelope, until
from tests.support.clients import aio, rdk
from tests.support.services import Services, platform
from tests.unit.intake import mother

pytestmark = [pytest.mark.kafka, pytest.mark.flow, pytest.mark.slow]

CODECS = ("none", "gzip", "lz4", "snappy", "zstd")
MB = 1_000_000
MOST_MEMORY = 300 * MB
"""What intake may have resident, whatever is sent to it; it starts with some 110 MB."""


@pytest.fixture(scope="module")
def services() -> Iterator[Services]:
    with platform(env={"SUYUAN_SESSION_TIMEOUT_MS": "6000"}) as made:
        _raise_limits(made.addresses, "filings.bank-e", "filings.bank-f")
        made.start("intake")
        made.ready()
        yield made


def _raise_limits(kafka: StackAddresses, *topics: str) -> None:
    """Let topics take 12 MB, as those of an operator do who thinks that more is safer."""
    admin = AdminClient(rdk(kafka))
    larger = ConfigEntry("max.message.bytes", "12000000", incremental_operation=AlterConfigOpType.SET)
    changes = [ConfigResource(ResourceType.TOPIC, t, incremental_configs=[larger]) for t in topics]
    for done in admin.incremental_alter_configs(changes).values():
        done.result(20)


async def test_1500_plain_and_compressed_filings_of_six_institutions_are_registered(on: Wire) -> None:
    """68 were, and neither log nor readiness named the cause: the codecs were not there."""
    rows = filings("codec", 1500)
    kafka = on.services.addresses
    for start in range(0, 1500, 100):
        part, codec = rows[start : start + 100], CODECS[start // 100 % 5]
        if start // 100 % 2:
            await asyncio.to_thread(by_librdkafka, kafka, part, compression_codec=codec, linger_ms=5)
        else:
            kind = None if codec == "none" else codec
            await by_aiokafka(kafka, part, compression_type=kind, linger_ms=5)
    await registered(on, rows)
    await well(on)
    assert await on.letters("intake") == {}


async def test_no_setting_of_a_producer_matters(on: Wire) -> None:
    kafka = on.services.addresses
    everything: list[Row] = []
    odd: tuple[dict[str, Any], ...] = (
        {"acks": 0},
        {"acks": 1, "compression_type": "zstd", "linger_ms": 300, "batch_size": 1_000_000},
        {"acks": -1, "enable_idempotence": True, "compression_type": "lz4"},
        {"enable_idempotence": True, "batch_size": 1, "max_in_flight": 1},
    )
    for number, settings in enumerate(odd):
        rows = [(i, r, v, list(reversed(h))) for i, r, v, h in filings(f"odd-{number}", 30)]
        everything += rows
        await asyncio.to_thread(by_librdkafka, kafka, rows, **settings)
    rows = filings("odd-more", 30)
    extra = [
        ("x-trace", b"1"),
        ("x-trace", b"2"),
        ("empty", b""),
        ("traceparent", b"00"),
        ("traceparent", b""),
    ]
    rows = [(i, r, v, [*extra, *h]) for i, r, v, h in rows]
    everything += rows
    await by_aiokafka(kafka, rows, acks=0, compression_type="snappy", max_batch_size=200_000, linger_ms=50)
    await registered(on, everything)
    await well(on)
    assert await on.letters("intake") == {}


async def test_records_of_an_aborted_transaction_have_no_effect(on: Wire) -> None:
    """They took effect; and the marks at the end of a topic are no messages that wait."""
    kafka = on.services.addresses
    taken_back, kept, between = filings("aborted", 12), filings("committed", 12), filings("between", 12)

    def send() -> None:
        producer = Producer({**rdk(kafka), "transactional.id": "t-1", "compression.type": "lz4"})
        producer.init_transactions(30)
        for rows, end in ((taken_back, producer.abort_transaction), (kept, producer.commit_transaction)):
            producer.begin_transaction()
            for institution, reference, value, headers in rows:
                producer.produce(f"filings.{institution}", value, reference.encode(), headers=list(headers))
            producer.flush(30)
            end(30)

    await asyncio.to_thread(send)
    await registered(on, kept)
    await well(on)
    await by_aiokafka(kafka, between)
    await registered(on, between)
    assert await count(on, cases(taken_back)) == 0


async def test_what_stands_behind_an_open_transaction_waits_for_its_end(on: Wire) -> None:
    kafka = on.services.addresses
    open_, behind = filing("abc", "open"), filing("abc", "behind-open")
    producer = Producer({**rdk(kafka), "transactional.id": "t-2"})

    def put(row: Row) -> None:
        producer.produce("filings.abc", row[2], row[1].encode(), headers=list(row[3]), partition=0)
        producer.flush(30)

    await asyncio.to_thread(producer.init_transactions, 30)
    producer.begin_transaction()
    await asyncio.to_thread(put, open_)
    await on.put("filings.abc", behind[2], behind[3], key=b"behind-open", partition=0)
    elsewhere = filings("elsewhere", 12)
    await by_aiokafka(kafka, [row for row in elsewhere if row[0] != "abc"])
    await registered(on, [row for row in elsewhere if row[0] != "abc"])
    replica = on.services.replica("intake")
    try:
        await until(lambda: replica.figure("suyuan_lag_messages") == 2, within_s=20)
        assert await count(on, cases([open_, behind])) == 0
    finally:
        await asyncio.to_thread(producer.commit_transaction, 30)
    await registered(on, [open_, behind])
    await well(on)


# Sizes --------------------------------------------------------------------------------------------------


class Memory:
    """The most that intake had resident, looked at twenty times a second."""

    def __init__(self, services: Services) -> None:
        self._process = psutil.Process(services.replica("intake").process.pid)
        self.most = 0
        self._task = asyncio.create_task(self._look())

    async def _look(self) -> None:
        while True:
            self.most = max(self.most, self._process.memory_info().rss)
            await asyncio.sleep(0.05)

    def done(self) -> int:
        self._task.cancel()
        print(f"intake had {self.most / MB:.0f} MB at most")  # noqa: T201 - shown where a test fails
        return self.most


ENCODE = {
    1: lambda data: gzip_encode(data, 1),
    2: lambda data: snappy_encode(data, xerial_compatible=False),
    3: lz4_encode,
    4: zstd_encode,
}


async def put_packed(on: Wire, topic: str, codec: int, rows: list[Row]) -> None:
    """Append one compressed batch of any size, which no client would make."""
    async with AIOKafkaProducer(
        **aio(on.services.addresses), max_batch_size=1 << 30, max_request_size=12_000_000
    ) as producer:
        await producer.partitions_for(topic)
        builder = producer.create_batch()
        for _, reference, value, headers in rows:
            done = builder.append(key=reference.encode(), value=value, timestamp=None, headers=list(headers))
            assert done is not None
        builder.close()
        builder._build()
        data = bytes(builder._buffer)
        packed = bytearray(data[:61] + bytes(await asyncio.to_thread(ENCODE[codec], data[61:])))
        del data
        struct.pack_into(">i", packed, 8, len(packed) - 12)
        struct.pack_into(">h", packed, 21, codec)
        struct.pack_into(">I", packed, 17, calc_crc32c(memoryview(packed)[21:]))
        builder._buffer = packed
        await (await producer.send_batch(builder, topic, partition=0))


async def letters_of(on: Wire, name: str, number: int) -> list[dict[str, Any]]:
    """Wait for the letters of the filings of a name."""

    async def found() -> list[dict[str, Any]] | None:
        rows = [
            r for r in (await on.letters("intake")).values() if r["record"]["key"].startswith(name.encode())
        ]
        return rows if len(rows) >= number else None

    return list(await until(found, why=lambda: on.services.log("intake")))


@pytest.mark.parametrize("codec", ENCODE)
async def test_a_filing_that_unpacks_to_300_mb_is_one_dead_letter(on: Wire, codec: int) -> None:
    """Memory rose to 3 GB, and the replica was gone for good."""
    size = 100 if codec == 2 else 300  # the broker unpacks raw Snappy in one piece, within its 384 MB of heap
    first, last = filing("bank-e", f"bomb{codec}-before"), filing("bank-e", f"bomb{codec}-after")
    institution, reference, value, headers = filing("bank-e", f"bomb{codec}-itself")
    bomb = (institution, reference, value[:-1] + b" " * (size * MB) + b"}", headers)
    memory = Memory(on.services)
    await put_packed(on, "filings.bank-e", codec, [first, bomb, last])
    await registered(on, [first, last])
    (letter,) = await letters_of(on, reference, 1)
    assert memory.done() < MOST_MEMORY
    assert letter["reason"] == "message.too_large"
    assert letter["message"] == f"id-{reference}"
    assert len(letter["record"]["value"]) == FIRST_BYTES
    note = json.loads(dict(letter["record"]["headers"])["suyuan-shortened"])
    assert note["value"]["bytes"] == len(bomb[2])
    assert len(note["value"]["sha256"]) == 64
    await on.handled(
        "intake", await on.command("intake", DiscardDeadLetters(letters=(letter["_id"],)), letter["_id"])
    )
    assert letter["_id"] in await on.letters("intake", "discarded")


async def test_a_thousand_good_filings_in_a_batch_of_20_mb_are_registered(on: Wire) -> None:
    rows = []
    for number in range(1000):
        institution, reference, value, headers = filing("bank-e", f"wide-{number}")
        rows.append((institution, reference, value[:-1] + b" " * 20_000 + b"}", headers))
    memory = Memory(on.services)
    await put_packed(on, "filings.bank-e", 4, rows)
    await registered(on, rows)
    assert memory.done() < MOST_MEMORY


async def test_no_header_key_or_value_of_any_size_stops_a_replica(on: Wire) -> None:
    """A ``ce_id`` of 9 MB, and 1,000 refused records with actors of 1 MB, each stopped one for good."""
    memory = Memory(on.services)
    odd: list[tuple[str, Row]] = []
    for name, change in (
        ("id", [("ce_id", b"i" * 9 * MB)]),
        ("name", [("n" * 9 * MB, b"")]),
        ("number", [(f"h{n}", b"") for n in range(100_000)]),
        ("sum", [(f"h{n}", b"x" * 8000) for n in range(20)]),
    ):
        institution, reference, value, headers = filing("bank-f", f"large-{name}")
        keep = [h for h in headers if h[0] not in dict(change)]
        odd.append((name, (institution, reference, value, [*keep, *change])))
    good = [filing("bank-f", f"beside-{number}") for number in range(8)]
    async with AIOKafkaProducer(
        **aio(on.services.addresses), max_request_size=12_000_000, linger_ms=20,
        compression_type="zstd",
    ) as producer:  # fmt: skip
        for (_, row), beside in zip(odd, good, strict=False):
            for _, reference, value, headers in (row, beside):
                await producer.send_and_wait(
                    "filings.bank-f", value, key=reference.encode(), headers=list(headers), partition=0
                )
        await producer.send_and_wait("filings.bank-f", b"{}", key=b"large-key" + b"k" * 9 * MB, partition=0)
        await producer.send_and_wait("filings.bank-f", b"v" * 9 * MB, key=b"large-value", partition=0)
        for number in range(1000):
            _, reference, value, headers = filing("bank-f", f"large-actor-{number}")
            changed = [h for h in headers if h[0] != "ce_actor"]
            changed.append(("ce_actor", b"%06d" % number + b"a" * MB))
            await producer.send("filings.bank-f", value, key=reference.encode(), headers=changed, partition=1)
        _, reference, value, headers = good[7]
        await producer.send_and_wait("filings.bank-f", value, key=b"7", headers=list(headers), partition=1)
    await registered(on, [*good[:4], good[7]])
    letters = await letters_of(on, "large-", 1006)
    assert memory.done() < MOST_MEMORY
    reasons = {bytes(row["record"]["key"])[:20].decode(): row["reason"] for row in letters}
    assert reasons["large-id"] == reasons["large-name"] == reasons["large-sum"] == "message.headers_too_large"
    assert reasons["large-number"] == "message.too_many_headers"
    assert reasons["large-value"] == "message.too_large"
    assert {reason for key, reason in reasons.items() if key.startswith("large-key")} == {
        "message.key_too_large"
    }
    assert reasons["large-actor-999"] == "message.headers_too_large"
    await well(on)


async def test_a_topic_takes_no_more_than_a_service_reads(on: Wire) -> None:
    """What is far over the limit is refused to its sender, at once and by the broker."""
    _, _, value, headers = filing("bank-c", "refused")
    with pytest.raises(Exception, match="MessageSizeTooLarge"):
        await on.put("filings.bank-c", value + b" " * 3 * MB, headers, key=b"refused")


# Names ------------------------------------------------------------------------------------------------------


async def test_a_message_about_the_id_of_an_event_leaves_the_cases_chain_whole(on: Wire) -> None:
    # Of a respondent of its own: what is found about others in this module would be events of this case.
    row = filing("ccb", "exact", party=mother.ZHANG.model_copy(update={"id_number": "SAMPLE-EXACT"}))
    await by_aiokafka(on.services.addresses, [row])
    await registered(on, [row])
    (case,) = cases([row])
    before = await on.history("intake", case)
    body = GiveConsent(party=Party.RESPONDENT)
    sent = []
    for number, subject in enumerate((f"{case}:00000001", f"{case}\n", f"{case}:00000002|x")):
        headers = envelope(body, id=f"exact-{number}", subject=subject)
        sent.append(await on.put("intake.commands", encoded(body), headers, key=case.encode()))

    async def refused() -> bool:
        return set(sent) <= (await on.letters("intake")).keys()

    await until(refused)
    assert {(await on.letters("intake"))[id_]["reason"] for id_ in sent} == {"message.bad_header"}
    after = await on.history("intake", case)
    assert after == before
    assert list(broken_links(after)) == []


async def test_two_sources_may_use_the_same_command_id(on: Wire) -> None:
    """The second one's command vanished without a trace."""
    row = filing("ccb", "twins")
    await by_aiokafka(on.services.addresses, [row])
    await registered(on, [row])
    (case,) = cases([row])
    body = GiveConsent(party=Party.RESPONDENT)
    for source in ("/one", "/two", "/one"):
        headers = envelope(body, id="same", subject=case, source=source)
        await on.put("intake.commands", encoded(body), headers, key=case.encode())

    async def both() -> bool:
        return len(await on.find("intake", "commands", {"id": "same"})) == 2

    await until(both)
    await well(on)
    assert len([row for row in await on.history("intake", case) if row["causation"] == "same"]) == 2
