"""A mutant counts as killed when a test fails because of it, and for nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.mutants import __main__ as command
from tests.mutants import runner
from tests.mutants.mutant import Edit, Mutant, Stale, files_of
from tests.mutants.runner import Broken, Result, Tree, Verdict, run

PROGRAM = "def double(x):\n    return x * 2\n\n\ndef half(x):\n    return x / 2\n"
TESTS = """
from program import double, half

def test_double():
    assert double(3) == 6

def test_nothing():
    pass
"""
OTHERS = "from program import half\n\n\ndef test_half():\n    assert half(4) == 2\n"


def mutant(old: str, new: str, *killers: str, id: str = "m") -> Mutant:
    named = tuple(f"tests/test_it.py::test_{one}" for one in killers)
    return Mutant(id, "It is wrong.", (Edit("program.py", old, new),), named)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository of one program and two files of tests."""
    root = tmp_path / "root"
    (root / "tests").mkdir(parents=True)
    (root / "others").mkdir()
    (root / "program.py").write_text(PROGRAM)
    (root / "tests" / "test_it.py").write_text(TESTS)
    (root / "others" / "test_others.py").write_text(OTHERS)
    (root / "pyproject.toml").write_text('[tool.pytest.ini_options]\npythonpath = ["."]\n')
    monkeypatch.setattr(runner, "RUNTIME_TESTS", "others")
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # They cost a second each time.
    return root


def judged(root: Path, one: Mutant, limit_s: float = 60) -> Result:
    return Tree(root, limit_s).judge(one)


def test_a_mutant_is_killed_by_a_test_that_fails(root: Path) -> None:
    found = judged(root, mutant("x * 2", "x * 3", "double"))
    assert (found.verdict, found.by) == (Verdict.KILLED, "test_it::test_double")
    assert (root / "program.py").read_text() == PROGRAM


def test_a_mutant_that_no_test_notices_survives(root: Path) -> None:
    assert judged(root, mutant("x * 2", "x + x", "double")).verdict is Verdict.SURVIVED


def test_a_mutant_that_only_another_test_notices_is_not_killed_by_its_own(root: Path) -> None:
    found = judged(root, mutant("x / 2", "x / 3", "nothing"))
    assert (found.verdict, found.by) == (Verdict.ELSEWHERE, "test_others::test_half")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("def double", "def triple"),  # cannot be imported
        ("return x * 2", "return x *"),  # is no program
        ("return x * 2", "return y"),  # a name that is not there
    ],
)
def test_a_program_that_does_not_run_is_no_kill(root: Path, old: str, new: str) -> None:
    assert judged(root, mutant(old, new, "double")).verdict is Verdict.ERROR


def test_a_test_without_an_end_is_no_kill(root: Path) -> None:
    found = judged(root, mutant("return x * 2", "while True: pass", "double"), 1.5)
    assert (found.verdict, found.by) == (Verdict.ERROR, "no end within 2 s")


def test_a_test_that_is_not_there_is_no_kill(root: Path) -> None:
    assert judged(root, mutant("x * 2", "x * 3", "gone")).verdict is Verdict.ERROR


@pytest.mark.parametrize("old", ["x * 9", "return"])
def test_a_text_that_is_not_there_exactly_once_is_said(root: Path, old: str) -> None:
    found = judged(root, mutant(old, "", "double"))
    assert found.verdict is Verdict.STALE
    assert "times" in found.by
    with pytest.raises(Stale):
        files_of(mutant(old, ""), lambda _: PROGRAM)


def test_two_changes_of_one_file_are_made_together() -> None:
    both = Mutant("m", "It is wrong.", (Edit("p", "x * 2", "x * 3"), Edit("p", "x / 2", "x / 3")), ("t",))
    assert files_of(both, lambda _: PROGRAM)["p"].count("3") == 2


def test_the_tree_of_whoever_runs_it_is_only_read(root: Path) -> None:
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    told: list[str] = []
    mutants = [mutant("x * 2", f"x * {n}", "double", id=f"m-{n}") for n in (3, 4, 5)]
    found = run(mutants, at_once=2, limit_s=60, root=root, told=lambda result: told.append(result.mutant.id))
    assert [one.verdict for one in found] == [Verdict.KILLED] * 3
    assert [one.mutant.id for one in found] == ["m-3", "m-4", "m-5"]
    assert sorted(told) == ["m-3", "m-4", "m-5"]
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before


def test_nothing_is_learnt_from_tests_that_fail_anyway(root: Path) -> None:
    (root / "program.py").write_text(PROGRAM.replace("x * 2", "x * 7"))
    with pytest.raises(Broken, match="test_double"):
        run([mutant("x * 7", "x * 3", "double")], at_once=1, limit_s=60, root=root)


# The command ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verdict", "code"), [(Verdict.KILLED, 0), (Verdict.SURVIVED, 1), (Verdict.STALE, 1)]
)
def test_its_exit_code_says_whether_all_are_killed(
    verdict: Verdict, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[str] = []

    def ran(mutants: list[Mutant], **_: object) -> list[Result]:
        asked.extend(one.id for one in mutants)
        return [Result(one, verdict, "test_x", 1.25) for one in mutants]

    monkeypatch.setattr(command, "run", ran)
    assert command.main(["--only", "clocks-run-to-now", "--json"]) == code
    assert asked == ["clocks-run-to-now"]
    assert json.loads(capsys.readouterr().out) == [
        {"id": "clocks-run-to-now", "verdict": verdict, "by": "test_x", "seconds": 1.2}
    ]


def test_a_list_runs_nothing(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(command, "run", None)
    assert command.main(["--list", "--json", "--only", "sweep-off"]) == 0
    (one,) = json.loads(capsys.readouterr().out)
    assert (one["id"], bool(one["breaks"])) == ("sweep-off", True)


def test_a_name_that_is_not_listed_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        command.main(["--only", "sweep-of"])
    assert ended.value.code == 2
    assert "sweep-of" in capsys.readouterr().err
