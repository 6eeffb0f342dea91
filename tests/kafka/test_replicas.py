"""Replicas that cannot do what they were started for say so: one number twice, and more than partitions."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator

import pytest

from tests.support.sent import send
from tests.support.services import Services, platform

pytestmark = [pytest.mark.kafka, pytest.mark.slow, pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def services() -> Iterator[Services]:
    env = {"SUYUAN_PARTITIONS": "1", "SUYUAN_FILINGS_PARTITIONS": "1", "SUYUAN_SESSION_TIMEOUT_MS": "6000"}
    with platform(env=env) as running:
        yield running


def until(told: Callable[[], bool], services: Services) -> None:
    deadline = time.monotonic() + 60
    while not told():
        assert time.monotonic() < deadline, services.log("alerts", 0) + services.log("alerts", 1)
        time.sleep(0.2)


def logs(services: Services) -> list[str]:
    return [services.log("alerts", number, lines=500) for number in (0, 1)]


def test_a_replica_more_than_partitions_says_that_it_is_idle_and_is_ready(services: Services) -> None:
    services.start("alerts", replicas=2)
    services.ready(90)

    until(lambda: any('"replica.idle"' in text for text in logs(services)), services)
    services.ready(30)
    assert not any("replica.twice" in text for text in logs(services))


def test_a_dead_letter_is_logged_and_counts_once_however_many_replicas_there_are(services: Services) -> None:
    services.start("alerts", replicas=2)
    services.ready(90)
    send(services, "alerts.commands", "nobody", b"no json")

    def counted() -> list[float]:
        return [services.replica("alerts", number).figure("suyuan_dead_letters") for number in (0, 1)]

    until(lambda: sum(counted()) > 0, services)
    time.sleep(2.5)  # each replica looks once a second
    assert sorted(counted()) == [0, 1]
    (line,) = [
        line for text in logs(services) for line in text.splitlines() if "runtime.letter.buried" in line
    ]
    assert json.loads(line)["id"] == "alerts.commands:0:0"


def test_two_processes_with_one_number_say_so_until_one_is_gone(services: Services) -> None:
    services.kill("alerts", 1)
    services.start_program("alerts", ["cli.serve", "alerts"], replica=1, env={"SUYUAN_REPLICA": "0"})

    until(lambda: all('"replica.twice"' in text for text in logs(services)), services)
    until(lambda: "replica.twice: " in str(services.replica("alerts").get("/readyz")), services)
    services.kill("alerts", 1)
    until(lambda: services.replica("alerts").get("/readyz").get("ready") is True, services)
