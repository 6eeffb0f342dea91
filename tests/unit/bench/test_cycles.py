"""A batch that is garbage only for the collector of cycles costs as much again as one that is not."""

import gc
from datetime import UTC, datetime, timedelta

from aiokafka.structs import ConsumerRecord

from bench.disputes import complaints
from services.intake.app import build
from shared.contracts.envelope import Actor, Envelope, headers
from shared.contracts.topics import filings_topic
from shared.network.load import load_network
from shared.runtime.base.settings import DEFAULT_NETWORK, Settings, TimeSource
from shared.runtime.decide.engine import Engine
from shared.runtime.decide.entries import Loaded
from shared.runtime.ingest.parser import Parser

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def test_a_decided_batch_leaves_no_cycles():
    settings = Settings(party_key="x" * 32, personal_keys="x" * 32, sealing_keys="x" * 32)
    service = build(settings, load_network(DEFAULT_NETWORK))
    parser = Parser(time=TimeSource.BROKER, max_bytes=10**6, future=timedelta(minutes=5), now=lambda: NOW)
    engine = Engine("intake", service.streams, service.route, parser, settings.partitions)
    records = [record(filing, offset) for offset, filing in enumerate(complaints(200))]
    origins = {f"{one.topic}:0": -1 for one in records}
    applied = {}

    def decide():
        outcome, _ = engine.decide(
            [engine.item(one) for one in records], Loaded({}, dict(origins)), NOW, "row"
        )
        applied.update(outcome.counts)

    decide()  # what is remembered once is not what is asked for
    gc.collect()
    gc.disable()
    try:
        decide()
        left = gc.collect()
    finally:
        gc.enable()

    assert applied["applied"] == 200
    assert left < 50


def record(filing, offset):
    envelope = Envelope(
        id=f"m-{offset}",
        source=f"/institutions/{filing.institution}",
        type=filing.wire_type,
        subject=filing.reference,
        time=NOW,
        sequence=None,
        correlation=f"m-{offset}",
        causation="",
        actor=Actor(filing.institution, "", "institution_agent"),
        traceparent="",
    )
    topic, timestamp = filings_topic(filing.institution), int(NOW.timestamp() * 1000)
    key, value = filing.reference.encode(), filing.model_dump_json().encode()
    return ConsumerRecord(
        topic, 0, offset, timestamp, 1, key, value, None, len(key), len(value), headers(envelope)
    )
