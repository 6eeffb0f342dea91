"""Probes: whether MongoDB and Kafka answer, asked beside the work and never waiting for it.

A server that is frozen, or behind a network that swallows packets, gives no error: what waits for it just
waits, half a minute or longer. A probe asks every second and counts for how long nothing was heard, in turns
of the event loop and not by the clock: a process that stood still itself accuses nobody.
"""

import asyncio
from collections.abc import Awaitable, Callable

from aiokafka import AIOKafkaConsumer
from aiokafka.protocol.metadata import MetadataRequest

from shared.contracts.errors import SuyuanError
from shared.runtime.commit.mongo import Database

SILENT_S = 6.0
"""After so many seconds without an answer a server counts as frozen; red is wanted within ten."""
_ASK_S = 5.0

Ask = Callable[[], Awaitable[None]]


class Probe:
    """Asks one server again and again.

    Args:
        code: Reason code of its silence.
        name: Who is asked, as an operator knows it.
        ask: Asks once; raises where the server says no or is away.

    Attributes:
        silent_s: For how long nothing was heard, seconds.
    """

    def __init__(self, code: str, name: str, ask: Ask) -> None:
        self.silent_s = 0.0
        self._code = code
        self._name = name
        self._ask = ask
        self._error = ""
        self._task: asyncio.Task[None] | None = None

    def tick(self, seconds: float) -> None:
        """Hear the answer, if it came, and ask again; returns at once.

        Args:
            seconds: Since the last tick.
        """
        self.silent_s += seconds
        if self._task is not None and not self._task.done():
            return
        if self._task is not None:
            self._heard(self._task)
        self._task = asyncio.create_task(self._asked())

    def reason(self) -> str:
        """Return why the server cannot be worked with; empty when it answers."""
        if self.silent_s >= SILENT_S:
            return f"{self._code}: {self._name} has not answered for {self.silent_s:.0f} s"
        return self._error

    def close(self) -> None:
        """Ask no more."""
        if self._task is not None:
            self._task.cancel()

    async def _asked(self) -> None:
        async with asyncio.timeout(_ASK_S):
            await self._ask()

    def _heard(self, task: "asyncio.Task[None]") -> None:
        if task.cancelled():
            return
        error = task.exception()
        if error is None:
            self.silent_s, self._error = 0.0, ""
        elif not isinstance(error, TimeoutError):
            self._error = error.en if isinstance(error, SuyuanError) else f"{self._name}: {error!r}"[:200]


class Probes:
    """The probes of one replica: MongoDB, and each broker that leads a partition of it.

    Args:
        database: The service's own database.
        consumer: Returns the consumer of aiokafka, once there is one.
    """

    def __init__(self, database: Database, consumer: Callable[[], AIOKafkaConsumer | None]) -> None:
        self._consumer = consumer
        self._mongo = Probe("mongo.silent", "MongoDB", lambda: database.ping(within_s=_ASK_S - 1))
        self._brokers: dict[int, Probe] = {}

    def tick(self, seconds: float) -> None:
        """Ask all; returns at once."""
        self._mongo.tick(seconds)
        consumer = self._consumer()
        leaders = set() if consumer is None else _leaders(consumer)
        for gone in self._brokers.keys() - leaders:
            self._brokers.pop(gone).close()
        for node in leaders:
            self._brokers.setdefault(node, self._broker(node)).tick(seconds)

    def reasons(self) -> list[str]:
        """Return what cannot be worked with, and why."""
        return [text for probe in (self._mongo, *self._brokers.values()) if (text := probe.reason())]

    def close(self) -> None:
        """Ask no more."""
        for probe in (self._mongo, *self._brokers.values()):
            probe.close()

    def _broker(self, node: int) -> Probe:
        consumer = self._consumer()
        assert consumer is not None
        known = consumer._client.cluster.broker_metadata(node)
        name = f"Kafka broker {node}" if known is None else f"Kafka broker {known.host}:{known.port}"

        async def ask() -> None:
            consumer = self._consumer()
            if consumer is not None:
                # About no topic: the smallest question that a broker answers.
                await consumer._client.send(node, MetadataRequest([]))

        return Probe("kafka.silent", name, ask)


def _leaders(consumer: AIOKafkaConsumer) -> set[int]:
    """Return the brokers that lead the owned partitions; all where none is owned."""
    cluster = consumer._client.cluster
    led = {cluster.leader_for_partition(tp) for tp in consumer.assignment()} - {None, -1}
    return led or {broker.nodeId for broker in cluster.brokers()}
