"""Nothing of a record that is too large or ambiguous is kept, and what is said of it is true."""

from __future__ import annotations

import hashlib
import json
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.contracts.common import DiscardDeadLetters, RedriveDeadLetters
from shared.contracts.reasons import REASONS
from shared.runtime.base import limits
from shared.runtime.base.records import Raw
from shared.runtime.base.settings import TimeSource
from shared.runtime.decide import deadletters
from shared.runtime.ingest.parser import Parser
from tests.support.runtime.harness import World
from tests.support.runtime.records import EVENT_HEADERS, HEADERS, NOW, VALUE, event, parser, raw
from tests.support.runtime.service import COMMANDS, ROSTERS, SOURCE, Ask, spoken

MB = 1_000_000
Pairs = list[tuple[str, bytes | None]]


def pairs(headers: dict[str, bytes | None], *more: tuple[str, bytes | None]) -> Pairs:
    return [*headers.items(), *more]


def record(headers: Pairs, **changed: Any) -> Raw:
    return replace(raw(), headers=tuple(headers), **changed)


def many(count: int, value: bytes) -> Pairs:
    return [(f"h{number}", value) for number in range(count)]


LARGE: dict[str, tuple[Raw, str]] = {
    "a value": (raw(VALUE + b" " * MB), "message.too_large"),
    "a key": (raw(key=b"k" * 9 * MB), "message.key_too_large"),
    "an id": (raw(headers={**HEADERS, "ce_id": b"i" * 9 * MB}), "message.headers_too_large"),
    "an actor": (raw(headers={**HEADERS, "ce_actor": b"a" * MB}), "message.headers_too_large"),
    "an attribute": (raw(headers={**HEADERS, "ce_dataschema": b"a" * 1100}), "message.headers_too_large"),
    "another header": (raw(headers={**HEADERS, "jwt": b"a" * 9000}), "message.headers_too_large"),
    "the name of a header": (record(pairs(HEADERS, ("n" * 9000, b""))), "message.headers_too_large"),
    "all headers": (record(pairs(HEADERS, *many(5, b"x" * 8000))), "message.headers_too_large"),
    "the number of headers": (record(pairs(HEADERS, *many(200, b""))), "message.too_many_headers"),
    "one header many times": (record(pairs(HEADERS, *[("h", b"")] * 50_000)), "message.too_many_headers"),
    "everything": (
        record([("ce_type", b"t" * MB)] * 200, key=b"k" * MB, value=b"v" * MB), "message.too_large",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LARGE)
def test_of_a_record_over_a_limit_little_is_kept_and_the_letter_says_what_is_missing(name: str) -> None:
    large, code = LARGE[name]
    parsed = parser().parse(large)
    assert parsed.fault is not None
    assert parsed.fault.code == code
    assert code in REASONS
    row = deadletters.letter(parsed, parsed.fault, subject="", order=0, now=NOW)
    assert weight(row) < 60_000
    assert (row["record"]["topic"], row["record"]["offset"], row["record"]["timestamp"]) == (
        large.topic, large.offset, large.timestamp,
    )  # fmt: skip
    note = json.loads(dict(parsed.record.headers)[limits.SHORTENED] or b"")
    assert note["code"] == code
    if code == "message.too_large":
        assert large.value is not None
        assert note["value"] == {"bytes": len(large.value), "sha256": hashlib.sha256(large.value).hexdigest()}
        assert parsed.record.value == large.value[:1000]
    if code == "message.key_too_large":
        assert note["key"] == {"bytes": 9 * MB, "sha256": hashlib.sha256(b"k" * 9 * MB).hexdigest()}
        assert parsed.record.value == VALUE
        assert (parsed.id, parsed.key) == ("i-1", "")
    # It comes back from the database as the same letter, whoever tries it.
    again = parser().parse(deadletters.raw(row["record"]), at=deadletters.time_of(row))
    assert again.fault == parsed.fault
    assert again.record == parsed.record


def weight(row: Any) -> int:
    if isinstance(row, dict):
        return sum(weight(k) + weight(v) for k, v in row.items())
    if isinstance(row, list | tuple):
        return sum(map(weight, row))
    return sys.getsizeof(row)


def test_what_is_just_within_the_limits_passes() -> None:
    more: Pairs = [("jwt", b"x" * 8000), *[(f"h{n}", b"x" * 200) for n in range(90)]]
    parsed = parser().parse(record(pairs(HEADERS, *more), key=b"k" * 1024))
    assert parsed.fault is None
    assert parsed.record.headers == (*HEADERS.items(), *more)


def test_the_case_of_an_event_with_a_large_value_is_known() -> None:
    parsed = parser().parse(event(value=b" " * MB))
    assert parsed.fault is not None
    assert (parsed.subject, parsed.source, parsed.sequence) == ("r-1", "/suyuan/intake", 3)


def test_nobody_else_says_that_a_record_was_shortened() -> None:
    for text in (b"", b"{}", b"[" * 5000, b'{"code": "made.up", "detail": "x"}', None):
        parsed = parser().parse(record(pairs(HEADERS, (limits.SHORTENED, text))))
        assert parsed.fault is not None
        assert parsed.fault.code == "message.bad_header"
        assert parsed.body is None


def test_nothing_of_a_thousand_refused_actors_stays_in_memory() -> None:
    """1,000 refused records with actors of 1 MB were 2 GB in a cache that nothing emptied."""
    one = parser()
    for number in range(1000):
        actor = b"%06d" % number * 200
        one.parse(raw(headers={**HEADERS, "ce_actor": actor[:700]}))
        one.parse(raw(headers={**HEADERS, "ce_actor": actor + b"x" * 1000}))
    assert sum(map(len, one._actors)) == 0
    one.parse(raw(headers={**HEADERS, "ce_actor": b"ccb/p-1/institution_agent"}))
    assert b"ccb/p-1/institution_agent" in one._actors


def test_a_command_with_thousands_of_wrong_fields_is_refused_in_no_time() -> None:
    """To list what is wrong took most of a second for 80,000, and a session for a batch of such records."""
    fields = ",".join(f'"k{number}":1' for number in range(7000))
    parsed = parser().parse(raw(VALUE[:-1] + b"," + fields.encode() + b"}"))
    assert parsed.fault is not None
    assert (parsed.fault.code, parsed.fault.detail) == ("message.wrong_type", "7000 fields do not fit")


# Headers that stand twice --------------------------------------------------------------------------


def test_of_two_headers_of_one_name_none_counts() -> None:
    """The last one won: an event said one number to one reader and another to the next."""
    parsed = parser().parse(record(pairs(HEADERS, ("ce_type", b"suyuan.intake.give-consent.v1"))))
    assert parsed.fault is not None
    assert (parsed.fault.code, parsed.type, parsed.body) == ("message.duplicate_header", "", None)
    twice = replace(event(), headers=tuple(pairs(EVENT_HEADERS, ("ce_sequence", b"4"))))
    assert parser().parse(twice).sequence is None
    twice = replace(event(), headers=tuple(pairs(EVENT_HEADERS, ("ce_subject", b"other"))))
    assert parser().parse(twice).fault is not None


def test_the_same_header_twice_is_a_fault_too_but_what_it_says_is_known() -> None:
    parsed = parser().parse(record(pairs(HEADERS, ("ce_subject", b"r-1"))))
    assert parsed.fault is not None
    assert (parsed.fault.code, parsed.subject) == ("message.duplicate_header", "r-1")
    parsed = parser().parse(record(pairs(HEADERS, ("content-type", b"a"), ("content-type", b"b"))))
    assert parsed.fault is not None


def test_a_trace_that_stands_twice_is_no_reason_to_refuse_a_filing() -> None:
    trace = b"00-" + b"a" * 32 + b"-" + b"b" * 16 + b"-01"
    parsed = parser().parse(
        record(pairs(HEADERS, ("traceparent", trace), ("traceparent", b"00"), ("x", b"1"), ("x", b"2")))
    )
    assert parsed.fault is None
    assert parsed.traceparent == ""


def test_a_trace_that_is_no_text_is_no_reason_to_refuse_a_filing() -> None:
    parsed = parser().parse(raw(headers={**HEADERS, "traceparent": b"00-\xff\xfe"}))
    assert parsed.fault is None


async def test_an_id_or_actor_at_the_limit_is_let_in_and_no_reader_refuses_what_follows_from_it() -> None:
    """Its events said the id under a longer name, and were a dead letter of every reader, for good."""
    world = World()
    id_ = "i" * (limits.ATTRIBUTE_BYTES - len("ce_id"))
    organisation = "a" * (limits.ATTRIBUTE_BYTES - len("ce_actor") - len("//operator"))
    actor = f"{organisation}//operator"
    made = world.log.command("s1", Ask(amount=1), id=id_)
    given = {name: value for name, value in made.headers if name != "ce_correlationid"}
    command = replace(made, headers=tuple({**given, "ce_actor": actor.encode()}.items()))
    with spoken():
        await world.feed([command])
        (out,) = world.published
        assert out.topic == "mediation.events"
        heard = parser().parse(Raw(out.topic, 0, 0, made.timestamp, out.key, out.value, tuple(out.headers)))
    assert heard.fault is None
    assert (heard.causation, heard.correlation, heard.actor.organisation) == (id_, id_, organisation)


def test_an_attribute_of_an_event_is_bounded_too() -> None:
    parsed = parser().parse(event({**EVENT_HEADERS, "ce_causationid": b"c" * limits.HEADER_BYTES}))
    assert parsed.fault is not None
    assert parsed.fault.code == "message.headers_too_large"


# Subjects and sources ------------------------------------------------------------------------------


@pytest.mark.parametrize("subject", ["sy1x:00000001", "sy1x\n", "sy1x|y", "x" * 121, "sy1x:123456789"])
def test_a_subject_that_could_be_taken_for_something_else_is_refused(subject: str) -> None:
    """A message about the id of a case's first event made the case's own chain look broken."""
    parsed = parser().parse(event({**EVENT_HEADERS, "ce_subject": subject.encode()}))
    assert parsed.fault is not None
    assert (parsed.fault.code, parsed.subject) == ("message.bad_header", "")


def test_a_remedy_may_name_a_letter_whose_offset_has_many_digits() -> None:
    headers = {
        **HEADERS,
        "ce_type": DiscardDeadLetters.wire_type.encode(),
        "ce_subject": b"filings.ccb:0:12345678",
    }
    parsed = parser().parse(raw(b"{}", headers, topic="intake.commands"))
    assert parsed.fault is None
    assert parsed.subject == "filings.ccb:0:12345678"


def test_a_filing_is_not_refused_for_its_subject() -> None:
    for subject in (b"R/2026:00000001", b"x" * 300):
        parsed = parser().parse(raw(headers={**HEADERS, "ce_subject": subject}))
        assert parsed.fault is None


def test_a_long_source_names_no_field_of_a_document() -> None:
    parsed = parser().parse(event({**EVENT_HEADERS, "ce_source": b"/" + b"x" * 200}))
    assert parsed.fault is not None
    assert (parsed.fault.code, parsed.source) == ("message.bad_header", "")


def test_a_subject_hears_a_bounded_number_of_sources() -> None:
    """A sender with a new source for each message made the document of a case longer for ever."""
    world = World()
    for number in range(limits.SOURCES + 20):
        world.run([world.log.event("a1", 2 if number % 2 else 1, source=f"/s/{number}")])
    document = world.rows("streams")["a1"]
    assert len({*document["seen"], *document["held"]}) == limits.SOURCES
    assert world.reasons() == ["message.too_many_sources"] * 20
    world.run([world.log.event("a1", 2, source="/s/0")])
    assert world.rows("streams")["a1"]["seen"]["/s/0"] == 2


# A command is known by its source and its id --------------------------------------------------------


def test_two_sources_may_use_one_id() -> None:
    """The second one's command vanished."""
    world = World()
    for source in ("/banks/a", "/banks/b", "/banks/a"):
        message = world.log.message(COMMANDS, "a1", Ask(amount=1), id="c-1", source=source, at=NOW)
        world.run([message])
    assert world.state("a1").total == 2
    both = [
        world.log.message(ROSTERS, "r1", Ask(amount=1), id="c-1", source=f"/s/{n}", at=NOW) for n in (1, 2, 1)
    ]
    world.run(both)
    assert world.state("r1").total == 2


def test_a_command_handled_before_the_upgrade_has_no_second_effect() -> None:
    world = World()
    world.database.rows.setdefault("commands", {})["c-1"] = {"_id": "c-1", "subject": "a1", "at": NOW}
    world.run([world.log.command("a1", Ask(amount=1), id="c-1")])
    assert "a1" not in world.rows("streams")


# Letters of shortened records -----------------------------------------------------------------------


def test_a_shortened_letter_cannot_be_redriven_but_discarded() -> None:
    world = World()
    large = world.log.event("a1", 1)
    world.run([replace(large, value=b" " * 2 * MB), world.log.event("a1", 2)])
    assert world.reasons() == ["message.too_large", "case.parked"]
    world.run([world.log.command("a1", RedriveDeadLetters(), id="r-1")])
    assert world.reasons() == ["message.too_large", "case.parked"]
    letter = world.letters()[0]
    assert letter["tries"] == 2
    assert len(letter["record"]["value"]) == limits.FIRST_BYTES
    world.run([world.log.command("a1", DiscardDeadLetters(letters=(letter["_id"],)), id="d-1")])
    world.run([world.log.command("a1", RedriveDeadLetters(), id="r-2")])
    assert world.letters() == []
    assert world.rows("streams")["a1"]["seen"] == {SOURCE: 2}


# Time -------------------------------------------------------------------------------------------------


def slow(by: timedelta) -> Parser:
    return Parser(
        time=TimeSource.BROKER, max_bytes=100_000, future=timedelta(minutes=5), now=lambda: NOW - by
    )


def stamped(record: Raw, at: datetime) -> Raw:
    return replace(record, timestamp=int(at.timestamp() * 1000))


def test_a_reader_whose_own_clock_is_slow_takes_the_brokers_word() -> None:
    """Ten minutes slow, a reader put every case aside."""
    now = NOW.isoformat().encode()
    for kind in (raw(headers={**HEADERS, "ce_time": now}), event({**EVENT_HEADERS, "ce_time": now})):
        assert slow(timedelta(minutes=10)).parse(stamped(kind, NOW)).fault is None
        early = stamped(kind, NOW - timedelta(minutes=10))
        fault = slow(timedelta(minutes=10)).parse(early).fault
        assert fault is not None
        assert fault.code == "time.in_future"


def test_a_letter_from_the_future_stays_one_before_its_time_has_come() -> None:
    """Redriven at once, it passed: what was looked at was the broker's time alone."""
    ahead = (NOW + timedelta(hours=1)).isoformat().encode()
    for kind in (raw(headers={**HEADERS, "ce_time": ahead}), event({**EVENT_HEADERS, "ce_time": ahead})):
        first = parser().parse(stamped(kind, NOW))
        assert first.fault is not None
        again = parser().parse(stamped(kind, NOW), at=first.at)
        assert again.fault is not None
        later = Parser(
            time=TimeSource.BROKER, max_bytes=100_000, future=timedelta(minutes=5),
            now=lambda: datetime(2026, 6, 1, 2, tzinfo=UTC),
        )  # fmt: skip
        assert later.parse(stamped(kind, NOW), at=first.at).fault is None
