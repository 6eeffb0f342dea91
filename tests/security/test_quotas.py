"""Nobody takes the brokers from the others: an institution that sends or reads without end waits, alone.

A member with its own password could send as fast as the brokers took it, and all others waited behind it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any, Final

import pytest
from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition

from deploy.local.stack import StackAddresses
from shared.contracts.principals import ADMIN
from shared.network.schema import Institution, Network, Quota
from shared.runtime.base.settings import Settings
from shared.runtime.serve import access
from shared.runtime.serve.access_quotas import State
from shared.runtime.serve.access_rules import access_rules
from shared.runtime.serve.broker_requests import AlterQuotas
from shared.runtime.serve.topics import admin as opened
from tests.kafka.helpers import until
from tests.support.cli import suyuan
from tests.support.clients import rdk
from tests.support.services import Services, platform

pytestmark = [pytest.mark.kafka]
SMALL: Final = Quota(written=50_000, read=50_000)
PIECE: Final = 100_000
PIECES: Final = 60
"""What a flood has at most. A broker counts ten seconds: of ``SMALL`` some five pieces pass at once."""
LIMITS: Final = ("consumer_byte_rate", "producer_byte_rate", "request_percentage")


@pytest.fixture(scope="module")
def services() -> Iterator[Services]:
    """All topics, users, rules and quotas of the default network, and no service that runs."""
    with platform() as made:
        yield made


@pytest.fixture
def where(services: Services) -> StackAddresses:
    return services.addresses


@pytest.fixture
def own(services: Services) -> Settings:
    return services.settings("intake")


@pytest.fixture
async def network(services: Services, own: Settings) -> AsyncIterator[Network]:
    """The network, whose quotas stand again when a test has changed them."""
    network = services.network()
    yield network
    await make(own, network)


def limited(network: Network, member: str, quota: Quota) -> Network:
    """Return the network with a quota of one institution's own."""

    def changed(one: Institution) -> Institution:
        return one.model_copy(update={"quota": quota}) if one.id == member else one

    return network.model_copy(update={"institutions": tuple(map(changed, network.institutions))})


async def differing(own: Settings, network: Network) -> dict[tuple[str, str], State]:
    """Return the quotas on the broker that are not what the network says."""
    found = (await access.compared(own, access_rules(network), network)).quotas
    return {(one.entity.shown(), one.limit): one.state for one in found if one.state is not State.READY}


async def become(own: Settings, network: Network, shall: dict[tuple[str, str], State]) -> None:
    """Wait until the broker has read what its controller was told."""

    async def so() -> bool:
        return await differing(own, network) == shall

    await until(so)


async def make(own: Settings, network: Network) -> None:
    await access.make(own, access_rules(network), network)
    await become(own, network, {})


def sent(where: StackAddresses, user: str, topic: str, pieces: int = PIECES) -> int | None:
    """Send as a user; return after how many pieces the broker made it wait, None: never."""
    waits: list[float] = []
    failed: list[Any] = []
    producer = Producer({**rdk(where, user), "throttle_cb": lambda event: waits.append(event.throttle_time)})
    for number in range(1, pieces + 1):
        producer.produce(topic, b"x" * PIECE, partition=0, on_delivery=lambda error, _: failed.append(error))
        producer.flush(60)
        assert failed == [None] * number, "it waits; nothing is refused"
        if any(waits):
            return number
    return None


def got(where: StackAddresses, user: str, topic: str, pieces: int = PIECES) -> int | None:
    """Read as a user; return after how many pieces the broker made it wait, None: never."""
    waits: list[float] = []
    consumer = Consumer(
        {
            **rdk(where, user),
            **{"group.id": f"{user}.mine", "auto.offset.reset": "earliest"},
            # One piece an answer: the first is not the whole flood.
            "fetch.message.max.bytes": PIECE,
            "throttle_cb": lambda event: waits.append(event.throttle_time),
        }
    )
    try:
        consumer.assign([TopicPartition(topic, 0, 0)])
        for number in range(1, pieces + 1):
            record = consumer.poll(60)
            assert record is not None
            assert record.error() is None
            if any(waits):
                return number
    finally:
        consumer.close()
    return None


async def test_a_bank_that_floods_its_topic_waits_and_its_neighbour_does_not(
    where: StackAddresses, own: Settings, network: Network
) -> None:
    await make(own, limited(network, "ccb", SMALL))
    pieces = await asyncio.to_thread(sent, where, "ccb", "filings.ccb")
    assert pieces is not None
    assert await asyncio.to_thread(sent, where, "abc", "filings.abc", pieces) is None


async def test_a_bank_that_reads_without_end_waits_and_its_neighbour_does_not(
    where: StackAddresses, own: Settings, network: Network
) -> None:
    await make(own, limited(network, "bank-c", SMALL))
    for member in ("bank-c", "abc"):
        assert await asyncio.to_thread(sent, where, ADMIN, f"cases.{member}") is None
    pieces = await asyncio.to_thread(got, where, "bank-c", "cases.bank-c")
    assert pieces is not None
    assert await asyncio.to_thread(got, where, "abc", "cases.abc", pieces) is None


def test_a_bank_keeps_no_transaction_open_for_longer_than_a_minute(where: StackAddresses) -> None:
    """Behind it whoever reads the partition waits, and so do deadlines of others there."""
    longer = {"transactional.id": "ccb.slow", "transaction.timeout.ms": 61_000}
    with pytest.raises(KafkaException) as refused:
        Producer({**rdk(where, "ccb"), **longer}).init_transactions(60)
    assert refused.value.args[0].code() == KafkaError.INVALID_TRANSACTION_TIMEOUT
    Producer({**rdk(where, "ccb"), **longer, "transaction.timeout.ms": 60_000}).init_transactions(60)


async def test_quotas_follow_the_network_file_and_those_of_others_stay(
    where: StackAddresses, own: Settings, network: Network
) -> None:
    await make(own, limited(network, "ccb", SMALL))
    everybody: list[tuple[str, str | None]] = [("user", None)]
    async with opened(own) as client:
        entries: list[tuple[list[tuple[str, str | None]], dict[str, float | None]]] = [
            ([("user", "ccb"), ("client-id", "loader")], {"producer_byte_rate": 1e12}),
            ([("user", "suyuan.intake")], {"request_percentage": 1.0}),
            ([("user", "billing")], {"producer_byte_rate": 5e6}),
            (everybody, {"consumer_byte_rate": 3e9}),
            ([("user", "abc")], {"consumer_byte_rate": None}),
        ]
        answer = await client._send_to_controller(AlterQuotas(entries))
        assert {code for code, *_ in answer.entries} == {0}
    theirs = {
        ("billing", "producer_byte_rate"): State.FOREIGN,
        ("<default>", "consumer_byte_rate"): State.FOREIGN,
    }
    shall = {
        ("client-id=loader user=ccb", "producer_byte_rate"): State.EXTRA,
        ("suyuan.intake", "request_percentage"): State.EXTRA,
        ("ccb", "producer_byte_rate"): State.CHANGED,
        ("ccb", "consumer_byte_rate"): State.CHANGED,
        ("abc", "consumer_byte_rate"): State.MISSING,
    }
    await become(own, network, shall | theirs)

    environment = {"SUYUAN_NETWORK": str(own.network), **where.kafka_user(ADMIN)}
    before = await asyncio.to_thread(suyuan, "topics", "acl", "--json", env=environment)
    assert before.code == 1, "what differs is told to whoever asks"
    told = await asyncio.to_thread(suyuan, "topics", "provision", "--acl", "--json", env=environment)
    assert (told.code, told.json["quotas"]) == (0, before.json["quotas"])
    await become(own, network, theirs)
    after = await asyncio.to_thread(suyuan, "topics", "acl", "--json", env=environment)
    assert after.code == 0
    assert [
        (row["principal"], row["limit"]) for row in after.json["quotas"] if row["state"] == "ready"
    ] == sorted((one.id, limit) for one in network.institutions for limit in LIMITS)
    async with opened(own) as client:
        for entity, limit in (
            (("user", "billing"), "producer_byte_rate"),
            (everybody[0], "consumer_byte_rate"),
        ):
            await client._send_to_controller(AlterQuotas([([entity], {limit: None})]))
    await become(own, network, {})
