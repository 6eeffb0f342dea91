"""Whatever one partition holds, the records of all others are handed out once, in order and without a gap."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import ConsumerStoppedError, KafkaConnectionError

from shared.runtime.ingest.fetch import Fetch
from tests.support.runtime.broker import TOPIC, Broker, batch, broken, consumer, mark

P0, P1, P2 = (TopicPartition(TOPIC, number) for number in range(3))
OUT_OF_RANGE, NOT_AUTHORISED = 1, 29


class Session:
    """A fetch on a broker in memory, and what it handed out."""

    def __init__(self, broker: Broker, client: AIOKafkaConsumer) -> None:
        self.broker, self.client = broker, client
        self.troubles: dict[str, str] = {}
        self.now = 0.0
        self.fetch = Fetch("intake", self.troubles, lambda: self.now)
        self.got: dict[TopicPartition, list[int]] = {}
        self.fetch_last: tuple[Any, ...] = ()

    def begin(self, *partitions: TopicPartition, at: int = 0) -> None:
        for tp in partitions or (P0, P1, P2):
            self.fetch.begin(self.client, tp, at)

    async def poll(self, room: int = 100, *, take: bool = True) -> list[tuple[int, int]]:
        records = self.fetch_last = await self.fetch.poll(self.client, 0.02, room)
        if take:
            self.fetch.taken()
            for record in records:
                self.got.setdefault(TopicPartition(record.topic, record.partition), []).append(record.offset)
        return [(record.partition, record.offset) for record in records]

    async def polls(self, count: int = 4, room: int = 100) -> None:
        for _ in range(count):
            await self.poll(room)


def run(test: Callable[[Session], Awaitable[Any]], isolation: str = "read_uncommitted") -> None:
    async def main() -> None:
        broker = Broker()
        async with consumer(broker, 3, isolation) as client:
            await test(Session(broker, client))

    asyncio.run(main())


def test_a_batch_that_cannot_be_read_costs_no_record_of_others_and_none_before_it() -> None:
    async def test(on: Session) -> None:
        bad = batch(5, 3)[:-3] + b"\0\0\0"
        on.broker.logs = {P0: [batch(0, 5), bad, batch(8, 2)], P1: [batch(0, 40)], P2: [batch(0, 7)]}
        on.begin()
        await on.polls()
        assert on.got == {P0: [0, 1, 2, 3, 4], P1: list(range(40)), P2: list(range(7))}
        (reason,) = on.troubles.values()
        assert reason.startswith(f"partition.unreadable: {TOPIC}:0: offset 5 cannot be read: ")
        on.broker.logs[P1].append(batch(40, 3))
        await on.polls(2)
        assert on.got[P1][-1] == 42, "the others do not go on"
        on.broker.logs[P0][1] = batch(5, 3)  # as when another replica of the broker answers
        await on.polls(2)
        assert on.got[P0][-1] == 4, "tried again before its time"
        on.now += 1.1
        await on.polls()
        assert on.got[P0] == list(range(10))
        assert on.troubles == {}

    run(test)


def test_pauses_grow_while_a_partition_cannot_be_read() -> None:
    async def test(on: Session) -> None:
        on.broker.logs, on.broker.errors = {P1: [batch(0, 3)]}, {P0: NOT_AUTHORISED}
        on.begin()
        await on.polls()
        assert "TopicAuthorizationFailed" in on.troubles[f"read:{TOPIC}:0"]
        assert on.got == {P1: [0, 1, 2]}
        waits = []
        for _ in range(8):
            reading = on.fetch._readings[P0]
            waits.append(reading.retry_at - on.now)
            on.now = reading.retry_at
            await on.polls(2)
        assert waits == [1, 2, 4, 8, 16, 32, 60, 60]
        on.broker.errors.clear()
        on.broker.logs[P0] = [batch(0, 2)]
        on.now += 61
        await on.polls()
        assert on.got[P0] == [0, 1]
        assert on.troubles == {}

    run(test)


def test_a_batch_that_cannot_be_unpacked_stops_its_partition_by_name() -> None:
    async def test(on: Session) -> None:
        on.broker.logs = {P0: [batch(0, 5), broken(5, 3)], P1: [batch(0, 5)]}
        on.begin()
        await on.polls(2)
        assert on.fetch.stops[P0].code == "batch.unreadable"
        assert (on.fetch.stops[P0].first, on.fetch.stops[P0].resume) == (5, 8)
        on.broker.logs[P0].append(batch(8, 2))
        on.broker.logs[P1].append(batch(5, 3))
        on.now += 1000
        await on.polls()
        assert on.got == {P0: [0, 1, 2, 3, 4], P1: list(range(8))}
        on.begin(P0, at=8)  # let go
        await on.polls()
        assert on.got[P0] == [0, 1, 2, 3, 4, 8, 9]
        assert on.troubles == {}

    run(test)


def test_what_is_taken_at_a_time_is_bounded_in_bytes_whatever_it_was_packed_to() -> None:
    """500 records of 4 MB are 2 GB; in Zstandard they come in one answer of some kilobytes."""

    async def test(on: Session) -> None:
        size = 4_000_000
        on.broker.logs = {tp: [batch(n, 1, codec=4, size=size) for n in range(30)] for tp in (P0, P1, P2)}
        on.begin()
        most = 0
        for _ in range(80):
            await on.poll(500)
            held = sum(len(one.ready) for one in on.fetch._readings.values())
            most = max(most, len(on.fetch_last) + held)
        assert on.got == {tp: list(range(30)) for tp in (P0, P1, P2)}
        assert most * size < 100_000_000

    run(test)


def test_what_was_handed_out_and_not_taken_comes_again() -> None:
    async def test(on: Session) -> None:
        on.broker.logs = {P0: [batch(0, 9)], P1: [batch(0, 4)]}
        on.begin()
        lost = []
        while len(lost) < 6:
            lost += await on.poll(6, take=False)
        assert on.fetch._out
        await on.polls(8, room=6)
        assert on.got == {P0: list(range(9)), P1: list(range(4))}
        assert on.troubles == {}

    run(test)


def test_a_poll_takes_no_more_than_there_is_room_and_no_partition_starves() -> None:
    async def test(on: Session) -> None:
        on.broker.logs = {P0: [batch(0, 200)], P1: [batch(0, 3)]}
        on.begin()
        for _ in range(5):
            assert len(await on.poll(10)) <= 10
        assert on.got[P1] == [0, 1, 2]
        await on.polls(20, room=10)
        assert on.got[P0] == list(range(200))

    run(test)


def test_what_came_during_the_batch_before_comes_along() -> None:
    """aiokafka fetches no further until what it has is taken: else each poll is a batch behind."""

    async def test(on: Session) -> None:
        on.broker.logs = {P0: [batch(0, 3)]}
        on.begin()
        await on.polls(1)
        on.broker.logs[P0].append(batch(3, 2))
        await on.client._fetcher._create_fetch_waiter()
        on.broker.logs[P0].append(batch(5, 2))
        assert await on.poll() == [(0, 3), (0, 4), (0, 5), (0, 6)]

    run(test)


def test_offsets_that_do_not_come_are_read_again_and_stop_their_partition_the_second_time() -> None:
    async def test(on: Session) -> None:
        on.broker.logs = {P0: [batch(0, 5), batch(9, 3)], P1: [batch(0, 2)]}
        on.begin()
        await on.polls()
        assert on.got == {P0: [0, 1, 2, 3, 4], P1: [0, 1]}
        assert on.fetch.stops[P0].code == "gap.unexplained"
        assert (on.fetch.stops[P0].first, on.fetch.stops[P0].resume) == (5, 9)
        assert "offsets 5 to 8" in on.troubles[f"read:{TOPIC}:0"]

    run(test)


def test_offsets_that_come_the_second_time_are_no_trouble() -> None:
    async def test(on: Session) -> None:
        on.broker.logs = {P0: [batch(0, 5), batch(9, 3)]}
        on.begin()
        await on.poll()
        on.broker.logs[P0].insert(1, batch(5, 4))
        await on.polls()
        assert on.got[P0] == list(range(12))
        assert on.troubles == {}
        assert on.fetch._readings[P0].doubt is None

    run(test)


def test_a_mark_between_two_fetches_explains_the_jump_of_the_second() -> None:
    async def test(on: Session) -> None:
        on.broker.logs[P0] = [batch(0, 3, transactional=True, producer=7), mark(3, 7, abort=False)]
        on.begin()
        await on.polls(2)
        assert on.fetch.jumps == {}
        on.broker.logs[P0].append(batch(4, 2))
        await on.polls(2)
        assert on.fetch.jumps == {f"{TOPIC}:0": {4: 2}}, "the worker would read it again"

    run(test)


@pytest.mark.parametrize("room", [1, 3, 100])
@pytest.mark.parametrize("isolation", ["read_uncommitted", "read_committed"])
def test_transactions_and_compaction_explain_their_jumps(isolation: str, room: int) -> None:
    async def test(on: Session) -> None:
        on.broker.logs[P0] = [
            batch(0, 3, transactional=True, producer=7),
            batch(3, 2, transactional=True, producer=8),
            mark(5, 7, abort=False),
            batch(6, 4, without=(7, 9)),
            mark(10, 8, abort=True),
            batch(11, 2),
            mark(13, 7, abort=False),
        ]
        on.broker.aborted[P0] = [(8, 3)]
        on.begin()
        await on.polls(20, room=room)
        aborted = [] if isolation == "read_committed" else [3, 4]
        assert on.got[P0] == [0, 1, 2, *aborted, 6, 8, 11, 12]
        assert on.troubles == {}
        assert on.fetch.applied_to(P0, 12) == 14, "marks at the end count as lag for ever"
        assert on.fetch.applied_to(P0, 11) == 12
        assert on.fetch.unread(P0, 14) == 0

    run(test, isolation)


def test_records_that_a_client_swallows_are_noticed() -> None:
    """Whatever goes wrong between the batch and us: its header says how many records there are."""

    async def test(on: Session) -> None:
        on.broker.logs[P0] = [batch(0, 6)]
        on.begin()
        while not on.got:  # One poll may be too short for a busy machine.
            await on.poll()
        on.broker.logs[P0].append(batch(6, 6))
        while P0 not in on.client._fetcher._records:  # The answer before may have been an empty one.
            await on.client._fetcher._create_fetch_waiter()
        source = on.client._fetcher._records[P0]._partition_records
        for _ in range(2):
            next(source)
        on.client._subscription.seek(P0, 8)
        await on.polls(8)
        assert on.got[P0] == list(range(12))

    run(test)


def test_a_poll_that_fails_says_so_and_the_next_one_works() -> None:
    async def test(on: Session) -> None:
        on.broker.logs = {P0: [batch(0, 3)]}
        on.begin()
        errors = [KafkaConnectionError("away")]
        on.client._coordinator.check_errors = lambda: (_ for _ in ()).throw(errors.pop()) if errors else None
        assert await on.poll() == []
        assert "away" in on.troubles["poll"]
        await on.polls()
        assert on.got[P0] == [0, 1, 2]
        assert on.troubles == {}
        on.client._closed = True
        with pytest.raises(ConsumerStoppedError):
            await on.poll()

    run(test)


def test_a_partition_that_was_let_go_gives_nothing_more() -> None:
    async def test(on: Session) -> None:
        on.broker.logs = {P0: [batch(0, 30)]}
        on.begin()
        await on.polls(3, room=5)
        on.fetch.forget()
        assert await on.poll() == []
        on.begin(P0, at=12)
        await on.polls()
        assert on.got[P0][-18:] == list(range(12, 30))

    run(test)


def test_where_offsets_hold_no_record_it_is_kept_until_the_watermark_is_past_it() -> None:
    async def test(on: Session) -> None:
        on.broker.logs[P0] = [
            batch(0, 3, transactional=True, producer=7),
            mark(3, 7, abort=False),
            batch(4, 2),
        ]
        on.begin()
        await on.polls()
        assert on.got == {P0: [0, 1, 2, 4, 5]}
        assert on.fetch.jumps == {f"{TOPIC}:0": {4: 2}}
        on.fetch.settled({f"{TOPIC}:0": 3})
        assert on.fetch.jumps == {f"{TOPIC}:0": {4: 2}}
        on.fetch.settled({f"{TOPIC}:0": 4})
        assert on.fetch.jumps == {}

    run(test)


def test_what_was_handed_out_of_a_partition_that_is_given_up_during_the_poll_is_dropped() -> None:
    async def test(on: Session) -> None:
        on.broker.logs |= {P0: [batch(0, 3)], P1: [batch(0, 4)]}
        on.begin()
        wait = on.fetch._wait
        rebalances = 0

        async def rebalanced(client: AIOKafkaConsumer, timeout_s: float) -> None:
            nonlocal rebalances
            await wait(client, timeout_s)
            if on.fetch._out and not rebalances:  # handed out, while the poll waits for what is fresh
                rebalances += 1
                on.fetch.forget()
                on.begin(P1)

        on.fetch._wait = rebalanced  # type: ignore[method-assign]
        await asyncio.sleep(0.1)  # so that something lies ready
        for _ in range(8):
            assert {partition for partition, _ in await on.poll()} <= ({1} if rebalances else {0, 1})
            await asyncio.sleep(0.03)
        assert rebalances == 1
        assert on.got[P1] == [0, 1, 2, 3]
        assert P0 not in on.got

    run(test)
