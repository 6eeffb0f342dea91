"""A poll under load takes along what came during the batch before, and loses nothing when it cannot."""

import asyncio
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import KafkaConnectionError
from faststream.kafka import KafkaBroker

from shared.runtime.consumer import Consumer
from shared.runtime.settings import Settings
from shared.runtime.worker import Worker
from tests.unit.runtime.world import World

PLACE = TopicPartition("intake.events", 0)


class Answers:
    """Gives one answer after another: records after a time, or an error."""

    def __init__(self, *answers: tuple[float, list[int] | Exception]) -> None:
        self._answers = list(answers)
        self.asked: list[int] = []

    async def getmany(self, *, timeout_ms: int, max_records: int) -> dict[TopicPartition, list[int]]:
        self.asked.append(max_records)
        seconds, answer = self._answers.pop(0)
        await asyncio.sleep(seconds)
        if isinstance(answer, Exception):
            raise answer
        return {PLACE: answer} if answer else {}


@pytest.mark.parametrize(
    ("answers", "given", "asked"),
    [
        ([(0, [])], (), [4]),
        ([(0.01, [1])], (1,), [4]),
        ([(0, [1, 2]), (0, [3])], (1, 2, 3), [4, 2]),
        ([(0, [1, 2]), (0, [])], (1, 2), [4, 2]),
        ([(0, [1, 2, 3, 4])], (1, 2, 3, 4), [4]),
        ([(0, [1, 2]), (0, KafkaConnectionError())], (1, 2), [4, 2]),
    ],
    ids=["nothing", "waited for", "ready, and more", "ready, no more", "full", "ready, then an error"],
)
def test_a_poll_gives_everything_that_was_handed_out(
    answers: list[Any], given: tuple[int, ...], asked: list[int]
) -> None:
    client = Answers(*answers)
    assert asyncio.run(consumer()._poll(client)) == given
    assert client.asked == asked


def test_an_error_with_nothing_in_hand_is_raised() -> None:
    with pytest.raises(KafkaConnectionError):
        asyncio.run(consumer()._poll(Answers((0, KafkaConnectionError()))))


def consumer() -> Consumer:
    worker: Worker = World().worker
    return Consumer(KafkaBroker("127.0.0.1:1"), service(), Settings(max_records=4), worker)


def service() -> Any:
    from services.mediation.app import build
    from shared.contracts.network import load_network
    from shared.runtime.settings import DEFAULT_NETWORK

    return build(Settings(), load_network(DEFAULT_NETWORK))
