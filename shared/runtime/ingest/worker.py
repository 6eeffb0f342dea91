"""The worker: batches in their turn, commit, publish behind, and everything safe at any instant.

One batch is decided and committed while the one before it is still being published. Whatever
stops the process between two steps leaves nothing, or outbox rows that the next owner publishes
before anything else.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import stamina

from shared.runtime.base import logs
from shared.runtime.base.documents import Work
from shared.runtime.base.metrics import Metrics
from shared.runtime.base.partitioner import partition_of
from shared.runtime.commit.mongo import Conflict
from shared.runtime.commit.repository import Repository
from shared.runtime.decide.engine import Engine
from shared.runtime.decide.entries import Item, Outcome
from shared.runtime.decide.history import Outgoing
from shared.runtime.ingest import runs
from shared.runtime.ingest.blame import blame, jumped, named_conflict
from shared.runtime.ingest.health import AWAY, Health, log_outcome
from shared.runtime.ingest.in_turn import InTurn
from shared.runtime.ingest.interleave import EVERYTHING, Horizon, Interleaver
from shared.runtime.publish.publisher import Publisher

_log = logs.get("runtime")
_CONFLICT_TRIES = 4
_CONFLICTS_NAMED = 6
"""So many conflicts on one message are no coincidence: readiness then names it."""
_CONFLICT_WAIT_S = 5.0
_STUCK_S = 5


OffsetCommit = Callable[[dict[str, int]], Awaitable[None]]
FirstOffsets = Callable[[set[str]], Awaitable[dict[str, int]]]


class Worker:
    """Takes batches of one service through the mechanism.

    Args:
        engine: Decides.
        repository: Loads and commits.
        publisher: Publishes.
        metrics: Counts.
        now: The wall clock.

    Attributes:
        horizon: How far the owned partitions were read.
        wanted: Leaves out the records of partitions that were given up since they were read.
        read_again: Reads topic-partitions again, from an offset on.
        jumps: Where offsets hold no records.
        interleaver: Keeps back what is ahead of its sibling partitions.
        applied_ms: Kafka's time of the last applied record by origin, milliseconds since the epoch.
    """

    def __init__(
        self,
        engine: Engine,
        repository: Repository,
        publisher: Publisher,
        metrics: Metrics,
        now: Callable[[], datetime],
    ) -> None:
        self.engine = engine
        self.health = Health()
        self.commit_offsets: OffsetCommit | None = None
        self.first_offsets: FirstOffsets | None = None
        self._repository = repository
        self._outbox = repository.outbox
        self._publisher = publisher
        self._metrics = metrics
        self._now = now
        self.applied_ms: dict[str, int] = {}
        self.horizon: Callable[[], Horizon] = lambda: EVERYTHING
        self.wanted: Callable[[Sequence[Any]], Sequence[Any]] = lambda records: records
        self.read_again: Callable[[dict[str, int]], None] = lambda _: None
        self.jumps: runs.Jumps = {}
        self.interleaver = Interleaver()
        self._looked_ms: Mapping[int, int] = {}
        self._postponed: list[Item] = []
        self._turn = asyncio.Lock()
        self._owned: set[str] = set()
        self._watermarks: dict[str, int] = {}
        self._baselines: frozenset[str] = frozenset()
        self._published: list[str] = []
        self._publishing = InTurn()
        self._idle_since = time.monotonic()

    # -- batches -----------------------------------------------------------------------------

    async def take(self, records: Sequence[Any]) -> None:
        """Take a batch of records: returns when it is committed, while it is being published."""
        async with self._turn:
            self.health.polled_at = time.monotonic()
            horizon = self.horizon()
            items = self.interleaver.take(self._parsed(self.wanted(records)), horizon)
            self._looked_ms = horizon.looked_ms
            try:
                await self._process(items)
            except BaseException:
                # All of it once more, in its order: what is applied already is behind the watermark.
                self._postponed.clear()
                self.interleaver.back(items)
                raise
            self.interleaver.back(self._postponed)
            waiting = {item.origin for item in self._postponed}
            self._postponed.clear()
            for item in items:
                if item.origin not in waiting and item.parsed is not None:
                    self.applied_ms[item.origin] = item.parsed.record.timestamp
            self.health.polled_at = time.monotonic()

    def _parsed(self, records: Sequence[Any]) -> list[Item]:
        started = time.perf_counter()
        now_ms = int(time.time() * 1000)
        items = []
        for record in records:
            item = self.engine.item(record)
            item.seen_ms = min(record.timestamp, now_ms)
            items.append(item)
        self._metrics.parsed(len(items), time.perf_counter() - started)
        return items

    async def tick(self, subjects: Sequence[str], topic: str, at: datetime) -> None:
        """Advance idle subjects to a time, through the same path as every message.

        Args:
            subjects: Whose clocks are due.
            topic: The keyed topic whose partitions say who owns a subject.
            at: The time.
        """
        await self._idle(subjects, topic, at)

    async def resume(self, subjects: Sequence[str], topic: str) -> bool:
        """Let subjects go on that can without a message; return whether any of them is owned here."""
        return await self._idle(subjects, topic, None)

    async def record(self, item: Item) -> None:
        """Take what the service records itself: it has no partition, and the guard of its subject decides."""
        async with self._turn:
            await self._process([item])

    async def _idle(self, subjects: Sequence[str], topic: str, at: datetime | None) -> bool:
        async with self._turn:
            partitions = self.engine.partitions
            items = [
                Item(f"{topic}:{partition_of(subject, partitions)}", -1, idle=subject, at=at)
                for subject in subjects
            ]
            owned = [item for item in items if item.origin in self._owned]
            await self._process(owned)
            return bool(owned)

    @property
    def publishing_s(self) -> float:
        """For how long a batch has waited for the brokers' word, seconds; 0 when none does."""
        return self._publishing.waiting_s

    @property
    def watermarks(self) -> dict[str, int]:
        """Highest offset applied, by owned origin."""
        return dict(self._watermarks)

    async def _process(self, items: list[Item]) -> None:
        """Commit a batch whatever happens: wait out trouble, retry conflicts, split what is refused."""
        if self._postponed:
            # An earlier part of the same batch waits: what follows in its partitions does, too.
            groups = {item.group for item in self._postponed}
            self._postponed += [item for item in items if item.group in groups]
            items = [item for item in items if item.group not in groups]
        if not items:
            return
        tries = 0
        while True:
            try:
                return await self._patiently(lambda: self._once(items))
            except Conflict as conflict:
                # Somebody else was faster, or an uncertain commit had gone through after all:
                # what stands in the database is the truth, and its outbox goes out first.
                self._disown()
                tries += 1
                self._metrics.conflict()
                if tries >= _CONFLICT_TRIES and len(items) > 1:
                    return await self._split(items)
                if tries >= _CONFLICTS_NAMED:
                    self.health.troubled("conflict", named_conflict(items[0], tries, conflict))
                await asyncio.sleep(min(0.01 * 2 ** min(tries, 10), _CONFLICT_WAIT_S))
            except asyncio.CancelledError:
                self._disown()  # a commit that was under way may go through all the same
                raise
            except Exception as error:  # noqa: BLE001 - to let it out would be to pass the batch over
                self._disown()
                if len(items) > 1:
                    return await self._split(items)
                if not items[0].alone:
                    # Perhaps it is what was taken along with it: that comes in steps of its own then.
                    items[0].alone = True
                elif not blame(items[0], error):
                    # Not even a dead letter of it can be written. It is never passed over in silence.
                    self.health.troubled("stuck", error)
                    await asyncio.sleep(_STUCK_S)

    async def _split(self, items: list[Item]) -> None:
        """Bisect a batch, down to the one message that spoils it."""
        middle = len(items) // 2
        await self._process(items[:middle])
        await self._process(items[middle:])

    async def _patiently(self, step: Callable[[], Awaitable[None]]) -> None:
        """Do a step again and again while the broker or the database is away."""
        async for attempt in stamina.retry_context(
            on=AWAY, attempts=None, timeout=None, wait_initial=0.1, wait_max=5.0, wait_jitter=0.5
        ):
            with attempt:
                try:
                    await step()
                except AWAY as error:
                    self._disown()
                    self.health.troubled("work", error)
                    raise
        self.health.well("work", "stuck", "conflict")

    async def _once(self, items: list[Item]) -> None:
        before = await self._own({item.origin for item in items} - {""})
        items = self._unbroken(items, before)
        started = time.perf_counter()
        loaded = await self._repository.load(items, before, self._baselines)
        loaded.looked_ms = self._looked_ms
        # What another process wrote of these subjects is heard before what follows it here.
        await self._publish_for_others(await self._outbox.unpublished(loaded))
        decided = time.perf_counter()
        writer = self._outbox.new_row_id()
        outcome, work = self.engine.decide(items, loaded, self._now(), writer)
        committing = time.perf_counter()
        published = self._published[:]
        row = await self._repository.commit(outcome, work, before, loaded.watermarks, published, writer)
        committed = time.perf_counter()
        self._watermarks.update(loaded.watermarks)
        self._postponed += outcome.postponed
        del self._published[: len(published)]
        self._metrics.batch(
            len(items),
            outcome.counts,
            load=decided - started,
            decide=committing - decided,
            commit=committed - committing,
        )
        log_outcome(outcome, self.health.incidents)
        # Once the batch before is out, so that order holds and little is open.
        await self._publishing.add(lambda: self._publish(outcome, row, loaded.watermarks))

    def _unbroken(self, items: list[Item], before: dict[str, int]) -> list[Item]:
        """Leave out the partitions of which something is missing before the batch, and read them again."""
        broken = runs.broken(items, before, self.jumps)
        self.health.well(*(step for step in self.health.troubles if step.startswith("jump:")))
        if not broken:
            return items
        for origin, (last, offset) in broken.items():
            self.health.troubled(f"jump:{origin}", jumped(origin, last, offset))
        self.interleaver.forget(broken)
        self.read_again({origin: before.pop(origin) + 1 for origin in broken})
        return [item for item in items if item.origin not in broken]

    # -- publishing behind -------------------------------------------------------------------

    async def _publish(self, outcome: Outcome, row: str | None, watermarks: dict[str, int]) -> None:
        started = time.perf_counter()
        if outcome.outgoing:
            async for attempt in stamina.retry_context(
                on=Exception, attempts=None, timeout=None, wait_initial=0.1, wait_max=5.0, wait_jitter=0.5
            ):
                with attempt:
                    try:
                        await self._publisher.publish(outcome.outgoing)
                    except Exception as error:
                        self.health.troubled("publish", error)
                        raise
            self.health.well("publish")
        if row is not None:
            self._published.append(row)
        self._metrics.published(len(outcome.outgoing), time.perf_counter() - started)
        if self.commit_offsets is not None:
            try:
                await self.commit_offsets(watermarks)
            except Exception as error:  # noqa: BLE001 - a hint for Kafka's own tools; the watermarks count
                _log.info("runtime.offsets.uncommitted", error=repr(error)[:120])
        self._idle_since = time.monotonic()

    async def tidy(self) -> None:
        """Delete outbox rows that are out, when no next batch came to carry the delete."""
        async with self._turn:
            if self._published and time.monotonic() - self._idle_since > 0.2:
                published = self._published[:]
                await self._outbox.forget(published)
                del self._published[: len(published)]

    # -- owning origins ----------------------------------------------------------------------

    async def _own(self, origins: set[str]) -> dict[str, int]:
        """Return the watermarks of origins; what an earlier owner left unpublished goes out first."""
        missing = (origins | self._owned) - self._watermarks.keys()
        if missing:
            await self._publishing.done()
            stored = await self._repository.watermarks(missing)
            new = missing - stored.keys()
            if new:
                first = await self.first_offsets(new) if self.first_offsets else dict.fromkeys(new, 0)
                stored |= await self._repository.begin(first)
            self._baselines = await self._repository.baselines()
            await self._publish_for_others(await self._outbox.leftovers(missing, self._published))
            self._watermarks.update(stored)
        return {origin: self._watermarks[origin] for origin in origins}

    async def _publish_for_others(self, rows: list[tuple[str, list[Outgoing]]]) -> None:
        """Publish outbox rows of other processes in their order, and delete them."""
        for row, messages in rows:
            await self._publisher.publish(messages)
            await self._outbox.forget([row])
            self._metrics.recovered(len(messages))
            _log.info("runtime.outbox.recovered", row=row, messages=len(messages))

    async def sweep(self) -> None:
        """Publish what an earlier owner committed after its partitions were taken over."""
        async with self._turn:
            if self._owned:
                await self._publish_for_others(await self._outbox.strays(self._owned))

    async def own(self, origins: set[str]) -> dict[str, int]:
        """Take over origins after a rebalance; the watermarks say where to read on."""
        async with self._turn:
            self._owned |= origins
            self.interleaver.forget(origins)
            for origin in origins:  # Somebody else may have had them meanwhile.
                self._watermarks.pop(origin, None)
            out: dict[str, int] = {}

            async def take_over() -> None:
                out.update(await self._own(origins))

            await self._patiently(take_over)
            return out

    async def move(self, origin: str, before: int, after: int, work: Work) -> bool:
        """Move a watermark without a record: over offsets that hold none, or that an operator let go.

        Args:
            origin: Whose watermark.
            before: Where it must stand.
            after: Where it stands afterwards.
            work: What is written in the same transaction.

        Returns:
            Whether it stood there.
        """
        async with self._turn:
            try:
                if (await self._own({origin}))[origin] != before:
                    return False
                row_id = self._outbox.new_row_id()
                await self._repository.commit(Outcome(), work, {origin: before}, {origin: after}, [], row_id)
            except BaseException:
                self._disown()
                raise
            self._watermarks[origin] = after
            return True

    async def release(self, origins: set[str] | None = None) -> None:
        """Drain and let go: everything taken is committed and published afterwards.

        Args:
            origins: What is revoked; ``None`` for all.
        """
        async with self._turn:
            await self._publishing.done()
            if self._published:
                await self._outbox.forget(self._published)
                self._published.clear()
            self.abandon({*self._owned, *self._watermarks} if origins is None else origins)

    def abandon(self, origins: set[str]) -> None:
        """Believe nothing more of origins; where their release took too long, the guards refuse the rest."""
        self._owned -= origins
        self.interleaver.forget(origins)
        for origin in origins:
            self._watermarks.pop(origin, None)
            self.applied_ms.pop(origin, None)

    def _disown(self) -> None:
        """Forget what is believed of all origins; the next step reads it from the database."""
        self._watermarks.clear()
