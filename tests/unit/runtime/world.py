"""A tiny service, its log and its database in memory: the runtime as it is, without Kafka and MongoDB."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from shared.casework.protocol import Change, Increment, Put, Received, Rejected, Routed, State, Stream, Timed
from shared.contracts import language  # noqa: F401 - fills the registry
from shared.contracts import message as registry
from shared.contracts.envelope import Actor, Envelope, headers
from shared.contracts.kinds import Role
from shared.contracts.message import Command, Event, Message
from shared.contracts.words import Audience, Words
from shared.runtime.base.documents import Document
from shared.runtime.base.metrics import Metrics
from shared.runtime.base.partitioner import partition_of
from shared.runtime.base.records import Raw
from shared.runtime.base.settings import TimeSource
from shared.runtime.commit.repository import Repository
from shared.runtime.decide.engine import Engine
from shared.runtime.decide.history import Outgoing, rows_of
from shared.runtime.ingest.parser import Parser
from shared.runtime.ingest.worker import Worker
from shared.runtime.serve.resumption import Resumption
from tests.unit.runtime.store import MemoryDatabase, matches

SERVICE = "mediation"
EVENTS = "intake.events"
COMMANDS = "mediation.commands"
ROSTERS = "mediation.rosters"
SOURCE = "/suyuan/intake"
PARTITIONS = 3
T0 = datetime(2026, 3, 2, 9, tzinfo=UTC)
NOW = datetime(2026, 6, 1, tzinfo=UTC)
OPERATOR = Actor("court", "p-1", "operator")
LONGEST_S = 30
POISON = 13
"""An amount at which the decision raises, as long as it is broken."""


Amount = Annotated[int, Words("数", "Amount"), Audience.INSIDE]
Hours = Annotated[int, Words("小时", "Hours"), Audience.INSIDE]
Fired = Annotated[int, Words("次数", "Fired"), Audience.INSIDE]
DueAt = Annotated[datetime, Words("到期", "Due"), Audience.INSIDE]


class Step(Event, family="test", zh="步", en="Step"):
    """What comes in: add ``amount``, and set a timer of ``hours`` where that is above 0."""

    amount: Amount
    hours: Hours = 0


class Ask(Command, family="test", zh="请", en="Ask", roles=(Role.OPERATOR,)):
    """The same as a command; an amount of 0 changes nothing."""

    amount: Amount


class Added(Event, family="test", zh="加", en="Added"):
    """What was added, and how many timers had fired by then."""

    amount: Amount
    fired: Fired


class TimerSet(Event, family="test", zh="定时", en="Timer set"):
    """A timer that is due at an instant."""

    due: DueAt


class TimerFired(Event, family="test", zh="到时", en="Timer fired"):
    """It was due."""


_WORDS: tuple[type[Message], ...] = (Step, Ask, Added, TimerSet, TimerFired)
for _word in _WORDS:  # Known to the tests of this folder alone: the published language has no such words.
    registry._REGISTRY.pop(_word.wire_type)


@contextmanager
def spoken() -> Iterator[None]:
    """Let the registry know the words of this service for a while."""
    registry._REGISTRY.update({word.wire_type: word for word in _WORDS})
    try:
        yield
    finally:
        for word in _WORDS:
            registry._REGISTRY.pop(word.wire_type, None)


class Counter(State):
    """Sum, timers that fired, and the timer that runs."""

    total: int = 0
    fired: int = 0
    due: datetime | None = None


class Broken(Exception):
    """The decision has a mistake."""


@dataclass
class Mistakes:
    """What is broken in the service's code at the moment."""

    decision: bool = False
    due: bool = False
    clock: bool = False
    endless: bool = False
    state: bool = False


def stream(mistakes: Mistakes) -> Stream[Counter]:
    """Give the counter, with mistakes."""

    def decide(state: Counter | None, message: Received) -> Sequence[Event]:
        body = message.body
        assert isinstance(body, Step | Ask)
        if body.amount == POISON and mistakes.decision:
            raise Broken("amount 13")
        if body.amount == 0:
            return []
        out: list[Event] = [Added(amount=body.amount, fired=state.fired if state else 0)]
        if isinstance(body, Step) and body.hours:
            out.append(TimerSet(due=message.at + timedelta(hours=body.hours)))
        return out

    def evolve(state: Counter | None, event: Event, at: datetime) -> Counter:
        state = state or Counter()
        match event:
            case Added(amount=amount):
                total: Any = state.total + amount
                return state.model_copy(
                    update={"total": object() if mistakes.state and amount == POISON else total}
                )
            case TimerSet(due=due):
                return state.model_copy(update={"due": due})
            case TimerFired():
                return state.model_copy(update={"fired": state.fired + 1, "due": None})
        raise AssertionError(event)

    def advance(state: Counter, to: datetime) -> Sequence[Timed]:
        if mistakes.clock:
            raise Broken("clock")
        if mistakes.endless and state.due is None:
            return [Timed(to, TimerFired())]
        return [Timed(state.due, TimerFired())] if state.due is not None and state.due <= to else []

    def due(state: Counter) -> datetime | None:
        if mistakes.due and state.total == POISON:
            raise Broken("due")
        return state.due

    def rows(change: Change[Counter]) -> list[Put | Increment]:
        if not change.events:
            return []
        return [
            Put("sums", change.subject, {"total": change.after.total if change.after else 0}),
            Increment(
                "counts", change.subject[:1], {"events": len(change.events)}, {"of": change.subject[:1]}
            ),
        ]

    return Stream("counter", Counter, decide, evolve, advance, due, rows=rows)


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


@dataclass
class Log:
    """Kafka's side: topics and partitions with offsets."""

    ends: dict[tuple[str, int], int] = field(default_factory=dict)

    def put(
        self,
        topic: str,
        key: bytes | None,
        value: bytes | None,
        headers: Sequence[tuple[str, bytes | None]],
        *,
        timestamp: datetime = T0,
    ) -> Raw:
        """Append a record as it is."""
        text = (key or b"").decode("utf-8", "replace")
        partition = partition_of(text, PARTITIONS)
        offset = self.ends.get((topic, partition), 0)
        self.ends[topic, partition] = offset + 1
        return Raw(topic, partition, offset, int(timestamp.timestamp() * 1000), key, value, tuple(headers))

    def again(self, record: Raw) -> Raw:
        """Append the same message once more."""
        at = datetime.fromtimestamp(record.timestamp / 1000, UTC)
        return self.put(record.topic, record.key, record.value, record.headers, timestamp=at)

    def event(
        self,
        subject: str,
        sequence: int,
        amount: int = 1,
        *,
        hours: Hours = 0,
        at: datetime | None = None,
        source: str = SOURCE,
        topic: str = EVENTS,
    ) -> Raw:
        """Append a step."""
        return self.message(
            topic,
            subject,
            Step(amount=amount, hours=hours),
            id=f"{subject}:{sequence}@{source}",
            source=source,
            at=at or T0 + timedelta(hours=sequence),
            sequence=sequence,
        )

    def command(
        self,
        subject: str,
        body: Command,
        *,
        id: str,
        at: datetime = T0,
        seen: int | None = None,
        actor: Actor = OPERATOR,
        topic: str = COMMANDS,
    ) -> Raw:
        """Append a command."""
        return self.message(topic, subject, body, id=id, source="/test", at=at, seen=seen, actor=actor)

    def message(
        self,
        topic: str,
        subject: str,
        body: Message,
        *,
        id: str,
        source: str,
        at: datetime,
        sequence: int | None = None,
        seen: int | None = None,
        actor: Actor = OPERATOR,
    ) -> Raw:
        """Append a message."""
        envelope = Envelope(
            id, source, body.wire_type, subject, at, sequence, id, "", actor, "", version_seen=seen
        )
        value = body.model_dump_json().encode()
        return self.put(topic, subject.encode(), value, headers(envelope), timestamp=at)


class World:
    """One service on its log, with workers that come and go."""

    def __init__(
        self, *, time: TimeSource = TimeSource.BROKER, database: Any = None, step: int = 500
    ) -> None:
        self.log = Log()
        self.database: MemoryDatabase = MemoryDatabase() if database is None else database
        self.mistakes = Mistakes()
        self.rejects: set[str] = set()
        self.published: list[Outgoing] = []
        self.first: dict[str, int] = {}
        self.time = time
        self.step = step
        self.given: tuple[str, ...] = ()
        self.now = NOW
        self.start()

    def start(self) -> None:
        """Start a worker, as after a crash: it knows nothing."""
        counter = stream(self.mistakes)

        def route(topic: str, key: str, message: Received, /) -> Routed | None:
            if message.subject in self.rejects:
                raise Rejected("roster.unknown", "not yet")
            return None if message.subject.startswith("other") else Routed(counter, message)

        parser = Parser(time=self.time, max_bytes=10_000, future=timedelta(minutes=5), now=lambda: self.now)
        self.parser = parser
        self.engine = Engine(SERVICE, (counter,), route, parser, PARTITIONS, step=self.step)
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
        """Give the rows of a collection."""
        return self.database.rows.get(collection, {})

    def state(self, subject: str) -> Counter:
        """Give a subject's state."""
        return Counter.model_validate_json(self.rows("streams")[subject]["state"])

    def history(self, subject: str) -> list[Document]:
        """Give a subject's history in order."""
        return sorted(
            (row for row in self.rows("history").values() if matches(row, rows_of(subject))),
            key=lambda row: row["_id"],
        )

    def told(self, subject: str) -> list[tuple[str, str]]:
        """Give type and value of a subject's history."""
        return [(row["type"].split(".")[-2], row["value"]) for row in self.history(subject)]

    def letters(self, status: str = "waiting") -> list[Document]:
        """Give the dead letters of a status in the order of their burial."""
        return [row for row in self.rows("deadletters").values() if row["status"] == status]

    def reasons(self) -> list[str]:
        """Give the reasons of the dead letters that wait."""
        return [row["reason"] for row in self.letters()]

    def end(self) -> dict[str, Any]:
        """Give everything that must not depend on batches, repeats, delays and crashes."""
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
        """Give the ids of the published events by subject, each at its first coming."""
        out: dict[str, list[str]] = {}
        for message in self.published:
            named = dict(message.headers)
            id_ = (named.get("ce_id") or b"").decode()
            if message.topic == "mediation.events" and id_ not in out.setdefault(message.key.decode(), []):
                out[message.key.decode()].append(id_)
        return out
