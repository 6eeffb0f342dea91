"""Continuity of the input: nothing is read over a gap until an operator has let it go.

Whether the next record is there at all is asked of Kafka: its first and last offsets, and the ids of its
topics. A topic that was made anew begins again at 0; filled beyond the old offsets it looks like the old one
in everything but its id, so the id is kept with each watermark.
"""

import asyncio
import time
from collections.abc import Callable, Collection, Iterable
from datetime import datetime

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from shared.runtime.base import logs
from shared.runtime.base.collections import META
from shared.runtime.base.documents import Document, Work
from shared.runtime.commit.mongo import Database, Unavailable
from shared.runtime.ingest.fetch import Fetch
from shared.runtime.ingest.gaps import ACCEPTED, Gaps, Stop
from shared.runtime.ingest.topic_ids import topic_ids
from shared.runtime.ingest.worker import Worker

_log = logs.get("runtime")

_ASK_S = 10.0
_IDS_EVERY_S = 2.0
_AWAY = (KafkaError, TimeoutError, ConnectionError, Unavailable)


class Continuity:
    """Finds gaps, shows them, and lets reading go on once they are accepted.

    Args:
        database: The service's own database.
        worker: Moves watermarks.
        fetch: Reads the partitions.
        now: The wall clock.
    """

    def __init__(self, database: Database, worker: Worker, fetch: Fetch, now: Callable[[], datetime]) -> None:
        self._database = database
        self._gaps = Gaps(database)
        self._worker = worker
        self._fetch = fetch
        self._now = now
        self._ids: dict[str, str] = {}
        self._asked = 0.0
        self._rows: dict[str, Document] | None = None

    async def begin(self, consumer: AIOKafkaConsumer, watermarks: dict[TopicPartition, int]) -> None:
        """Read partitions on behind their watermarks, but for those with a gap there."""
        found: dict[TopicPartition, Stop | None]
        try:
            await self._learn(consumer, watermarks)
            found = await self._look(consumer, {tp: offset + 1 for tp, offset in watermarks.items()})
        except _AWAY as error:
            text = f"what Kafka has of it is not known yet ({error!r})"[:200]
            found = {tp: Stop("gap.unknown", offset + 1, None, text) for tp, offset in watermarks.items()}
        for tp, offset in watermarks.items():
            self._fetch.begin(consumer, tp, offset + 1)
            if (stop := found.get(tp)) is not None:
                self._fetch.stop(consumer, tp, stop)
        self._rows = None

    async def tend(self, consumer: AIOKafkaConsumer) -> None:
        """Do what is due: look again, write gaps down, pass those that were accepted."""
        try:
            await self._resolve(consumer)
            if time.monotonic() - self._asked >= _IDS_EVERY_S:
                await self._compare(consumer)
        finally:
            await self._write_down()
            await self._pass_accepted(consumer)
            await self._pass_marks()

    # -- finding -----------------------------------------------------------------------------

    async def _look(
        self,
        consumer: AIOKafkaConsumer,
        wanted: dict[TopicPartition, int],
        refused: Collection[TopicPartition] = (),
    ) -> dict[TopicPartition, Stop | None]:
        """Say for each partition why the wanted offset cannot be read; ``None`` where it can."""
        leader = consumer._client.cluster.leader_for_partition
        tps = [tp for tp in wanted if leader(tp) not in (None, -1)]
        out: dict[TopicPartition, Stop | None] = {
            tp: Stop("gap.unknown", offset, None, "no broker leads it at the moment")
            for tp, offset in wanted.items()
        }
        if tps:
            async with asyncio.timeout(_ASK_S):
                first, end, ids = await asyncio.gather(
                    consumer.beginning_offsets(tps),
                    consumer.end_offsets(tps),
                    topic_ids(consumer, {tp.topic for tp in tps}),
                )
            for tp in tps:
                out[tp] = self._judge(
                    tp, wanted[tp], first[tp], end[tp], ids.get(tp.topic, ""), refused=tp in refused
                )
        return out

    def _judge(
        self, tp: TopicPartition, wanted: int, first: int, end: int, id_: str, *, refused: bool
    ) -> Stop | None:
        known = self._ids.get(_origin(tp), "")
        if known and id_ and known != id_:
            text = f"offsets up to {wanted - 1} were applied of another topic of this name"
            return Stop("gap.recreated", wanted, first, text, id_)
        if wanted > end:
            text = f"it ends at {end}, but {wanted - 1} was applied"
            if not known or not id_:
                return Stop("gap.recreated", wanted, first, text, id_)
            # The very same topic: a transaction that is open hides its end, unless Kafka refuses the offset.
            return Stop("gap.truncated", wanted, end, text, missing=0) if refused else None
        if wanted < first:
            text = f"the first missing offset is {wanted}, the first present one {first}"
            return Stop("gap.retention", wanted, first, text, missing=first - wanted)
        return None

    async def _learn(self, consumer: AIOKafkaConsumer, watermarks: Iterable[TopicPartition]) -> None:
        """Load the topic ids that belong to the watermarks; keep today's where there is none yet."""
        tps = list(watermarks)
        ids = await topic_ids(consumer, {tp.topic for tp in tps})
        rows = {
            _id_row(_origin(tp)): {"topic_id": ids[tp.topic], "origin": _origin(tp)}
            for tp in tps
            if tp.topic in ids
        }
        if rows:
            await self._database.put_all_if_absent(META, rows)
        stored = await self._database.find(META, {"_id": {"$in": [_id_row(_origin(tp)) for tp in tps]}})
        self._ids = {row["origin"]: row["topic_id"] for row in stored}
        self._asked = time.monotonic()

    async def _compare(self, consumer: AIOKafkaConsumer) -> None:
        """Look whether a topic was made anew while it was read."""
        owned = self._fetch.partitions
        ids = await topic_ids(consumer, {tp.topic for tp in owned})
        self._asked = time.monotonic()
        suspects = {
            tp: self._fetch.next_offset(tp)
            for tp in owned
            if tp.topic in ids
            and self._ids.get(_origin(tp), ids[tp.topic]) != ids[tp.topic]
            and getattr(self._fetch.stops.get(tp), "topic_id", "") != ids[tp.topic]
        }
        if suspects:
            for tp, stop in (await self._look(consumer, suspects)).items():
                if stop is not None:
                    self._fetch.stop(consumer, tp, stop)

    async def _resolve(self, consumer: AIOKafkaConsumer) -> None:
        """Find out what is behind partitions that stopped for a reason not known yet."""
        before = {tp: stop for tp, stop in self._fetch.stops.items() if stop.resume is None}
        open_ = {tp: stop.first for tp, stop in before.items()}
        if not open_:
            return
        if open_.keys() - {_partition(origin) for origin in self._ids}:
            await self._learn(consumer, self._fetch.partitions)
        refused = {tp for tp, stop in before.items() if stop.refused}
        for tp, stop in (await self._look(consumer, open_, refused)).items():
            if self._fetch.stops.get(tp) is not before[tp]:
                continue  # it went to somebody else meanwhile
            if stop is None:
                self._fetch.begin(consumer, tp, open_[tp])
            else:
                self._fetch.stop(consumer, tp, stop)

    # -- passing -----------------------------------------------------------------------------

    async def _write_down(self) -> None:
        """Keep the stored gaps in line with what is found; close those that mended."""
        found = {_origin(tp): stop for tp, stop in self._fetch.waiting.items() if stop.resume is not None}
        if not found and self._rows == {}:
            return
        owned = {_origin(tp) for tp in self._fetch.partitions}
        rows = await self._gaps.standing(owned)
        for origin, row in list(rows.items()):
            stop = found.get(origin)
            if self._mended(row) if stop is None else not stop.same(row):
                await self._gaps.closed(row, self._now())
                del rows[origin]
        for origin in found.keys() - rows.keys():
            rows[origin] = await self._gaps.found(origin, found[origin], self._now())
        self._rows = rows

    def _mended(self, row: Document) -> bool:
        watermark = self._worker.watermarks.get(row["origin"])
        return watermark is not None and watermark >= row["first"]

    async def _pass_accepted(self, consumer: AIOKafkaConsumer) -> None:
        rows = self._rows or {}
        for tp, stop in self._fetch.waiting.items():
            origin = _origin(tp)
            row = rows.get(origin)
            watermark = self._worker.watermarks.get(origin)
            if (
                row is None
                or row["status"] != ACCEPTED
                or watermark is None
                or not stop.same(row)
                or stop.resume is None
            ):
                continue
            if stop.resume > stop.first and self._fetch.applied_to(tp, watermark) < stop.first:
                continue  # what came before it is still being applied
            work = Work()
            self._gaps.passing(work, row, self._now())
            if stop.topic_id:
                document = {"_id": _id_row(origin), "origin": origin, "topic_id": stop.topic_id}
                work.update(META, {"_id": document["_id"]}, document)
            if await self._worker.move(origin, watermark, stop.resume - 1, work):
                if stop.topic_id:
                    self._ids[origin] = stop.topic_id
                rows.pop(origin, None)
                if tp in self._fetch.waiting:
                    self._fetch.begin(consumer, tp, stop.resume)
                _log.info(
                    "runtime.gap.passed",
                    origin=origin, code=stop.code, first=stop.first, resume=stop.resume,
                    by=row["by"]["person"],
                )  # fmt: skip

    async def _pass_marks(self) -> None:
        """Move watermarks over transaction marks: when those age away, nothing is missing."""
        for tp in self._fetch.partitions:
            origin = _origin(tp)
            watermark = self._worker.watermarks.get(origin)
            if watermark is None:
                continue
            settled = self._fetch.applied_to(tp, watermark) - 1
            if settled > watermark:
                await self._worker.move(origin, watermark, settled, Work())


def _origin(tp: TopicPartition) -> str:
    return f"{tp.topic}:{tp.partition}"


def _partition(origin: str) -> TopicPartition:
    topic, _, number = origin.rpartition(":")
    return TopicPartition(topic, int(number))


def _id_row(origin: str) -> str:
    return f"topic:{origin}"
