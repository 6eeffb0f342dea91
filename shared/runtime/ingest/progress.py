"""How far the owned partitions are read and applied: lag, clocks, siblings, open transactions."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime

from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.runtime.ingest.fetch import Fetch
from shared.runtime.ingest.interleave import EVERYTHING, Horizon, group_of
from shared.runtime.ingest.transactions import OpenTransactions, is_open
from shared.runtime.ingest.worker import Worker

_ENDS_TIMEOUT_S = 5.0
_UNFETCHED_MS = 3000
_FETCH_MS = 1000
"""What may have come between the look of a broker and its answer, milliseconds."""
_ENDING_S = 15.0
"""How long the brokers may take to end a transaction whose time is over: they look every ten seconds."""


class Progress:
    """How far one replica is.

    Args:
        client: Returns the consumer of aiokafka, once it is started.
        fetch: What is read.
        worker: What is applied.
        bounded: Whether clocks move no further than what the brokers have said of sibling partitions.
        transaction_s: How long the brokers leave a producer's transaction open, seconds.
    """

    def __init__(
        self,
        client: Callable[[], AIOKafkaConsumer | None],
        fetch: Fetch,
        worker: Worker,
        *,
        bounded: bool,
        transaction_s: float,
    ) -> None:
        self._client = client
        self._fetch = fetch
        self._worker = worker
        self._bounded = bounded
        self._transaction_s = transaction_s + _ENDING_S
        self._transactions = OpenTransactions()
        self._applied: dict[str, int] = {}
        self._ends: dict[TopicPartition, int] = {}

    def horizon(self) -> Horizon:
        """Return how far the owned partitions were read, for those that have siblings."""
        consumer = self._client()
        if consumer is None:
            return EVERYTHING
        open_: set[str] = set()
        looked: dict[int, int] = {}
        for tp in consumer.assignment():
            origin = f"{tp.topic}:{tp.partition}"
            group = group_of(origin)
            if group < 0:
                continue
            end = _end(consumer, tp)
            if self._fetch.is_open(tp, end):
                open_.add(origin)
            elif self._bounded:
                # A partition that is stopped, or whose records wait behind an open transaction, holds the
                # clocks of its siblings where they are.
                at_end = end is not None and not self._fetch.is_stopped(tp) and not is_open(consumer, tp)
                polled = int(consumer.last_poll_timestamp(tp) or 0) - _FETCH_MS if at_end else 0
                looked[group] = min(looked.get(group, polled), polled)
        return Horizon(frozenset(open_), looked)

    def lags(self) -> dict[tuple[str, int], int]:
        """Return how many messages of each owned partition are not applied yet, as far as is known.

        What was applied is remembered while the worker has to ask the database again: that is when lag
        is looked at.
        """
        consumer = self._client()
        owned = consumer.assignment() if consumer is not None else frozenset()
        origins = {f"{tp.topic}:{tp.partition}": tp for tp in owned}
        known = {**self._applied, **self._worker.watermarks}
        self._applied = {origin: known[origin] for origin in origins if origin in known}
        out = {}
        for origin, applied in self._applied.items():
            tp = origins[origin]
            assert consumer is not None
            end = max(consumer.highwater(tp) or 0, self._ends.get(tp, 0))
            out[tp.topic, tp.partition] = max(0, end - self._fetch.applied_to(tp, applied))
        return out

    async def look_at_ends(self) -> None:
        """Ask the brokers how far the partitions go that are not being fetched, as while a batch is stuck."""
        consumer = self._client()
        if consumer is None:
            return
        asked_ms = time.time() * 1000 - _UNFETCHED_MS
        idle = [tp for tp in consumer.assignment() if (consumer.last_poll_timestamp(tp) or 0) < asked_ms]
        if not idle:
            self._ends.clear()
            return
        async with asyncio.timeout(_ENDS_TIMEOUT_S):
            self._ends = dict(await consumer.end_offsets(idle))

    async def complete_until(self, partition: int) -> datetime | None:
        """Return up to when all is applied that came to a partition number, over all topics.

        A clock may only be moved to a time of which nothing more can come: after a stop of two days, a
        command of the first day must be decided before the deadline of the second.

        Returns:
            The time; ``None`` when it is not known yet.
        """
        consumer = self._client()
        times = []
        for tp in consumer.assignment() if consumer is not None else ():
            if tp.partition == partition:
                times.append(await self._complete_until(tp))
        known = [at for at in times if at is not None]
        if not known or len(known) < len(times):
            return None
        return datetime.fromtimestamp(min(known) / 1000, UTC)

    async def _complete_until(self, tp: TopicPartition) -> int | None:
        consumer = self._client()
        assert consumer is not None
        origin = f"{tp.topic}:{tp.partition}"
        end, polled = consumer.highwater(tp), consumer.last_poll_timestamp(tp)
        applied = self._worker.watermarks.get(origin)
        if end is None or not polled or applied is None:
            return None
        if tp in self._fetch.stops:
            return self._worker.applied_ms.get(origin)
        reached, looked = self._fetch.applied_to(tp, applied), int(polled) - _FETCH_MS
        if reached >= end:
            return looked
        last = self._worker.applied_ms.get(origin)
        if reached < (_end(consumer, tp) or 0) or self._transactions.stuck(consumer, tp, self._transaction_s):
            return last
        # Only records behind open transactions wait. None of these is older than the brokers allow, so
        # whoever opens one after the other holds up nobody's deadlines for longer than that.
        return max(looked - round(self._transaction_s * 1000), last or 0)

    async def unread(self) -> int:
        """Return how many offsets of the owned partitions were not read yet, and can be."""
        consumer = self._client()
        total = 0
        for tp in consumer.assignment() if consumer is not None else ():
            end = _end(consumer, tp)
            if end is not None:
                total += self._fetch.unread(tp, end)
        return total

    def look_at_transactions(self) -> None:
        """Note in readiness what waits behind a transaction that stays open."""
        consumer, troubles = self._client(), self._worker.health.troubles
        reason = "" if consumer is None else self._transactions.reason(consumer, consumer.assignment())
        if reason:
            troubles["transactions"] = reason
        else:
            troubles.pop("transactions", None)

    def last_poll_ms(self) -> int:
        """Return when the brokers last answered a fetch, milliseconds since the epoch; 0 for never."""
        consumer = self._client()
        if consumer is None:
            return 0
        return max((consumer.last_poll_timestamp(tp) or 0 for tp in consumer.assignment()), default=0)


def _end(consumer: AIOKafkaConsumer, tp: TopicPartition) -> int | None:
    """Return the offset up to which a partition can be read; ``None`` before the first answer.

    Behind the last stable offset stands a transaction that is not decided yet.
    """
    end, stable = consumer.highwater(tp), consumer.last_stable_offset(tp)
    return end if end is None or stable is None or stable < 0 else min(int(end), int(stable))
