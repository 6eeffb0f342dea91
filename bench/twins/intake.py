"""Intake by hand: `python -m bench.twins.intake plain|limit|limit-each`.

Both do for each batch of 500 what the service does: the same filings in, the same events out with
the same headers, the same history with digests, states, personal data, watermarks and outbox, in one
transaction of the majority; an idempotent producer with acks=all; offsets committed afterwards.
Only the code around the decision differs: written here in one piece, for this one service.
"""

import asyncio
import hashlib
import sys
import time
from collections.abc import Callable, Coroutine, Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Any

import uvloop
from aiokafka import TopicPartition

from bench.twins.wires import (
    Document,
    Out,
    consumer,
    database,
    producer,
    publish_each,
    publish_packed,
    spare_the_collector,
    transaction,
)
from services.intake.handlers import case_stream, without_raw_data
from services.intake.rules import party_token
from shared.casework.case_ids import case_id
from shared.casework.protocol import Received
from shared.contracts.envelope import Actor
from shared.contracts.intake import FileDispute
from shared.network.load import load_network
from shared.runtime.base.partitioner import partition_of
from shared.runtime.base.settings import Settings

SOURCE = "/suyuan/intake"
TOPIC = "intake.events"
BATCH = 500
POLL_MS = 5


class Intake:
    """The decisions of a batch, and the rows and messages that come of it."""

    def __init__(self, settings: Settings) -> None:
        self.network = load_network(settings.network)
        self.stream = case_stream(self.network)
        key = settings.party_key.get_secret_value().encode()
        self.token = lambda number: party_token(key, number)
        self.partitions = settings.partitions
        self.watermarks: dict[tuple[str, int], int] = {}
        self.validate = FileDispute.__pydantic_validator__.validate_json
        self.actors: dict[bytes, Actor] = {}
        self.number = 0

    def read(self, batch: dict[TopicPartition, list[Any]]) -> list[tuple[Any, ...]]:
        """Validate the records of a batch that are new."""
        out = []
        for tp, records in batch.items():
            mark = self.watermarks.get((tp.topic, tp.partition), -1)
            for record in records:
                if record.offset <= mark:
                    continue
                headers = dict(record.headers)
                filing = self.validate(record.value)
                if tp.topic != "filings." + filing.institution:
                    raise ValueError("a filing on another institution's topic")
                datetime.fromisoformat(headers["ce_time"].decode())
                text = headers["ce_actor"]
                actor = self.actors.get(text)
                if actor is None:
                    actor = self.actors[text] = Actor.parse(text.decode())
                out.append(
                    (
                        case_id(filing.institution, filing.reference),
                        without_raw_data(filing, self.token),
                        filing.party,
                        headers["ce_id"].decode(),
                        headers["ce_correlationid"].decode(),
                        headers["ce_source"].decode(),
                        datetime.fromtimestamp(record.timestamp / 1000, UTC),
                        actor,
                        text.decode(),
                    )
                )
        return out

    def settle(
        self, read: list[tuple[Any, ...]], stored: dict[str, Document]
    ) -> tuple[dict[str, Document], list[Document], dict[str, Document], list[Out]]:
        """Decide a batch: states, history rows, personal data and messages."""
        states: dict[str, Document] = {}
        history: list[Document] = []
        raw: dict[str, Document] = {}
        out: list[Out] = []
        stream = self.stream
        for subject, filing, party, id_, correlation, source, at, actor, actor_text in read:
            document = states.get(subject)
            if document is None:
                document = states[subject] = stored.get(subject) or {
                    "_id": subject,
                    "kind": "case",
                    "partition": partition_of(subject, self.partitions),
                    "revision": 0,
                    "version": 0,
                    "state": None,
                    "seen": {},
                    "tip": "",
                    "trace": hashlib.sha256(subject.encode()).hexdigest()[:32],
                    "first": correlation,
                }
                text = document["state"]
                if isinstance(text, str):
                    document["state"] = stream.state.__pydantic_validator__.validate_json(text)
            case = document["state"]
            message = Received(filing, id_, source, subject, at, actor)
            events = stream.decide(case, message)
            if not events:
                continue
            time_text = at.isoformat()
            for event in events:
                case = stream.evolve(case, event, at)
                document["version"] = version = document["version"] + 1
                value = event.__pydantic_serializer__.to_json(event)
                row_id = f"{subject}:{version:08d}"
                before = document["tip"]
                digest = hashlib.sha256(
                    "\n".join(
                        (
                            before,
                            row_id,
                            event.wire_type,
                            time_text,
                            correlation,
                            id_,
                            actor_text,
                            value.decode(),
                        )
                    ).encode()
                ).hexdigest()
                document["tip"] = digest
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
                        "value": value.decode(),
                        "before": before,
                        "digest": digest,
                        "trace": trace,
                    }
                )
                key = subject.encode()
                headers = [
                    ("ce_specversion", b"1.0"),
                    ("ce_id", f"{subject}:{version}@{SOURCE}".encode()),
                    ("ce_source", b"/suyuan/intake"),
                    ("ce_type", event.wire_type.encode()),
                    ("ce_subject", key),
                    ("ce_time", time_text.encode()),
                    ("ce_sequence", str(version).encode()),
                    ("ce_correlationid", correlation.encode()),
                    ("ce_causationid", id_.encode()),
                    ("ce_actor", actor_text.encode()),
                    ("traceparent", trace.encode()),
                    ("content-type", b"application/json"),
                ]
                out.append(Out(TOPIC, document["partition"], key, value, headers))
            document["state"] = case
            if party is not None:
                raw[subject] = party.model_dump()
        return states, history, raw, out

    def commands(
        self,
        states: dict[str, Document],
        history: list[Document],
        raw: dict[str, Document],
        moved: dict[tuple[str, int], tuple[int, int]],
    ) -> Iterator[tuple[Document, int | None]]:
        """Yield the writes of a batch, but for the outbox."""
        marks = [
            {
                "q": {"_id": f"{topic}:{partition}", "offset": old},
                "u": {"_id": f"{topic}:{partition}", "offset": new},
            }
            for (topic, partition), (old, new) in moved.items()
        ]
        yield {"update": "watermarks", "updates": marks}, len(marks)
        new, changed = [], []
        for document in states.values():
            revision = document["revision"]
            document["revision"] = revision + 1
            document["state"] = document["state"].__pydantic_serializer__.to_json(document["state"]).decode()
            if revision:
                changed.append({"q": {"_id": document["_id"], "revision": revision}, "u": document})
            else:
                new.append(document)
        if changed:
            yield {"update": "streams", "updates": changed}, len(changed)
        if new:
            yield {"insert": "streams", "documents": new}, None
        if history:
            yield {"insert": "history", "documents": history}, None
        if raw:
            rows = [{"q": {"_id": k}, "u": {"_id": k, **row}, "upsert": True} for k, row in raw.items()]
            yield {"update": "personal_data", "updates": rows}, None

    def outbox(self, history: list[Document], origins: list[str]) -> Document:
        """Return the one outbox row of a batch."""
        self.number += 1
        return {
            "_id": f"{time.time_ns():020d}.twin.{self.number}",
            "origins": origins,
            "rows": [row["_id"] for row in history],
            "letters": [],
        }


def moved_by(
    batch: dict[TopicPartition, list[Any]], watermarks: dict[tuple[str, int], int]
) -> dict[tuple[str, int], tuple[int, int]]:
    """Return the watermarks that a batch moves: from, to."""
    return {
        (tp.topic, tp.partition): (watermarks[tp.topic, tp.partition], records[-1].offset)
        for tp, records in batch.items()
    }


async def begin(database: Any, twin: Intake, batch: dict[TopicPartition, list[Any]]) -> None:
    """Make the watermarks of partitions that are met for the first time."""
    for tp, records in batch.items():
        if (tp.topic, tp.partition) not in twin.watermarks:
            mark = twin.watermarks[tp.topic, tp.partition] = records[0].offset - 1
            await database["watermarks"].insert_one({"_id": f"{tp.topic}:{tp.partition}", "offset": mark})


async def limit(settings: Settings, *, packed: bool = True) -> None:
    """History is the outbox, and a batch is published while the next one is decided.

    Args:
        settings: Where.
        packed: Publish one record batch per partition, instead of message by message.
    """
    twin = Intake(settings)
    publish = publish_packed if packed else publish_each
    client, db = await database(settings, "intake", ("personal_data",))
    sender = await producer(settings)
    reader = await consumer(settings, "twin.intake", [one.filings_topic for one in twin.network.institutions])
    spare_the_collector()
    publishing: asyncio.Task[None] | None = None
    published: list[str] = []

    async def behind(out: list[Out], row: str, moved: dict[tuple[str, int], tuple[int, int]]) -> None:
        await publish(sender, out)
        published.append(row)
        await reader.commit({TopicPartition(*place): to + 1 for place, (_, to) in moved.items()})

    while True:
        batch = await reader.getmany(timeout_ms=POLL_MS, max_records=BATCH)
        if not batch:
            continue
        await begin(db, twin, batch)
        moved = moved_by(batch, twin.watermarks)
        read = twin.read(batch)
        ids = list({row[0] for row in read})
        found = await db["streams"].find({"_id": {"$in": ids}}, batch_size=2000).to_list(None)
        states, history, raw, out = twin.settle(read, {row["_id"]: row for row in found})
        row = twin.outbox(history, [f"{topic}:{partition}" for topic, partition in moved])
        gone = published[:]
        commands = [
            *twin.commands(states, history, raw, moved),
            ({"insert": "outbox", "documents": [row]}, None),
        ]
        if gone:
            deletes = [{"q": {"_id": {"$in": gone}}, "limit": 0}]
            commands.append(({"delete": "outbox", "deletes": deletes}, None))
        await transaction(client, db, commands)
        del published[: len(gone)]
        twin.watermarks.update({place: to for place, (_, to) in moved.items()})
        if publishing is not None:
            await publishing
        publishing = asyncio.create_task(behind(out, row["_id"], moved))


async def plain(settings: Settings) -> None:
    """An outbox row per event, and each step waits for the one before."""
    twin = Intake(settings)
    client, db = await database(settings, "intake", ("personal_data",))
    sender = await producer(settings)
    reader = await consumer(settings, "twin.intake", [one.filings_topic for one in twin.network.institutions])
    gone: list[str] = []
    while True:
        batch = await reader.getmany(timeout_ms=POLL_MS, max_records=BATCH)
        if not batch:
            continue
        await begin(db, twin, batch)
        moved = moved_by(batch, twin.watermarks)
        read = twin.read(batch)
        ids = list({row[0] for row in read})
        found = await db["streams"].find({"_id": {"$in": ids}}, batch_size=2000).to_list(None)
        states, history, raw, out = twin.settle(read, {row["_id"]: row for row in found})
        waiting = [
            {
                "_id": row["_id"],
                "topic": m.topic,
                "partition": m.partition,
                "key": m.key,
                "value": m.value,
                "headers": [list(header) for header in m.headers],
            }
            for row, m in zip(history, out, strict=True)
        ]
        commands = list(twin.commands(states, history, raw, moved))
        if waiting:
            commands.append(({"insert": "outbox", "documents": waiting}, None))
        if gone:
            deletes = [{"q": {"_id": {"$in": gone}}, "limit": 0}]
            commands.append(({"delete": "outbox", "deletes": deletes}, None))
        await transaction(client, db, commands)
        twin.watermarks.update({place: to for place, (_, to) in moved.items()})
        await publish_each(sender, out)
        gone = [row["_id"] for row in waiting]
        await reader.commit({TopicPartition(*place): to + 1 for place, (_, to) in moved.items()})


FORMS: dict[str, Callable[[Settings], Coroutine[Any, Any, None]]] = {
    "plain": plain,
    "limit": limit,
    "limit-each": partial(limit, packed=False),
}


def main() -> None:
    """Run the twin that the first argument names."""
    uvloop.run(FORMS[sys.argv[1]](Settings()))


if __name__ == "__main__":
    main()
