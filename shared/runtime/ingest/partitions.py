"""How far each partition is read, and why one is not: offsets, jumps, pauses, and stops for an operator."""

import time
from collections import deque
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import OffsetOutOfRangeError

from shared.runtime.base import logs
from shared.runtime.ingest import batches
from shared.runtime.ingest.gaps import Stop, shown
from shared.runtime.ingest.tolerant import UnreadableBatch

_log = logs.get("runtime")

_PAUSE_S = 1.0
_LONGEST_PAUSE_S = 60.0


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


class Partitions:
    """The partitions that are read.

    Args:
        service: Whose records.
        troubles: Where readiness looks; an entry per partition that cannot be read.
        clock: Monotonic time, seconds.

    Attributes:
        jumps: The offset before a record, by topic-partition and offset, where offsets between hold none.
    """

    def __init__(
        self, service: str, troubles: MutableMapping[str, str], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._service = service
        self._troubles = troubles
        self._clock = clock
        self._readings: dict[TopicPartition, Reading] = {}
        self.jumps: dict[str, dict[int, int]] = {}

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

    def _explain(self, tp: TopicPartition, following: int, records: list[Any]) -> None:
        """Keep what came before each record that does not follow its predecessor at once."""
        for record in records:
            if record.offset != following:
                self.jumps.setdefault(name_of(tp), {})[record.offset] = following - 1
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

    def _well(self, tp: TopicPartition) -> None:
        if self._troubles.pop(_key(tp), None) is not None:
            _log.info("runtime.partition.resumed", topic=tp.topic, partition=tp.partition)


def _key(tp: TopicPartition) -> str:
    return f"read:{name_of(tp)}"


def name_of(tp: TopicPartition) -> str:
    """Return how a partition is named everywhere else: ``topic:partition``."""
    return f"{tp.topic}:{tp.partition}"
