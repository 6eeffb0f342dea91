"""Every message on Kafka is a CloudEvent: by the official schema, package and scenario."""

import json
import re
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary, to_structured
from cloudevents.core.formats.json import JSONFormat
from hypothesis import HealthCheck, given, settings

from shared.contracts import export, language
from shared.contracts.envelope import Actor, Envelope, headers
from shared.contracts.message import Event, Message
from shared.runtime.base.records import Raw
from shared.runtime.base.settings import TimeSource
from shared.runtime.decide.history import Publication
from shared.runtime.ingest.parser import Parser
from tests.support import samples
from tests.support.contract import example

DATA = Path(__file__).parents[1] / "data" / "cloudevents"
OFFICIAL = jsonschema.Draft7Validator(
    json.loads((DATA / "cloudevents.schema.json").read_text("utf-8")),
    format_checker=jsonschema.Draft7Validator.FORMAT_CHECKER,
)
AT = datetime(2025, 3, 3, 10, 0, 0, 123456, tzinfo=timezone(timedelta(hours=8)))
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def envelope(cls: type[Message], **more: Any) -> Envelope:
    fields: dict[str, Any] = {
        "id": "sy1abc:3@/suyuan/intake",
        "source": "/suyuan/intake",
        "type": cls.wire_type,
        "subject": "sy1abc",
        "time": AT,
        "sequence": 3 if issubclass(cls, Event) else None,
        "correlation": "c-1",
        "causation": "m-1",
        "actor": Actor("ccb", "", "institution_agent"),
        "traceparent": TRACE,
    }
    return Envelope(**{**fields, **more})


def structured(kafka_headers: list[tuple[str, bytes]], value: bytes) -> dict[str, Any]:
    """Turn a message in binary mode into one JSON document, by the official package."""
    names = [name for name, _ in kafka_headers]
    assert len(set(names)) == len(names)
    event = from_binary(KafkaMessage(dict(kafka_headers), None, value), JSONFormat())
    found: dict[str, Any] = json.loads(to_structured(event, JSONFormat()).value)
    return found


@pytest.mark.parametrize("wire_type", sorted(language.REGISTRY))
def test_every_message_is_a_cloudevent(wire_type: str) -> None:
    cls = language.REGISTRY[wire_type]

    @settings(max_examples=4, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(content=samples.values(export.schema_of(cls)))
    def holds(content: dict[str, Any]) -> None:
        body = cls.model_validate_json(json.dumps(content))
        value = body.model_dump_json().encode()

        event = structured(headers(envelope(cls)), value)

        OFFICIAL.validate(event)
        assert event["data"] == json.loads(value)
        assert event["type"] == wire_type
        assert event["subject"] == "sy1abc"
        assert datetime.fromisoformat(event["time"]) == AT
        assert event.get("sequence") == ("3" if issubclass(cls, Event) else None)

    holds()


def test_extension_names_are_what_the_specification_allows() -> None:
    cls = language.REGISTRY["suyuan.intake.consent-given.v1"]

    for name, value in headers(envelope(cls, version_seen=4)):
        assert value, f"{name} is there and empty"
        if name.startswith("ce_"):
            assert re.fullmatch(r"[a-z0-9]{1,20}", name.removeprefix("ce_")), name


def test_what_is_not_set_is_not_there() -> None:
    cls = language.REGISTRY["suyuan.intake.give-consent.v1"]

    names = [name for name, _ in headers(envelope(cls, causation="", traceparent=""))]

    assert not {"ce_causationid", "traceparent", "ce_sequence", "ce_versionseen"} & set(names)


def test_an_event_from_the_history_is_a_cloudevent_too() -> None:
    row = {
        "_id": "sy1abc:00000003",
        "type": "suyuan.intake.consent-given.v1",
        "time": AT.isoformat(),
        "partition": 0,
        "correlation": "c-1",
        "causation": "m-1",
        "actor": "ccb//institution_agent",
        "value": '{"party":"applicant"}',
        "trace": TRACE,
    }

    (out,) = Publication("intake", 6).outgoing(row)

    assert out.value is not None
    event = structured(out.headers, out.value)
    OFFICIAL.validate(event)
    expected = dict(headers(envelope(language.REGISTRY[row["type"]])))  # type: ignore[index]
    assert dict(out.headers) == expected


@pytest.mark.parametrize(("token", "topics"), [("t" * 32, 2), ("", 1)])
def test_an_event_is_not_delivered_to_nobody(token: str, topics: int) -> None:
    """A respondent who is not named has no stream of matches: one for all of them would grow for ever."""
    event = example("intake", "mediation", "dispute_registered")
    body = event.body.model_copy(update={"party_token": token})
    row = {
        "_id": "sy1abc:00000001",
        "type": body.wire_type,
        "time": AT.isoformat(),
        "partition": 0,
        "correlation": "c-1",
        "causation": "m-1",
        "actor": "ccb//institution_agent",
        "value": body.model_dump_json(),
        "trace": TRACE,
    }

    assert len(Publication("intake", 6).outgoing(row)) == topics


# -- the official scenario ---------------------------------------------------------------------------


def scenario() -> tuple[dict[str, str], dict[str, str], Any]:
    """Read the scenario "Binary content mode": headers, attributes, data."""
    text = (DATA / "kafka-protocol-binding.feature").read_text("utf-8")
    part = text.partition("Scenario: Binary content mode")[2].partition("Scenario Outline")[0]
    given_, _, then = part.partition("When parsed as Kafka message")
    tables = [
        {
            key.strip(): value.strip()
            for key, value in (
                line.strip().strip("|").split("|") for line in side.splitlines() if "|" in line
            )
            if key.strip() != "key"
        }
        for side in (given_, then)
    ]
    return tables[0], tables[1], json.loads(then.partition('"""')[2].partition('"""')[0])


def test_binary_mode_as_the_official_scenario_says() -> None:
    kafka_headers, attributes, data = scenario()
    assert len(kafka_headers) == 6
    # The same event, written by what writes ours.
    ours = dict(
        headers(
            Envelope(
                id=attributes["id"],
                source=attributes["source"],
                type=attributes["type"],
                subject="s",
                time=datetime.fromisoformat(attributes["time"]),
                sequence=None,
                correlation="c",
                causation="",
                actor=Actor("ccb"),
                traceparent="",
            )
        )
    )

    event = structured(list(ours.items()), json.dumps(data).encode())

    assert ours.keys() >= kafka_headers.keys()
    for name, value in kafka_headers.items():
        if name != "ce_time":  # the same instant: Z and +00:00 are both RFC 3339
            assert ours[name].decode() == value
    assert datetime.fromisoformat(ours["ce_time"].decode()) == datetime.fromisoformat(
        kafka_headers["ce_time"]
    )
    assert {name: event[name] for name in attributes} == attributes
    assert event["data"] == data


def test_our_reader_takes_the_headers_of_the_official_scenario() -> None:
    kafka_headers, attributes, data = scenario()
    raw = Raw(
        topic="filings.ccb",
        partition=0,
        offset=0,
        timestamp=1_741_000_000_000,
        key=b"R1",
        value=json.dumps(data).encode(),
        headers=tuple((name, value.encode()) for name, value in kafka_headers.items()),
    )
    parser = Parser(
        time=TimeSource.REPLAY,
        max_bytes=10**6,
        future=timedelta(0),
        now=lambda: datetime(2025, 3, 3, tzinfo=UTC),
    )

    parsed = parser.parse(raw)

    assert (parsed.id, parsed.type, parsed.source) == (
        attributes["id"],
        attributes["type"],
        attributes["source"],
    )
    assert parsed.at == datetime.fromisoformat(attributes["time"])
    # Its type is none of ours, and that is all that is wrong with it.
    assert parsed.fault is not None
    assert parsed.fault.code == "message.unknown_type"


def test_the_schema_at_hand_accepts_the_examples_of_the_specification() -> None:
    examples = json.loads((DATA / "json_format_examples.json").read_text("utf-8"))
    events = [one["document"] for one in examples if one["kind"] == "event"]

    assert len(events) == 6
    assert [one for one in events if not OFFICIAL.is_valid(one)] == []
    assert not OFFICIAL.is_valid({"id": "1"})
