"""Runs mutants: each in a copy of the tree, against the tests that are to kill it.

The tree of whoever runs this is only read. A copy serves one mutant after another, so that Python has
compiled nearly all of it already.
"""

import os
import queue
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as Xml
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from tests.mutants.mutant import Mutant, Stale, files_of, read_from
from tests.mutants.places import RUNTIME_TESTS

ROOT = Path(__file__).parents[2]
_LEFT_OUT = shutil.ignore_patterns(
    *(".git", ".venv", ".suyuan", ".*_cache", "__pycache__", "*.egg-info", "results", "build", "dist")
)
_BROKEN_PROGRAM = ("ImportError", "ModuleNotFoundError", "SyntaxError", "IndentationError", "NameError")
"""A fault that no test had to notice: the program does not even run."""
_PYTEST = "import gc, sys, pytest; gc.disable(); sys.exit(pytest.main(sys.argv[1:]))"
"""Python 3.11 raises SystemError now and then where it collects garbage while it parses a file of tests."""


class Verdict(StrEnum):
    """What became of a mutant."""

    KILLED = "killed"
    """A test that is to kill it failed."""
    ELSEWHERE = "elsewhere"
    """Only a test failed that the list does not name: the list is wrong."""
    SURVIVED = "survived"
    """No test noticed it."""
    ERROR = "error"
    """The tests did not run: an import error, a timeout, a test that is not there."""
    STALE = "stale"
    """The text that it replaces is not in its file, or not once."""


@dataclass(frozen=True)
class Result:
    """What became of one mutant.

    Attributes:
        by: The test that failed; else what went wrong.
        seconds: How long its tests took.
    """

    mutant: Mutant
    verdict: Verdict
    by: str
    seconds: float


@dataclass(frozen=True)
class Tests:
    """What a run of tests came to.

    Attributes:
        failed: The first test that failed; empty for none.
        error: Why the tests say nothing; empty when they do.
    """

    failed: str = ""
    error: str = ""


class Tree:
    """A copy of the repository, for one mutant at a time.

    Args:
        path: Where the copy is.
        limit_s: Longest run of tests, seconds.
    """

    def __init__(self, path: Path, limit_s: float) -> None:
        self._path = path
        self._limit_s = limit_s

    def judge(self, mutant: Mutant) -> Result:
        """Run the tests that are to kill a mutant; if they do not, look for another that does."""
        began = time.monotonic()
        try:
            with self._changed(mutant):
                verdict, by = self._verdict(mutant)
        except Stale as stale:
            verdict, by = Verdict.STALE, str(stale)
        return Result(mutant, verdict, by, time.monotonic() - began)

    def _verdict(self, mutant: Mutant) -> tuple[Verdict, str]:
        named = self.run(mutant.killers)
        if named.error:
            return Verdict.ERROR, named.error
        if named.failed:
            return Verdict.KILLED, named.failed
        others = self.run([RUNTIME_TESTS])
        return (Verdict.ELSEWHERE, others.failed) if others.failed else (Verdict.SURVIVED, others.error)

    @contextmanager
    def _changed(self, mutant: Mutant) -> Iterator[None]:
        read = read_from(self._path)
        changed = files_of(mutant, read)
        before = {file: read(file) for file in changed}
        try:
            for file, text in changed.items():
                self._write(file, text)
            yield
        finally:
            for file, text in before.items():
                self._write(file, text)

    def _write(self, file: str, text: str) -> None:
        path = self._path / file
        path.write_text(text, "utf-8")
        # Python tells versions apart by second and size, and a mutant may share both with its original.
        for compiled in path.parent.glob(f"__pycache__/{path.stem}.*.pyc"):
            compiled.unlink()

    def run(self, tests: Sequence[str]) -> Tests:
        """Run tests up to the first that fails."""
        report = self._path / "report.xml"
        report.unlink(missing_ok=True)
        # A test that hangs is no test that failed: the limit is here, and pytest has none.
        options = ("-x", "-q", "-p", "no:cacheprovider", "-o", "timeout=0", f"--junitxml={report}")
        command = [sys.executable, "-c", _PYTEST, *options, *tests]
        environment = {**os.environ, "PYTHONHASHSEED": "0"}
        try:
            done = subprocess.run(
                command,
                cwd=self._path,
                env=environment,
                capture_output=True,
                text=True,
                timeout=self._limit_s,
            )
        except subprocess.TimeoutExpired:
            return Tests(error=f"no end within {self._limit_s:.0f} s")
        if done.returncode == 0:
            return Tests()
        return judged(report) or Tests(error=_last_line(done.stdout + done.stderr))


def judged(report: Path) -> Tests | None:
    """Read what pytest reports of a run with failures; ``None`` when it reports none."""
    if not report.exists():
        return None
    for case in Xml.parse(report).iter("testcase"):
        name = f"{case.get('classname', '').rpartition('.')[2]}::{case.get('name')}"
        if (error := case.find("error")) is not None:
            return Tests(error=f"{name}: {error.get('message', '')}"[:300])
        if (failure := case.find("failure")) is not None:
            said = failure.get("message", "")
            if said.partition(":")[0] in _BROKEN_PROGRAM:
                return Tests(error=f"{name}: {said}"[:300])
            return Tests(failed=name)
    return None


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1][:300] if lines else "pytest said nothing"


class Broken(Exception):
    """The tests fail without any mutant, so that nothing can be learnt from their failing."""


def run(
    mutants: Sequence[Mutant],
    *,
    at_once: int,
    limit_s: float,
    told: Callable[[Result], None] = lambda _: None,
    root: Path = ROOT,
) -> list[Result]:
    """Run mutants.

    Args:
        mutants: Which.
        at_once: How many at a time.
        limit_s: Longest run of tests, seconds.
        told: Called with each result as it comes.
        root: The tree; it is copied.

    Returns:
        The results in the order of the list.

    Raises:
        Broken: A test fails in the tree as it is.
    """
    with tempfile.TemporaryDirectory(prefix="suyuan-mutants-") as folder:
        trees: queue.Queue[Tree] = queue.Queue()
        for tree in _copies(root, Path(folder), at_once, limit_s):
            trees.put(tree)
        _sound(trees, mutants)

        def judge(mutant: Mutant) -> Result:
            tree = trees.get()
            try:
                return tree.judge(mutant)
            finally:
                trees.put(tree)

        results: dict[str, Result] = {}
        with ThreadPoolExecutor(at_once) as pool:
            for future in as_completed([pool.submit(judge, mutant) for mutant in mutants]):
                result = future.result()
                results[result.mutant.id] = result
                told(result)
        return [results[mutant.id] for mutant in mutants]


def _copies(root: Path, folder: Path, count: int, limit_s: float) -> Iterable[Tree]:
    for number in range(count):
        path = folder / str(number)
        shutil.copytree(root, path, ignore=_LEFT_OUT)
        yield Tree(path, limit_s)


def _sound(trees: "queue.Queue[Tree]", mutants: Sequence[Mutant]) -> None:
    tree = trees.get()
    tests = tree.run(sorted({test for mutant in mutants for test in mutant.killers}))
    trees.put(tree)
    if said := tests.failed or tests.error:
        raise Broken(said)
