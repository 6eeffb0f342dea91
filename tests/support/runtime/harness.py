"""The runtime as it is, on a log and a database in memory: without Kafka and MongoDB."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from shared.casework.own_rules import OwnRules
from shared.casework.protocol import Received, Rejected, Routed
from shared.contracts import language  # noqa: F401 - fills the registry
from shared.runtime.base.documents import Document
from shared.runtime.base.metrics import Metrics
from shared.runtime.base.records import Raw
from shared.runtime.base.settings import TimeSource
from shared.runtime.base.vault import Vault
from shared.runtime.commit.repository import Repository
from shared.runtime.decide.engine import Engine
from shared.runtime.decide.history import Outgoing, rows_of
from shared.runtime.decide.sealed_records import letter_key, opened
from shared.runtime.ingest.parser import Parser
from shared.runtime.ingest.proofs import Proofs
from shared.runtime.ingest.worker import Worker
from shared.runtime.serve.resumption import Resumption
from tests.support.runtime.log import Log
from tests.support.runtime.service import (
    COMMANDS,
    LONGEST_S,
    NOW,
    PARTITIONS,
    ROSTERS,
    SERVICE,
    Counter,
    Mistakes,
    stream,
)
from tests.support.runtime.store import MemoryDatabase, matches

VAULT = Vault.of_records("a-key-of-dead-letters-for-the-tests")


class Publisher:
    """Keeps what is published; dies when told to."""

    def __init__(self) -> None:
        self.out: list[Outgoing] = []
        self.die_after: int | None = None
        self.failures: list[Exception] = []

    async def publish(self, messages: Sequence[Outgoing]) -> None:
        for message in messages:
            if self.die_after is not None:
                if self.die_after == 0:
                    raise Killed
                self.die_after -= 1
            self.out.append(message)
        if self.failures:
            raise self.failures.pop(0)


class Killed(BaseException):
    """The process is gone in this instant."""


class World:
    """One service on its log, with workers that come and go."""

    def __init__(
        self,
        *,
        time: TimeSource = TimeSource.BROKER,
        database: Any = None,
        step: int = 500,
        proofs: Proofs | None = None,
        vault: Vault | None = VAULT,
    ) -> None:
        self.proofs = proofs
        self.log = Log()
        self.database: MemoryDatabase = MemoryDatabase() if database is None else database
        self.mistakes = Mistakes()
        self.rejects: set[str] = set()
        self.published: list[Outgoing] = []
        self.first: dict[str, int] = {}
        self.time = time
        self.step = step
        self.given: tuple[str, ...] = ()
        self.rules: OwnRules[Any] | None = None
        self.now = NOW
        self.vault = vault
        self.start()

    def start(self) -> None:
        """Start a worker, as after a crash: it knows nothing."""
        counter = stream(self.mistakes)

        def route(topic: str, key: str, message: Received, /) -> Routed | None:
            if message.subject in self.rejects:
                raise Rejected("roster.unknown", "not yet")
            return None if message.subject.startswith("other") else Routed(counter, message)

        parser = Parser(
            time=self.time,
            max_bytes=10_000,
            future=timedelta(minutes=5),
            now=lambda: self.now,
            proofs=self.proofs,
        )
        self.parser = parser
        self.engine = Engine(
            SERVICE,
            (counter,),
            route,
            parser,
            PARTITIONS,
            step=self.step,
            rules=self.rules,
            vault=self.vault,
            cases=lambda topic, subject: (f"case of {subject}",) if topic == ROSTERS else (),
        )
        self.repository = Repository(self.database, self.engine, "test", self.given)  # type: ignore[arg-type]
        self.publisher = Publisher()
        self.publisher.out = self.published
        self.metrics = Metrics(SERVICE)
        self.worker = Worker(
            self.engine,
            self.repository,
            self.publisher,  # type: ignore[arg-type]
            self.metrics,
            lambda: self.now,
        )

        async def first(origins: set[str]) -> dict[str, int]:
            return {origin: self.first.get(origin, 0) for origin in origins}

        self.worker.first_offsets = first

    async def feed(self, *batches: Sequence[Raw]) -> None:
        """Let the worker take batches, and wait until all is published; a failure where that has no end."""
        async with asyncio.timeout(LONGEST_S):
            for batch in batches:
                await self.worker.take(batch)
            await self.worker.release()

    async def resume(self) -> None:
        """Do what every process does now and then: let go on what can without a message."""
        await self.worker.own({f"{COMMANDS}:{number}" for number in range(PARTITIONS)})
        await Resumption(self.repository.idle, self.worker, COMMANDS).step(list(range(PARTITIONS)))
        await self.worker.release()

    def run(self, *batches: Sequence[Raw]) -> World:
        """Feed in a loop of its own."""
        asyncio.run(self.feed(*batches))
        return self

    # -- what it comes to --------------------------------------------------------------------

    def rows(self, collection: str) -> dict[str, Document]:
        """Return the rows of a collection."""
        return self.database.rows.get(collection, {})

    def state(self, subject: str) -> Counter:
        """Return a subject's state."""
        return Counter.model_validate_json(self.rows("streams")[subject]["state"])

    def history(self, subject: str) -> list[Document]:
        """Return a subject's history in order."""
        return sorted(
            (row for row in self.rows("history").values() if matches(row, rows_of(subject))),
            key=lambda row: row["_id"],
        )

    def told(self, subject: str) -> list[tuple[str, str]]:
        """Return type and value of a subject's history."""
        return [(row["type"].split(".")[-2], row["value"]) for row in self.history(subject)]

    def letters(self, status: str = "waiting") -> list[Document]:
        """Return the dead letters of a status in the order of their burial, opened."""
        keys = self.rows("data_keys")
        names = {id_: letter_key(id_) for id_ in self.rows("deadletters")}
        rows = [row for row in self.rows("deadletters").values() if row["status"] == status]
        return [opened(row, self.vault, keys.get(names[row["_id"]]), names[row["_id"]]) for row in rows]

    def reasons(self) -> list[str]:
        """Return the reasons of the dead letters that wait."""
        return [row["reason"] for row in self.letters()]

    def end(self) -> dict[str, Any]:
        """Return everything that must not depend on batches, repeats, delays and crashes."""
        streams = {
            id_: {name: value for name, value in row.items() if name not in ("revision", "writer")}
            for id_, row in self.rows("streams").items()
        }
        return {
            "streams": streams,
            "history": self.rows("history"),
            "sums": self.rows("sums"),
            "counts": self.rows("counts"),
            "holds": set(self.rows("holds")),
            "waiting": [(row["_id"], row["reason"]) for row in self.letters()],
            "outbox": self.rows("outbox"),
            "events": self.delivered(),
        }

    def delivered(self) -> dict[str, list[str]]:
        """Return the ids of the published events by subject, each at its first coming."""
        out: dict[str, list[str]] = {}
        for message in self.published:
            named = dict(message.headers)
            id_ = (named.get("ce_id") or b"").decode()
            if message.topic == "mediation.events" and id_ not in out.setdefault(message.key.decode(), []):
                out[message.key.decode()].append(id_)
        return out
