"""What must be true after any disaster, read from Kafka and from the services' own databases."""

from __future__ import annotations

import signal
from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

import orjson
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from shared.contracts.topics import EVENT_TOPICS, SERVICES, cases_topic, source_of
from shared.network.schema import Network
from shared.runtime.base.documents import Document
from shared.runtime.decide.chains import broken_links
from tests.kafka.helpers import read_all
from tests.support.clients import aio
from tests.support.services import Services

AGAIN = "test-again"
"""Header of what a test has published once more."""
CONSUMED = {
    "mediation": ("intake",),
    "court_bridge": ("mediation",),
    "portal": ("intake", "mediation", "court_bridge", "alerts"),
}
"""Whose events each service reads case by case, under the case's own number."""


async def settled(services: Services) -> str:
    """Say what is still under way; empty when everything that was said is heard by everybody."""
    names = [service for service in SERVICES if (service, 0) in services._replicas]
    for one in services._replicas.values():
        if one.process.returncode == -signal.SIGKILL:
            continue  # killed by the test, and not started again
        answer = one.get("/readyz", timeout=5)
        if not answer.get("ready"):
            return f"{one.process.name} is not ready: {answer.get('reasons')}"
    async with AIOKafkaConsumer(**aio(services.addresses)) as consumer:
        for service in names:
            database = services.database(service)
            try:
                rows = await database.find("watermarks", {})
                outbox = await database.count("outbox", {})
            finally:
                database.close()
            applied = {row["_id"]: row["offset"] for row in rows}
            places = {_place(origin): origin for origin in applied}
            ends = await consumer.end_offsets(list(places))
            lag = {places[tp]: end - 1 - applied[places[tp]] for tp, end in ends.items()}
            if behind := sum(lag.values()):
                return f"{service} is {behind} messages behind"
            if outbox:
                return f"{service} has {outbox} rows to publish"
    return ""


def _place(origin: str) -> TopicPartition:
    topic, _, partition = origin.rpartition(":")
    return TopicPartition(topic, int(partition))


@dataclass
class Evidence:
    """Everything that was said and stored.

    Attributes:
        published: Records of the event topics by service, repeats included; of the portal what it tells.
        history: History rows by service and subject, in order.
        streams: Stored subjects by service and id.
        letters: Waiting dead letters by service.
        holds: Held messages by service.
    """

    published: dict[str, list[ConsumerRecord]] = field(default_factory=dict)
    history: dict[str, dict[str, list[Document]]] = field(default_factory=dict)
    streams: dict[str, dict[str, Document]] = field(default_factory=dict)
    letters: dict[str, list[Document]] = field(default_factory=dict)
    holds: dict[str, list[Document]] = field(default_factory=dict)

    def events(self, service: str, name: str) -> list[tuple[str, dict[str, Any]]]:
        """Return subject and value of all events of a name, as the history has them."""
        return [
            (subject, orjson.loads(row["value"]))
            for subject, rows in self.history[service].items()
            for row in rows
            if row["type"].split(".")[-2] == name
        ]


async def gather(services: Services) -> Evidence:
    """Read everything."""
    out = Evidence()
    for service in SERVICES:
        topics = [EVENT_TOPICS[service]]
        if service == "portal":  # what institutions are told stands on their own topics
            topics += [cases_topic(one.id) for one in services.network().institutions]
        out.published[service] = await read_all(services.addresses, topics)
        database = services.database(service)
        try:
            rows: dict[str, list[Document]] = defaultdict(list)
            for row in await database.find("history", {}, sort=[("_id", 1)]):
                rows[row["_id"].rpartition(":")[0]].append(row)
            out.history[service] = rows
            out.streams[service] = {row["_id"]: row for row in await database.find("streams", {})}
            out.letters[service] = await database.find("deadletters", {"status": "waiting"})
            out.holds[service] = await database.find("holds", {})
        finally:
            database.close()
    return out


def nothing_lost_nothing_twice(found: Evidence, readers: Collection[str] = tuple(CONSUMED)) -> Counter[str]:
    """Check order, completeness and chains of everything; count what came more than once."""
    repeats: Counter[str] = Counter()
    for service in SERVICES:
        assert found.letters[service] == [], found.letters[service][:3]
        assert not found.holds[service], f"{service} still holds: {_waits(found, service)}"
        first: dict[str, tuple[bytes | None, list[tuple[str, bytes]]]] = {}
        numbers: dict[str, int] = defaultdict(int)
        for record in found.published[service]:
            named = dict(record.headers)
            assert named["ce_source"].decode() == source_of(service)
            id_, subject = named["ce_id"].decode(), named["ce_subject"].decode()
            said = (record.value, [pair for pair in record.headers if pair[0] != AGAIN])
            if id_ in first:
                assert first[id_] == said, f"{id_} was said twice, and differently"
                repeats[service] += 1
                continue
            first[id_] = said
            numbers[subject] += 1
            assert int(named["ce_sequence"]) == numbers[subject], f"gap before {id_}"
        stored = {
            f"{subject}:{place}@{source_of(service)}": row["value"].encode()
            for subject, rows in found.history[service].items()
            for place, row in enumerate(rows, 1)
        }
        assert {id_: value for id_, (value, _) in first.items()} == stored
        for subject, rows in found.history[service].items():
            assert list(broken_links(rows)) == []
            assert found.streams[service][subject]["tip"] == rows[-1]["digest"]
            assert found.streams[service][subject]["version"] == len(rows)
    for reader in readers:
        for writer in CONSUMED[reader]:
            said_by = source_of(writer)
            for subject, rows in found.history[writer].items():
                if not subject.startswith("sy1"):
                    continue
                seen = found.streams[reader][subject]["seen"].get(said_by)
                assert seen == len(rows), f"{reader} has seen {seen} of {len(rows)} of {said_by} {subject}"
    return repeats


def _waits(found: Evidence, service: str) -> list[str]:
    """Tell of the first held messages what they wait for."""
    out = []
    for row in found.holds[service][:5]:
        stream = found.streams[service].get(row["subject"], {})
        out.append(
            f"{row['_id']} held at {row['held_at']}: seen {stream.get('seen')}, held {stream.get('held')}"
        )
    return [f"{len(found.holds[service])} in all", *out]


def rosters_are_exact(found: Evidence, network: Network) -> Counter[str]:
    """Check that no capacity was ever passed, and that places and cases agree.

    Returns:
        How many places of somebody who presides each case was given.
    """
    capacity = {m.id: m.capacity for one in network.organisations for m in one.mediators}
    held: dict[str, set[str]] = defaultdict(set)
    taken: Counter[tuple[str, int, bool]] = Counter()
    for one in network.organisations:
        for row in found.history["mediation"].get(one.id, []):
            event, name = orjson.loads(row["value"]), row["type"].split(".")[-2]
            if name == "place-taken":
                held[event["mediator"]].add(event["case"])
                taken[event["case"], event["round"], event.get("second", False)] += 1
                assert len(held[event["mediator"]]) <= capacity[event["mediator"]]
            elif name == "place-freed":
                held[event["mediator"]].remove(event["case"])
    assert set(taken.values()) <= {1}
    presiding = [(c, e["round"], False) for c, e in found.events("mediation", "mediator-designated")]
    second = [(c, e["round"], True) for c, e in found.events("mediation", "co-mediator-designated")]
    designated = Counter(presiding + second)
    assert set(designated.values()) <= {1}
    assert designated.keys() <= taken.keys()
    open_ = {
        subject: state
        for subject, row in found.streams["mediation"].items()
        if row["kind"] == "case"
        and row["state"] is not None
        and (state := orjson.loads(row["state"]))["end"] is None
    }
    holders = {(case, one["mediator"]) for case, one in open_.items() if one["mediator"]}
    holders |= {(case, one["co"]["mediator"]) for case, one in open_.items() if one["co"]["mediator"]}
    assert holders == {(case, mediator) for mediator, cases in held.items() for case in cases}
    return Counter(case for case, _, second in taken if not second)
