"""`suyuan status` without a platform: what was killed, and what was never started."""

import json
import os
from pathlib import Path

import pytest
from rich.cells import cell_len

from cli import connection
from tests.support.cli import suyuan

AWAY = {
    "kafka": "127.0.0.1:1",
    "portal_url": "http://127.0.0.1:3",
    "ops": {"court_bridge-0": "http://127.0.0.1:2"},
    "http": {"court_bridge-0": "http://127.0.0.1:3"},
    "services": {"court_bridge": {"SUYUAN_MONGO_URL": "mongodb://me:secret@127.0.0.1:4/x?replicaSet=y"}},
}


@pytest.fixture
def killed(tmp_path: Path) -> Path:
    (tmp_path / "connection.json").write_text(json.dumps(AWAY))
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "court.log").touch()
    (tmp_path / "logs" / "court.pid").write_text("999999999")
    (tmp_path / "logs" / "kafka.pid").write_text(str(os.getpid()))
    return tmp_path


def test_what_does_not_answer_is_not_ready_and_says_why(killed: Path) -> None:
    done = suyuan("status", "--data", str(killed), "--json")

    parts = {one["name"]: one for one in done.json["parts"]}
    assert done.code == 1
    assert list(parts) == ["kafka", "mongod", "court_bridge-0", "court"]
    assert not any(one["ready"] for one in parts.values())
    assert all(one["why"] for one in parts.values())
    assert (parts["kafka"]["pid"], parts["court"]["pid"]) == (os.getpid(), None)
    assert (parts["mongod"]["address"], parts["kafka"]["address"]) == ("127.0.0.1:4", "127.0.0.1:1")
    assert (parts["court_bridge-0"]["address"], parts["court_bridge-0"]["probes"]) == (
        "http://127.0.0.1:3",
        "http://127.0.0.1:2",
    )
    assert parts["court"]["log"] == str(killed / "logs" / "court.log")
    assert "secret" not in done.out


def test_the_table_fits_into_80_columns_and_names_the_portal(
    killed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(killed)

    done = suyuan("status", "--data", ".", env={"COLUMNS": "80"})

    row = next(line for line in done.out.splitlines() if line.startswith("court_bridge-0 "))
    assert row.split()[:4] == ["court_bridge-0", "✗", "127.0.0.1:3", "127.0.0.1:2"]
    assert max(map(cell_len, done.out.splitlines())) <= 80
    assert "http://127.0.0.1:3\n" in done.out
    assert "secret" not in done.out


def test_without_a_platform_it_says_what_to_do(tmp_path: Path) -> None:
    done = suyuan("status", "--data", str(tmp_path), "--json")

    assert (done.code, done.json["error"]) == (1, "connection.missing")
    assert "suyuan demo" in done.json["en"]
    assert "--data" in done.json["en"]


def test_the_folder_is_that_of_what_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import fcntl

    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SUYUAN_DATA", raising=False)
    assert connection.folder() == connection.DEFAULT_DATA
    for folder in (connection.DEMO_DATA, connection.DEFAULT_DATA):
        folder.mkdir(parents=True)
        (folder / "lock").touch()
        if folder == connection.DEMO_DATA:
            (folder / "connection.json").write_text("{}")
            assert connection.folder() == connection.DEMO_DATA
    (connection.DEFAULT_DATA / "connection.json").write_text("{}")
    assert connection.folder() == connection.DEFAULT_DATA, "neither runs"

    with (connection.DEMO_DATA / "lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert connection.folder() == connection.DEMO_DATA, "the other was killed"
        monkeypatch.setenv("SUYUAN_DATA", "elsewhere")
        assert connection.folder() == Path("elsewhere")
        assert connection.folder(tmp_path) == tmp_path
