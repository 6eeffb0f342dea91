"""The consuming side without a broker: how it is declared, and how far a clock may be moved."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from faststream import AckPolicy
from structlog.testing import capture_logs

from cli.serve import build_of
from shared.contracts.topics import SERVICES
from shared.network.load import load_network
from shared.network.schema import Network
from shared.runtime.base.records import Raw
from shared.runtime.base.settings import DEFAULT_NETWORK, Settings
from shared.runtime.ingest.consumer import _Listener
from shared.runtime.ingest.gaps import Stop
from shared.runtime.ingest.interleave import Horizon
from shared.runtime.ingest.subscription import member as member_of
from shared.runtime.serve.ops import Readiness
from shared.runtime.serve.process import Process

A, B, OTHER = TopicPartition("a", 1), TopicPartition("b", 1), TopicPartition("b", 2)


def process(service: str) -> Process:
    names = ("party_key", "personal_keys", "sealing_keys")
    return Process(build_of(service), Settings.model_validate(dict.fromkeys(names, "k" * 40)))


@pytest.mark.parametrize("service", SERVICES)
def test_one_subscriber_for_all_topics_acknowledges_nothing_by_itself(service: str) -> None:
    made = process(service)
    (subscriber,) = made.broker.subscribers
    assert set(subscriber.topic_names) == set(made.service.topics)  # type: ignore[attr-defined]
    assert subscriber.ack_policy is AckPolicy.MANUAL  # type: ignore[attr-defined]
    assert subscriber.group_id == f"suyuan.{service}"  # type: ignore[attr-defined]
    options = subscriber._connection_args  # type: ignore[attr-defined]
    assert options["partition_assignment_strategy"] == (RangePartitionAssignor,)
    assert options["auto_offset_reset"] == "none"
    assert options["isolation_level"] == "read_committed"
    assert not options.get("enable_auto_commit", False)
    assert options["group_instance_id"].startswith(f"suyuan.{service}.0.")


def test_a_member_keeps_its_name_until_its_topics_change() -> None:
    network = load_network(DEFAULT_NETWORK)
    settings = Settings(party_key="k" * 40, personal_keys="k" * 40, sealing_keys="k" * 40)  # type: ignore[arg-type]
    build = build_of("intake")

    def member(of: Network, replica: int) -> str:
        service = build(settings, of)
        return member_of(service.name, service.topics, replica)

    same = {member(network, 0) for _ in range(2)}
    fewer = network.model_copy(update={"institutions": network.institutions[1:]})
    assert len(same) == 1
    assert member(fewer, 0) not in same
    assert member(network, 1) not in same


@dataclass
class Client:
    """What the consumer asks of aiokafka."""

    ends: dict[TopicPartition, int]
    polled: dict[TopicPartition, int]
    stable: dict[TopicPartition, int] = field(default_factory=dict)

    def last_stable_offset(self, tp: TopicPartition) -> int:
        return self.stable.get(tp, self.ends[tp])

    def assignment(self) -> set[TopicPartition]:
        return set(self.ends)

    def highwater(self, tp: TopicPartition) -> int | None:
        return self.ends[tp]

    def last_poll_timestamp(self, tp: TopicPartition) -> int | None:
        return self.polled.get(tp)

    def seek(self, tp: TopicPartition, offset: int) -> None: ...

    def resume(self, tp: TopicPartition) -> None: ...


def complete_until(
    client: Client, watermarks: dict[str, int], applied_ms: dict[str, int], read_to: int | None = None
) -> Any:
    made = process("mediation")
    if read_to is not None:
        fetch: Any = made.consumer._fetch
        fetch.begin(client, A, watermarks["a:1"] + 1)
        fetch._readings[A].next = read_to
    made.consumer._subscriber.consumer = client  # type: ignore[assignment]
    made.worker._watermarks = watermarks
    made.worker.applied_ms = applied_ms
    at = asyncio.run(made.consumer.progress.complete_until(1))
    return None if at is None else at.timestamp() * 1000


def test_where_all_is_applied_a_clock_may_go_to_the_last_fetch() -> None:
    client = Client({A: 10, B: 5, OTHER: 99}, {A: 100_000, B: 90_000})
    assert complete_until(client, {"a:1": 9, "b:1": 4}, {}) == 89_000


def test_where_messages_wait_a_clock_stays_at_the_last_applied_one() -> None:
    """After a stop of two days, a command of the first day comes before the deadline of the second."""
    client = Client({A: 10, B: 5}, {A: 100_000, B: 90_000})
    assert complete_until(client, {"a:1": 3, "b:1": 4}, {"a:1": 20_000}) == 20_000
    assert complete_until(client, {"a:1": 3, "b:1": 4}, {}) is None


def test_nothing_is_known_before_the_first_fetch() -> None:
    client = Client({A: 10, B: 5}, {A: 100_000})
    assert complete_until(client, {"a:1": 9, "b:1": 4}, {}) is None


def test_the_marks_of_a_transaction_are_no_messages_that_wait() -> None:
    client = Client({A: 10}, {A: 100_000})
    assert complete_until(client, {"a:1": 8}, {"a:1": 20_000}, read_to=10) == 99_000
    assert complete_until(client, {"a:1": 8}, {"a:1": 20_000}, read_to=9) == 20_000


def test_readiness_says_when_messages_wait_and_none_is_taken() -> None:
    made = process("mediation")
    readiness = Readiness(worker=made.worker, consumer=made.consumer, starting="")
    assert readiness.reasons() == ["no partitions assigned yet"]
    made.consumer.assigned_once = True
    assert readiness.reasons() == []
    readiness.unread = 7
    made.worker.health.polled_at -= 100
    assert readiness.reasons() == ["7 messages wait, and none was taken for 30 s"]
    made.worker.health.troubles["publish"] = "Kafka: away"
    assert readiness.reasons()[0] == "Kafka: away"


# Assigned and revoked -------------------------------------------------------------------------------


@dataclass
class Member(Client):
    """A client whose partitions are given and taken."""

    paused: set[TopicPartition] = field(default_factory=set)
    position: dict[TopicPartition, int] = field(default_factory=dict)
    stable: dict[TopicPartition, int] = field(default_factory=dict)

    def seek(self, tp: TopicPartition, offset: int) -> None:
        self.position[tp] = offset

    def pause(self, *tps: TopicPartition) -> None:
        self.paused |= set(tps)

    def resume(self, *tps: TopicPartition) -> None:
        self.paused -= set(tps)

    def last_stable_offset(self, tp: TopicPartition) -> int | None:
        return self.stable.get(tp, self.ends[tp])


class Group:
    """A consumer in its group, with a worker that only notes what is asked of it."""

    def __init__(self, *tps: TopicPartition) -> None:
        self.made = process("mediation")
        self.consumer = self.made.consumer
        self.member = Member(dict.fromkeys(tps, 100), {})
        self.consumer._subscriber.consumer = self.member  # type: ignore[assignment]
        self.released: list[set[str] | None] = []
        self.taken: list[Any] = []
        self.can = asyncio.Event()
        self.can.set()
        worker: Any = self.made.worker
        worker.own, worker.release, worker.take = self._own, self._release, self._take
        continuity: Any = self.consumer._continuity
        continuity.begin = self._begin
        self.listener = _Listener(self.consumer)

    async def _own(self, origins: set[str]) -> dict[str, int]:
        await self.can.wait()
        return dict.fromkeys(origins, 41)

    async def _release(self, origins: set[str] | None = None) -> None:
        await self.can.wait()
        assert self.consumer._fetch.partitions == [], "it must be read no more while it is drained"
        self.released.append(origins)

    async def _take(self, records: Any) -> None:
        self.taken += records

    async def _begin(self, member: Any, watermarks: dict[TopicPartition, int]) -> None:
        for tp, offset in watermarks.items():
            self.consumer._fetch.begin(member, tp, offset + 1)


async def test_what_is_assigned_is_read_on_behind_its_watermark() -> None:
    group = Group(A, B)
    await group.listener.on_partitions_assigned({A, B})
    assert group.member.position == {A: 42, B: 42}
    assert group.member.paused == set()
    assert group.made.worker.health.origins == {"a:1", "b:1"}


async def test_a_replica_without_partitions_says_so_and_is_ready() -> None:
    group = Group()
    group.made.readiness.worker, group.made.readiness.consumer = group.made.worker, group.consumer
    group.made.readiness.starting, group.made.readiness.probes = "", None
    group.member.partitions_for_topic = lambda topic: {1}  # type: ignore[attr-defined]
    with capture_logs() as lines:
        await group.listener.on_partitions_assigned(set())
    assert [line["code"] for line in lines if line["log_level"] == "warning"] == ["replica.idle"]
    assert group.made.readiness.reasons() == []

    group = Group(A)
    with capture_logs() as lines:
        await group.listener.on_partitions_assigned({A})
    assert [line for line in lines if line["event"] == "runtime.replica.idle"] == []


async def test_what_is_revoked_is_drained_and_then_read_no_more() -> None:
    group = Group(A, B)
    await group.listener.on_partitions_assigned({A, B})
    await group.listener.on_partitions_revoked({A, B})
    assert group.released == [{"a:1", "b:1"}]
    assert group.consumer._fetch.partitions == []
    assert group.made.worker.health.origins == frozenset()


async def test_what_cannot_be_drained_in_time_is_abandoned() -> None:
    group = Group(A)
    worker = group.made.worker
    await group.listener.on_partitions_assigned({A})
    worker._owned, worker._watermarks, worker.applied_ms = {"a:1"}, {"a:1": 41}, {"a:1": 1}
    group.can.clear()
    group.consumer._release_s = 0.05
    await group.listener.on_partitions_revoked({A})
    assert (worker._owned, worker.watermarks, worker.applied_ms) == (set(), {}, {})
    assert worker.health.origins == frozenset()


async def test_a_takeover_that_takes_long_goes_on_behind_and_is_read_of_once_it_is_done() -> None:
    """The database is away for longer than the group waits for its members."""
    group = Group(A)
    group.can.clear()
    group.consumer._takeover_s = 0.05
    await group.listener.on_partitions_assigned({A})
    assert group.member.paused == {A}
    assert group.member.position == {}
    group.can.set()
    await asyncio.sleep(0.05)
    assert group.member.position == {A: 42}
    assert group.member.paused == set()


LONGEST_MS = 915_000
"""What the brokers allow by default, and what they take to end one."""


def test_behind_transactions_without_end_a_clock_goes_on_as_far_back_as_one_of_them_can_reach() -> None:
    """Whoever opened one after the other held all deadlines of partitions of that number, for ever."""
    client = Client({A: 10, B: 5}, {A: 2_000_000, B: 2_000_000}, {A: 8})
    assert complete_until(client, {"a:1": 7, "b:1": 4}, {}) == 1_999_000 - LONGEST_MS
    assert complete_until(client, {"a:1": 7, "b:1": 4}, {"a:1": 1_500_000}) == 1_500_000, "read so far anyway"


def test_what_can_be_read_in_front_of_an_open_transaction_is_read_first() -> None:
    client = Client({A: 10}, {A: 2_000_000}, {A: 8})
    assert complete_until(client, {"a:1": 6}, {"a:1": 20_000}) == 20_000
    assert complete_until(client, {"a:1": 6}, {}) is None


def test_one_transaction_that_no_broker_ends_holds_the_clocks_until_somebody_looks() -> None:
    client = Client({A: 10}, {A: 2_000_000}, {A: 8})
    made = process("mediation").consumer.progress._transactions
    now = [0.0]
    made._clock = lambda: now[0]
    made.reason(client, [A])
    now[0] = 915
    assert not made.stuck(client, A, 915)
    now[0] = 916
    assert made.stuck(client, A, 915)
    client.stable[A] = 9
    assert not made.stuck(client, A, 915), "the next one is another one"


async def test_a_takeover_that_is_under_way_ends_when_its_partitions_are_revoked() -> None:
    group = Group(A)
    group.can.clear()
    group.consumer._takeover_s = group.consumer._release_s = 0.05
    await group.listener.on_partitions_assigned({A})
    await group.listener.on_partitions_revoked({A})
    group.can.set()
    await asyncio.sleep(0.05)
    assert group.member.position == {}


async def test_records_polled_before_a_rebalance_are_left_to_the_next_owner() -> None:
    group = Group(A, B)
    await group.listener.on_partitions_assigned({A, B})
    consumer = group.consumer
    polled = [Raw(tp.topic, tp.partition, 42, 0, None, None, ()) for tp in (A, B)]
    consumer._generation = consumer._fetch.generation
    consumer._fetch._out = {A: 42, B: 42}
    assert consumer._wanted(polled) == polled
    await group.listener.on_partitions_revoked({A, B})
    await group.listener.on_partitions_assigned({B})
    consumer._fetch._out = {B: 42}
    assert consumer._wanted(polled) == polled[1:]


# Siblings -------------------------------------------------------------------------------------------

EVENTS, COMMANDS = TopicPartition("intake.events", 1), TopicPartition("mediation.commands", 1)


async def siblings(polled: dict[TopicPartition, int]) -> Group:
    """Two partitions of one number, both read to their end, and when each was asked last."""
    group = Group(EVENTS, COMMANDS)
    await group.listener.on_partitions_assigned({EVENTS, COMMANDS})
    for tp in (EVENTS, COMMANDS):
        group.consumer._fetch._readings[tp].next = 100
    group.member.polled = polled
    return group


async def test_siblings_are_known_up_to_the_oldest_look_at_any_of_them() -> None:
    group = await siblings({EVENTS: 90_000, COMMANDS: 70_000})
    assert group.consumer.progress.horizon() == Horizon(frozenset(), {1: 69_000})


async def test_a_sibling_of_which_more_has_come_is_open() -> None:
    group = await siblings({EVENTS: 90_000, COMMANDS: 70_000})
    group.member.ends[COMMANDS] = 101
    assert group.consumer.progress.horizon() == Horizon(frozenset({"mediation.commands:1"}), {1: 89_000})


async def test_a_sibling_that_is_stopped_holds_the_clocks() -> None:
    group = await siblings({EVENTS: 90_000, COMMANDS: 70_000})
    group.consumer._fetch.stop(group.member, COMMANDS, Stop("gap.retention", 42, 50, "gone", missing=8))
    assert group.consumer.progress.horizon().looked_ms == {1: 0}


async def test_a_sibling_behind_an_open_transaction_holds_the_clocks() -> None:
    group = await siblings({EVENTS: 90_000, COMMANDS: 70_000})
    group.member.stable[COMMANDS] = 99
    assert group.consumer.progress.horizon().looked_ms == {1: 0}
