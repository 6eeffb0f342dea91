"""The consuming side without a broker: how it is declared, and how far a clock may be moved."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from faststream import AckPolicy

from cli.serve import build_of
from shared.contracts.topics import SERVICES
from shared.network.load import load_network
from shared.runtime.consumer import _member
from shared.runtime.ops import Readiness
from shared.runtime.process import Process
from shared.runtime.settings import DEFAULT_NETWORK, Settings

A, B, OTHER = TopicPartition("a", 1), TopicPartition("b", 1), TopicPartition("b", 2)


def process(service: str) -> Process:
    return Process(build_of(service), Settings(party_key="k" * 40, token_key="k" * 40))  # type: ignore[arg-type]


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
    settings = Settings(party_key="k" * 40)  # type: ignore[arg-type]
    build = build_of("intake")
    same = {_member(build(settings, network), 0) for _ in range(2)}
    fewer = network.model_copy(update={"institutions": network.institutions[1:]})
    assert len(same) == 1
    assert _member(build(settings, fewer), 0) not in same
    assert _member(build(settings, network), 1) not in same


@dataclass
class Client:
    """What the consumer asks of aiokafka."""

    ends: dict[TopicPartition, int]
    polled: dict[TopicPartition, int]

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
    at = asyncio.run(made.consumer.complete_until(1))
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
