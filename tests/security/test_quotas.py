"""Nobody takes the brokers from the others: an institution that sends or reads without end waits, alone.

A member with its own password could send as fast as the brokers took it, and all others waited behind it.
"""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka import TopicPartition as TopicAndPartition
from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition

from deploy.local.stack import StackAddresses
from shared.contracts.envelope import Actor
from shared.contracts.kinds import LeaveReason
from shared.contracts.parties import WithdrawDispute
from shared.contracts.principals import ADMIN
from shared.network.schema import Institution, Network, Quota
from shared.runtime.base.settings import Settings
from shared.runtime.serve import access
from shared.runtime.serve.access_quotas import State
from shared.runtime.serve.access_rules import access_rules
from shared.runtime.serve.broker_requests import AlterQuotas
from shared.runtime.serve.topics import admin as opened
from tests.kafka.filings import filing, registered
from tests.kafka.helpers import Wire, until, wire
from tests.support.cases import case_id
from tests.support.cli import suyuan
from tests.support.clients import aio, rdk
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


def trusted(network: Network, member: str) -> Network:
    """Return the network with the right to send in transactions for one institution."""

    def changed(one: Institution) -> Institution:
        return one.model_copy(update={"transactions": one.id == member})

    return network.model_copy(update={"institutions": tuple(map(changed, network.institutions))})


def opened_by(where: StackAddresses, user: str, timeout_ms: int) -> int:
    """Begin to send in transactions; return the broker's code, 0 where it lets the user."""
    named = {"transactional.id": f"{user}.slow", "transaction.timeout.ms": timeout_ms}
    try:
        Producer({**rdk(where, user), **named}).init_transactions(60)
    except KafkaException as refused:
        return int(refused.args[0].code())
    return 0


async def test_a_bank_opens_no_transaction_unless_the_network_file_gives_it_that_right(
    where: StackAddresses, own: Settings, network: Network
) -> None:
    """Behind an open one whoever reads the partition waits."""
    refused = await asyncio.to_thread(opened_by, where, "ccb", 60_000)
    assert refused == KafkaError.TRANSACTIONAL_ID_AUTHORIZATION_FAILED

    await make(own, trusted(network, "ccb"))

    async def lets() -> bool:
        return await asyncio.to_thread(opened_by, where, "ccb", 60_000) == 0

    await until(lets)
    assert await asyncio.to_thread(opened_by, where, "ccb", 61_000) == KafkaError.INVALID_TRANSACTION_TIMEOUT
    other = await asyncio.to_thread(opened_by, where, "abc", 60_000)
    assert other == KafkaError.TRANSACTIONAL_ID_AUTHORIZATION_FAILED


async def without_end(where: StackAddresses, user: str, topic: str) -> None:
    """Open the next transaction on each partition before the last is over, until cancelled."""
    async with (
        AIOKafkaProducer(**aio(where, user), transactional_id=f"{user}.1") as one,
        AIOKafkaProducer(**aio(where, user), transactional_id=f"{user}.2") as other,
    ):
        open_: AIOKafkaProducer | None = None
        for following in itertools.cycle((one, other)):
            await following.begin_transaction()
            for partition in range(3):
                await following.send_and_wait(topic, b"x", partition=partition)
            if open_ is not None:
                await open_.abort_transaction()
            open_ = following
            await asyncio.sleep(1)


async def test_a_bank_that_opens_transactions_without_end_holds_up_no_deadline_of_another(
    services: Services, where: StackAddresses, own: Settings, network: Network
) -> None:
    await make(own, trusted(network, "ccb"))
    services.start("intake", env={"SUYUAN_TRANSACTION_S": "1"})
    await asyncio.to_thread(services.ready)
    async with wire(services) as on:
        row = filing("abc", "due")
        await on.put("filings.abc", row[2], row[3], key=b"due")
        await registered(on, [row])
        attack = asyncio.create_task(without_end(where, "ccb", "filings.ccb"))
        try:
            await until(lambda: waits(on, "filings.ccb"))
            await old_and_withdrawn(on, case_id("abc", "due"))
            await until(lambda: ended(on, case_id("abc", "due")), why=lambda: services.log("intake"))
            assert not attack.done()
        finally:
            attack.cancel()
            await asyncio.gather(attack, return_exceptions=True)
            services.stop("intake")


async def waits(on: Wire, topic: str) -> bool:
    """Say whether records of each partition of a topic wait behind a transaction."""
    places = [TopicAndPartition(topic, number) for number in range(3)]
    ends = []
    for level in ("read_committed", "read_uncommitted"):
        async with AIOKafkaConsumer(**aio(on.services.addresses), isolation_level=level) as consumer:
            ends.append(await consumer.end_offsets(places))
    return all(ends[0][one] < ends[1][one] for one in places)


async def old_and_withdrawn(on: Wire, case: str) -> None:
    """Have a dispute withdrawn, as if it had been a year ago: its time for keeping is over since long."""
    agent = Actor("abc", "p-abc-1", "institution_agent")
    await on.handled(
        "intake", await on.command("intake", WithdrawDispute(reason=LeaveReason.PAID), case, actor=agent)
    )
    database = on.services.database("intake")
    try:
        (row,) = await database.find("streams", {"_id": case})
        state, year_ago = json.loads(row["state"]), datetime.now(UTC) - timedelta(days=365)
        state["keeping"]["over_since"] = year_ago.isoformat()
        changed = {"state": json.dumps(state), "due": datetime.now(UTC) - timedelta(hours=1)}
        await database._database["streams"].update_one({"_id": case}, {"$set": changed})
    finally:
        database.close()


async def ended(on: Wire, case: str) -> bool:
    """Say whether intake has told that the time for keeping is over."""
    return any("retention-ended" in row["type"] for row in await on.history("intake", case))


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
