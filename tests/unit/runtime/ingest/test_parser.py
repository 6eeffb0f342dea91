"""The parser: every fault with its own reason, and never an exception."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts import language
from shared.contracts.reasons import REASONS
from shared.contracts.topics import keyed_topics
from shared.runtime.base.records import Parsed, Raw
from shared.runtime.base.settings import TimeSource
from tests.support.runtime.records import (
    BROKER,
    EVENT,
    EVENT_HEADERS,
    FILING,
    HEADERS,
    NOW,
    VALUE,
    event,
    lacking,
    parser,
    raw,
)


def test_a_good_filing_passes_at_the_brokers_time() -> None:
    parsed = parser().parse(raw())
    assert parsed.fault is None
    assert parsed.body == FILING
    assert parsed.at == BROKER
    assert (parsed.id, parsed.subject, parsed.key) == ("i-1", "r-1", "r-1")


def test_in_a_replay_a_filing_has_its_own_time() -> None:
    parsed = parser(TimeSource.REPLAY).parse(raw())
    assert parsed.at == datetime(2026, 5, 31, tzinfo=UTC)


def test_an_event_keeps_the_time_that_was_resolved_where_it_came_in() -> None:
    parsed = parser().parse(event())
    assert parsed.fault is None
    assert parsed.at == datetime(2026, 5, 31, tzinfo=UTC)
    assert parsed.sequence == 3


def test_a_time_may_be_written_in_small_letters() -> None:
    """RFC 3339 says so, and some libraries do."""
    parsed = parser().parse(raw(headers={**HEADERS, "ce_time": b"2026-05-31t00:00:00z"}))
    assert parsed.fault is None


FAULTS: dict[str, tuple[Raw, str]] = {
    "null value": (raw(None), "message.null"),
    "empty value": (raw(b""), "message.empty"),
    "value not UTF-8": (raw(VALUE[:-2] + b'\xff"}'), "message.not_utf8"),
    "value of the wrong encoding": (raw(VALUE.decode().encode("utf-16")), "message.not_utf8"),
    "value not JSON": (raw(b'{"institution": '), "message.not_json"),
    "a JSON of another kind": (raw(b"[1, 2]"), "message.wrong_type"),
    "wrong type of a field": (raw(VALUE.replace(b'"r-1"', b"17")), "message.wrong_type"),
    "an unknown field of a command": (raw(VALUE.replace(b"{", b'{"x":1,', 1)), "message.wrong_type"),
    "a value over the limit": (raw(b'"' + b"x" * 200_000 + b'"'), "message.too_large"),
    "header not UTF-8": (raw(headers={**HEADERS, "ce_source": b"\xff"}), "message.header_not_utf8"),
    "time not UTF-8": (raw(headers={**HEADERS, "ce_time": b"\xff"}), "message.header_not_utf8"),
    "key not UTF-8": (raw(key=b"\xff"), "message.header_not_utf8"),
    "null header": (raw(headers={**HEADERS, "traceparent": None}), "message.header_not_utf8"),
    "no headers": (raw(headers={}), "message.missing_header"),
    **{f"no {name}": (raw(headers=lacking(name)), "message.missing_header")
       for name in ("ce_specversion", "ce_id", "ce_source", "ce_type")},
    "another spec": (raw(headers={**HEADERS, "ce_specversion": b"0.3"}), "message.bad_header"),
    "unknown type": (raw(headers={**HEADERS, "ce_type": b"suyuan.intake.none.v1"}), "message.unknown_type"),
    "unknown version": (
        raw(headers={**HEADERS, "ce_type": b"suyuan.intake.file-dispute.v7"}), "message.unknown_version",
    ),
    "wrong topic": (raw(topic="intake.commands"), "message.wrong_topic"),
    "an event among filings": (
        raw(EVENT.model_dump_json().encode(), {**HEADERS, "ce_type": EVENT.wire_type.encode()}),
        "message.wrong_topic",
    ),
    "time in the future": (
        raw(headers={**HEADERS, "ce_time": b"2031-01-01T00:00:00+08:00"}), "time.in_future",
    ),
    "the broker's time in the future": (raw(timestamp=int(NOW.timestamp() * 1000) + 10**9), "time.in_future"),
    "time without a zone": (raw(headers={**HEADERS, "ce_time": b"2026-05-31T08:00:00"}), "time.no_zone"),
    "time that is none": (raw(headers={**HEADERS, "ce_time": b"yesterday"}), "message.bad_header"),
    "a broker's time that is none": (raw(timestamp=10**18), "message.bad_header"),
    "version seen that is none": (raw(headers={**HEADERS, "ce_versionseen": b"x"}), "message.bad_header"),
    "a source with a control character": (
        raw(headers={**HEADERS, "ce_source": b"/a\0b"}), "message.bad_header",
    ),
    "an event without a number": (
        event({n: v for n, v in EVENT_HEADERS.items() if n != "ce_sequence"}), "message.missing_header",
    ),
    "an event with the number 0": (event({**EVENT_HEADERS, "ce_sequence": b"0"}), "message.missing_header"),
    "an event with a huge number": (
        event({**EVENT_HEADERS, "ce_sequence": b"9" * 30}), "message.missing_header",
    ),
    "an event without a time": (
        event({n: v for n, v in EVENT_HEADERS.items() if n != "ce_time"}), "message.missing_header",
    ),
    "a command without a subject": (
        raw(b"{}", {**lacking("ce_subject"), "ce_type": b"suyuan.common.advance-clock.v1"},
            topic="intake.commands", key=None),
        "message.missing_header",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_has_its_own_reason(name: str) -> None:
    record, reason = FAULTS[name]
    fault = parser().parse(record).fault
    assert fault is not None
    assert fault.code == reason, fault
    assert fault.code in REASONS


def test_a_fault_names_the_place_but_never_the_value() -> None:
    secret = "110101199001011234"
    value = VALUE.replace(b'"claim_fen":0', b'"claim_fen":"%s"' % secret.encode())
    fault = parser().parse(raw(value)).fault
    assert fault is not None
    assert "claim_fen" in fault.detail
    assert secret not in repr(fault)


def test_what_names_the_case_is_read_even_when_the_rest_is_wrong() -> None:
    parsed = parser().parse(event({**EVENT_HEADERS, "ce_time": b"x", "traceparent": None}))
    assert (parsed.subject, parsed.source, parsed.sequence) == ("r-1", "/suyuan/intake", 3)


def test_a_kept_record_keeps_the_time_that_it_had() -> None:
    parsed = parser().parse(raw(timestamp=0), at=BROKER)
    assert parsed.at == BROKER


TOPICS = ("filings.ccb", *keyed_topics())
texts = st.one_of(
    st.binary(max_size=40),
    st.sampled_from([b"1.0", b"1", b"", b"\xff", b"0001-01-01T00:00:00+23:59", b"9999-12-31T23:59:59-23:59"]),
    st.sampled_from([name.encode() for name in language.REGISTRY]),
    st.datetimes().map(lambda at: at.isoformat().encode()),
)
names = st.one_of(
    st.sampled_from([*EVENT_HEADERS, "ce_actor", "ce_versionseen", "traceparent"]), st.text(max_size=9)
)


@given(
    topic=st.sampled_from(TOPICS),
    key=st.none() | texts,
    value=st.none() | st.binary(max_size=300) | st.sampled_from([VALUE, EVENT.model_dump_json().encode()]),
    headers=st.lists(st.tuples(names, st.none() | texts), max_size=16),
    good=st.booleans(),
    timestamp=st.integers(-(2**63), 2**63 - 1),
    time=st.sampled_from(list(TimeSource)),
    at=st.none() | st.datetimes(timezones=st.just(UTC)),
)
def test_nothing_makes_the_parser_raise(**drawn: Any) -> None:
    headers = [*(EVENT_HEADERS.items() if drawn["good"] else ()), *drawn["headers"]]
    record = Raw(drawn["topic"], 0, 0, drawn["timestamp"], drawn["key"], drawn["value"], tuple(headers))
    parsed = parser(drawn["time"]).parse(record, at=drawn["at"])
    _sound(parsed)


def _sound(parsed: Parsed) -> None:
    if parsed.fault is None:
        assert parsed.body is not None
        assert parsed.at is not None
        assert parsed.at.tzinfo is not None
        assert parsed.id
        assert parsed.source
        assert parsed.type
    else:
        assert parsed.fault.code in REASONS


# All faults at once ---------------------------------------------------------------------------------


def test_all_that_is_wrong_is_told_at_once_headers_and_fields() -> None:
    headers = {**lacking("ce_source"), "ce_time": b"2026-05-31T00:00:00", "ce_actor": b"ccb/p-1"}
    fault = parser().parse(raw(VALUE.replace(b'"reference"', b'"refrence"'), headers)).fault
    assert fault is not None
    assert {one.field: one.code for one in fault.faults} == {
        "ce_time": "time.no_zone",
        "ce_source": "message.missing_header",
        "ce_actor": "actor.no_role",
        "reference": "field.missing",
        "refrence": "field.unknown",
    }
    assert fault.code == "time.no_zone"
    assert all(text in fault.detail for text in ("ce_time", "ce_source", "ce_actor", "`reference`"))


@given(st.dictionaries(st.sampled_from(sorted(EVENT_HEADERS)), st.sampled_from([None, b"", b"0", b"x\n"])))
def test_a_header_that_is_missing_or_wrong_is_told_whatever_else_is(changes: dict[str, bytes | None]) -> None:
    """A whole envelope is told by a glance at it, which must not let another one pass."""
    given_headers = {**EVENT_HEADERS, **changes}
    headers = {name: value for name, value in given_headers.items() if value is not None}
    fault = parser().parse(event(headers)).fault
    needed = ("ce_specversion", "ce_id", "ce_source", "ce_type", "ce_sequence")
    lacks = {name for name in needed if not headers.get(name)}
    lacks |= {"ce_sequence"} if not headers.get("ce_sequence", b"").strip(b"0x\n") else set()
    assert lacks <= {one.field for one in (fault.faults if fault else ())}


def test_who_is_named_from_outside_has_a_role() -> None:
    for actor, reason in ((b"ccb", "actor.no_role"), (b"ccb/p-1", "actor.no_role"), (b"//", None)):
        fault = parser().parse(raw(headers={**HEADERS, "ce_actor": actor})).fault
        assert (fault and fault.code) == reason
    assert parser().parse(event({**EVENT_HEADERS, "ce_actor": b"ccb//"})).fault is None


@pytest.mark.parametrize(
    ("wire_type", "topic", "hints"),
    [
        (b"suyuan.intake.file-disputes.v1", "filings.ccb", "suyuan.intake.file-dispute.v1"),
        (b"suyuan.intake.file-dispute.v2", "filings.ccb", "suyuan.intake.file-dispute.v1"),
        (b"suyuan.intake.file-dispute.v1", "intake.commands", "filings.<institution>"),
    ],
)
def test_a_wrong_type_or_topic_is_told_with_the_right_one(wire_type: bytes, topic: str, hints: str) -> None:
    fault = parser().parse(raw(headers={**HEADERS, "ce_type": wire_type}, topic=topic)).fault
    assert fault is not None
    (one,) = fault.faults
    assert (one.field, one.hints[0]) == ("ce_type", hints)
