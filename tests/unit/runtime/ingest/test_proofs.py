"""Who a message is from: what must be signed, what a key may say, and what is left of a forgery."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.contracts.common import DiscardDeadLetters
from shared.contracts.envelope import Actor, Envelope, headers
from shared.network.keys import Key, Keys
from shared.network.load import load_network
from shared.runtime.base.keyring import Keyring
from shared.runtime.base.records import NOBODY, Parsed, Raw
from shared.runtime.base.settings import DEFAULT_NETWORK, TimeSource
from shared.runtime.base.signing import Signer, proof_of
from shared.runtime.ingest.parser import Parser
from shared.runtime.ingest.proofs import FRESH, Proofs
from tests.support.runtime.records import raw

NETWORK = load_network(DEFAULT_NETWORK)
NOW = datetime(2026, 6, 1, tzinfo=UTC)
BEFORE = NOW - timedelta(days=30)
PORTAL, INTAKE, OPERATOR, COURT, STRANGER = (
    Signer(id, id.encode().ljust(32, b"-")) for id in ("portal-1", "intake-1", "op-1", "court-1", "portal-9")
)
OWNERS = {"portal-1": "portal", "intake-1": "intake", "op-1": "p-operator-1", "court-1": "fengtai-court"}
MINE = Actor("fengtai-court", "p-operator-1", "operator")
CLERK = Actor("people-mediation", "p-people-1", "organisation_clerk")
THE_COURT = Actor("fengtai-court", "", "court")


def key(signer: Signer, **more: Any) -> Key:
    fields = {
        "id": signer.id,
        "owner": OWNERS[signer.id],
        "use": "messages",
        "public": signer.public,
        "since": BEFORE,
    }
    return Key.model_validate(fields | more)


KEYS = Keys(tuple(key(one) for one in (PORTAL, INTAKE, OPERATOR, COURT)))


def parser(keys: Keys = KEYS, *, replay: bool = False) -> Parser:
    return Parser(
        time=TimeSource.REPLAY if replay else TimeSource.BROKER,
        max_bytes=10_000,
        future=timedelta(minutes=5),
        now=lambda: NOW,
        proofs=Proofs(Keyring(keys), NETWORK, replay=replay),
    )


def sent(
    signer: Signer | None = PORTAL,
    *,
    actor: Actor = MINE,
    topic: str = "intake.commands",
    source: str = "/x",
    time: datetime = NOW,
    stored: datetime = NOW,
    seen: int | None = None,
    change: dict[str, bytes] | None = None,
    value: bytes = b"{}",
    key: bytes = b"s",
    after: dict[str, Any] | None = None,
) -> Raw:
    """Return a command as the broker stored it; what is changed is changed after it was signed."""
    sequence = 1 if topic == "court.inbound" else None
    made = Envelope(
        "c-1",
        source,
        DiscardDeadLetters.wire_type,
        "s",
        time,
        sequence,
        "c-1",
        "",
        actor,
        "",
        version_seen=seen,
    )
    named = dict(headers(made))
    if signer is not None:
        named |= [proof_of(signer, topic, key, named.items(), value)]
    named |= change or {}
    fields: dict[str, Any] = {"topic": topic, "key": key, "value": value} | (after or {})
    return Raw(
        fields["topic"],
        0,
        7,
        int(stored.timestamp() * 1000),
        fields["key"],
        fields["value"],
        tuple(named.items()),
    )


def fault(record: Raw, keys: Keys = KEYS, *, replay: bool = False) -> str | None:
    parsed = parser(keys, replay=replay).parse(record)
    assert parsed.unproven is (parsed.fault is not None and parsed.fault.code.startswith("proof."))
    return None if parsed.fault is None else parsed.fault.code


def believed(record: Raw) -> Parsed:
    parsed = parser().parse(record)
    assert parsed.fault is None, parsed.fault
    return parsed


def test_a_command_that_the_portal_signs_is_that_of_whoever_it_let_in() -> None:
    for actor in (MINE, CLERK, Actor("sy1x", "respondent", "party")):
        assert believed(sent(actor=actor)).actor == actor


def test_a_command_without_a_signature_is_nobodys() -> None:
    parsed = parser().parse(sent(None))

    assert parsed.fault is not None
    assert (parsed.fault.code, parsed.actor, parsed.unproven) == ("proof.missing", NOBODY, True)
    assert "fengtai-court/p-operator-1/operator" in parsed.fault.detail


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ce_id", b"c-2"),
        ("ce_source", b"/y"),
        ("ce_type", b"suyuan.common.redrive-dead-letters.v1"),
        ("ce_subject", b"t"),
        ("ce_time", b"2026-05-31T23:00:00+00:00"),
        ("ce_actor", b"fengtai-court/p-operator-2/operator"),
        ("ce_correlationid", b"c-2"),
        ("ce_causationid", b"c-0"),
        ("ce_versionseen", b"4"),
        ("ce_sequence", b"2"),
    ],
)
def test_whatever_counts_of_a_message_cannot_be_changed_once_it_is_signed(name: str, value: bytes) -> None:
    assert fault(sent(seen=3, change={name: value})) == "proof.wrong"


@pytest.mark.parametrize(
    "after", [{"value": b'{"letters": []}'}, {"value": b""}, {"key": b"t"}, {"topic": "mediation.commands"}]
)
def test_a_signature_is_one_of_this_value_key_and_topic(after: dict[str, Any]) -> None:
    assert fault(sent(after=after)) == "proof.wrong"


def test_a_trace_may_change_on_the_way() -> None:
    trace = {"traceparent": b"00-" + b"a" * 32 + b"-" + b"b" * 16 + b"-01"}

    assert fault(sent(change=trace)) is None


@pytest.mark.parametrize(
    ("proof", "code"),
    [
        (b"", "proof.missing"),
        (b"portal-1", "proof.malformed"),
        (b"portal-1.%", "proof.malformed"),
        (b"portal-1." + b"A" * 86, "proof.wrong"),
        (b"portal-7." + b"A" * 86, "proof.unknown_key"),
    ],
)
def test_what_is_no_signature_is_told_apart(proof: bytes, code: str) -> None:
    assert fault(sent(change={"ce_proof": proof})) == code


def test_a_stranger_signs_nothing_even_under_the_id_of_a_known_key() -> None:
    forged = Signer("portal-1", b"f" * 32)

    assert fault(sent(STRANGER)) == "proof.unknown_key"
    assert fault(sent(forged)) == "proof.wrong"


@pytest.mark.parametrize(
    ("signer", "actor", "topic", "speaks"),
    [
        (OPERATOR, MINE, "intake.commands", True),
        (OPERATOR, MINE, "mediation.commands", True),
        (OPERATOR, CLERK, "mediation.commands", False),
        (OPERATOR, Actor("fengtai-court", "p-operator-1", "judge"), "mediation.commands", False),
        (OPERATOR, Actor("fengtai-court", "p-operator-2", "operator"), "mediation.commands", False),
        (OPERATOR, Actor("ccb", "p-operator-1", "operator"), "mediation.commands", False),
        (OPERATOR, THE_COURT, "court.inbound", False),
        (PORTAL, CLERK, "mediation.commands", True),
        (PORTAL, THE_COURT, "court.inbound", False),
        (INTAKE, CLERK, "intake.commands", True),
        (INTAKE, CLERK, "mediation.commands", False),
        (INTAKE, THE_COURT, "court.inbound", False),
        (COURT, MINE, "intake.commands", False),
        (COURT, THE_COURT, "mediation.commands", False),
        (COURT, THE_COURT, "court.inbound", True),
        (COURT, Actor("ccb", "", "court"), "court.inbound", False),
    ],
)
def test_a_key_speaks_for_its_owner_where_its_owner_speaks(
    signer: Signer, actor: Actor, topic: str, speaks: bool
) -> None:
    record = sent(signer, actor=actor, topic=topic, source="/courts/fengtai-court")
    code = fault(record)

    # What the court says of letters is no answer of it; what counts here is that it is believed to be its.
    assert (code != "proof.wrong_speaker") is speaks


def test_the_court_speaks_as_itself_alone() -> None:
    record = sent(COURT, actor=THE_COURT, topic="court.inbound", source="/courts/other")

    assert fault(record) == "proof.wrong_speaker"


def test_a_key_counts_by_the_time_of_the_broker_and_not_by_what_the_sender_says() -> None:
    revoked = Keys((key(PORTAL, revoked=NOW - timedelta(hours=1)),))

    backdated = sent(time=NOW - timedelta(hours=2))
    before = sent(time=NOW - timedelta(hours=2), stored=NOW - timedelta(hours=2))

    assert fault(backdated, revoked) == "proof.key_not_valid"
    assert fault(before, revoked) is None


def test_an_old_command_is_not_taken_again_when_its_id_may_be_forgotten() -> None:
    old = NOW - FRESH - timedelta(seconds=1)

    assert fault(sent(time=old)) == "proof.too_old"
    assert fault(sent(time=NOW - FRESH)) is None
    assert fault(sent(time=old, stored=old)) is None
    assert fault(sent(time=old), replay=True) is None


def test_what_was_stored_before_signatures_were_asked_for_is_taken_as_it_was() -> None:
    since = Keys(KEYS.all, signed_since=NOW)

    assert fault(sent(None, stored=NOW - timedelta(milliseconds=1)), since) is None
    assert fault(sent(None, stored=NOW), since) == "proof.missing"


def test_of_a_message_that_cannot_be_checked_nothing_is_believed() -> None:
    twice = sent()
    twice = Raw(**{**_fields(twice), "headers": (*twice.headers, ("ce_id", b"c-2"))})
    unreadable = sent(None, change={"ce_correlationid": b"\xff"})
    large = sent(value=b'{"letters": ["' + b"x" * 20_000 + b'"]}')

    for record in (twice, unreadable, large):
        parsed = parser().parse(record)
        assert parsed.fault is not None
        assert (parsed.unproven, parsed.actor) == (True, NOBODY)


def _fields(record: Raw) -> dict[str, Any]:
    return {name: getattr(record, name) for name in Raw.__slots__}


@pytest.mark.parametrize(
    ("said", "person"),
    [
        (b"", ""),
        (b"ccb//institution_agent", ""),
        (b"ccb/p-ccb-1/institution_agent", "p-ccb-1"),
        (b"ccb/p-ccb-1/judge", "p-ccb-1"),
        (b"abc/p-abc-1/institution_agent", ""),
        (b"fengtai-court/p-judge-1/judge", ""),
        (b"system//timer", ""),
    ],
)
def test_who_files_is_whose_topic_it_is_whatever_the_header_says(said: bytes, person: str) -> None:
    for read in (parser(), parser(Keys())):
        parsed = read.parse(raw(headers={**_filing(), "ce_actor": said}))
        assert parsed.actor == Actor("ccb", person, "institution_agent")


def _filing() -> dict[str, bytes | None]:
    from tests.support.runtime.records import HEADERS

    return dict(HEADERS)
