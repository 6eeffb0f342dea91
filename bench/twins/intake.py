"""Intake by hand: `python -m bench.twins.intake plain|limit|limit-each`.

Both do for each batch of 500 what the service does: the same filings in, the same events out with
the same headers, the same history with digests, states, personal data, watermarks and outbox, in one
transaction of the majority; an idempotent producer with acks=all; offsets committed afterwards. What is
registered comes back by the topic of the matching, and is compared with what its respondent has already.
Only the code around the decision differs: written here in one piece, for this one service.
"""

import asyncio
import hashlib
import sys
from collections.abc import Callable, Coroutine, Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Any

import uvloop
from aiokafka import TopicPartition

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
    publish_each,
    publish_packed,
    spare_the_collector,
    transaction,
)
from services.intake.handlers import case_stream, matches_stream, without_raw_data
from services.intake.rules import KeyedHashes
from shared.casework.protocol import Received
from shared.contracts.envelope import Actor
from shared.contracts.intake import DisputeRegistered, FileDispute
from shared.contracts.topics import EVENT_TOPICS, MATCHES, filings_topic
from shared.network.load import load_network
from shared.runtime.base.partitioner import partition_of
from shared.runtime.base.settings import Settings
from shared.runtime.base.vault import Vault

SOURCE = "/suyuan/intake"
TOPIC = EVENT_TOPICS["intake"]
BATCH = 500
POLL_MS = 5


class Intake:
    """The decisions of a batch, and the rows and messages that come of it."""

    def __init__(self, settings: Settings) -> None:
        self.network = load_network(settings.network)
        self.stream = case_stream(self.network)
        self.matching = matches_stream(self.network)
        key = settings.party_key.get_secret_value().encode()
        self.hashes = KeyedHashes(key)
        self.vault = Vault.of(settings.personal_keys.get_secret_value())
        self.partitions = settings.partitions
        self.watermarks: dict[tuple[str, int], int] = {}
        self.validate = FileDispute.__pydantic_validator__.validate_json
        self.registered = DisputeRegistered.__pydantic_validator__.validate_json
        self.actors: dict[bytes, Actor] = {}
        self.topics = [MATCHES, *(one.filings_topic for one in self.network.institutions)]
        self.number = 0

    def read(self, batch: dict[TopicPartition, list[Any]]) -> list[tuple[Any, ...]]:
        """Validate the records of a batch that are new."""
        out = []
        for tp, records in batch.items():
            if tp.topic == MATCHES:
                continue
            mark = self.watermarks.get((tp.topic, tp.partition), -1)
            for record in records:
                if record.offset <= mark:
                    continue
                headers = dict(record.headers)
                filing = self.validate(record.value)
                if tp.topic != filings_topic(filing.institution):
                    raise ValueError("a filing on another institution's topic")
                datetime.fromisoformat(headers["ce_time"].decode())
                text = headers["ce_actor"]
                actor = self.actors.get(text)
                if actor is None:
                    actor = self.actors[text] = Actor.parse(text.decode())
                out.append(
                    (
                        self.hashes.case(filing.institution, filing.reference),
                        without_raw_data(filing, self.hashes),
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

    def read_matches(self, batch: dict[TopicPartition, list[Any]]) -> list[tuple[str, Received]]:
        """Validate what was registered, and say with whose disputes it is compared."""
        out = []
        for tp, records in batch.items():
            mark = self.watermarks.get((tp.topic, tp.partition), -1)
            for record in records if tp.topic == MATCHES else ():
                if record.offset <= mark:
                    continue
                headers = dict(record.headers)
                subject = self.hashes.matches(record.key.decode())
                message = Received(
                    self.registered(record.value),
                    headers["ce_id"].decode(),
                    headers["ce_source"].decode(),
                    subject,
                    datetime.fromisoformat(headers["ce_time"].decode()),
                    Actor.parse(headers["ce_actor"].decode()),
                    sequence=int(headers["ce_sequence"]),
                )
                out.append((subject, message))
        return out

    def match(
        self,
        read: list[tuple[str, Received]],
        stored: dict[str, Document],
        states: dict[str, Document],
    ) -> None:
        """Add the states in which disputes are kept for those that come later; here none is the same."""
        decide, absorb = self.matching.decide, self.matching.absorb
        assert absorb is not None
        for subject, message in read:
            document = states.get(subject)
            if document is None:
                document = states[subject] = self.load(subject, stored, message.id, "matches")
            assert not list(decide(document["state"], message)), "the twins do not merge"
            document["state"] = absorb(document["state"], message)

    def settle(
        self, read: list[tuple[Any, ...]], stored: dict[str, Document]
    ) -> tuple[dict[str, Document], list[Document], dict[str, Document], list[Out]]:
        """Decide a batch: states, history rows, personal data and messages."""
        states: dict[str, Document] = {}
        history: list[Document] = []
        raw: dict[str, Document] = {}
        out: list[Out] = []
        decide, evolve = self.stream.decide, self.stream.evolve
        for subject, filing, party, id_, correlation, source, at, actor, actor_text in read:
            document = states.get(subject)
            if document is None:
                document = states[subject] = self.load(subject, stored, correlation)
            case = document["state"]
            events = decide(case, Received(filing, id_, source, subject, at, actor))
            if not events:
                continue
            cause = Cause(correlation, id_, actor_text, at.isoformat())
            key = subject.encode()
            for event in events:
                case = evolve(case, event, at)
                row, value, headers = append(document, event, cause, SOURCE)
                history.append(row)
                out.append(Out(TOPIC, document["partition"], key, value, headers))
                if isinstance(event, DisputeRegistered) and event.party_token:
                    place = partition_of(event.party_token, self.partitions)
                    out.append(Out(MATCHES, place, event.party_token.encode(), value, headers))
            document["state"] = case
            if party is not None:
                raw[subject] = self.vault.seal(subject, party.model_dump_json().encode())
        return states, history, raw, out

    def load(
        self, subject: str, stored: dict[str, Document], correlation: str, kind: str = "case"
    ) -> Document:
        """Return the row of a subject with its state, or of one that begins."""
        document = stored.get(subject)
        if document is None:
            trace = hashlib.sha256(subject.encode()).hexdigest()[:32]
            return stream_row(subject, kind, partition_of(subject, self.partitions), trace, correlation)
        if isinstance(text := document["state"], str):
            stream = self.stream if kind == "case" else self.matching
            document["state"] = stream.state.__pydantic_validator__.validate_json(text)
        return document

    def commands(
        self, states: dict[str, Document], history: list[Document], raw: dict[str, Document], moved: Moved
    ) -> Iterator[Work]:
        """Yield the writes of a batch, but for the outbox."""
        yield watermark_writes(moved)
        yield from stream_writes(states.values())
        if history:
            yield {"insert": "history", "documents": history}, None
        if raw:
            rows = [{"q": {"_id": k}, "u": {"_id": k, **row}, "upsert": True} for k, row in raw.items()]
            yield {"update": "personal_data", "updates": rows}, None

    def outbox(self, history: list[Document], moved: Moved) -> Document:
        """Return the one outbox row of a batch."""
        self.number += 1
        return outbox_row(self.number, history, moved)


def moved_by(batch: dict[TopicPartition, list[Any]], watermarks: dict[tuple[str, int], int]) -> Moved:
    """Return the watermarks that a batch moves: from, to."""
    return {
        (tp.topic, tp.partition): (watermarks[tp.topic, tp.partition], records[-1].offset)
        for tp, records in batch.items()
    }


async def begin(
    database: Any, watermarks: dict[tuple[str, int], int], batch: dict[TopicPartition, list[Any]]
) -> None:
    """Make the watermarks of partitions that are met for the first time."""
    for tp, records in batch.items():
        if (tp.topic, tp.partition) not in watermarks:
            mark = watermarks[tp.topic, tp.partition] = records[0].offset - 1
            await database["watermarks"].insert_one({"_id": f"{tp.topic}:{tp.partition}", "offset": mark})


async def limit(settings: Settings, *, packed: bool = True) -> None:
    """History is the outbox, and a batch is published while the next one is decided.

    Args:
        settings: Where.
        packed: Publish one record batch per partition, instead of message by message.
    """
    twin = Intake(settings)
    publish = publish_packed if packed else publish_each
    client, db = await database(settings, "intake", {"personal_data": ()})
    sender = await producer(settings)
    reader = await consumer(settings, "twin.intake", twin.topics)
    spare_the_collector()
    publishing: asyncio.Task[None] | None = None
    published: list[str] = []

    async def behind(out: list[Out], row: str, moved: Moved) -> None:
        await publish(sender, out)
        published.append(row)
        await reader.commit({TopicPartition(*place): to + 1 for place, (_, to) in moved.items()})

    while True:
        batch = await reader.getmany(timeout_ms=POLL_MS, max_records=BATCH)
        if not batch:
            continue
        await begin(db, twin.watermarks, batch)
        moved = moved_by(batch, twin.watermarks)
        read, registered = twin.read(batch), twin.read_matches(batch)
        ids = list({row[0] for row in (*read, *registered)})
        found = await db["streams"].find({"_id": {"$in": ids}}, batch_size=2000).to_list(None)
        stored = {row["_id"]: row for row in found}
        states, history, raw, out = twin.settle(read, stored)
        twin.match(registered, stored, states)
        row = twin.outbox(history, moved)
        gone = published[:]
        commands = [
            *twin.commands(states, history, raw, moved),
            ({"insert": "outbox", "documents": [row]}, None),
            *published_writes(gone),
        ]
        await transaction(client, db, commands)
        del published[: len(gone)]
        twin.watermarks.update({place: to for place, (_, to) in moved.items()})
        if publishing is not None:
            await publishing
        publishing = asyncio.create_task(behind(out, row["_id"], moved))


async def plain(settings: Settings) -> None:
    """An outbox row per event, and each step waits for the one before."""
    twin = Intake(settings)
    client, db = await database(settings, "intake", {"personal_data": ()})
    sender = await producer(settings)
    reader = await consumer(settings, "twin.intake", twin.topics)
    gone: list[str] = []
    while True:
        batch = await reader.getmany(timeout_ms=POLL_MS, max_records=BATCH)
        if not batch:
            continue
        await begin(db, twin.watermarks, batch)
        moved = moved_by(batch, twin.watermarks)
        read, registered = twin.read(batch), twin.read_matches(batch)
        ids = list({row[0] for row in (*read, *registered)})
        found = await db["streams"].find({"_id": {"$in": ids}}, batch_size=2000).to_list(None)
        stored = {row["_id"]: row for row in found}
        states, history, raw, out = twin.settle(read, stored)
        twin.match(registered, stored, states)
        waiting: list[Document] = [
            {
                "_id": f"{m.topic}|{dict(m.headers)['ce_id'].decode()}",
                "topic": m.topic,
                "partition": m.partition,
                "key": m.key,
                "value": m.value,
                "headers": [list(header) for header in m.headers],
            }
            for m in out
        ]
        commands = list(twin.commands(states, history, raw, moved))
        if waiting:
            commands.append(({"insert": "outbox", "documents": waiting}, None))
        commands += published_writes(gone)
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
