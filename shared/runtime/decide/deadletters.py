"""Dead letters and holds: a record kept as it came, with its reason, and the way back."""

import base64
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from shared.contracts.topics import dead_letters_topic
from shared.runtime.base.documents import Document
from shared.runtime.base.records import Fault, Parsed, Raw, Record
from shared.runtime.decide.history import Outgoing
from shared.runtime.decide.sealed_records import SAID, SEALED, is_sealed, letter_key

_LONGEST_STACK = 16_000
WAITING: Final = "waiting"
REDRIVEN: Final = "redriven"
DISCARDED: Final = "discarded"


def letter_id(record: Record | Raw) -> str:
    """Return the id of a dead letter: where the record came from."""
    return f"{record.topic}:{record.partition}:{record.offset}"


def kept(record: Record | Raw) -> Document:
    """Return a record as a sub-document, headers and value as they came."""
    return {
        "topic": record.topic,
        "partition": record.partition,
        "offset": record.offset,
        "timestamp": record.timestamp,
        "key": record.key,
        "value": record.value,
        "headers": [[name, value] for name, value in record.headers],
    }


def raw(document: Document) -> Raw:
    """Return a kept record."""
    return Raw(
        topic=document["topic"],
        partition=document["partition"],
        offset=document["offset"],
        timestamp=document["timestamp"],
        key=document["key"],
        value=document["value"],
        headers=tuple((name, value) for name, value in document["headers"]),
    )


def time_of(document: Document) -> datetime | None:
    """Return the business time of a dead letter or hold, exactly as it was resolved.

    It is kept as text: a BSON date would cut it to milliseconds and forget its zone, and with them
    would change what follows from the message.
    """
    text = document["time"]
    return None if text is None else datetime.fromisoformat(text)


def place_of(row: Document) -> tuple[str, int, int]:
    """Return the sort key of letters: by subject in their order, without a subject by offset."""
    return row["subject"], row["order"], row["record"]["offset"]


def _shown(at: datetime | None) -> datetime | None:
    """Return a time as a date of the database; ``None`` for one that no calendar of it reaches."""
    try:
        return None if at is None else at.astimezone(UTC)
    except OverflowError:
        return None


def faults_of(fault: Fault) -> list[Document]:
    """Return everything that is wrong, as it is kept with a letter."""
    return [one.model_dump(mode="json") for one in fault.faults]


def letter(
    parsed: Parsed, fault: Fault, *, subject: str, order: int, now: datetime, about: Sequence[str] = ()
) -> Document:
    """Return the row of a dead letter.

    Args:
        parsed: The message, as far as it could be read.
        fault: Why it is here.
        subject: The subject that it parks; empty when it concerns none that is known.
        order: Its place among the subject's letters.
        now: When it was put here.
        about: Under which ids the case may stand whose data these are, where it has no subject.
    """
    return {
        "_id": letter_id(parsed.record),
        "status": WAITING,
        "subject": subject,
        "order": order,
        "reason": fault.code,
        "detail": fault.detail,
        "faults": faults_of(fault),
        "stack": fault.stack[-_LONGEST_STACK:],
        "type": parsed.type,
        "message": parsed.id,
        "organisation": parsed.actor.organisation,
        "at": _shown(parsed.at),
        "time": None if parsed.at is None else parsed.at.isoformat(),
        "buried_at": now,
        "tries": 1,
        "record": kept(parsed.record),
        **({"unproven": True} if parsed.unproven else {}),
        **({"about": list(about)} if about else {}),
    }


def outgoing(service: str, row: Document) -> Outgoing:
    """Return the message on the dead-letter topic: the record as it is kept, with reason and origin.

    Of a sealed letter the value is what was sealed; it opens with the letter's key alone, so this copy ends
    when the letter's data end.
    """
    record = row["record"]
    headers: list[tuple[str, bytes | None]] = [(name, value) for name, value in record["headers"]]
    headers += [
        ("suyuan-reason", row["reason"].encode()),
        ("suyuan-subject", row["subject"].encode()),
        ("suyuan-origin", row["_id"].encode()),
    ]
    if is_sealed(row):
        said = base64.b64encode(row[SAID])
        headers += [("suyuan-sealed", letter_key(row["_id"]).encode()), ("suyuan-said", said)]
        return Outgoing(dead_letters_topic(service), 0, row["_id"].encode(), record[SEALED], headers)
    headers += [("suyuan-detail", row["detail"].encode()), ("suyuan-stack", row["stack"].encode())]
    return Outgoing(dead_letters_topic(service), 0, record["key"], record["value"], headers)


def hold_id(subject: str, source: str, sequence: int) -> str:
    """Return the id of a held message."""
    return f"{subject}|{source}|{sequence:08d}"


def hold(parsed: Parsed, subject: str, source: str, number: int, now: datetime) -> Document:
    """Return the row of a message that came too early.

    Args:
        parsed: The message.
        subject: Whose turn it waits for.
        source: Whose numbers count.
        number: Its own.
        now: When it was put here.
    """
    return {
        "_id": hold_id(subject, source, number),
        "subject": subject,
        "source": source,
        "sequence": number,
        "at": _shown(parsed.at),
        "time": None if parsed.at is None else parsed.at.isoformat(),
        "held_at": now,
        "record": kept(parsed.record),
    }
