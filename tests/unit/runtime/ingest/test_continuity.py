"""Nothing is read over a gap until it is let go, and only what was let go is passed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import KafkaConnectionError

from shared.contracts.envelope import Actor
from shared.contracts.errors import SuyuanError
from shared.runtime.ingest import continuity
from shared.runtime.ingest.continuity import Continuity
from shared.runtime.ingest.fetch import Fetch
from shared.runtime.ingest.gaps import Gaps, Stop
from tests.support.runtime.harness import World
from tests.support.runtime.service import EVENTS, NOW

P0, P1 = TopicPartition(EVENTS, 0), TopicPartition(EVENTS, 1)
OLD, NEW = "11111111-0000-0000-0000-000000000000", "22222222-0000-0000-0000-000000000000"
OPERATOR = Actor("court", "p-1", "operator")


class Kafka:
    """What a consumer of aiokafka knows: where partitions begin and end, and their topic's id."""

    def __init__(self) -> None:
        self.first = {P0: 0, P1: 0}
        self.end = {P0: 100, P1: 100}
        self.leaderless: set[TopicPartition] = set()
        self.topic_id = OLD
        self.away = False
        self.paused: set[TopicPartition] = set()
        self.position: dict[TopicPartition, int] = {}
        leader = SimpleNamespace(leader_for_partition=lambda tp: -1 if tp in self.leaderless else 0)
        self._client = SimpleNamespace(cluster=leader, get_random_node=lambda: 0, send=self._send)

    async def _send(self, node: int, request: Any) -> Any:
        return SimpleNamespace(topics=[(0, EVENTS, self.topic_id, False, [], 0, {})])

    async def beginning_offsets(self, tps: list[TopicPartition]) -> dict[TopicPartition, int]:
        if self.away:
            raise KafkaConnectionError("away")
        return {tp: self.first[tp] for tp in tps}

    async def end_offsets(self, tps: list[TopicPartition]) -> dict[TopicPartition, int]:
        return {tp: self.end[tp] for tp in tps}

    def seek(self, tp: TopicPartition, offset: int) -> None:
        self.position[tp] = offset

    def pause(self, *tps: TopicPartition) -> None:
        self.paused |= set(tps)

    def resume(self, *tps: TopicPartition) -> None:
        self.paused -= set(tps)


class Case:
    """A world whose input is watched."""

    def __init__(self) -> None:
        self.world, self.kafka = World(), Kafka()
        self.troubles = self.world.worker.health.troubles
        self.fetch = Fetch("mediation", self.troubles)
        self.start()

    def start(self) -> None:
        database: Any = self.world.database
        self.gaps = Gaps(database)
        self.watch = Continuity(database, self.world.worker, self.fetch, lambda: NOW)

    async def begin(self, **watermarks: int) -> None:
        """Take both partitions over, with watermarks p0 and p1; 9 unless given."""
        offsets = {P0: watermarks.get("p0", 9), P1: watermarks.get("p1", 9)}
        for tp, offset in offsets.items():
            await self.world.database.put("watermarks", name(tp), {"offset": offset})
        await self.world.worker.own({name(tp) for tp in offsets})
        await self.watch.begin(self.kafka, offsets)

    async def tend(self, times: int = 1) -> None:
        for _ in range(times):
            await self.watch.tend(self.kafka)

    async def accept(self, place: str = f"{EVENTS}:0") -> None:
        for row in await self.gaps.at(place):
            await self.gaps.accept(row, OPERATOR, "sent again", NOW)

    def row(self) -> Any:
        (row,) = self.world.rows("gaps").values()
        return row

    def stored(self, tp: TopicPartition = P0) -> int:
        return int(self.world.rows("watermarks")[name(tp)]["offset"])


def name(tp: TopicPartition) -> str:
    return f"{tp.topic}:{tp.partition}"


def run(test: Callable[[Case], Awaitable[None]]) -> None:
    async def main() -> None:
        await test(Case())

    asyncio.run(main())


@pytest.fixture(autouse=True)
def _ids_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(continuity, "_IDS_EVERY_S", 0.0)


def test_records_that_are_gone_stop_their_partition_and_no_other() -> None:
    async def test(on: Case) -> None:
        on.kafka.first[P0] = 25
        await on.begin()
        stop = on.fetch.stops[P0]
        assert (stop.code, stop.first, stop.resume, stop.missing) == ("gap.retention", 10, 25, 15)
        assert on.kafka.paused == {P0}
        assert on.kafka.position == {P0: 10, P1: 10}
        (reason,) = on.troubles.values()
        assert reason.startswith(f"gap.retention: {EVENTS}:0: the first missing offset is 10, the first pres")
        assert f"suyuan gap accept mediation {EVENTS}:0" in reason

    run(test)


def test_an_accepted_gap_is_passed_in_one_transaction_and_noted_for_good() -> None:
    async def test(on: Case) -> None:
        on.kafka.first[P0] = 25
        await on.begin()
        await on.tend(2)
        assert (on.row()["status"], on.stored()) == ("open", 9)
        await on.accept()
        assert on.stored() == 9, "accepting moves nothing by itself"
        commits = on.world.database.commits
        await on.tend()
        assert on.world.database.commits == commits + 1
        assert on.stored() == 24
        assert on.world.worker.watermarks[name(P0)] == 24
        row = on.row()
        assert (row["status"], row["why"], row["by"]["person"], row["missing"]) == (
            "passed", "sent again", "p-1", 15,
        )  # fmt: skip
        assert (on.kafka.position[P0], on.kafka.paused, on.troubles) == (25, set(), {})
        await on.tend(3)
        assert len(on.world.rows("gaps")) == 1
        with pytest.raises(SuyuanError, match=r"gap\.none"):
            await on.accept()

    run(test)


def test_only_what_was_accepted_is_passed() -> None:
    """Retention took more between the look of the operator and that of the service."""

    async def test(on: Case) -> None:
        on.kafka.first[P0] = 25
        await on.begin()
        await on.tend()
        await on.accept()
        on.fetch.stop(on.kafka, P0, Stop("gap.retention", 10, 40, "more is gone", missing=30))
        on.watch._rows = await on.gaps.standing([name(P0)])
        await on.watch._pass_accepted(on.kafka)
        assert on.stored() == 9, "passed between two looks"
        await on.tend(3)
        assert on.stored() == 9
        rows = sorted(on.world.rows("gaps").values(), key=lambda row: row["resume"])
        assert [(row["resume"], row["status"]) for row in rows] == [(25, "closed"), (40, "open")]

    run(test)


def test_a_gap_is_not_passed_before_what_came_in_front_of_it_is_applied() -> None:
    async def test(on: Case) -> None:
        await on.begin()
        reading = on.fetch._readings[P0]
        reading.next, reading.handed = 13, 12  # three records are with the worker
        on.fetch.stop(on.kafka, P0, Stop("batch.unreadable", 13, 15, "damaged", missing=2))
        await on.tend()
        await on.accept()
        await on.tend(2)
        assert on.stored() == 9
        await on.world.worker.move(name(P0), 9, 12, continuity.Work())
        await on.tend()
        assert on.stored() == 14

    run(test)


@pytest.mark.parametrize(
    ("first", "end", "topic_id", "code", "resume"),
    [
        (0, 3, OLD, None, None),  # a transaction that is open hides the end
        (0, 3, NEW, "gap.recreated", 0),
        (0, 500, NEW, "gap.recreated", 0),
        (20, 500, NEW, "gap.recreated", 20),
        (10, 10, OLD, None, None),
        (0, 500, OLD, None, None),
        (11, 500, OLD, "gap.retention", 11),
    ],
)
def test_what_kafka_has_says_whether_the_next_record_is_there(
    first: int, end: int, topic_id: str, code: str | None, resume: int | None
) -> None:
    async def test(on: Case) -> None:
        await on.begin()
        on.fetch.forget()
        on.kafka.first[P0], on.kafka.end[P0], on.kafka.topic_id = first, end, topic_id
        await on.begin()
        stop = on.fetch.stops.get(P0)
        assert (stop and stop.code, stop and stop.resume) == (code, resume)

    run(test)


def test_a_topic_made_anew_while_it_is_read_is_read_from_its_beginning_once_accepted() -> None:
    async def test(on: Case) -> None:
        await on.begin()
        await on.tend()
        on.kafka.topic_id, on.kafka.end = NEW, {P0: 500, P1: 500}
        await on.tend()
        assert {stop.code for stop in on.fetch.stops.values()} == {"gap.recreated"}
        assert on.fetch.stops.keys() == {P0, P1}
        await on.accept(EVENTS)
        await on.tend(2)
        assert (on.stored(P0), on.stored(P1)) == (-1, -1)
        assert on.kafka.position == {P0: 0, P1: 0}
        assert on.fetch.stops == {}
        on.start()  # the next owner finds the new id with the watermarks
        await on.watch.begin(on.kafka, {P0: -1, P1: -1})
        assert on.fetch.stops == {}

    run(test)


def test_an_offset_that_kafka_refuses_of_the_very_same_topic_was_lost_there() -> None:
    async def test(on: Case) -> None:
        await on.begin()
        on.kafka.end[P0] = 6
        on.fetch.stop(on.kafka, P0, Stop("gap.unknown", 10, None, "refused", refused=True))
        await on.tend()
        assert (on.fetch.stops[P0].code, on.fetch.stops[P0].resume) == ("gap.truncated", 6)
        await on.accept()
        await on.tend()
        assert on.stored() == 5

    run(test)


def test_what_is_not_known_yet_is_not_read_and_goes_on_once_it_is() -> None:
    async def test(on: Case) -> None:
        on.kafka.away = True
        await on.begin()
        assert {stop.code for stop in on.fetch.stops.values()} == {"gap.unknown"}
        with pytest.raises(KafkaConnectionError):
            await on.tend()
        on.kafka.away, on.kafka.leaderless = False, {P1}
        await on.tend()
        assert on.fetch.stops.keys() == {P1}, "one partition without a leader holds the others"
        on.kafka.leaderless = set()
        await on.tend(2)
        assert (on.fetch.stops, on.troubles, on.kafka.paused) == ({}, {}, set())
        assert on.world.rows("gaps") == {}

    run(test)


def test_a_gap_that_mends_by_itself_is_closed() -> None:
    async def test(on: Case) -> None:
        await on.begin()
        on.fetch._readings[P0].offer = Stop("batch.unreadable", 10, 12, "damaged", missing=2)
        await on.tend()
        assert on.row()["status"] == "open"
        on.fetch._readings[P0].offer = None
        await on.tend()
        assert on.row()["status"] == "open", "nothing came of it yet"
        await on.world.worker.move(name(P0), 9, 11, continuity.Work())
        await on.tend()
        assert on.row()["status"] == "closed"

    run(test)


def test_watermarks_move_over_the_marks_of_transactions() -> None:
    async def test(on: Case) -> None:
        await on.begin()
        on.fetch._readings[P0].next = 12
        await on.tend()
        assert (on.stored(P0), on.stored(P1)) == (11, 9)
        on.fetch._readings[P0].next, on.fetch._readings[P0].handed = 15, 13  # one record is with the worker
        await on.tend()
        assert on.stored(P0) == 11

    run(test)


def test_a_watermark_that_somebody_else_moved_is_not_moved_back() -> None:
    async def test(on: Case) -> None:
        await on.begin()
        assert not await on.world.worker.move(name(P0), 8, 20, continuity.Work())
        assert on.stored() == 9

    run(test)
