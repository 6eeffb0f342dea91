"""Records taken from aiokafka partition by partition, so that none that cannot be read costs another.

aiokafka's ``getmany`` raises at the first partition that it cannot read (a codec, a corrupt batch, access
that was taken away). By then it has drained others and moved their positions: their records are lost to
the caller, and the watermark passes over them with the next batch. It also drops the records before the bad
batch, for ever. So what it has fetched is taken here, from its own buffers, and

- a partition that raises is sought back, paused, and tried again with growing pauses; the others go on;
- the offsets of each partition are followed without a break: a jump is explained by the batches' own
  headers (transaction marks, aborted records), or is read again, and stops the partition the second time;
- what was handed out and not taken comes again.

This reaches into private parts of aiokafka, whose version is pinned; ``tests/unit/runtime/test_fetch.py``
runs on the real ones.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Collection, Mapping, MutableMapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.consumer.fetcher import FetchError
from aiokafka.errors import ConsumerStoppedError, OffsetOutOfRangeError

from shared.runtime.base import logs
from shared.runtime.ingest import batches
from shared.runtime.ingest.gaps import Stop, shown
from shared.runtime.ingest.tolerant import UnreadableBatch

_log = logs.get("runtime")

_PAUSE_S = 1.0
_LONGEST_PAUSE_S = 60.0
_POLL_PAUSE_S = 0.1
_LONGEST_POLL_PAUSE_S = 5.0
_FRESH_S = 0.003
_TAKEN_BYTES = 8 * 1024 * 1024
"""Taken of one partition at a time, about: a fetched batch may unpack to thousands of times its size."""
_HELD_BYTES = 32 * 1024 * 1024
"""Taken of all partitions and not handed out, about; whatever comes behind it waits in its packed form."""


@dataclass(slots=True)
class Reading:
    """How far one partition is read.

    Attributes:
        next: The offset that must come next from the client; everything before it was taken or explained.
        handed: Offset of the last record that was handed out; the watermark before any was.
        ready: Records taken from the client and not handed out.
        failures: Tries that failed in a row.
        retry_at: When to try again, monotonic; 0 when nothing waits.
        doubt: The jump that was seen once without an explanation.
        stop: Why it is not read; ``None`` when it is.
        weight: About how many bytes the records in ``ready`` have.
        offer: What could be let go of a batch that failed twice; it is tried again nevertheless.
    """

    next: int
    handed: int
    ready: deque[Any] = field(default_factory=deque)
    failures: int = 0
    retry_at: float = 0.0
    doubt: tuple[int, int] | None = None
    stop: Stop | None = None
    weight: int = 0
    offer: Stop | None = None


class Fetch:
    """Takes what a consumer has fetched.

    Args:
        service: Whose records.
        troubles: Where readiness looks; an entry per partition that cannot be read.
        clock: Monotonic time, seconds.

    Attributes:
        generation: Raised whenever something that was handed out is not wanted any more.
        jumps: The offset before a record, by topic-partition and offset, where offsets between hold none.
        full: Topic-partitions of which the worker has enough: nothing more is handed out.
    """

    def __init__(
        self, service: str, troubles: MutableMapping[str, str], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._service = service
        self._troubles = troubles
        self._clock = clock
        self._readings: dict[TopicPartition, Reading] = {}
        # Partitions with records to hand out, in turn: none starves behind a busy one.
        self._queue: dict[TopicPartition, Reading] = {}
        self._out: dict[TopicPartition, int] = {}
        self._untaken = 0
        self._failed_polls = 0
        self.full: Collection[str] = ()
        self.generation = 0
        self.jumps: dict[str, dict[int, int]] = {}

    # -- partitions --------------------------------------------------------------------------

    def begin(self, consumer: AIOKafkaConsumer, tp: TopicPartition, offset: int) -> None:
        """Read a partition from an offset on, whatever was taken or held of it before."""
        self._out.pop(tp, None)
        self._queue.pop(tp, None)
        self.jumps.pop(_name(tp), None)
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

    def stop(self, consumer: AIOKafkaConsumer, tp: TopicPartition, stop: Stop) -> None:
        """Read a partition no further; what was taken of it before stays good."""
        reading = self._readings.get(tp)
        if reading is None:
            return
        news = reading.stop != stop
        reading.stop, reading.retry_at = stop, 0.0
        consumer.seek(tp, reading.next)
        consumer.pause(tp)
        self._troubles[_key(tp)] = shown(self._service, f"{tp.topic}:{tp.partition}", stop)
        if news:
            _log.warning(
                "runtime.partition.stopped",
                topic=tp.topic,
                partition=tp.partition,
                code=stop.code,
                first=stop.first,
                resume=stop.resume,
                reason=stop.detail,
            )

    @property
    def stops(self) -> dict[TopicPartition, Stop]:
        """The partitions that wait for an operator, and why."""
        return {tp: r.stop for tp, r in self._readings.items() if r.stop is not None}

    @property
    def waiting(self) -> dict[TopicPartition, Stop]:
        """What an operator could let go: the stops, and batches that fail again and again."""
        found = {tp: r.stop or r.offer for tp, r in self._readings.items()}
        return {tp: stop for tp, stop in found.items() if stop is not None}

    @property
    def partitions(self) -> list[TopicPartition]:
        """The partitions that are read."""
        return list(self._readings)

    def next_offset(self, tp: TopicPartition) -> int:
        """Return the offset that must come next of a partition that is read."""
        return self._readings[tp].next

    def applied_to(self, tp: TopicPartition, watermark: int) -> int:
        """Return the offset before which everything of a partition is applied, or holds no record."""
        reading = self._readings.get(tp)
        if reading is None or reading.ready or watermark < reading.handed:
            return watermark + 1
        return max(watermark + 1, reading.next)

    def unread(self, tp: TopicPartition, end: int) -> int:
        """Return how many offsets wait to be handed out; none where the partition is stopped."""
        reading = self._readings.get(tp)
        if reading is None or reading.stop is not None:
            return 0
        return max(0, end - reading.next) + len(reading.ready)

    def is_open(self, tp: TopicPartition, end: int | None) -> bool:
        """Return whether more has come to a partition than was handed out, and can be read."""
        reading = self._readings.get(tp)
        if reading is None or reading.stop is not None or reading.retry_at:
            return False
        return end is None or bool(reading.ready) or reading.next < end

    def is_stopped(self, tp: TopicPartition) -> bool:
        """Return whether a partition is not read at the moment."""
        reading = self._readings.get(tp)
        return reading is None or reading.stop is not None or reading.retry_at > 0

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

    def _explain(self, tp: TopicPartition, following: int, records: list[Any]) -> None:
        """Keep what came before each record that does not follow its predecessor at once."""
        for record in records:
            if record.offset != following:
                self.jumps.setdefault(_name(tp), {})[record.offset] = following - 1
            following = record.offset + 1

    def settled(self, watermarks: Mapping[str, int]) -> None:
        """Forget the jumps that lie behind the watermarks."""
        for origin, watermark in watermarks.items():
            if (jumps := self.jumps.get(origin)) is not None:
                kept = {offset: before for offset, before in jumps.items() if offset > watermark}
                if kept:
                    self.jumps[origin] = kept
                else:
                    del self.jumps[origin]

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

    def _failed(
        self,
        consumer: AIOKafkaConsumer,
        tp: TopicPartition,
        reading: Reading,
        error: Exception,
        span: batches.Span | None = None,
    ) -> None:
        """Isolate a partition that cannot be read: the reason is shown, and it is tried again later."""
        if isinstance(error, UnreadableBatch):
            end = error.last_offset + 1
            stop = Stop("batch.unreadable", reading.next, end, str(error), missing=end - reading.next)
            self.stop(consumer, tp, stop)
            return
        if isinstance(error, OffsetOutOfRangeError):
            text = f"Kafka has no offset {reading.next} any more; where it goes on is being looked up"
            self.stop(consumer, tp, Stop("gap.unknown", reading.next, None, text, refused=True))
            return
        reading.failures += 1
        pause = min(_LONGEST_PAUSE_S, _PAUSE_S * 2 ** (reading.failures - 1))
        reading.retry_at = self._clock() + pause
        consumer.seek(tp, reading.next)
        consumer.pause(tp)
        text = f"{type(error).__name__}: {error}"[:200]
        detail = f"offset {reading.next} cannot be read: {text}"
        self._troubles[_key(tp)] = shown(
            self._service,
            f"{tp.topic}:{tp.partition}",
            Stop("partition.unreadable", reading.next, None, detail),
        )
        if span is not None and reading.failures > 1:
            reading.offer = Stop(
                "batch.unreadable", reading.next, span.end, detail, missing=span.end - reading.next
            )
        if reading.failures == 1:
            _log.warning(
                "runtime.partition.unreadable",
                topic=tp.topic,
                partition=tp.partition,
                offset=reading.next,
                end=None if span is None else span.end,
                error=text,
            )

    def _jumped(
        self, consumer: AIOKafkaConsumer, tp: TopicPartition, reading: Reading, jump: tuple[int, int]
    ) -> None:
        """Read again where offsets are missing without a reason; stop when they are missing again."""
        first, end = jump
        if reading.doubt == jump:
            text = f"offsets {first} to {end - 1} do not come, and nothing says why"
            self.stop(consumer, tp, Stop("gap.unexplained", first, end, text, missing=end - first))
            return
        reading.doubt = jump
        _log.warning(
            "runtime.partition.jumped", topic=tp.topic, partition=tp.partition, first=first, present=end
        )
        consumer.seek(tp, first)

    # -- to the worker -----------------------------------------------------------------------

    def _hand_out(self, room: int) -> tuple[Any, ...]:
        got: list[Any] = []
        for tp, reading in list(self._queue.items()):
            if len(got) >= room:
                break
            if self.full and _name(tp) in self.full:
                continue
            ready = reading.ready
            self._out.setdefault(tp, reading.handed + 1)
            got += [ready.popleft() for _ in range(min(len(ready), room - len(got)))]
            reading.handed = got[-1].offset
            if not ready:
                del self._queue[tp]
        return tuple(got)

    def _well(self, tp: TopicPartition) -> None:
        if self._troubles.pop(_key(tp), None) is not None:
            _log.info("runtime.partition.resumed", topic=tp.topic, partition=tp.partition)


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


def _key(tp: TopicPartition) -> str:
    return f"read:{_name(tp)}"


def _name(tp: TopicPartition) -> str:
    return f"{tp.topic}:{tp.partition}"
