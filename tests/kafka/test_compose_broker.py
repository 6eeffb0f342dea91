"""The broker of docker-compose.yml, started by its own script with its own settings, without a container."""

from __future__ import annotations

import asyncio
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaConnectionError, TopicAuthorizationFailedError

from deploy.local.java import find_java, kafka_class_path
from deploy.local.kafka import answers
from deploy.local.ports import choose_port
from shared.network.load import load_network
from shared.runtime.base.settings import DEFAULT_NETWORK, Settings
from shared.runtime.publish.producer import started
from shared.runtime.serve.topics import cluster_id
from tests.kafka.helpers import until
from tests.support.cli import suyuan
from tests.support.services import ROOT

pytestmark = [pytest.mark.kafka, pytest.mark.slow]
PASSWORD, OF_INTAKE = "a" * 64, "b" * 64
TOOLS = {"kafka-storage.sh": "kafka.tools.StorageTool", "kafka-server-start.sh": "kafka.Kafka"}


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """Start it as the container would; what differs is where it listens and what lies where."""
    images = ROOT / "deploy" / "images"
    with tempfile.TemporaryDirectory(prefix="suyuan-test-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        inside, controller, host = choose_port(), choose_port(), choose_port()
        settings = (images / "kafka.properties").read_text("utf-8")
        for before, after in (
            ("kafka:9093", f"127.0.0.1:{controller}"),
            ("kafka:9092", f"127.0.0.1:{inside}"),
            ("://:9092", f"://127.0.0.1:{inside}"),
            ("://:9093", f"://127.0.0.1:{controller}"),
            ("://:19092", f"://127.0.0.1:{host}"),
            ("127.0.0.1:19092", f"127.0.0.1:{host}"),
            ("/var/lib/kafka/data", name),
        ):
            assert before in settings
            settings = settings.replace(before, after)
        (folder / "kafka.properties").write_text(settings, "utf-8")
        for tool, main in TOOLS.items():
            path = folder / tool
            command = f'exec {find_java()} -Xmx384m -cp "{kafka_class_path(lambda line: None)}" {main} "$@"'
            path.write_text(f"#!/bin/sh\n{command}\n", "utf-8")
            path.chmod(0o755)
        script = (images / "kafka.sh").read_text("utf-8").replace("cd /tmp", f"cd {name}")
        (folder / "kafka.sh").write_text(script, "utf-8")
        environment = {
            "PATH": f"{name}:{os.environ['PATH']}",
            "KAFKA_SETTINGS": str(folder / "kafka.properties"),
            "CLUSTER_ID": "MkU3OEVBNTcwNTJENDM2Qk",
            "SUYUAN_KAFKA_ADMIN_PASSWORD": PASSWORD,
        }
        with (folder / "out").open("wb") as out:
            broker = subprocess.Popen(
                ["bash", str(folder / "kafka.sh")], env=environment, stdout=out, stderr=out, cwd=name
            )
        try:
            deadline = time.monotonic() + 90
            while not answers(inside):
                assert broker.poll() is None, (folder / "out").read_text()[-3000:]
                assert time.monotonic() < deadline
                time.sleep(0.2)
            assert PASSWORD not in " ".join(psutil.Process(broker.pid).cmdline())
            assert PASSWORD not in (folder / "out").read_text()
            yield inside
        finally:
            broker.terminate()
            broker.wait(30)


def user(port: int, name: str, password: str) -> dict[str, str]:
    return {
        "SUYUAN_KAFKA": f"127.0.0.1:{port}",
        "SUYUAN_KAFKA_SECURITY_PROTOCOL": "SASL_PLAINTEXT",
        "SUYUAN_KAFKA_USERNAME": name,
        "SUYUAN_KAFKA_PASSWORD": password,
    }


def settings(port: int, name: str, password: str) -> Settings:
    given = user(port, name, password)
    return Settings.model_validate({k.removeprefix("SUYUAN_").lower(): v for k, v in given.items()})


async def connected(own: Settings) -> AIOKafkaProducer | None:
    """Return a producer, once the broker has read of the user that its controller was told of."""
    try:
        return await started(own)
    except KafkaConnectionError:
        return None


async def test_the_job_makes_topics_users_and_rules_and_a_service_may_do_what_is_its_own(port: int) -> None:
    made = await asyncio.to_thread(
        suyuan,
        *("topics", "provision", "--acl", "--json"),
        env={**user(port, "suyuan.admin", PASSWORD), "SUYUAN_KAFKA_USERS": f"suyuan.intake:{OF_INTAKE}"},
    )
    assert made.code == 0, made
    assert {row["state"] for row in made.json["access"]} == {"missing"}, "made now"
    assert f"filings.{load_network(DEFAULT_NETWORK).institutions[0].id}" in made.json["made"]

    producer = await until(lambda: connected(settings(port, "suyuan.intake", OF_INTAKE)))
    try:
        await producer.send_and_wait("intake.events", b"{}")
        with pytest.raises(TopicAuthorizationFailedError):
            await producer.send_and_wait("mediation.events", b"{}")
    finally:
        await producer.stop()
    with pytest.raises(KafkaConnectionError):
        await cluster_id(settings(port, "suyuan.intake", PASSWORD))
