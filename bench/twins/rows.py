"""The rows and headers that the twins write by hand, as the services write them."""

import time
from collections.abc import Iterable
from typing import Any, NamedTuple

from bench.twins.wires import Document
from shared.contracts import canonical

Header = tuple[str, bytes]
Moved = dict[tuple[str, int], tuple[int, int]]
"""Topic and partition: the watermark before a batch, and after."""
Work = tuple[Document, int | None]
"""A command for the database, and how many rows it must match, where it is guarded."""


class Cause(NamedTuple):
    """What the events of a message take over from it."""

    correlation: str
    id: str
    actor: str
    time: str


def stream_row(subject: str, kind: str, partition: int, trace: str, correlation: str) -> Document:
    """Return the row of a stream without events."""
    return {
        "_id": subject,
        "kind": kind,
        "partition": partition,
        "revision": 0,
        "version": 0,
        "state": None,
        "seen": {},
        "tip": "",
        "trace": trace,
        "first": correlation,
    }


def append(document: Document, event: Any, cause: Cause, source: str) -> tuple[Document, bytes, list[Header]]:
    """Append an event to its stream: its row of history, and its value and headers on the wire."""
    subject, before = document["_id"], document["tip"]
    document["version"] = version = document["version"] + 1
    value = event.__pydantic_serializer__.to_json(event)
    text = value.decode()
    row_id = f"{subject}:{version:08d}"
    told = (before, row_id, event.wire_type, cause.time, cause.correlation, cause.id, cause.actor, text)
    digest = document["tip"] = "2:" + canonical.digest("suyuan/history/2", *told).hex()
    trace = f"00-{document['trace']}-{digest[2:18]}-01"
    row = {
        "_id": row_id,
        "type": event.wire_type,
        "time": cause.time,
        "partition": document["partition"],
        "correlation": cause.correlation,
        "causation": cause.id,
        "actor": cause.actor,
        "value": text,
        "before": before,
        "digest": digest,
        "trace": trace,
    }
    headers = [
        ("ce_specversion", b"1.0"),
        ("ce_id", f"{subject}:{version}@{source}".encode()),
        ("ce_source", source.encode()),
        ("ce_type", event.wire_type.encode()),
        ("ce_subject", subject.encode()),
        ("ce_time", cause.time.encode()),
        ("ce_sequence", str(version).encode()),
        ("ce_correlationid", cause.correlation.encode()),
        ("ce_causationid", cause.id.encode()),
        ("ce_actor", cause.actor.encode()),
        ("traceparent", trace.encode()),
        ("content-type", b"application/json"),
    ]
    return row, value, headers


def watermark_writes(moved: Moved) -> Work:
    """Return the guarded move of the watermarks."""
    marks = []
    for (topic, partition), (old, new) in moved.items():
        id_ = f"{topic}:{partition}"
        marks.append({"q": {"_id": id_, "offset": old}, "u": {"_id": id_, "offset": new}})
    return {"update": "watermarks", "updates": marks}, len(marks)


def stream_writes(documents: Iterable[Document]) -> list[Work]:
    """Return the writes of streams, those that were there guarded by their revision."""
    new, changed = [], []
    for document in documents:
        revision, state = document["revision"], document["state"]
        document["revision"] = revision + 1
        if state is not None:
            document["state"] = state.__pydantic_serializer__.to_json(state).decode()
        if revision:
            changed.append({"q": {"_id": document["_id"], "revision": revision}, "u": document})
        else:
            new.append(document)
    work: list[Work] = []
    if changed:
        work.append(({"update": "streams", "updates": changed}, len(changed)))
    if new:
        work.append(({"insert": "streams", "documents": new}, None))
    return work


def outbox_row(number: int, history: list[Document], moved: Moved) -> Document:
    """Return the one outbox row of a batch, which names its rows of history."""
    return {
        "_id": f"{time.time_ns():020d}.twin.{number}",
        "origins": [f"{topic}:{partition}" for topic, partition in moved],
        "rows": [row["_id"] for row in history],
        "letters": [],
    }


def published_writes(gone: list[str]) -> list[Work]:
    """Return the deletion of outbox rows that are published."""
    if not gone:
        return []
    return [({"delete": "outbox", "deletes": [{"q": {"_id": {"$in": gone}}, "limit": 0}]}, None)]
