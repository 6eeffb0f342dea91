"""The stage in the style of FastStream's tutorial: one message at a time, made as durable as ours.

`python -m bench.tutorial`. The tutorial's own settings (acknowledge first, acks=1, read from the
latest) lose messages; here each message has its transaction of the majority, its publishes are
awaited with acks=all, and it is acknowledged last.
"""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from faststream import AckPolicy, FastStream
from faststream.kafka import KafkaBroker, KafkaMessage

from bench.twins.wires import database
from services.intake.handlers import case_stream, without_raw_data
from services.intake.rules import KeyedHashes
from shared.casework.protocol import Received
from shared.contracts.canonical import digest
from shared.contracts.envelope import Actor
from shared.contracts.intake import FileDispute
from shared.contracts.message import Event
from shared.network.load import load_network
from shared.runtime.base.settings import Settings
from shared.runtime.base.vault import Vault
from shared.runtime.serve.security import security

settings = Settings()
network = load_network(settings.network)
stream = case_stream(network)
broker = KafkaBroker(settings.kafka, acks="all", enable_idempotence=True, logger=None, **security(settings))
app = FastStream(broker, logger=None)
store: dict[str, Any] = {}
vault = Vault.of(settings.personal_keys.get_secret_value())
hashes = KeyedHashes(settings.party_key.get_secret_value().encode())


@app.on_startup
async def connect() -> None:
    """Connect to the database."""
    store["client"], store["database"] = await database(settings, "intake", {"personal_data": ()})


def told_of(
    subject: str, stored: Any, case: Any, events: Sequence[Event], at: datetime, headers_in: Mapping[str, str]
) -> tuple[Any, list[dict[str, Any]], list[tuple[Event, dict[str, str]]]]:
    """Return the case after the events, their history rows and their messages."""
    version, tip = (stored["version"], stored["tip"]) if stored else (0, "")
    trace_id = hashlib.sha256(subject.encode()).hexdigest()[:32]
    rows, sent = [], []
    for event in events:
        case = stream.evolve(case, event, at)
        version += 1
        row = {
            "_id": f"{subject}:{version:08d}",
            "type": event.wire_type,
            "time": at.isoformat(),
            "correlation": headers_in["ce_correlationid"],
            "causation": headers_in["ce_id"],
            "actor": headers_in["ce_actor"],
            "value": event.model_dump_json(),
            "before": tip,
        }
        told = ("before", "_id", "type", "time", "correlation", "causation", "actor", "value")
        tip = row["digest"] = "2:" + digest("suyuan/history/2", *[row[name] for name in told]).hex()
        row["trace"] = f"00-{trace_id}-{tip[2:18]}-01"
        rows.append(row)
        headers = {
            "ce_specversion": "1.0",
            "ce_id": f"{subject}:{version}@/suyuan/intake",
            "ce_source": "/suyuan/intake",
            "ce_type": event.wire_type,
            "ce_subject": subject,
            "ce_time": row["time"],
            "ce_sequence": str(version),
            "ce_correlationid": row["correlation"],
            "ce_causationid": headers_in["ce_id"],
            "ce_actor": headers_in["ce_actor"],
            "traceparent": row["trace"],
        }
        sent.append((event, headers))
    state = {"version": version, "tip": tip, "state": case.model_dump_json()} if rows else None
    return state, rows, sent


@broker.subscriber(
    *[one.filings_topic for one in network.institutions],
    group_id="tutorial.intake",
    auto_offset_reset="earliest",
    ack_policy=AckPolicy.MANUAL,
)
async def on_filing(message: KafkaMessage) -> None:
    """Take one filing."""
    db = store["database"]
    # The models are strict, so that a text is no date: they are read from JSON, not from FastStream's dict.
    body = FileDispute.model_validate_json(message.body)
    record: Any = message.raw_message
    subject = hashes.case(body.institution, body.reference)
    filing = without_raw_data(body, hashes)
    at = datetime.fromtimestamp(record.timestamp / 1000, UTC)
    id_, actor_text = message.headers["ce_id"], message.headers["ce_actor"]
    stored = await db["streams"].find_one({"_id": subject})
    case = stream.state.model_validate_json(stored["state"]) if stored else None
    received = Received(filing, id_, message.headers["ce_source"], subject, at, Actor.parse(actor_text))
    events = stream.decide(case, received)
    state, rows, sent = told_of(subject, stored, case, events, at, message.headers)
    origin = f"{record.topic}:{record.partition}"
    async with await store["client"].start_session() as session, session.start_transaction():
        if state is not None:
            await db["streams"].replace_one({"_id": subject}, state, upsert=True, session=session)
            await db["history"].insert_many(rows, session=session)
            outbox = {"_id": subject, "rows": [row["_id"] for row in rows]}
            await db["outbox"].insert_one(outbox, session=session)
            if body.party is not None:
                await db["personal_data"].replace_one(
                    {"_id": subject},
                    vault.seal(subject, body.party.model_dump_json().encode()),
                    upsert=True,
                    session=session,
                )
        if "gone" in store:
            await db["outbox"].delete_one({"_id": store.pop("gone")}, session=session)
        offset = {"offset": record.offset}
        await db["watermarks"].replace_one({"_id": origin}, offset, upsert=True, session=session)
    for event, headers in sent:
        await broker.publish(event, "intake.events", key=subject.encode(), headers=headers)
    store["gone"] = subject
    await message.ack()


if __name__ == "__main__":
    asyncio.run(app.run())
