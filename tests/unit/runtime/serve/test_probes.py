"""Probes: a server that does not answer is named, and nobody is accused for a loop that stood still."""

from __future__ import annotations

import asyncio

import pytest
from aiokafka.errors import KafkaConnectionError

from shared.runtime.commit.mongo import Unavailable
from shared.runtime.serve.probes import Probe


class Server:
    """Answers, says no, or is frozen."""

    def __init__(self) -> None:
        self.error: Exception | None = None
        self.awake = asyncio.Event()
        self.awake.set()
        self.asked = 0

    async def ask(self) -> None:
        self.asked += 1
        await self.awake.wait()
        if self.error is not None:
            raise self.error


async def ticks(probe: Probe, count: int) -> None:
    for _ in range(count):
        probe.tick(1.0)
        for _ in range(4):
            await asyncio.sleep(0)


async def test_a_server_that_answers_is_not_named() -> None:
    server = Server()
    probe = Probe("mongo.silent", "MongoDB", server.ask)
    await ticks(probe, 100)
    assert probe.reason() == ""
    assert server.asked == 100
    probe.close()


async def test_a_frozen_server_is_named_within_ten_seconds_and_forgotten_once_it_answers() -> None:
    server = Server()
    probe = Probe("mongo.silent", "MongoDB", server.ask)
    await ticks(probe, 10)
    server.awake.clear()
    await ticks(probe, 5)
    assert probe.reason() == ""
    await ticks(probe, 3)
    assert probe.reason().startswith("mongo.silent: MongoDB has not answered for ")
    assert server.asked == 11  # one question is open, not one a second
    server.awake.set()
    await ticks(probe, 2)
    assert probe.reason() == ""
    probe.close()


async def test_a_loop_that_stood_still_accuses_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch that takes seconds, a busy machine, a process that was frozen itself."""
    server = Server()
    probe = Probe("mongo.silent", "MongoDB", server.ask)
    clock = asyncio.get_running_loop().time()
    await ticks(probe, 2)
    monkeypatch.setattr("time.monotonic", lambda: clock + 1000)
    probe.tick(1.0)
    assert probe.reason() == ""
    probe.close()


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (Unavailable(code="mongo.unavailable", zh="", en="MongoDB is not available"), "not available"),
        (KafkaConnectionError("refused"), "KafkaConnectionError"),
    ],
)
async def test_a_server_that_says_no_is_named_at_once(error: Exception, said: str) -> None:
    server = Server()
    server.error = error
    probe = Probe("mongo.silent", "MongoDB", server.ask)
    await ticks(probe, 2)
    assert said in probe.reason()
    server.error = None
    await ticks(probe, 2)
    assert probe.reason() == ""
    probe.close()
