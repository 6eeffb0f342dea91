"""Several processes of one service on one database, one of which publishes late."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from shared.runtime.decide.history import Outgoing
from shared.runtime.ingest.worker import Worker
from tests.support.runtime.harness import World


class Gate:
    """Holds back a worker's publishing until it is opened."""

    def __init__(self, worker: Worker) -> None:
        self._open = asyncio.Event()
        self._publish = worker._publisher.publish
        worker._publisher.publish = self.publish  # type: ignore[method-assign]

    async def publish(self, messages: Sequence[Outgoing]) -> None:
        await self._open.wait()
        await self._publish(messages)

    def open(self) -> None:
        self._open.set()


def first_and_second(world: World) -> tuple[Worker, Worker]:
    """Two processes of one service on one database."""
    first = world.worker
    world.start()
    return first, world.worker


def numbers(world: World, subject: str) -> list[int]:
    """Sequence numbers of a subject as they were published, repeats included."""
    out = []
    for message in world.published:
        named = dict(message.headers)
        if message.topic == "mediation.events" and named["ce_subject"] == subject.encode():
            out.append(int(named["ce_sequence"] or b"0"))
    return out
