"""A filing and an event as Kafka gives them, whole or with something amiss."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from shared.contracts import intake, language
from shared.contracts.kinds import Cause
from shared.runtime.base.records import Raw
from shared.runtime.base.settings import TimeSource
from shared.runtime.ingest.parser import Parser

NOW = datetime(2026, 6, 1, tzinfo=UTC)
BROKER = datetime(2026, 5, 31, 12, tzinfo=UTC)
FILING = intake.FileDispute(institution="ccb", reference="r-1", cause=Cause.LOAN, issue="overdue")
VALUE = FILING.model_dump_json().encode()
HEADERS: dict[str, bytes | None] = {
    "ce_specversion": b"1.0",
    "ce_id": b"i-1",
    "ce_source": b"/institutions/ccb",
    "ce_type": FILING.wire_type.encode(),
    "ce_subject": b"r-1",
    "ce_time": b"2026-05-31T08:00:00+08:00",
}
EVENT = language.REGISTRY["suyuan.intake.consent-given.v1"].model_validate_json('{"party":"respondent"}')
EVENT_HEADERS = {
    **HEADERS,
    "ce_type": EVENT.wire_type.encode(),
    "ce_source": b"/suyuan/intake",
    "ce_sequence": b"3",
}


def parser(time: TimeSource = TimeSource.BROKER) -> Parser:
    return Parser(time=time, max_bytes=100_000, future=timedelta(minutes=5), now=lambda: NOW)


def raw(
    value: bytes | None = VALUE,
    headers: dict[str, bytes | None] | None = None,
    *,
    topic: str = "filings.ccb",
    key: bytes | None = b"r-1",
    timestamp: int = int(BROKER.timestamp() * 1000),
) -> Raw:
    return Raw(topic, 0, 0, timestamp, key, value, tuple((HEADERS if headers is None else headers).items()))


def event(headers: dict[str, bytes | None] | None = None, value: bytes | None = None) -> Raw:
    value = EVENT.model_dump_json().encode() if value is None else value
    return raw(value, EVENT_HEADERS if headers is None else headers, topic="intake.events", key=b"sy1x")


def lacking(name: str) -> dict[str, bytes | None]:
    return {n: v for n, v in HEADERS.items() if n != name}
