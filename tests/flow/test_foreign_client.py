"""A client that knows nothing but docs/publish.md and docs/consume.md files a dispute and follows it."""

import json
import os
import re
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition

from shared.runtime.base.partitioner import partition_of
from tests.support.cases import case_id
from tests.support.clients import rdk
from tests.support.sent import NOW, filing_headers
from tests.support.services import ROOT, Services, platform

pytestmark = [pytest.mark.kafka, pytest.mark.flow, pytest.mark.slow]

REFERENCE = "CC-2025-000123"


@pytest.fixture(scope="module")
def services() -> Iterator[Services]:
    with platform(env={"SUYUAN_TIME": "replay"}) as running:
        running.start("intake", "mediation", "portal")
        running.ready()
        yield running


def program(page: str) -> str:
    """Return the Python program of a page."""
    (found,) = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / page).read_text("utf-8"), flags=re.DOTALL)
    return str(found)


def access_of(services: Services) -> dict[str, str]:
    """Return what the pages' programs take from their environment."""
    where = services.addresses
    return {
        "KAFKA": where.kafka,
        "KAFKA_PROTOCOL": "SASL_PLAINTEXT",
        "KAFKA_USER": "ccb",
        "KAFKA_PASSWORD": where.kafka_password("ccb"),
    }


def run(page: str, services: Services, **environment: str) -> str:
    """Run the program of a page as it stands, but for the clock; it succeeds."""
    done = start(page, services, **environment)
    assert done.returncode == 0, done.stderr
    return done.stdout


def start(page: str, services: Services, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the program of a page as it stands, but for the clock."""
    text = program(page).replace("datetime.now(timezone.utc).isoformat()", repr(NOW))
    return subprocess.run(
        [sys.executable, "-I", "-c", text],
        env={"PATH": os.environ["PATH"], **access_of(services), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def read(
    services: Services, topic: str, until: int, seconds: float = 30
) -> list[tuple[dict[str, str], bytes | None]]:
    """Read a topic from its beginning with librdkafka until there are enough messages."""
    consumer = Consumer({**rdk(services.addresses), "group.id": "test", "enable.auto.commit": False})
    partitions = consumer.list_topics(topic, timeout=10).topics[topic].partitions
    consumer.assign([TopicPartition(topic, number, 0) for number in partitions])
    out: list[tuple[dict[str, str], bytes | None]] = []
    deadline = time.monotonic() + seconds
    while len(out) < until and time.monotonic() < deadline:
        message = consumer.poll(0.5)
        if message is not None and message.error() is None:
            out.append(({name: value.decode() for name, value in message.headers() or ()}, message.value()))
    consumer.close()
    return out


def test_a_filing_of_a_foreign_client_gets_a_mediator(services: Services, tmp_path: Path) -> None:
    message_id = run("publish.md", services, REFERENCE=REFERENCE).strip()
    kept = {"DATABASE": str(tmp_path / "kept.sqlite")}

    lines = [
        json.loads(line) for line in run("consume.md", services, MESSAGE_ID=message_id, **kept).splitlines()
    ]

    case = case_id("ccb", REFERENCE)
    said: dict[str, list[str]] = {"intake": [], "mediation": [], "alerts": []}
    for line in lines:
        _, family, kind, _ = line["type"].split(".")
        assert line["subject"] == case
        said[family].append(kind)
    assert said["intake"][0] == "dispute-registered"
    assert {"dispute-screened", "dispute-referred"} <= set(said["intake"])
    assert said["mediation"][0] == "mediation-opened"
    assert "mediator-designated" in said["mediation"]
    (designated,) = [one for one in lines if one["type"].endswith("mediator-designated.v1")]
    assert designated["data"]["mediator"]
    assert "张小三" not in json.dumps(lines, ensure_ascii=False)


def test_the_consumer_goes_on_where_it_ended_and_tells_a_gap_from_a_repeat(
    services: Services, tmp_path: Path
) -> None:
    """Its second run forgot what it had seen, took the next event for a gap, and left its group hanging."""
    kept = {"DATABASE": str(tmp_path / "kept.sqlite"), "GROUP": "ccb.twice"}
    first = run("publish.md", services, REFERENCE="TWICE-1").strip()
    told = run("consume.md", services, MESSAGE_ID=first, **kept)
    second = run("publish.md", services, REFERENCE="TWICE-2").strip()

    began = time.monotonic()
    again = run("consume.md", services, MESSAGE_ID=first, **kept)
    assert time.monotonic() - began < 20, "it waits for nothing: all was taken before"
    assert again == told
    of_second = run("consume.md", services, MESSAGE_ID=second, **kept).splitlines()
    assert "mediator-designated" in "".join(of_second)
    assert len(of_second) == len(set(of_second))

    _told_too_early(services, "sy1" + "b" * 32)
    began = time.monotonic()
    for _ in range(2):  # the offset stays, so the next run says the same; it need not wait for the group
        gap = start("consume.md", services, MESSAGE_ID="nothing", **kept)
        assert gap.returncode == 1
        assert f"a gap: /suyuan/portal sy1{'b' * 32} has 2 after 0; see docs/consume.md, Gaps" in gap.stderr
    assert time.monotonic() - began < 40
    assert "\n## Gaps\n" in (ROOT / "docs" / "consume.md").read_text("utf-8")


def _told_too_early(services: Services, case: str) -> None:
    """Tell the second thing of a case of which nothing was told."""
    attributes = {
        "ce_source": "/suyuan/portal",
        "ce_subject": case,
        "ce_sequence": "2",
        "ce_correlationid": "nothing",
    }
    producer = Producer(rdk(services.addresses))
    value = json.dumps({"event": "suyuan.intake.explanation-given.v1", "data": {}}).encode()
    producer.produce("cases.ccb", key=case, value=value, headers=attributes)
    assert producer.flush(30) == 0


def test_filings_of_another_partitioner_and_their_repeats_are_registered_once(services: Services) -> None:
    references = [f"P-{number}" for number in range(40)]
    ours = {one: partition_of(one, 3) for one in references}
    theirs = {one: zlib.crc32(one.encode()) % 3 for one in references}
    assert ours != theirs
    producer = Producer({**rdk(services.addresses), "partitioner": "consistent"})
    for number in range(3):
        for reference in references:
            body = {
                "institution": "ccb",
                "reference": reference,
                "cause": "complaint",
                "issue": "fees",
                "product": "card",
            }
            producer.produce(
                "filings.ccb",
                key=reference,
                value=json.dumps(body).encode(),
                headers=filing_headers(f"{reference}-{number}"),
                # The last time anywhere: an institution that changed its client.
                **({"partition": 0} if number == 2 else {}),
            )
    assert producer.flush(30) == 0

    assert partitions_used(services, references) >= 3
    found = registered(services, references)
    assert sorted(found) == sorted(references), "each once"


def partitions_used(services: Services, references: list[str]) -> int:
    consumer = Consumer({**rdk(services.addresses), "group.id": "test", "enable.auto.commit": False})
    ends = [consumer.get_watermark_offsets(TopicPartition("filings.ccb", n), timeout=10)[1] for n in range(3)]
    consumer.close()
    return sum(1 for end in ends if end)


def registered(services: Services, references: list[str]) -> list[str]:
    """Return the references that intake registered, as often as it did, once nothing more comes."""
    cases = {case_id("ccb", one): one for one in references}
    found: list[str] = []
    last = -1
    while len(found) != last or len(found) < len(references):
        last = len(found)
        events = read(services, "intake.events", until=10**6, seconds=4)
        subjects = [
            kafka_headers["ce_subject"]
            for kafka_headers, _ in events
            if "dispute-registered" in kafka_headers["ce_type"]
        ]
        found = [cases[one] for one in subjects if one in cases]
    return found


@pytest.mark.parametrize(
    ("reason", "value", "change"),
    [
        ("message.missing_header", b"{}", {"ce_id": ""}),
        ("message.not_json", b"no json", {}),
        ("message.not_utf8", b"\xff\xfe{}", {}),
        ("message.unknown_version", b"{}", {"ce_type": "suyuan.intake.file-dispute.v9"}),
        ("message.wrong_type", b'{"institution":"ccb","reference":"X"}', {}),
        (
            "filing.wrong_institution",
            b'{"institution":"abc","reference":"X","cause":"loan","issue":"x"}',
            {},
        ),
        ("time.no_zone", b"{}", {"ce_time": "2025-03-03T10:00:00"}),
    ],
)
def test_what_is_no_filing_comes_back_with_its_reason(
    services: Services, reason: str, value: bytes, change: dict[str, str]
) -> None:
    id = f"bad-{reason}"
    sent = {name: text for name, text in filing_headers(id, **change).items() if text}
    producer = Producer(rdk(services.addresses))
    producer.produce("filings.ccb", key=id, value=value, headers=sent)
    assert producer.flush(30) == 0

    deadline = time.monotonic() + 30
    found: list[dict[str, str]] = []
    while not found and time.monotonic() < deadline:
        letters = read(services, "intake.deadletters", until=10**6, seconds=2)
        found = [
            one
            for one, _ in letters
            if one.get("ce_id") == sent.get("ce_id") and one["suyuan-reason"] == reason
        ]
    assert found, f"no dead letter {reason}"
    assert found[0]["suyuan-origin"].startswith("filings.ccb:")
    assert found[0]["suyuan-sealed"] == f"letter:{found[0]['suyuan-origin']}"
