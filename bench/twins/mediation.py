"""Mediation by hand, in the limit form: `python -m bench.twins.mediation`.

Cases and rosters, sequences of intake's events, ids of its own copies, history with digests, due
times, watermarks and outbox, one transaction a batch: what the service writes, without the runtime.
What the measured flow never needs (holds, dead letters, timers) raises instead.
"""

import asyncio
import hashlib
import time
from datetime import UTC, datetime
from typing import Any

import uvloop
from aiokafka import TopicPartition

from bench.twins.intake import BATCH, POLL_MS, moved_by
from bench.twins.wires import (
    Document,
    Out,
    consumer,
    database,
    producer,
    publish_packed,
    spare_the_collector,
    transaction,
)
from services.mediation.handlers import handlers
from shared.casework.protocol import Received
from shared.contracts.envelope import Actor
from shared.contracts.message import REGISTRY
from shared.contracts.topics import DESIGNATIONS, ROSTERS
from shared.network.load import load_network
from shared.runtime.base.partitioner import partition_of
from shared.runtime.base.settings import Settings

SOURCE = "/suyuan/mediation"
TOPIC = "mediation.events"
INTAKE = "intake.events"


async def run(settings: Settings) -> None:
    """Take batches until killed."""
    network = load_network(settings.network)
    made = handlers(network)
    streams: dict[str, Any] = {"case": made.case, "roster": made.roster}
    client, db = await database(settings, "mediation")
    sender = await producer(settings)
    reader = await consumer(settings, "twin.mediation", (INTAKE, ROSTERS, DESIGNATIONS))
    spare_the_collector()
    validators = {name: cls.__pydantic_validator__.validate_json for name, cls in REGISTRY.items()}
    watermarks: dict[tuple[str, int], int] = {}
    actors: dict[str, Actor] = {}
    publishing: asyncio.Task[None] | None = None
    published: list[str] = []
    number = 0

    async def behind(out: list[Out], row: str | None, moved: dict[tuple[str, int], tuple[int, int]]) -> None:
        await publish_packed(sender, out)
        if row is not None:
            published.append(row)
        await reader.commit({TopicPartition(*place): to + 1 for place, (_, to) in moved.items()})

    while True:
        batch = await reader.getmany(timeout_ms=POLL_MS, max_records=BATCH)
        if not batch:
            continue
        for tp, records in batch.items():
            if (tp.topic, tp.partition) not in watermarks:
                mark = watermarks[tp.topic, tp.partition] = records[0].offset - 1
                await db["watermarks"].insert_one({"_id": f"{tp.topic}:{tp.partition}", "offset": mark})
        moved = moved_by(batch, watermarks)

        read = []
        subjects, ids = set(), []
        for tp, records in batch.items():
            mark = watermarks[tp.topic, tp.partition]
            for record in records:
                if record.offset <= mark:
                    continue
                headers = dict(record.headers)
                body = validators[headers["ce_type"].decode()](record.value)
                id_ = headers["ce_id"].decode()
                if tp.topic == ROSTERS:
                    subject = record.key.decode()
                elif tp.topic == DESIGNATIONS:
                    subject = body.case
                else:
                    subject = headers["ce_subject"].decode()
                if tp.topic != INTAKE:
                    ids.append(id_)
                subjects.add(subject)
                at = datetime.fromisoformat(headers["ce_time"].decode())
                read.append((tp.topic, subject, body, id_, headers, at))

        found = await db["streams"].find({"_id": {"$in": list(subjects)}}, batch_size=2000).to_list(None)
        stored = {row["_id"]: row for row in found}
        known: set[str] = set()
        if ids:
            rows = await db["commands"].find({"_id": {"$in": ids}}, {"_id": 1}, batch_size=2000).to_list(None)
            known = {row["_id"] for row in rows}

        documents: dict[str, Document] = {}
        changed: set[str] = set()
        history: list[Document] = []
        commands: list[Document] = []
        out: list[Out] = []
        now = datetime.now(UTC)
        for topic, subject, body, id_, headers, at in read:
            correlation = headers["ce_correlationid"].decode()
            document = documents.get(subject)
            if document is None:
                document = stored.get(subject)
                if document is None:
                    document = {
                        "_id": subject,
                        "kind": "roster" if topic == ROSTERS else "case",
                        "partition": partition_of(subject, settings.partitions),
                        "revision": 0,
                        "version": 0,
                        "state": None,
                        "seen": {},
                        "tip": "",
                        "trace": headers["traceparent"].decode().split("-")[1],
                        "first": correlation,
                    }
                elif document["state"] is not None:
                    model = streams[document["kind"]].state
                    document["state"] = model.__pydantic_validator__.validate_json(document["state"])
                documents[subject] = document
            source = headers["ce_source"].decode()
            sequence = int(headers["ce_sequence"])
            if topic == INTAKE:
                seen = document["seen"].get(source, 0)
                if sequence <= seen:
                    continue
                if sequence != seen + 1:
                    raise RuntimeError("a message came early")
                document["seen"][source] = sequence
                changed.add(subject)
            else:
                if id_ in known:
                    continue
                known.add(id_)
                commands.append(
                    {"q": {"_id": id_}, "u": {"_id": id_, "subject": subject, "at": now}, "upsert": True}
                )
            actor_text = headers["ce_actor"].decode()
            actor = actors.get(actor_text)
            if actor is None:
                actor = actors[actor_text] = Actor.parse(actor_text)
            causation = headers["ce_causationid"].decode()
            message = Received(body, id_, source, subject, at, actor, causation, sequence)
            state = document["state"]
            if document.get("due") is not None and document["due"] <= at:
                raise RuntimeError("a timer is due")
            stream = streams[document["kind"]]
            events = stream.decide(state, message)
            if not events:
                continue
            changed.add(subject)
            time_text = at.isoformat()
            key = subject.encode()
            for event in events:
                state = stream.evolve(state, event, at)
                document["version"] = version = document["version"] + 1
                value = event.__pydantic_serializer__.to_json(event)
                text = value.decode()
                row_id = f"{subject}:{version:08d}"
                before = document["tip"]
                told = (before, row_id, event.wire_type, time_text, correlation, id_, actor_text, text)
                digest = document["tip"] = hashlib.sha256("\n".join(told).encode()).hexdigest()
                trace = f"00-{document['trace']}-{digest[:16]}-01"
                history.append(
                    {
                        "_id": row_id,
                        "type": event.wire_type,
                        "time": time_text,
                        "partition": document["partition"],
                        "correlation": correlation,
                        "causation": id_,
                        "actor": actor_text,
                        "value": text,
                        "before": before,
                        "digest": digest,
                        "trace": trace,
                    }
                )
                fields = [
                    ("ce_specversion", b"1.0"),
                    ("ce_id", f"{subject}:{version}@{SOURCE}".encode()),
                    ("ce_source", b"/suyuan/mediation"),
                    ("ce_type", event.wire_type.encode()),
                    ("ce_subject", key),
                    ("ce_time", time_text.encode()),
                    ("ce_sequence", str(version).encode()),
                    ("ce_correlationid", headers["ce_correlationid"]),
                    ("ce_causationid", headers["ce_id"]),
                    ("ce_actor", headers["ce_actor"]),
                    ("traceparent", trace.encode()),
                    ("content-type", b"application/json"),
                ]
                out.append(Out(TOPIC, document["partition"], key, value, fields))
                for copy in event.copies:
                    other = subject if copy.key is None else str(getattr(event, copy.key))
                    place = partition_of(other, settings.partitions)
                    out.append(Out(copy.topic, place, other.encode(), value, fields))
            document["state"] = state
            if stream.due is not None:
                due = stream.due(state)
                if due is None:
                    document.pop("due", None)
                else:
                    document["due"] = due

        marks = [
            {"q": {"_id": f"{t}:{p}", "offset": old}, "u": {"_id": f"{t}:{p}", "offset": new}}
            for (t, p), (old, new) in moved.items()
        ]
        work: list[tuple[Document, int | None]] = [({"update": "watermarks", "updates": marks}, len(marks))]
        fresh, updates = [], []
        for subject in changed:
            document = documents[subject]
            revision = document["revision"]
            document["revision"] = revision + 1
            state = document["state"]
            if state is not None:
                document["state"] = state.__pydantic_serializer__.to_json(state).decode()
            if revision:
                updates.append({"q": {"_id": subject, "revision": revision}, "u": document})
            else:
                fresh.append(document)
        if updates:
            work.append(({"update": "streams", "updates": updates}, len(updates)))
        if fresh:
            work.append(({"insert": "streams", "documents": fresh}, None))
        outbox_id: str | None = None
        if history:
            work.append(({"insert": "history", "documents": history}, None))
            number += 1
            outbox_id = f"{time.time_ns():020d}.twin.{number}"
            row = {
                "_id": outbox_id,
                "origins": [f"{t}:{p}" for t, p in moved],
                "rows": [one["_id"] for one in history],
                "letters": [],
            }
            work.append(({"insert": "outbox", "documents": [row]}, None))
        if commands:
            work.append(({"update": "commands", "updates": commands}, None))
        gone = published[:]
        if gone:
            work.append(({"delete": "outbox", "deletes": [{"q": {"_id": {"$in": gone}}, "limit": 0}]}, None))
        await transaction(client, db, work)
        del published[: len(gone)]
        watermarks.update({place: to for place, (_, to) in moved.items()})
        if publishing is not None:
            await publishing
        publishing = asyncio.create_task(behind(out, outbox_id, moved))


if __name__ == "__main__":
    uvloop.run(run(Settings()))
