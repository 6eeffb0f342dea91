"""Mediation by hand, in the limit form: `python -m bench.twins.mediation`.

Cases and rosters, sequences of intake's events, ids of what it sends itself, history with digests, due
times, watermarks and outbox, one transaction a batch: what the service writes, without the runtime.
What the measured flow never needs (holds, dead letters, timers) raises instead.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import uvloop
from aiokafka import TopicPartition

from bench.twins.intake import BATCH, POLL_MS, begin, moved_by
from bench.twins.rows import (
    Cause,
    Moved,
    Work,
    append,
    outbox_row,
    published_writes,
    stream_row,
    stream_writes,
    watermark_writes,
)
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
from shared.contracts.topics import DESIGNATIONS, EVENT_TOPICS, ROSTERS
from shared.network.load import load_network
from shared.runtime.base.partitioner import partition_of
from shared.runtime.base.settings import Settings

INTAKE = EVENT_TOPICS["intake"]

Read = tuple[str, str, Any, str, dict[str, bytes], datetime]
"""A record: its topic, subject, body, id, headers and time."""


class Batch:
    """What a batch becomes: rows of streams and history, ids taken in, messages."""

    def __init__(self, stored: dict[str, Document], known: set[str]) -> None:
        self.stored = stored
        self.known = known
        self.documents: dict[str, Document] = {}
        self.changed: set[str] = set()
        self.history: list[Document] = []
        self.commands: list[Document] = []
        self.out: list[Out] = []
        self.rows: dict[str, dict[str, Document]] = {}
        self.now = datetime.now(UTC)


class Mediation:
    """The decisions of a batch, and the rows and messages that come of it.

    Attributes:
        service: For which it stands in.
        topics: What it reads.
        own: Collections that it writes besides those of every service, with their indexes.
    """

    service = "mediation"
    topics: tuple[str, ...] = (INTAKE, ROSTERS, DESIGNATIONS)
    own: Mapping[str, Sequence[tuple[str, ...]]] = {}

    def __init__(self, settings: Settings) -> None:
        made = handlers(load_network(settings.network))
        self.streams: dict[str, Any] = {"case": made.case, "roster": made.roster}
        self.begin(settings)

    def begin(self, settings: Settings) -> None:
        """Begin with nothing read."""
        self.source, self.topic = f"/suyuan/{self.service}", EVENT_TOPICS[self.service]
        self.partitions = settings.partitions
        self.watermarks: dict[tuple[str, int], int] = {}
        self.validators = {name: cls.__pydantic_validator__.validate_json for name, cls in REGISTRY.items()}
        self.actors: dict[str, Actor] = {}
        self.number = 0

    def read(self, batch: dict[TopicPartition, list[Any]]) -> list[Read]:
        """Validate the records of a batch that are new."""
        out: list[Read] = []
        for tp, records in batch.items():
            mark = self.watermarks[tp.topic, tp.partition]
            for record in records:
                if record.offset <= mark:
                    continue
                headers = dict(record.headers)
                body = self.validators[headers["ce_type"].decode()](record.value)
                subject = self.subject(tp.topic, record.key, body, headers)
                at = datetime.fromisoformat(headers["ce_time"].decode())
                out.append((tp.topic, subject, body, headers["ce_id"].decode(), headers, at))
        return out

    def subject(self, topic: str, key: bytes, body: Any, headers: dict[str, bytes]) -> str:
        """Return what a message leads to."""
        if topic == ROSTERS:
            return key.decode()
        return str(body.case) if topic == DESIGNATIONS else headers["ce_subject"].decode()

    def kind(self, topic: str, body: Any) -> str:
        """Return the kind of subject that a message leads to."""
        return "roster" if topic == ROSTERS else "case"

    def settle(self, read: list[Read], batch: Batch) -> None:
        """Decide a batch, message by message."""
        documents = batch.documents
        for topic, subject, body, id_, headers, at in read:
            correlation = headers["ce_correlationid"].decode()
            document = documents.get(subject)
            if document is None:
                kind = self.kind(topic, body)
                document = documents[subject] = self.load(kind, subject, correlation, headers, batch)
            source, sequence = headers["ce_source"].decode(), int(headers["ce_sequence"])
            if not take(topic, document, source, sequence, id_, batch):
                continue
            actor_text = headers["ce_actor"].decode()
            actor = self.actors.get(actor_text)
            if actor is None:
                actor = self.actors[actor_text] = Actor.parse(actor_text)
            causation = headers["ce_causationid"].decode()
            message = Received(body, id_, source, subject, at, actor, causation, sequence)
            state = document["state"]
            if document.get("due") is not None and document["due"] <= at:
                raise RuntimeError("a timer is due")
            stream = self.streams[document["kind"]]
            events = stream.decide(state, message)
            if events:
                cause = Cause(correlation, id_, actor_text, at.isoformat())
                self.apply(stream, document, events, at, cause, batch)
            self.keep(stream, document, message, state, events, batch)

    def keep(
        self, stream: Any, document: Document, message: Received, before: Any, events: Any, batch: Batch
    ) -> None:
        """Keep what a message says besides its events; of these flows nothing."""

    def load(
        self, kind: str, subject: str, correlation: str, headers: dict[str, bytes], batch: Batch
    ) -> Document:
        """Return the row of a subject with its state, or of one that begins."""
        document = batch.stored.get(subject)
        if document is None:
            trace, partition = headers["traceparent"].decode(), partition_of(subject, self.partitions)
            return stream_row(subject, kind, partition, trace.split("-")[1], correlation)
        if document["state"] is not None:
            model = self.streams[document["kind"]].state
            document["state"] = model.__pydantic_validator__.validate_json(document["state"])
        return document

    def apply(
        self, stream: Any, document: Document, events: Any, at: datetime, cause: Cause, batch: Batch
    ) -> None:
        """Append the events of a message to its stream, with the messages that they are."""
        subject, state, out = document["_id"], document["state"], batch.out
        batch.changed.add(subject)
        key = subject.encode()
        for event in events:
            state = stream.evolve(state, event, at)
            row, value, fields = append(document, event, cause, self.source)
            batch.history.append(row)
            out.append(Out(self.topic, document["partition"], key, value, fields))
            for delivery in event.also:
                other = subject if delivery.key is None else str(getattr(event, delivery.key))
                out.append(
                    Out(delivery.topic, partition_of(other, self.partitions), other.encode(), value, fields)
                )
        document["state"] = state
        if stream.due is not None:
            due = stream.due(state)
            if due is None:
                document.pop("due", None)
            else:
                document["due"] = due

    def writes(self, batch: Batch, moved: Moved, gone: list[str]) -> tuple[list[Work], str | None]:
        """Return the writes of a batch, and the id of its outbox row, if it has one."""
        work = [watermark_writes(moved), *stream_writes(batch.documents[one] for one in batch.changed)]
        outbox_id: str | None = None
        if batch.history:
            work.append(({"insert": "history", "documents": batch.history}, None))
            self.number += 1
            row = outbox_row(self.number, batch.history, moved)
            outbox_id = row["_id"]
            work.append(({"insert": "outbox", "documents": [row]}, None))
        if batch.commands:
            work.append(({"update": "commands", "updates": batch.commands}, None))
        work += [({"update": name, "updates": rows}, None) for name, rows in self.rows(batch)]
        return work + published_writes(gone), outbox_id

    def rows(self, batch: Batch) -> Iterable[tuple[str, list[Document]]]:
        """Return the changes of collections of its own."""
        return ()


def take(topic: str, document: Document, source: str, sequence: int, id_: str, batch: Batch) -> bool:
    """Tell whether a message is new, and note it: intake's by its sequence, its own by their ids."""
    subject = document["_id"]
    if topic == INTAKE:
        seen = document["seen"].get(source, 0)
        if sequence <= seen:
            return False
        if sequence != seen + 1:
            raise RuntimeError("a message came early")
        document["seen"][source] = sequence
        batch.changed.add(subject)
        return True
    if id_ in batch.known:
        return False
    batch.known.add(id_)
    row = {"_id": id_, "subject": subject, "at": batch.now}
    batch.commands.append({"q": {"_id": id_}, "u": row, "upsert": True})
    return True


async def load_batch(db: Any, read: list[Read]) -> Batch:
    """Read the streams and the ids that a batch refers to."""
    subjects = list({row[1] for row in read})
    ids = [row[3] for row in read if row[0] != INTAKE]
    found = await db["streams"].find({"_id": {"$in": subjects}}, batch_size=2000).to_list(None)
    known: set[str] = set()
    if ids:
        rows = await db["commands"].find({"_id": {"$in": ids}}, {"_id": 1}, batch_size=2000).to_list(None)
        known = {row["_id"] for row in rows}
    return Batch({row["_id"]: row for row in found}, known)


async def run(settings: Settings, twin: Mediation) -> None:
    """Take batches until killed: a batch is published while the next one is decided."""
    client, db = await database(settings, twin.service, twin.own)
    sender = await producer(settings)
    reader = await consumer(settings, f"twin.{twin.service}", twin.topics)
    spare_the_collector()
    publishing: asyncio.Task[None] | None = None
    published: list[str] = []

    async def behind(out: list[Out], row: str | None, moved: Moved) -> None:
        await publish_packed(sender, out)
        if row is not None:
            published.append(row)
        await reader.commit({TopicPartition(*place): to + 1 for place, (_, to) in moved.items()})

    while True:
        records = await reader.getmany(timeout_ms=POLL_MS, max_records=BATCH)
        if not records:
            continue
        await begin(db, twin.watermarks, records)
        moved = moved_by(records, twin.watermarks)
        read = twin.read(records)
        batch = await load_batch(db, read)
        twin.settle(read, batch)
        gone = published[:]
        work, outbox_id = twin.writes(batch, moved, gone)
        await transaction(client, db, work)
        del published[: len(gone)]
        twin.watermarks.update({place: to for place, (_, to) in moved.items()})
        if publishing is not None:
            await publishing
        publishing = asyncio.create_task(behind(batch.out, outbox_id, moved))


if __name__ == "__main__":
    given = Settings()
    uvloop.run(run(given, Mediation(given)))
