"""From a Kafka record to a valid message, or to the reason why it is none; never an exception."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta

from pydantic import ValidationError

from shared.contracts.common import DiscardDeadLetters, RedriveDeadLetters
from shared.contracts.envelope import Actor
from shared.contracts.faults import MOST, FieldFault, close_to, code_of, faults_of, in_one_line
from shared.contracts.kinds import Role
from shared.contracts.language import belongs, topics_of
from shared.contracts.message import REGISTRY, Message
from shared.contracts.topics import FILINGS_PREFIX, Identity, rule_of
from shared.runtime.base import limits
from shared.runtime.base.records import NOBODY, Fault, Parsed, Raw, Record
from shared.runtime.base.settings import TimeSource
from shared.runtime.ingest.proofs import Proofs

Now = Callable[[], datetime]
_Validate = Callable[[bytes], Message]
_PLACES: set[tuple[str, str]] = set()
_VALIDATORS: dict[str, tuple[type[Message], _Validate]] = {}
_LONGEST_DETAIL = 2000
_A_TIME = "2026-03-01T09:00:00+08:00"
_MOST_ACTORS, _LONGEST_ACTOR = 10_000, 128
"""What is remembered of actors: 1.3 MB of their headers."""
_LONGEST_SLOW = timedelta(days=1)
"""How slow the clock of a reader may be before it believes no broker."""
_LIKE_AN_EVENT = re.compile(r":\d{8,}\Z")
"""The end of a history row's id: a subject that ends so would stand in another one's history."""
_ABOUT_LETTERS = (RedriveDeadLetters.wire_type, DiscardDeadLetters.wire_type)
"""Types whose subject may be the id of a dead letter, which ends like that of an event."""


class Parser:
    """Parses records tolerantly.

    Args:
        time: Whether the broker's time or the message's own counts for what comes from outside.
        max_bytes: Largest value that is accepted.
        future: How far ahead of ``now`` a time may lie.
        now: The clock.
        proofs: Checks what must be signed; ``None`` for a client that only reads.
    """

    def __init__(
        self,
        *,
        time: TimeSource,
        max_bytes: int,
        future: timedelta,
        now: Now,
        proofs: Proofs | None = None,
    ) -> None:
        """Keep the limits."""
        self._replay = time is TimeSource.REPLAY
        self._max_bytes = max_bytes
        self._future = future
        self._now = now
        self._proofs = proofs
        self._latest = now() + future
        self._actors: dict[bytes, Actor] = {}
        self._filing: dict[tuple[str, Actor], Actor] = {}

    def parse(self, record: Record | Raw, *, at: datetime | None = None) -> Parsed:
        """Parse one record.

        Args:
            record: As Kafka gave it, or as it was kept.
            at: Business time that was resolved before, for a record that was kept.

        Returns:
            The message, or what can be said of it and the fault.
        """
        parsed = Parsed(record, rule_of(record.topic))
        # Until it has proven whose it is, whatever else goes wrong on the way.
        parsed.unproven = parsed.rule.proof and self._proofs is not None
        try:
            headers = dict(record.headers)
            if not self._is_ordinary(record, headers):
                headers = self._usable(parsed)
            whole = parsed.fault is None
            self._envelope(parsed, headers, at)
            self._speaker(parsed, headers, whole=whole)
            if parsed.fault is None:
                self._body(parsed, record.value)
            elif whole:
                parsed.fault = parsed.fault.and_also(_fault_of_value(parsed.type, record.value))
        except UnicodeDecodeError as error:
            parsed.fault = Fault("message.header_not_utf8", f"byte {error.start} of a header or the key")
        except Exception as error:  # noqa: BLE001 - whatever it is, it concerns this record alone
            parsed.fault = Fault("message.bad_header", f"it cannot be read: {type(error).__name__}")
        if parsed.unproven:
            parsed.actor = NOBODY
        return parsed

    def _is_ordinary(self, record: Record | Raw, headers: dict[str, bytes | None]) -> bool:
        """Say whether nothing of a record is large or ambiguous, as cheaply as it can be said."""
        key, value = record.key, record.value
        try:
            text = len("".join(headers)) + len(b"".join(headers.values()))  # type: ignore[arg-type]
        except TypeError:  # a null
            return False
        return (
            text <= limits.ATTRIBUTE_BYTES
            and len(headers) == len(record.headers)
            and len(headers) <= limits.HEADERS
            and (value is None or len(value) <= self._max_bytes)
            and (key is None or len(key) <= limits.KEY_BYTES)
            and limits.SHORTENED not in headers
        )

    def _usable(self, parsed: Parsed) -> dict[str, bytes | None]:
        """Return the headers that can be relied on; shorten a record over a limit, and note the fault."""
        record = parsed.record
        most = limits.ATTRIBUTE_BYTES if parsed.rule.entry else limits.HEADER_BYTES
        why = limits.excess(record.key, record.value, record.headers, self._max_bytes, most)
        if why is not None:
            key, value, kept = limits.shortened(
                record.key, record.value, record.headers, self._max_bytes, why, most
            )
            record = parsed.record = Raw(
                record.topic, record.partition, record.offset, record.timestamp, key, value, tuple(kept)
            )
        note = limits.read_note(record.headers)
        if note is not None:
            parsed.fault = Fault(note.code, note.detail)
        out: dict[str, bytes | None] = {}
        repeated: dict[str, bool] = {}
        for name, value in limits.usable(record.headers, attribute=most):
            if name in out:
                repeated[name] = repeated.get(name, False) or out[name] != value
            out.setdefault(name, value)
        for name, differ in repeated.items():
            # W3C Trace Context: of several, none counts. A trace is never a reason to refuse a message.
            if name.startswith("ce_") or name == "content-type":
                parsed.fault = parsed.fault or Fault("message.duplicate_header", f"{name} stands twice")
            if differ:
                del out[name]
        if limits.SHORTENED in out:
            del out[limits.SHORTENED]
            parsed.fault = parsed.fault or Fault("message.bad_header", f"{limits.SHORTENED} is ours alone")
        return out

    def _envelope(self, parsed: Parsed, headers: dict[str, bytes | None], at: datetime | None) -> None:
        record = parsed.record
        get = headers.get
        if None in headers.values():
            name = next(name for name, value in headers.items() if value is None)
            parsed.fault = parsed.fault or Fault("message.header_not_utf8", f"header {name} is null")
            headers = {name: value for name, value in headers.items() if value is not None}
            get = headers.get
        # Everything that names the case is read first: a fault further on can then park it.
        key = record.key or b""
        # Of a key that was too large only the beginning is left: it names nothing.
        shortened = parsed.fault is not None and len(key) >= limits.FIRST_BYTES
        parsed.key = "" if shortened else key.decode()
        parsed.id = (get("ce_id") or b"").decode()
        parsed.source = (get("ce_source") or b"").decode()
        parsed.subject = (get("ce_subject") or b"").decode() or parsed.key
        parsed.type = (get("ce_type") or b"").decode()
        self._names(parsed)
        sequence = get("ce_sequence")
        if sequence is not None and sequence.isdigit() and len(sequence) < 12:
            parsed.sequence = int(sequence)
        parsed.correlation = (get("ce_correlationid") or b"").decode()
        parsed.causation = (get("ce_causationid") or b"").decode()
        actor = get("ce_actor") or b""
        known = self._actors.get(actor)
        if known is None:
            known = Actor.parse(actor.decode())
            if len(actor) <= _LONGEST_ACTOR and len(self._actors) < _MOST_ACTORS:
                self._actors[actor] = known
        parsed.actor = known
        parsed.traceparent = (get("traceparent") or b"").decode("ascii", "replace")
        seen = get("ce_versionseen")
        if seen is not None:
            parsed.version_seen = int(seen) if seen.isdigit() and len(seen) < 12 else -1
        found = (
            parsed.fault,
            self._time(parsed, get("ce_time"), at),
            *_missing(parsed, headers),
            _roleless(parsed, actor),
        )
        if any(found):
            first, *others = [one for one in found if one is not None]
            for other in others:
                first = first.and_also(other)
            parsed.fault = first

    def _speaker(self, parsed: Parsed, headers: dict[str, bytes | None], *, whole: bool) -> None:
        """Hold who a message is from to what cannot be written by others: its topic, or a signature."""
        if parsed.rule.identity is Identity.SUBJECT:
            parsed.actor = self._who_files(parsed.record.topic, parsed.actor)
        if self._proofs is None:
            return
        if (fault := self._proofs.not_theirs(parsed)) is not None:
            parsed.unproven, parsed.fault = True, fault.and_also(parsed.fault)
            return
        # Of a record over a limit, or with a header twice, nothing can be checked.
        if not parsed.unproven or not whole:
            return
        fault = self._proofs.fault(parsed, headers)
        parsed.unproven = fault is not None
        if fault is not None:
            parsed.fault = fault.and_also(parsed.fault)

    def _who_files(self, topic: str, said: Actor) -> Actor:
        """Return who files on a topic; there are few, and many filings of each."""
        known = self._filing.get((topic, said))
        if known is None:
            known = _of_the_topic(topic, said)
            if (
                len(said.organisation) + len(said.person) <= _LONGEST_ACTOR
                and len(self._filing) < _MOST_ACTORS
            ):
                self._filing[topic, said] = known
        return known

    def _names(self, parsed: Parsed) -> None:
        """Take only names that can be kept: they become ids and names of fields in the database."""
        source, subject = parsed.source, parsed.subject
        if len(source) > limits.SOURCE_LENGTH or not source.isprintable():
            what = f"ce_source has control characters, or more than {limits.SOURCE_LENGTH} characters"
            parsed.source = ""
            parsed.fault = parsed.fault or Fault("message.bad_header", what)
        if not parsed.id.isprintable():
            parsed.id = ""
            parsed.fault = parsed.fault or Fault("message.bad_header", "ce_id has control characters")
        if len(subject) <= limits.SUBJECT_LENGTH and subject.isprintable():
            if "|" not in subject and (":" not in subject or not _LIKE_AN_EVENT.search(subject)):
                return
            if parsed.type in _ABOUT_LETTERS:
                return
        if parsed.rule.identity is Identity.SUBJECT:
            # A filing names its dispute in its content: what stands here decides nothing.
            parsed.subject = ""
            return
        what = f"ce_subject has control characters, |, or more than {limits.SUBJECT_LENGTH} characters"
        if _LIKE_AN_EVENT.search(subject):
            what = "ce_subject ends like the id of an event; it is the id of a case alone"
        parsed.subject = ""
        parsed.fault = parsed.fault or Fault("message.bad_header", what)

    def _time(self, parsed: Parsed, claim: bytes | None, at: datetime | None) -> Fault | None:
        claimed: datetime | None = None
        if claim is not None:
            text = claim.decode()
            try:
                claimed = datetime.fromisoformat(text.upper())  # RFC 3339 allows t and z
            except ValueError:
                return _of("ce_time", "message.bad_header", "ce_time is no RFC 3339 time", _A_TIME)
            if claimed.tzinfo is None:
                return _of("ce_time", "time.no_zone", "ce_time has no zone", _A_TIME)
        if at is not None:
            parsed.at = at
            # A letter from the future stays one until its time has come.
            return self._in_future(parsed, at if claimed is None or claimed < at else claimed)
        if not parsed.rule.entry or self._replay:
            if claimed is None and not parsed.rule.entry:
                return _of("ce_time", "message.missing_header", "ce_time is missing")
            parsed.at = claimed or _broker_time(parsed.record)
        else:
            parsed.at = _broker_time(parsed.record)
        return self._in_future(parsed, parsed.at if claimed is None or claimed < parsed.at else claimed)

    def _in_future(self, parsed: Parsed, at: datetime) -> Fault | None:
        """Say that a time lies too far ahead of the clock here and of the broker's time of the record.

        Either clock may be slow; the one here is only looked at when that may matter. A broker's time
        that lies ahead itself says nothing.
        """
        if at <= self._latest:
            return None
        self._latest = self._now() + self._future
        if at <= self._latest:
            return None
        stored = _broker_time(parsed.record)
        if at <= stored + self._future and stored <= self._latest + _LONGEST_SLOW:
            return None
        return _of("ce_time", "time.in_future", f"{at} is after {self._latest}")

    def _body(self, parsed: Parsed, value: bytes | None) -> None:
        if value is None:
            parsed.fault = Fault("message.null", "the value is null")
            return
        if not value:
            parsed.fault = Fault("message.empty", "the value has no bytes")
            return
        known = _VALIDATORS.get(parsed.type) or _validator(parsed.type)
        if known is None:
            parsed.fault = _unknown(parsed.type)
            return
        cls, validate = known
        try:
            parsed.body = validate(value)
        except ValidationError as error:
            parsed.fault = _validation_fault(error, cls, value)
            return
        topic = parsed.record.topic
        if (parsed.type, topic) not in _PLACES and not _belongs(cls, topic):
            parsed.body = None
            parsed.fault = _of(
                "ce_type", "message.wrong_topic", f"{parsed.type} on {topic}", *sorted(topics_of(cls))
            )


def _belongs(cls: type[Message], topic: str) -> bool:
    """Say whether a message travels on a topic; what does is remembered."""
    found = belongs(cls, topic)
    if found and len(_PLACES) < 10_000:
        _PLACES.add((cls.wire_type, topic))
    return found


def _of_the_topic(topic: str, said: Actor) -> Actor:
    """Return who files on an institution's topic: itself; whom of its people it names is its own affair."""
    institution = topic.removeprefix(FILINGS_PREFIX)
    person = said.person if said.organisation in ("", institution) else ""
    return Actor(institution, person, Role.INSTITUTION_AGENT.value)


def _broker_time(record: Record | Raw) -> datetime:
    return datetime.fromtimestamp(record.timestamp / 1000, UTC)


def _missing(parsed: Parsed, headers: dict[str, bytes | None]) -> Iterable[Fault]:
    """Return what an envelope lacks, or has in another form than it must."""
    whole = parsed.id and parsed.source and parsed.type and parsed.subject and parsed.version_seen != -1
    in_order = parsed.sequence or parsed.rule.identity is not Identity.SEQUENCE
    if whole and in_order and headers.get("ce_specversion") == b"1.0":
        return ()
    return _lacking(parsed, headers)


def _lacking(parsed: Parsed, headers: dict[str, bytes | None]) -> Iterator[Fault]:
    for name in ("ce_specversion", "ce_id", "ce_source", "ce_type"):
        if not headers.get(name):
            yield _of(name, "message.missing_header", f"{name} is missing")
    if headers.get("ce_specversion") not in (b"1.0", b"", None):
        yield _of("ce_specversion", "message.bad_header", "ce_specversion is not 1.0", "1.0")
    if parsed.rule.identity is Identity.SEQUENCE and not parsed.sequence:
        yield _of("ce_sequence", "message.missing_header", "ce_sequence is missing or no number from 1")
    if not parsed.subject and parsed.rule.identity is not Identity.SUBJECT:
        yield _of("ce_subject", "message.missing_header", "ce_subject is missing")
    if parsed.version_seen == -1:
        yield _of("ce_versionseen", "message.bad_header", "ce_versionseen is no number")


def _roleless(parsed: Parsed, actor: bytes) -> Fault | None:
    """Say that somebody from outside names an organisation or a person, but not in which role they act."""
    if parsed.actor.role or not actor.strip(b"/") or not parsed.rule.entry:
        return None
    return _of("ce_actor", "actor.no_role", "ce_actor names no role", "organisation/person/role")


def _validator(wire_type: str) -> tuple[type[Message], _Validate] | None:
    cls = REGISTRY.get(wire_type)
    if cls is None:
        return None
    known = (cls, cls.__pydantic_validator__.validate_json)
    _VALIDATORS[wire_type] = known
    return known


def _unknown(wire_type: str) -> Fault:
    stem, _, version = wire_type.rpartition(".v")
    versions = sorted(known for known in REGISTRY if stem and known.rpartition(".v")[0] == stem)
    if versions:
        detail = f"version {version[:20]} of {stem[:100]}"
        return _of("ce_type", "message.unknown_version", detail, *versions)
    return _of("ce_type", "message.unknown_type", wire_type[:120], *close_to(wire_type, REGISTRY))


def _fault_of_value(wire_type: str, value: bytes | None) -> Fault | None:
    """Return what is wrong with a value whose headers are wrong as well, so that all is told at once."""
    known = _validator(wire_type)
    if known is None or not value:
        return _unknown(wire_type) if known is None and wire_type else None
    cls, validate = known
    try:
        validate(value)
    except ValidationError as error:
        return _validation_fault(error, cls, value)
    return None


def _validation_fault(error: ValidationError, cls: type[Message], value: bytes) -> Fault:
    faults = faults_of(error, cls, value)
    detail = in_one_line(faults)[:_LONGEST_DETAIL]
    if (count := error.error_count()) > MOST:
        detail = f"{count} fields do not fit"
    return Fault(code_of(faults), detail, faults=faults)


def _of(header: str, code: str, detail: str, *hints: str) -> Fault:
    """Return the fault of one header."""
    return Fault(code, detail, faults=(FieldFault(code=code, field=header, hints=hints),))
