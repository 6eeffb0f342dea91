"""What is installed: exact, the same everywhere, and complete."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
LOCKS = [ROOT / "requirements.lock", ROOT / "deploy" / "images" / "requirements.lock"]
READ = {".py", ".yaml", ".json", ".html", ".css", ".js", ".svg", ".lock", ".properties"}


def pinned(lock: Path) -> dict[str, str]:
    """Version by package name, the platforms left out."""
    return dict(re.findall(r"^([a-z0-9-]+)==([^ ;]+)", lock.read_text(encoding="utf-8"), flags=re.MULTILINE))


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[\[<>=;! ]", one)[0].lower() for one in requirements} - {"suyuan"}


@pytest.mark.parametrize("lock", LOCKS, ids=["all", "image"])
def test_every_package_has_a_version_and_hashes_and_the_file_names_no_place(lock: Path) -> None:
    for entry in re.split(r"\n(?=\S)", lock.read_text(encoding="utf-8").strip()):
        assert re.match(r"[a-z0-9-]+==\S+", entry), entry
        assert "--hash=sha256:" in entry, entry
        assert not re.search(r"://|@ |--(index|find|extra|trusted)", entry), entry


def test_the_locks_hold_all_that_is_asked_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    everything, image = (pinned(lock) for lock in LOCKS)
    assert names(project["dependencies"] + [one for extra in extras.values() for one in extra]) <= set(
        everything
    )
    assert names(project["dependencies"] + extras["build"]) <= set(image)
    assert image.items() <= everything.items()
    assert not names(extras["local"]) & set(image)


def test_a_wheel_holds_the_data_that_the_code_reads(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    for name in ("pyproject.toml", "LICENSE", "NOTICE", "README.md"):
        if (ROOT / name).exists():
            shutil.copy(ROOT / name, source)
    for name in ("cli", "deploy", "services", "shared"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--no-index", "-q", "."],
        cwd=source,
        check=True,
    )
    (wheel,) = source.glob("suyuan-*.whl")
    held = set(zipfile.ZipFile(wheel).namelist())
    wanted = {
        path.relative_to(source).as_posix()
        for folder in ("cli", "deploy/local", "deploy/networks", "services", "shared")
        for path in (source / folder).rglob("*")
        if path.is_file() and path.suffix in READ
    }
    assert wanted - held == set()
    assert not any(name.startswith(("tests/", "bench/", "deploy/images/")) for name in held)
