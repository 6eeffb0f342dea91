"""Show 3: whatever comes instead of a message lands in the dead letters, and everything else passes.

A stack of its own: the dead letters of these tests would be found by every other one.
"""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Iterator

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.record.util import calc_crc32c

from shared.contracts.common import DiscardDeadLetters, RedriveDeadLetters
from shared.contracts.envelope import Actor
from shared.contracts.intake import ConsentRefused, DisputeRegistered, FileDispute
from shared.contracts.kinds import Party
from shared.contracts.message import Command
from shared.contracts.proof import HEADER
from shared.runtime.base.limits import FIRST_BYTES, SHORTENED
from shared.runtime.base.settings import DEFAULT_NETWORK
from tests.kafka.helpers import Headers, Wire, changed, encoded, envelope, until
from tests.support.cases import case_id
from tests.support.clients import aio
from tests.support.services import Services, platform
from tests.unit.intake import mother

ADDED = (SHORTENED, HEADER)
"""Headers that a record has besides those that are told here: its signature, and what was cut."""
pytestmark = [pytest.mark.kafka, pytest.mark.flow, pytest.mark.slow]

DISCARDED = case_id("ccb", "discarded")
BANK = Actor("ccb", "p-ccb-1", "institution_agent")


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    network = tmp_path_factory.mktemp("network") / "network.yaml"
    network.write_text(DEFAULT_NETWORK.read_text("utf-8"), "utf-8")
    with platform(env={"SUYUAN_NETWORK": str(network), "SUYUAN_SESSION_TIMEOUT_MS": "6000"}) as made:
        made.start("intake", "mediation")
        made.ready()
        yield made


def filing(reference: str, **more: object) -> tuple[bytes, Headers]:
    body = mother.card(reference=reference, **more)
    return encoded(body), envelope(
        body, id=f"id-{reference}", subject=reference, source="/institutions/ccb", actor=BANK
    )


def spoiled(value: bytes, headers: Headers) -> dict[str, tuple[bytes | None, Headers, str]]:
    """Return every way to be no filing, and the reason that it must get."""
    typed = json.loads(value)
    abc = json.dumps({**typed, "institution": "abc"}).encode()
    return {
        "null value": (None, headers, "message.null"),
        "empty value": (b"", headers, "message.empty"),
        "not UTF-8": (value.replace(b"{", b"{\xc3\x28", 1), headers, "message.not_utf8"),
        "header not UTF-8": (value, changed(headers, ce_source=b"\xff\xfe"), "message.header_not_utf8"),
        "null header": (value, changed(headers, traceparent=None), "message.header_not_utf8"),
        "1.5 MB": (value + b" " * 1_500_000, headers, "message.too_large"),
        "duplicate header": (value, [*headers, ("ce_id", b"x")], "message.duplicate_header"),
        "not JSON": (value[:-1], headers, "message.not_json"),
        "wrong type": (json.dumps({**typed, "claim_fen": "many"}).encode(), headers, "message.wrong_type"),
        "wrong institution": (abc, headers, "filing.wrong_institution"),
        "unknown type": (value, changed(headers, ce_type=b"suyuan.intake.x.v1"), "message.unknown_type"),
        "unknown version": (
            value, changed(headers, ce_type=b"suyuan.intake.file-dispute.v9"), "message.unknown_version",
        ),
        "missing header": (value, changed(headers, "ce_id"), "message.missing_header"),
        "no headers": (value, [], "message.missing_header"),
        "far future": (value, changed(headers, ce_time=b"2999-01-01T00:00:00+08:00"), "time.in_future"),
        "no zone": (value, changed(headers, ce_time=b"2026-01-05T09:00:00"), "time.no_zone"),
    }  # fmt: skip


def kept(value: bytes | None) -> bytes | None:
    return value if value is None or len(value) <= 1_000_000 else value[:FIRST_BYTES]


async def expect_letters(on: Wire, service: str, sent: dict[str, tuple[bytes | None, Headers, str]]) -> None:
    """Check that each record is a dead letter, in the collection and on the topic, as it came.

    Of a value over the limit the beginning is kept.
    """

    async def all_there() -> bool:
        return sent.keys() <= (await on.letters(service)).keys()

    await until(all_there, why=lambda: on.services.log(service))
    letters = await on.letters(service)
    for id_, (value, headers, reason) in sent.items():
        letter = letters[id_]
        assert letter["reason"] == reason, (id_, letter["reason"], letter["detail"])
        assert letter["record"]["value"] == kept(value)
        assert [(n, v) for n, v in letter["record"]["headers"] if n not in ADDED] == list(headers)

    async def all_told() -> bool:
        found = await on.copies(service)
        if not sent.keys() <= found.keys():
            return False
        for id_, (value, headers, reason) in sent.items():
            record = found[id_]["record"]
            assert record["value"] == kept(value)
            assert [tuple(one) for one in record["headers"][: len(headers)]] == list(headers)
            assert found[id_]["reason"] == reason
        return True

    await until(all_told)


async def test_bad_filings_land_in_the_dead_letters_and_the_good_ones_around_them_pass(on: Wire) -> None:
    good: list[str] = []
    sent: dict[str, tuple[bytes | None, Headers, str]] = {}
    for number, kind in enumerate(spoiled(*filing("x"))):
        value, headers = filing(f"good-{number}")
        await on.put("filings.ccb", value, headers, partition=0, key=f"good-{number}".encode())
        good.append(case_id("ccb", f"good-{number}"))
        bad = spoiled(*filing(f"bad-{number}"))[kind]
        sent[await on.put("filings.ccb", bad[0], bad[1], partition=0, key=f"bad-{number}".encode())] = bad
    value, headers = filing("bad-key")
    id_ = await on.put("filings.ccb", value, headers, partition=0, key=b"\xff")
    sent[id_] = (value, headers, "message.header_not_utf8")
    await expect_letters(on, "intake", sent)

    async def all_registered() -> bool:
        return len(await on.find("intake", "streams", {"_id": {"$in": good}})) == len(good)

    await until(all_registered)


async def test_a_header_name_that_is_not_utf_8_stops_nobody(on: Wire) -> None:
    """aiokafka alone never gets past such a record; readiness stayed green, and the partition stood."""
    before, bad, after = (filing(f"named-{number}") for number in range(3))
    await on.put("filings.ccb", *before, partition=2, key=b"named")
    await put_named(on, b"\xff\xfe", *bad)
    await on.put("filings.ccb", *after, partition=2, key=b"named")
    cases = [case_id("ccb", f"named-{number}") for number in range(3)]

    async def registered() -> bool:
        return len(await on.find("intake", "streams", {"_id": {"$in": cases}})) == 3

    await until(registered)


async def put_named(on: Wire, name: bytes, value: bytes, headers: Headers) -> None:
    """Append a filing with a header of any name, which no Python client would send."""
    kafka = on.services.addresses
    async with AIOKafkaProducer(**aio(kafka)) as producer:
        await producer.partitions_for("filings.ccb")
        builder = producer.create_batch()
        builder.append(
            key=b"named", value=value, timestamp=None, headers=[*headers, ("\0" * len(name), b"1")]
        )
        builder.close()
        builder._build()
        data = bytearray(builder._buffer)
        place = data.rindex(b"\0" * len(name) + bytes([2]) + b"1")
        data[place : place + len(name)] = name
        struct.pack_into(">I", data, 17, calc_crc32c(memoryview(data)[21:]))
        builder._buffer = data
        await (await producer.send_batch(builder, "filings.ccb", partition=2))


async def test_bad_commands_land_in_the_dead_letters_of_the_service(on: Wire) -> None:
    case = case_id("ccb", "good-0")
    body: Command = RedriveDeadLetters()
    base = envelope(body, id="cmd-1", subject=case)
    sent = {}
    for value, headers, reason in (
        (None, base, "message.null"),
        (b"{", base, "message.not_json"),
        (b'{"letters": 3}', base, "message.wrong_type"),
        (b"{}", changed(base, "ce_subject"), "message.missing_header"),
        (b"{}", changed(base, ce_versionseen=b"x"), "message.bad_header"),
        (b"{}", changed(base, ce_actor=b"ccb/p/institution_agent"), "actor.not_allowed"),
        (*filing("on-the-wrong-topic"), "message.wrong_topic"),
    ):
        key = None if reason == "message.missing_header" else case.encode()
        sent[await on.put("intake.commands", value, headers, key=key)] = (value, headers, reason)
    await expect_letters(on, "intake", sent)


async def test_an_institution_can_neither_redrive_nor_discard(on: Wire) -> None:
    for body in (RedriveDeadLetters(), DiscardDeadLetters()):
        headers = envelope(body, id=f"evil-{body.wire_type}", subject="x", actor=BANK)
        sent = {
            await on.put("filings.ccb", b"{}", headers, key=b"x"): (b"{}", headers, "message.wrong_topic")
        }
        await expect_letters(on, "intake", sent)


async def test_bad_events_park_their_own_case_and_good_ones_pass(on: Wire) -> None:
    """Mediation's input: a case whose first event is no message waits; the others go on."""
    event = ConsentRefused(party=Party.RESPONDENT)
    sent, passing = {}, list[str]()
    spoilt = spoiled(
        encoded(event), envelope(event, id="x", subject="x", sequence=1, source="/suyuan/intake")
    )
    for number, kind in enumerate(spoilt):
        if kind in ("wrong institution", "not UTF-8", "wrong type"):
            continue
        passing.append(case_id("ccb", f"event-good-{number}"))
        pair = (case_id("ccb", f"event-bad-{number}"), case_id("ccb", f"event-good-{number}"))
        for name, good in zip(pair, (False, True), strict=True):
            headers = envelope(event, id=f"{name}:1", subject=name, sequence=1, source="/suyuan/intake")
            value, reason = encoded(event), ""
            if not good:
                value, headers, reason = spoiled(value, headers)[kind]  # type: ignore[assignment]
            id_ = await on.put("intake.events", value, headers, key=name.encode())
            if not good:
                sent[id_] = (value, headers, reason)
    nameless = case_id("ccb", "no-number")
    no_number = envelope(event, id="n", subject=nameless, source="/suyuan/intake")
    sent[await on.put("intake.events", b"{}", no_number, key=nameless.encode())] = (
        b"{}", no_number, "message.missing_header",
    )  # fmt: skip
    await expect_letters(on, "mediation", sent)

    async def good_passed() -> bool:
        rows = await on.find("mediation", "streams", {"_id": {"$in": passing}})
        return len(rows) == len(passing) and all(row["seen"] == {"/suyuan/intake": 1} for row in rows)

    await until(good_passed)


async def test_a_discard_gives_up_and_what_follows_goes_on(on: Wire) -> None:
    event = ConsentRefused(party=Party.RESPONDENT)
    headers = envelope(event, id="d:1", subject=DISCARDED, sequence=1, source="/suyuan/intake")
    bad = await on.put(
        "intake.events", b"{}", changed(headers, ce_type=b"suyuan.intake.x.v1"), key=DISCARDED.encode()
    )
    headers = envelope(event, id="d:2", subject=DISCARDED, sequence=2, source="/suyuan/intake")
    behind = await on.put("intake.events", encoded(event), headers, key=DISCARDED.encode())
    await until(lambda: _waiting(on, "mediation", bad, behind))
    await on.command("mediation", DiscardDeadLetters(letters=(bad,)), bad)
    await on.command("mediation", RedriveDeadLetters(), DISCARDED)

    async def applied() -> bool:
        rows = await on.find("mediation", "streams", {"_id": DISCARDED})
        return rows[0]["seen"] == {"/suyuan/intake": 2} and "parked" not in rows[0]

    await until(applied)
    assert bad in await on.letters("mediation", "discarded")


async def _waiting(on: Wire, service: str, *ids: str) -> bool:
    return set(ids) <= (await on.letters(service)).keys()


async def test_a_filing_of_an_unknown_institution_passes_once_the_network_file_knows_it(
    on: Wire, services: Services
) -> None:
    """Its topic is there already; the file is mended, the service is started again.

    With one member name whatever the topics, Kafka gave the service its old partitions back: the topic
    of an institution that joined was not read, and one that left kept the service from starting.
    """
    file = services.settings("intake").network
    text = file.read_text("utf-8")
    without = re.sub(r"  - id: lessor-a\n    kind: lessor\n    name: .*\n", "", text)
    without = re.sub(r"  - \{id: p-lessor-a-1.*\n", "", without)
    assert without != text
    # As it is before the institution joins: the service knows nothing of it, and reads its topic not yet.
    file.write_text(without, "utf-8")
    services.stop("intake")
    services.start("intake")
    services.ready(60.0, "intake")
    body = mother.lease(reference="L-1").model_copy(update={"institution": "lessor-a"})
    headers = envelope(body, id="L-1", subject="L-1", source="/institutions/lessor-a")
    wrong = await on.put("filings.ccb", encoded(body), headers, key=b"L-1")
    await until(lambda: _waiting(on, "intake", wrong))
    assert (await on.letters("intake"))[wrong]["reason"] == "filing.wrong_institution"
    right = await on.put("filings.lessor-a", encoded(body), headers, key=b"L-1")
    file.write_text(text, "utf-8")
    services.stop("intake")
    services.start("intake")
    services.ready(60.0, "intake")
    case = case_id("lessor-a", "L-1")

    async def registered() -> bool:
        return any(r["type"] == DisputeRegistered.wire_type for r in await on.history("intake", case))

    await until(registered, why=lambda: right)
    # The letter itself is still on the wrong topic: redriving it is in vain, discarding it ends it.
    await on.handled("intake", await on.command("intake", RedriveDeadLetters(letters=(wrong,)), wrong))
    assert (await on.letters("intake"))[wrong]["tries"] == 2
    await on.handled("intake", await on.command("intake", DiscardDeadLetters(letters=(wrong,)), wrong))
    assert wrong in await on.letters("intake", "discarded")


def test_the_filing_of_these_tests_is_a_good_one() -> None:
    value, _ = filing("x")
    assert FileDispute.model_validate_json(value).institution == "ccb"
