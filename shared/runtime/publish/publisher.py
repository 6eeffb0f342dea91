"""Publishing: whole batches per partition, idempotent, in order, many in flight.

aiokafka's ``send`` costs a future and a task switch per message; its batch interface costs one
future per partition (docs/performance.md). A message's partition is fixed by its key beforehand.
"""

import asyncio
import contextlib
import time
from collections.abc import Iterable
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, UnknownTopicOrPartitionError
from aiokafka.producer.message_accumulator import BatchBuilder

from shared.runtime.base import logs
from shared.runtime.base.settings import Settings
from shared.runtime.decide.history import Outgoing
from shared.runtime.publish.producer import started

_log = logs.get("runtime")


class Publisher:
    """Publishes messages and waits for the brokers' word.

    An idempotent producer can stick for ever on an out-of-order sequence number; after
    ``publish_timeout_s`` it is replaced and the same messages go out again. What went out twice
    is caught by the readers' watermarks.
    """

    def __init__(self, settings: Settings, client: str) -> None:
        """Keep the settings; :meth:`start` connects."""
        self._settings = settings
        self._client = client
        self._producer: AIOKafkaProducer | None = None

    async def start(self) -> None:
        """Connect.

        Raises:
            KafkaError: No broker answers.
        """
        if self._producer is not None:
            return
        self._producer = await started(
            self._settings,
            client_id=self._client,
            max_batch_size=512 * 1024,
            linger_ms=0,
            request_timeout_ms=10_000,
        )

    async def stop(self) -> None:
        """Disconnect; what is still in flight is given two seconds."""
        producer, self._producer = self._producer, None
        if producer is None:
            return
        try:
            await asyncio.wait_for(producer.stop(), 2)
        except (KafkaError, TimeoutError, asyncio.CancelledError):
            await _end(producer)
            if _asked_to_end():
                raise

    async def publish(self, messages: Iterable[Outgoing]) -> None:
        """Publish messages, in order per partition, and wait until all are stored.

        Raises:
            KafkaError: The brokers did not take them; some may be stored all the same.
            TimeoutError: Nothing was heard for ``publish_timeout_s``.
        """
        if self._producer is not None and self._producer._sender.sender_task.done():
            _log.warning("runtime.producer.ended")
            await self.stop()
        await self.start()
        producer = self._producer
        assert producer is not None
        futures: list[asyncio.Future[Any]] = []
        try:
            async with asyncio.timeout(self._settings.publish_timeout_s):
                for batch, topic, partition in _batches(producer, messages):
                    futures.append(await _sent(producer, batch, topic, partition))
                for future in futures:
                    await future
        except (KafkaError, TimeoutError, asyncio.CancelledError) as error:
            if isinstance(error, asyncio.CancelledError) and _asked_to_end():
                raise
            _log.warning("runtime.producer.replaced", error=repr(error)[:200])
            for future in futures:
                future.add_done_callback(_heard)
            await self.stop()
            if isinstance(error, asyncio.CancelledError):  # of a future of the producer's, not of ours
                raise KafkaError("the producer ended") from error
            raise


async def _sent(
    producer: AIOKafkaProducer, batch: BatchBuilder, topic: str, partition: int
) -> "asyncio.Future[Any]":
    try:
        future: asyncio.Future[Any] = await producer.send_batch(batch, topic, partition=partition)
        return future
    except UnknownTopicOrPartitionError as error:
        raise UnknownTopicOrPartitionError(
            f"topic {topic} is not there: run `suyuan topics provision`"
        ) from error


def _asked_to_end() -> bool:
    """Tell whether a cancellation is of this very task, and not of something that it waits for."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


async def _end(producer: AIOKafkaProducer) -> None:
    """End what a stop that was cut short leaves: a task and connections that knock for ever."""
    flushing = producer._message_accumulator
    with contextlib.suppress(Exception, asyncio.CancelledError):
        await producer._sender.close()
    with contextlib.suppress(Exception, asyncio.CancelledError):
        # What still waits for the brokers' word is told that there will be none.
        flushing.fail_all(KafkaError("the producer was replaced"))
        await producer.client.close()


def _heard(future: "asyncio.Future[Any]") -> None:
    """Take note of an outcome that nobody waits for any more."""
    if not future.cancelled():
        future.exception()


def _batches(producer: AIOKafkaProducer, messages: Iterable[Outgoing]) -> list[tuple[BatchBuilder, str, int]]:
    """Pack messages into record batches, one after another per partition."""
    out: list[tuple[BatchBuilder, str, int]] = []
    open_: dict[tuple[str, int], Any] = {}
    now = int(time.time() * 1000)
    for message in messages:
        place = (message.topic, message.partition)
        append = open_.get(place)
        if append is not None and _added(append, message, now):
            continue
        builder = producer.create_batch()
        out.append((builder, message.topic, message.partition))
        append = open_[place] = builder.append
        _added(append, message, now)
    for builder, _, _ in out:
        builder.close()
    return out


def _added(append: Any, message: Outgoing, now: int) -> bool:
    return append(timestamp=now, key=message.key, value=message.value, headers=message.headers) is not None
