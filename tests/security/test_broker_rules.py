"""Everybody may do on the broker what docs/security.md says, and nothing else; each is tried as itself.

An institution read every other's cases, a service could write what another says, and whoever reached the port
made topics.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Sequence
from typing import Any, Final

import psutil
import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import ClusterAuthorizationFailedError, KafkaConnectionError
from aiokafka.protocol.commit import OffsetCommitRequest
from aiokafka.protocol.fetch import FetchRequest
from confluent_kafka import KafkaError, KafkaException, Producer
from confluent_kafka.admin import AdminClient, NewTopic

from deploy.local.stack import StackAddresses
from shared.contracts.principals import ADMIN, principal_of
from shared.contracts.topics import SERVICES
from shared.network.schema import Network
from shared.runtime.serve import access
from shared.runtime.serve.access_rules import access_rules, principals
from shared.runtime.serve.topics import admin as opened
from tests.kafka.helpers import until
from tests.support.access import COURT, EVERYBODY, INSTITUTION, Line, stated
from tests.support.cli import suyuan
from tests.support.clients import aio, rdk, settings
from tests.support.services import Services, platform

pytestmark = [pytest.mark.kafka]
WITHIN_S: Final = 60.0
REFUSED: Final = (KafkaError.TOPIC_AUTHORIZATION_FAILED, KafkaError.GROUP_AUTHORIZATION_FAILED)
TOPIC_REFUSED, GROUP_REFUSED = 29, 30
"""What the broker says to whom no rule lets in."""


@pytest.fixture(scope="module")
def services() -> Iterator[Services]:
    """All topics, users and rules of the default network, and no service that runs."""
    with platform() as made:
        yield made


@pytest.fixture(scope="module")
def network(services: Services) -> Network:
    return services.network()


@pytest.fixture(scope="module")
def where(services: Services, network: Network) -> StackAddresses:
    """The broker, with one record in the first partition of every topic that a rule names."""
    at = services.addresses
    client = AdminClient(rdk(at))
    there = set(client.list_topics(timeout=30).topics)
    lacking = [topic for topic in names(network) if topic not in there]
    if lacking:
        for future in client.create_topics([NewTopic(topic, 1, 1) for topic in lacking]).values():
            future.result(30)
    producer = Producer(rdk(at))
    for topic in names(network):
        producer.produce(topic, b"a secret", partition=0)
    assert producer.flush(60) == 0
    return at


def each(line: Line, network: Network) -> Iterator[tuple[str, set[str], set[str]]]:
    """Yield name, readers and writers of a line for every institution that it stands for."""
    members = [one.id for one in network.institutions] if INSTITUTION in line.name else [""]
    for member in members:
        named = {INSTITUTION: member, COURT: network.court.id}
        name = line.name.replace(INSTITUTION, member).replace(COURT, network.court.id)
        yield name, _members(line.readers, named, network), _members(line.writers, named, network)


def _members(who: frozenset[str], named: dict[str, str], network: Network) -> set[str]:
    everybody = {one.id for one in network.institutions} if EVERYBODY in who else set()
    return {named.get(one, one) for one in who - {EVERYBODY}} | everybody


def table(network: Network, *, groups: bool) -> dict[str, tuple[set[str], set[str]]]:
    """Return readers and writers by topic, or users by group, as the page says."""
    out = {}
    for line in stated():
        if (line.name.startswith("suyuan.") or line.name.endswith(".*")) == groups:
            out |= {name: (readers, writers) for name, readers, writers in each(line, network)}
    return out


def names(network: Network) -> list[str]:
    return sorted(table(network, groups=False))


def written(at: StackAddresses, user: str, topics: Sequence[str]) -> set[str]:
    """Return the topics that the broker takes a record of a user for."""
    said: dict[str, Any] = {}
    producer = Producer({**rdk(at, user), "message.timeout.ms": 30_000, "enable.idempotence": True})
    for topic in topics:
        producer.produce(
            topic, b"forged", on_delivery=lambda error, record: said.update({record.topic(): error})
        )
    producer.flush(WITHIN_S)
    assert said.keys() == set(topics)
    wrong = {topic: error for topic, error in said.items() if error and error.code() not in REFUSED}
    assert wrong == {}, "taken or refused, and nothing else"
    return {topic for topic, error in said.items() if error is None}


async def read(at: StackAddresses, user: str, topics: Sequence[str]) -> set[str]:
    """Return the topics whose records a user gets."""
    client = AIOKafkaClient(**aio(at, user))
    await client.bootstrap()
    try:
        wanted = [(topic, [(0, 0, 1_000_000)]) for topic in topics]
        answer = await client.send(client.get_random_node(), FetchRequest(500, 0, 50_000_000, 0, wanted))
        codes = {topic: part[0][1] for topic, part in answer.topics}
        assert set(codes.values()) <= {0, TOPIC_REFUSED}, codes
        assert codes.keys() == set(topics)
        return {topic for topic, part in answer.topics if part[0][1] == 0 and b"a secret" in part[0][-1]}
    finally:
        await client.close()


async def used(at: StackAddresses, user: str, groups: Sequence[str], topic: str) -> set[str]:
    """Return the groups in whose name a user may keep how far it has read."""
    client = AIOKafkaClient(**aio(at, user))
    await client.bootstrap()
    try:
        node = client.get_random_node()
        out = set()
        for group in groups:
            partition = (0, 0, "")
            answer = await client.send(node, OffsetCommitRequest(group, -1, "", -1, [(topic, [partition])]))
            code = answer.topics[0][1][0][1]
            if code != GROUP_REFUSED:
                out.add(group)
        return out
    finally:
        await client.close()


def test_every_user_writes_what_the_page_says_and_nothing_else(
    where: StackAddresses, network: Network
) -> None:
    stated_ = table(network, groups=False)
    for user in principals(network):
        shall = {topic for topic, (_, writers) in stated_.items() if user in writers}
        assert written(where, user, names(network)) == shall, user


async def test_every_user_reads_what_the_page_says_and_nothing_else(
    where: StackAddresses, network: Network
) -> None:
    stated_ = table(network, groups=False)
    for user in principals(network):
        shall = {topic for topic, (readers, _) in stated_.items() if user in readers}
        assert await read(where, user, names(network)) == shall, user


async def test_every_user_reads_in_its_own_groups_and_in_nobody_elses(
    where: StackAddresses, network: Network
) -> None:
    stated_ = table(network, groups=True)
    topics = table(network, groups=False)
    groups = sorted(name.replace(".*", ".anything") for name in stated_)
    for user in principals(network):
        topic = next(topic for topic, (readers, _) in topics.items() if user in readers)
        shall = {name.replace(".*", ".anything") for name, (users, _) in stated_.items() if user in users}
        assert await used(where, user, groups, topic) == shall, user


def test_the_page_names_every_user_and_leaves_no_topic_out(services: Services, network: Network) -> None:
    stated_ = table(network, groups=False)
    assert {who for line in stated_.values() for part in line for who in part} == set(principals(network))
    assert (
        set(AdminClient(rdk(services.addresses)).list_topics(timeout=30).topics)
        - {
            "__consumer_offsets",
            "__transaction_state",
        }
        <= stated_.keys()
    )


@pytest.mark.parametrize("user", ["ccb", "suyuan.intake", "suyuan.operator", "fengtai-court"])
async def test_only_the_admin_makes_topics_deletes_them_and_sees_or_changes_rules_and_passwords(
    where: StackAddresses, network: Network, user: str
) -> None:
    client = AdminClient(rdk(where, user))
    for future in (
        client.create_topics([NewTopic("mine", 1, 1)])["mine"],
        client.delete_topics(["court.outbound"])["court.outbound"],
    ):
        with pytest.raises(KafkaException) as refused:
            future.result(30)
        assert refused.value.args[0].code() in (*REFUSED, KafkaError.CLUSTER_AUTHORIZATION_FAILED)
    own, wanted = settings(where, user), access_rules(network)
    with pytest.raises(ClusterAuthorizationFailedError):
        await access.compared(own, wanted, network)
    with pytest.raises(ClusterAuthorizationFailedError):
        await access.set_passwords(own, {"abc": "mine from now on"})
    async with opened(own) as asking:
        answer = await asking._send_to_controller(
            access.CreateRules([access.BrokerRule(2, "*", 3, f"User:{user}", "*", 2, 3)])
        )
        assert [code for code, _ in answer.creation_responses] == [ClusterAuthorizationFailedError.errno]


@pytest.mark.parametrize("change", [{"sasl_plain_password": "wrong"}, {"security_protocol": "PLAINTEXT"}])
async def test_nobody_is_let_in_with_a_wrong_password_or_none(
    where: StackAddresses, change: dict[str, str]
) -> None:
    producer = AIOKafkaProducer(**{**aio(where, "ccb"), **change}, request_timeout_ms=3000)
    with pytest.raises(KafkaConnectionError):
        await asyncio.wait_for(producer.start(), 30)
    await producer.stop()


async def test_the_way_of_the_controller_is_closed_to_whoever_has_no_password(services: Services) -> None:
    """It is for the broker alone, on the same machine: without a password it would obey anybody."""
    state = json.loads((services.stack._data / "stack.json").read_text())  # type: ignore[union-attr]
    address = f"127.0.0.1:{state['controller_port']}"
    client = AIOKafkaClient(bootstrap_servers=address, request_timeout_ms=3000)
    with pytest.raises(KafkaConnectionError):
        await asyncio.wait_for(client.bootstrap(), 30)
    await client.close()


async def test_rules_that_no_longer_hold_go_and_those_of_others_stay(
    services: Services, network: Network
) -> None:
    own, wanted = services.settings("intake"), access_rules(network)
    former = access.BrokerRule(2, "filings.bank-gone", 3, "User:bank-gone", "*", 4, 3)
    too_much = access.BrokerRule(2, "*", 3, "User:ccb", "*", 2, 3)
    await access.set_passwords(own, {"bank-gone": "as before"})
    theirs = access.BrokerRule(2, "billing", 3, "User:billing", "*", 4, 3)
    forbidden = access.BrokerRule(2, "filings.abc", 3, "User:abc", "*", 4, 2)
    lost = access.on_broker(next(one for one in wanted if one.principal == "bank-c"))
    async with opened(own) as client:
        await client._send_to_controller(access.CreateRules([former, too_much, theirs, forbidden]))
        await client._send_to_controller(access.DeleteRules([lost]))

    seen = await access.compared(own, wanted, network)
    assert (seen.missing, set(seen.extra)) == ((lost,), {former, too_much})
    assert set(seen.foreign) == {theirs, forbidden}

    environment = {"SUYUAN_NETWORK": str(own.network), **services.addresses.kafka_user(ADMIN)}
    asked = ("topics", "provision", "--acl", "--json")
    told = await asyncio.to_thread(suyuan, *asked, "--dry-run", env=environment)
    changes = [row for row in told.json["access"] if row["state"] in ("missing", "extra")]
    assert sorted((row["principal"], row["state"]) for row in changes) == [
        ("bank-c", "missing"),
        ("bank-gone", "extra"),
        ("ccb", "extra"),
    ]
    assert await access.compared(own, wanted, network) == seen, "a dry run changes nothing"
    assert (await asyncio.to_thread(suyuan, "topics", "acl", "--json", env=environment)).code == 1

    made = await asyncio.to_thread(suyuan, *asked, env=environment)
    assert made.code == 0
    after = await access.compared(own, wanted, network)
    assert (after.missing, after.extra) == ((), ())
    assert set(after.foreign) == {theirs, forbidden}
    assert len(after.kept) == len(wanted)
    listed = await asyncio.to_thread(suyuan, "topics", "acl", "--json", env=environment)
    assert (listed.code, len(listed.json["access"])) == (0, len(wanted) + 2)
    gone = {**aio(services.addresses, "bank-gone"), "sasl_plain_password": "as before"}
    await until(lambda: shut_out(gone))
    async with opened(own) as client:
        await client._send_to_controller(access.DeleteRules([theirs, forbidden]))


async def shut_out(arguments: dict[str, Any]) -> bool:
    """Tell whether the broker lets a user in no more, as soon as it has read of it."""
    client = AIOKafkaClient(**arguments, request_timeout_ms=3000)
    try:
        await asyncio.wait_for(client.bootstrap(), 30)
    except KafkaConnectionError:
        return True
    finally:
        await client.close()
    return False


async def test_no_secret_stands_in_an_argument_or_a_log_or_is_open_to_others(services: Services) -> None:
    assert services.stack is not None
    data = services.stack._data
    secrets = [services.addresses.kafka_password(one) for one in (ADMIN, *map(principal_of, SERVICES))]
    secrets.append(services.addresses.kafka_secret)
    arguments = " ".join(word for one in psutil.Process().children(recursive=True) for word in one.cmdline())
    assert "kafka.Kafka" in arguments
    holders = []
    for path in data.rglob("*"):
        if path.is_file() and any(secret.encode() in path.read_bytes() for secret in secrets):
            holders.append(path)
    assert {path.name for path in holders} == {"stack.json", "server.properties"}
    assert [path for path in holders if path.stat().st_mode & 0o077] == []
    assert not any(secret in arguments for secret in secrets)
