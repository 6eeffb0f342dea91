"""Records taken from aiokafka partition by partition, so that none that cannot be read costs another.

aiokafka's ``getmany`` raises at the first partition that it cannot read (a codec, a corrupt batch, access
that was taken away). By then it has drained others and moved their positions: their records are lost to
the caller, and the watermark passes over them with the next batch. It also drops the records before the bad
batch, for ever. So what it has fetched is taken here, from its own buffers, and

- a partition that raises is sought back, paused, and tried again with growing pauses; the others go on;
- the offsets of each partition are followed without a break: a jump is explained by the batches' own
  headers (transaction marks, aborted records), or is read again, and stops the partition the second time;
- what was handed out and not taken comes again.

This reaches into private parts of aiokafka, whose version is pinned;
``tests/unit/runtime/ingest/test_fetch.py`` runs on the real ones.
"""

import asyncio
import time
from collections.abc import Callable, Collection, MutableMapping
from itertools import islice
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.consumer.fetcher import FetchError
from aiokafka.errors import ConsumerStoppedError

from shared.runtime.base import logs
from shared.runtime.ingest import batches
from shared.runtime.ingest.partitions import Partitions, Reading, name_of

_log = logs.get("runtime")

_POLL_PAUSE_S = 0.1
_LONGEST_POLL_PAUSE_S = 5.0
_FRESH_S = 0.003
_TAKEN_BYTES = 8 * 1024 * 1024
"""Taken of one partition at a time, about: a fetched batch may unpack to thousands of times its size."""
_HELD_BYTES = 32 * 1024 * 1024
"""Taken of all partitions and not handed out, about; whatever comes behind it waits in its packed form."""


class Fetch(Partitions):
    """Takes what a consumer has fetched.

    Args:
        service: Whose records.
        troubles: Where readiness looks; an entry per partition that cannot be read.
        clock: Monotonic time, seconds.

    Attributes:
        generation: Raised whenever something that was handed out is not wanted any more.
        full: Topic-partitions of which the worker has enough: nothing more is handed out.
    """

    def __init__(
        self, service: str, troubles: MutableMapping[str, str], clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(service, troubles, clock)
        # Partitions with records to hand out, in turn: none starves behind a busy one.
        self._queue: dict[TopicPartition, Reading] = {}
        self._out: dict[TopicPartition, int] = {}
        self._untaken = 0
        self._failed_polls = 0
        self.full: Collection[str] = ()
        self.generation = 0

    # -- partitions --------------------------------------------------------------------------

    def begin(self, consumer: AIOKafkaConsumer, tp: TopicPartition, offset: int) -> None:
        """Read a partition from an offset on, whatever was taken or held of it before."""
        self._out.pop(tp, None)
        self._queue.pop(tp, None)
        self.jumps.pop(name_of(tp), None)
        self.generation += 1
        self._readings[tp] = Reading(offset, offset - 1)
        self._well(tp)
        consumer.seek(tp, offset)
        consumer.resume(tp)

    def forget(self) -> None:
        """Let all partitions go, and what was not handed out of them."""
        for tp in self._readings:
            self._well(tp)
        self._readings.clear()
        self._queue.clear()
        self._out.clear()
        self.jumps.clear()
        self.generation += 1

    def is_out(self, topic: str, partition: int) -> bool:
        """Return whether what was handed out of a partition is still wanted.

        A partition that was given up, or is read again from elsewhere, has nothing out: what came of it
        before would leave a hole behind.
        """
        return TopicPartition(topic, partition) in self._out

    # -- polling -----------------------------------------------------------------------------

    async def poll(self, consumer: AIOKafkaConsumer, timeout_s: float, room: int) -> tuple[Any, ...]:
        """Return what has come, as soon as anything has; nothing after the longest wait.

        Raises:
            ConsumerStoppedError: The consumer is closed.
        """
        try:
            got = await self._poll(consumer, timeout_s, room)
        except ConsumerStoppedError:
            raise
        except Exception as error:  # noqa: BLE001 - to raise would leave the framework deaf and readiness green
            self._failed_polls += 1
            if self._failed_polls == 1:
                _log.warning("runtime.poll.failed", error=repr(error)[:300])
            self._troubles["poll"] = f"Kafka: {error!r}"[:200]
            await asyncio.sleep(min(_LONGEST_POLL_PAUSE_S, _POLL_PAUSE_S * 2**self._failed_polls))
            return ()
        if self._failed_polls:
            self._failed_polls = 0
            self._troubles.pop("poll", None)
        return got

    def taken(self) -> None:
        """Note that what was handed out last is committed."""
        self._out.clear()
        if self._untaken:
            self._untaken = 0
            self._troubles.pop("untaken", None)

    async def _poll(self, consumer: AIOKafkaConsumer, timeout_s: float, room: int) -> tuple[Any, ...]:
        if consumer._closed:
            raise ConsumerStoppedError
        consumer._coordinator.check_errors()
        if self._out:
            await self._again(consumer)
        self._retry(consumer)
        subscription = consumer._subscription
        with subscription.fetch_context():
            if subscription.reassignment_in_progress:
                # What is buffered may belong to somebody else by now.
                await subscription.wait_for_assignment()
            self._fill(consumer, room)
            got = self._hand_out(room)
            if not got:
                await self._wait(consumer, timeout_s)
                self._fill(consumer, room)
                return self._hand_out(room)
            if len(got) < room:
                # What lay ready was fetched while the batch before was taken, and aiokafka fetches no
                # further until it is taken: what came since then is one fetch away, and comes along.
                await self._wait(consumer, _FRESH_S)
                got = tuple(record for record in got if self.is_out(record.topic, record.partition))
                self._fill(consumer, room)
                got += self._hand_out(room - len(got))
            return got

    async def _wait(self, consumer: AIOKafkaConsumer, timeout_s: float) -> None:
        """Wait until the client has fetched something."""
        waiter = consumer._fetcher._create_fetch_waiter()
        await asyncio.wait([waiter], timeout=timeout_s)
        if waiter.done():
            waiter.result()  # errors of the group come this way
        else:
            waiter.cancel()

    async def _again(self, consumer: AIOKafkaConsumer) -> None:
        """Seek back to what was handed out and not taken: the handler raised, or was cancelled."""
        for tp, offset in self._out.items():
            reading = self._readings[tp]
            reading.ready.clear()
            self._queue.pop(tp, None)
            reading.next, reading.handed = offset, offset - 1
            consumer.seek(tp, offset)
        count = len(self._out)
        self._out.clear()
        self._untaken += 1
        if self._untaken == 1:
            _log.warning("runtime.batch.untaken", partitions=count)
        self._troubles["untaken"] = f"a batch of {count} partitions was not taken; it is read again"
        await asyncio.sleep(min(_LONGEST_POLL_PAUSE_S, _POLL_PAUSE_S * 2**self._untaken))

    def _retry(self, consumer: AIOKafkaConsumer) -> None:
        now = self._clock()
        for tp, reading in self._readings.items():
            if reading.retry_at and now >= reading.retry_at:
                reading.retry_at = 0.0
                consumer.resume(tp)

    # -- from the client ---------------------------------------------------------------------

    def _fill(self, consumer: AIOKafkaConsumer, room: int) -> None:
        """Take what the client has fetched, up to a batch of each partition."""
        fetcher = consumer._fetcher
        results = fetcher._records
        held = sum([reading.weight for reading in self._queue.values()])
        for tp in list(results):
            reading = self._readings.get(tp)
            if reading is None or reading.ready or held > _HELD_BYTES:
                continue
            result = results[tp]
            if reading.stop is not None or reading.retry_at:
                del results[tp]  # it was under way when the partition was paused
            elif isinstance(result, FetchError):
                del results[tp]
                self._failed(consumer, tp, reading, result._error)
            else:
                self._drain(consumer, tp, reading, result, room)
                held += reading.weight
                if results.get(tp) is result and not result.has_more():
                    del results[tp]
            fetcher._notify(fetcher._wait_consume_future)

    def _drain(
        self, consumer: AIOKafkaConsumer, tp: TopicPartition, reading: Reading, result: Any, room: int
    ) -> None:
        if not result.check_assignment(tp) or not result.has_more():
            return
        source = result._partition_records
        before = source._records.unpacked
        records: list[Any] = []
        error: Exception | None = None
        try:
            whole = _take(source, room, records)
        except Exception as raised:  # noqa: BLE001 - whatever it is, only this partition stops
            error, whole = raised, True
        reading.weight = source._records.unpacked - before
        result._update_position()
        if whole:
            result._partition_records = None
        stop = source.next_fetch_offset
        # As many records as offsets, ascending and from the right one on: nothing is missing.
        if stop - reading.next != len(records):
            jump = batches.unexplained(
                source._records.data, reading.next, [record.offset for record in records], stop
            )
            if jump is not None:
                stop = jump[0]
                records = [record for record in records if record.offset < stop]
                self._accept(tp, reading, records, stop, well=False)
                self._jumped(consumer, tp, reading, jump)
                return
        self._accept(tp, reading, records, stop, well=error is None)
        if error is not None:
            self._failed(consumer, tp, reading, error, batches.span_at(source._records.data, stop))

    def _accept(
        self, tp: TopicPartition, reading: Reading, records: list[Any], stop: int, *, well: bool
    ) -> None:
        moved = stop > reading.next
        if records:
            if records[-1].offset - reading.handed != len(records):
                self._explain(tp, reading.handed + 1, records)
            reading.ready.extend(records)
            self._queue[tp] = reading
        reading.next = stop
        if moved and well and (reading.failures or reading.doubt):
            reading.failures, reading.doubt, reading.offer = 0, None, None
            self._well(tp)

    # -- to the worker -----------------------------------------------------------------------

    def _hand_out(self, room: int) -> tuple[Any, ...]:
        got: list[Any] = []
        for tp, reading in list(self._queue.items()):
            if len(got) >= room:
                break
            if self.full and name_of(tp) in self.full:
                continue
            ready = reading.ready
            self._out.setdefault(tp, reading.handed + 1)
            got += [ready.popleft() for _ in range(min(len(ready), room - len(got)))]
            reading.handed = got[-1].offset
            if not ready:
                del self._queue[tp]
        return tuple(got)


def _take(source: Any, room: int, out: list[Any]) -> bool:
    """Take records, up to a number and to about so many bytes; say whether those were all.

    What came before an error is in ``out``.
    """
    most = source._records.unpacked + _TAKEN_BYTES
    for record in islice(source, room):
        out.append(record)
        if source._records.unpacked > most:
            return False
    return len(out) < room
