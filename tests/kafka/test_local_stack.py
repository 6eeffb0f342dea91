"""The embedded stack itself: data survive crashes, databases are kept apart, nothing is left running."""

from __future__ import annotations

import contextlib
import json
import signal
import socketserver
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from pymongo import MongoClient
from pymongo.errors import OperationFailure

from deploy.local.errors import LocalStackError
from deploy.local.stack import LocalStack, StackAddresses
from deploy.local.state import SERVICES
from tests.support.clients import aio

pytestmark = [pytest.mark.kafka, pytest.mark.chaos]
ROOT = Path(__file__).parents[2]
TOPIC = "stack-test"


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    """A stack of our own: these tests kill it, and the shared one must stay up for the others."""
    with LocalStack(tmp_path_factory.mktemp("stack"), mongo_cache_mb=256, kafka_heap_mb=256) as stack:
        yield stack


@pytest.fixture(scope="module")
def where(own: LocalStack) -> StackAddresses:
    return own.start()


def database(url: str) -> MongoClient[dict[str, Any]]:
    return MongoClient(url, w="majority", serverSelectionTimeoutMS=10_000)


@contextlib.contextmanager
def other_program(port: int) -> Iterator[None]:
    """Somebody else on the port, who hangs up on each caller. (Silence would cost mongod a 30 s timeout.)"""
    socketserver.ThreadingTCPServer.allow_reuse_address = True
    with socketserver.ThreadingTCPServer(("127.0.0.1", port), socketserver.BaseRequestHandler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield
        server.shutdown()


async def write(kafka: StackAddresses, *values: bytes) -> None:
    async with AIOKafkaProducer(**aio(kafka), enable_idempotence=True) as producer:
        for value in values:
            await producer.send_and_wait(TOPIC, value, key=b"k")


async def read_all(kafka: StackAddresses) -> list[bytes]:
    partition = TopicPartition(TOPIC, 0)
    async with AIOKafkaConsumer(**aio(kafka), fetch_max_bytes=20_000_000) as consumer:
        consumer.assign([partition])
        await consumer.seek_to_beginning(partition)
        end = (await consumer.end_offsets([partition]))[partition]
        values: list[bytes] = []
        while len(values) < end:
            values += [record.value async for record in _batch(consumer, partition)]
        return values


async def _batch(consumer: AIOKafkaConsumer, partition: TopicPartition) -> Any:
    for record in (await consumer.getmany(partition, timeout_ms=5_000)).get(partition, []):
        yield record


async def test_what_was_acknowledged_survives_a_killed_broker(own: LocalStack, where: StackAddresses) -> None:
    admin = AIOKafkaAdminClient(**aio(where))
    await admin.start()
    await admin.create_topics([NewTopic(TOPIC, num_partitions=1, replication_factor=1)])
    await admin.close()
    values = [str(number).encode() for number in range(500)]
    await write(where, *values)
    own.kill_broker()
    own.start_broker()
    assert own.start() == where
    await write(where, b"after")
    assert await read_all(where) == [*values, b"after"]


async def test_a_dead_letter_of_ten_megabytes_passes(where: StackAddresses) -> None:
    async with AIOKafkaProducer(**aio(where), max_request_size=12_000_000) as producer:
        await producer.send_and_wait(TOPIC, b"x" * 10_000_000)


async def test_a_message_from_years_ago_is_kept(where: StackAddresses) -> None:
    async with AIOKafkaProducer(**aio(where)) as producer:
        await producer.send_and_wait(TOPIC, b"old", timestamp_ms=1_600_000_000_000)
    assert b"old" in await read_all(where)


def test_what_was_committed_survives_a_killed_mongod(own: LocalStack, where: StackAddresses) -> None:
    with database(where.mongo_urls["intake"]) as client:
        things = client.get_default_database()["streams"]
        things.insert_one({"_id": 0})
        with client.start_session() as session, session.start_transaction():
            things.insert_many([{"_id": number} for number in range(1, 100)], session=session)
        own.kill_mongo()
        own.start_mongo()
        assert things.count_documents({}) == 100
        things.insert_one({"_id": 100})


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_reaches_its_own_database_only(where: StackAddresses, service: str) -> None:
    with database(where.mongo_urls[service]) as client:
        mine = client.get_default_database()
        assert mine.name == f"suyuan_{service}" == where.environment(service)["SUYUAN_MONGO_DATABASE"]
        mine["streams"].create_index("name")
        mine["streams"].insert_one({"name": service})
        for other in (*SERVICES, "admin"):
            name = other if other == "admin" else f"suyuan_{other}"
            if name == mine.name:
                continue
            with pytest.raises(OperationFailure, match="not authorized"):
                client[name]["streams"].find_one()
            with pytest.raises(OperationFailure, match="not authorized"):
                client[name]["streams"].insert_one({})


def test_nobody_gets_in_without_a_password(where: StackAddresses) -> None:
    with MongoClient(f"mongodb://{where.mongo_host}/?directConnection=true") as client:
        with pytest.raises(OperationFailure, match="requires authentication"):
            client["suyuan_intake"]["streams"].find_one()


def test_only_this_machine_can_connect(where: StackAddresses) -> None:
    ports = {int(address.rsplit(":", 1)[1]) for address in (where.kafka, where.mongo_host)}
    heard = {c.laddr for c in psutil.net_connections("tcp") if c.status == psutil.CONN_LISTEN}
    mine = [address for address in heard if address.port in ports]
    assert {address.port for address in mine} == ports
    assert all(address.ip.removeprefix("::ffff:") == "127.0.0.1" for address in mine)


def test_a_second_stack_in_the_same_folder_is_refused(
    own: LocalStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deploy.local.stack._LOCK_S", 0.2)
    with pytest.raises(LocalStackError) as caught:
        LocalStack(own._data).start()
    assert caught.value.code == "local.already_running"


@pytest.mark.slow
def test_a_folder_is_started_again_with_all_it_had_even_on_other_ports(tmp_path: Path) -> None:
    stack = LocalStack(tmp_path, mongo_cache_mb=256, kafka_heap_mb=256)
    first = stack.start()
    with database(first.mongo_urls["alerts"]) as client:
        client.get_default_database()["streams"].insert_one({"_id": 1})
    kept = json.loads((tmp_path / "stack.json").read_text())
    stack.stop()
    stack.stop()

    mongo_port = int(first.mongo_host.rsplit(":", 1)[1])
    with other_program(mongo_port), stack as running:
        second = running.start()
        assert second.kafka == first.kafka
        assert second.mongo_host != first.mongo_host
        with database(second.mongo_urls["alerts"]) as client:
            assert client.get_default_database()["streams"].find_one() == {"_id": 1}
    now = json.loads((tmp_path / "stack.json").read_text())
    assert {k: v for k, v in now.items() if k != "mongo_port"} == {
        k: v for k, v in kept.items() if k != "mongo_port"
    }


@pytest.mark.slow
def test_a_killed_stack_leaves_nothing_running_and_can_be_started_at_once(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from deploy.local.stack import LocalStack\n"
        "stack = LocalStack(Path(sys.argv[1]), mongo_cache_mb=256, kafka_heap_mb=256)\n"
        "stack.start(); print('up', flush=True); time.sleep(120)"
    )
    starter = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert starter.stdout is not None
    assert starter.stdout.readline() == "up\n"
    starter.stdout.close()
    children = psutil.Process(starter.pid).children(recursive=True)
    assert {child.name() for child in children} == {"java", "mongod"}
    starter.send_signal(signal.SIGKILL)
    starter.wait()
    began = time.monotonic()
    LocalStack(tmp_path, mongo_cache_mb=256, kafka_heap_mb=256).start()
    assert time.monotonic() - began < 30
    _, alive = psutil.wait_procs(children, timeout=5)
    assert alive == []
