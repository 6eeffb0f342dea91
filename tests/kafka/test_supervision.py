"""`suyuan up` in the hands of a crash: whatever dies is started again, and only Ctrl-C ends it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from tests.support.cli import Done, suyuan

pytestmark = [pytest.mark.kafka, pytest.mark.chaos, pytest.mark.slow, pytest.mark.timeout(240)]
ROOT = Path(__file__).parents[2]


class Up:
    """A running `suyuan up`."""

    def __init__(self, data: Path, log: str = "up.log") -> None:
        self.data = data
        self._log = data.with_name(log)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "cli", "up", "--services", "alerts,portal", "--data", str(data)],
            stdout=subprocess.DEVNULL,
            stderr=self._log.open("wb"),
            cwd=ROOT,
            env={name: value for name, value in os.environ.items() if not name.startswith("SUYUAN_")}
            | {name: os.environ[name] for name in ("SUYUAN_KAFKA_JARS",) if name in os.environ},
        )

    @property
    def said(self) -> str:
        return self._log.read_text("utf-8", "replace")

    def connection(self) -> dict[str, Any]:
        return dict(json.loads((self.data / "connection.json").read_text()))

    def ready(self) -> bool:
        try:
            urls = self.connection()["ops"].values()
            return all(httpx.get(f"{url}/readyz", trust_env=False).status_code == 200 for url in urls)
        except (OSError, httpx.HTTPError):
            return False

    def children(self) -> dict[str, psutil.Process]:
        """Return the children by a word of their command lines."""
        out = {}
        for child in psutil.Process(self.process.pid).children(recursive=True):
            line = " ".join(child.cmdline())
            for word in (
                "cli.serve alerts",
                "cli.serve portal",
                "deploy.local.court",
                "kafka.Kafka",
                "mongod",
            ):
                if word in line and "launch.py" not in line:
                    out[word] = child
        return out


def until(told: Callable[[], bool], up: Up, seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while not told():
        assert up.process.poll() is None, up.said
        assert time.monotonic() < deadline, up.said
        time.sleep(0.1)


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    running = Up(tmp_path_factory.mktemp("up") / "data")
    try:
        until(lambda: "Ctrl-C" in running.said, running)
        yield running
    finally:
        running.process.kill()
        running.process.wait()


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("cli.serve alerts", "alerts-0"),
        ("deploy.local.court", "court"),
        ("mongod", "mongod"),
        ("kafka.Kafka", "kafka"),
    ],
)
def test_what_is_killed_is_started_again_in_the_same_place(up: Up, word: str, name: str) -> None:
    before, where = up.children()[word], up.connection()
    before.send_signal(signal.SIGKILL)
    until(lambda: f"{name} 已退出 ended: SIGKILL" in up.said, up)
    until(lambda: word in up.children() and up.children()[word].pid != before.pid, up)
    until(up.ready, up)
    assert up.connection() == where
    assert up.said.count(f"{name} 已退出") == 1


def status(up: Up) -> Done:
    return suyuan("status", "--data", str(up.data), "--json")


def test_status_lists_every_part_with_its_address_and_process(up: Up) -> None:
    until(lambda: status(up).code == 0, up)
    children, where = up.children(), up.connection()

    done = status(up)

    parts = {one["name"]: one for one in done.json["parts"]}
    assert list(parts) == ["kafka", "mongod", "alerts-0", "portal-0", "court"]
    assert done.json["portal"] == parts["portal-0"]["address"] == where["portal_url"]
    assert parts["kafka"]["address"] == where["kafka"]
    assert {name: parts[name]["probes"] for name in ("alerts-0", "portal-0")} == where["ops"]
    words = ("kafka.Kafka", "mongod", "cli.serve alerts", "cli.serve portal", "deploy.local.court")
    assert [one["pid"] for one in parts.values()] == [children[word].pid for word in words]
    assert all(Path(one["log"]).exists() for one in parts.values())


def test_a_frozen_server_is_not_ready(up: Up) -> None:
    broker = up.children()["kafka.Kafka"]
    broker.suspend()
    try:
        done = status(up)
    finally:
        broker.resume()

    assert done.code == 1
    assert "kafka" in {one["name"] for one in done.json["parts"] if not one["ready"]}
    until(lambda: status(up).code == 0, up)


def test_a_second_one_on_the_same_data_says_one_sentence_and_disturbs_nothing(up: Up) -> None:
    before = up.connection()
    second = Up(up.data, "second.log")

    assert second.process.wait(60) == 1
    assert second.said.splitlines()[0] == "local.already_running"
    assert len(second.said.splitlines()) == 3, "the code, and a sentence in each language"
    assert up.connection() == before
    assert up.ready()


def test_only_ctrl_c_ends_it_and_leaves_nothing_running(up: Up) -> None:
    children, where = psutil.Process(up.process.pid).children(recursive=True), up.connection()
    assert len(up.children()) == 5
    up.process.send_signal(signal.SIGINT)
    assert up.process.wait(60) == 0, up.said
    _, alive = psutil.wait_procs(children, timeout=5)
    assert alive == []
    assert not (up.data / "connection.json").exists()

    again = Up(up.data, "again.log")
    try:
        until(lambda: "Ctrl-C" in again.said, again)
        assert again.connection() == where, "addresses stay the same between starts"
    finally:
        again.process.send_signal(signal.SIGINT)
        again.process.wait(60)
