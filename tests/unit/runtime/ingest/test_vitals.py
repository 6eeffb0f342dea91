"""Background tasks that end are noticed; on FastStream's and aiokafka's own attributes."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.client import AIOKafkaClient
from aiokafka.consumer.fetcher import Fetcher
from aiokafka.consumer.group_coordinator import GroupCoordinator
from aiokafka.consumer.subscription_state import SubscriptionState
from faststream.kafka import KafkaBroker

from shared.runtime.ingest.vitals import TaskEnded, Vitals

TASKS = ("kafka.coordination", "kafka.fetch", "kafka.metadata", "consumption")


async def forever() -> None:
    await asyncio.Event().wait()


class Parts:
    """A consumer with the real coordinator and fetcher, which never find a broker."""

    def __init__(self) -> None:
        client = AIOKafkaClient(bootstrap_servers="127.0.0.1:1")
        client._sync_task = asyncio.create_task(forever())
        state = SubscriptionState()
        self.coordinator = GroupCoordinator(client, state)
        self.fetcher = Fetcher(client, state)
        consumer: Any = SimpleNamespace(_client=client, _coordinator=self.coordinator, _fetcher=self.fetcher)
        self.subscriber = KafkaBroker("127.0.0.1:1").subscriber("t")
        self.subscriber.consumer = consumer
        self.subscriber.running = True
        self.subscriber.tasks.append(asyncio.create_task(forever()))
        self.tasks: dict[str, asyncio.Task[Any]] = {
            "kafka.coordination": self.coordinator._coordination_task,
            "kafka.fetch": self.fetcher._fetch_task,
            "kafka.metadata": client._sync_task,
            "consumption": self.subscriber.tasks[0],
        }
        self.vitals = Vitals(self.subscriber)

    async def close(self) -> None:
        for task in self.tasks.values():
            task.cancel()
        await asyncio.gather(*self.tasks.values(), return_exceptions=True)


@pytest.mark.parametrize("name", TASKS)
async def test_a_task_that_ends_ends_the_process_with_a_reason(name: str) -> None:
    parts = Parts()
    for _ in range(3):
        parts.vitals.look()
    parts.tasks[name].cancel()
    await asyncio.wait({parts.tasks[name]})
    parts.vitals.look()  # once may be a task that is just being replaced
    with pytest.raises(TaskEnded, match=name) as caught:
        parts.vitals.look()
    assert caught.value.code == "runtime.task_ended"
    await parts.close()


async def test_a_consumption_that_faststream_started_again_is_none_that_ended() -> None:
    parts = Parts()
    parts.tasks["consumption"].cancel()
    await asyncio.wait({parts.tasks["consumption"]})
    parts.vitals.look()
    again = asyncio.create_task(forever())
    parts.subscriber.tasks.append(again)
    for _ in range(3):
        parts.vitals.look()
    again.cancel()
    await asyncio.wait({again})
    await parts.close()


async def test_heartbeats_that_end_make_the_member_join_again() -> None:
    """An answer that aiokafka does not expect, as of a coordinator that loads, ends them for good."""
    parts = Parts()

    async def unexpected() -> None:
        raise RuntimeError("CoordinatorLoadInProgress")

    parts.coordinator._rejoin_needed_fut = asyncio.get_running_loop().create_future()
    parts.coordinator._heartbeat_task = asyncio.create_task(unexpected())
    await asyncio.wait({parts.coordinator._heartbeat_task})
    assert parts.coordinator._heartbeat_task.exception() is not None
    parts.vitals.look()
    assert parts.coordinator._rejoin_needed_fut.done()
    await parts.close()


async def test_who_follows_the_cluster_goes_on_after_an_error_that_nobody_expects() -> None:
    """With uvloop a write to a connection that was closed meanwhile is a RuntimeError."""
    parts = Parts()
    client = parts.subscriber.consumer._client

    async def unexpected() -> None:
        raise RuntimeError("unable to perform operation on a closed transport")

    client._sync_task = asyncio.create_task(unexpected())
    await asyncio.wait({client._sync_task})
    for _ in range(3):
        parts.vitals.look()
    assert not client._sync_task.done()
    parts.tasks["again"] = client._sync_task
    await parts.close()


async def test_a_consumer_that_is_not_started_misses_nothing() -> None:
    parts = Parts()
    await parts.close()
    parts.subscriber.running = False
    for _ in range(3):
        parts.vitals.look()
