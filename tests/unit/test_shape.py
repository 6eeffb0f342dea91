"""`python -m tests.shape`: what is too long is named with its lines, and nothing else."""

from pathlib import Path

from tests.shape import FILE_LINES, FUNCTION_LINES, imported_tests, too_long


def written(folder: Path, text: str) -> list[str]:
    path = folder / "some.py"
    path.write_text(text, "utf-8")
    return list(too_long(path, folder))


def function(lines: int, kind: str = "def") -> str:
    return f"x = 1\n{kind} work():\n" + "    pass\n" * (lines - 1)


def test_a_file_of_the_most_lines_passes_and_one_more_is_named(tmp_path: Path) -> None:
    assert written(tmp_path, "x = 1\n" * FILE_LINES) == []
    assert written(tmp_path, "x = 1\n" * (FILE_LINES + 1)) == [
        "some.py: 401 lines, of 400 at most. Split it."
    ]


def test_a_function_of_the_most_lines_passes_and_one_more_is_named_with_its_line(tmp_path: Path) -> None:
    for kind in ("def", "async def"):
        assert written(tmp_path, function(FUNCTION_LINES, kind)) == []
        (line,) = written(tmp_path, function(FUNCTION_LINES + 1, kind))
        assert line == "some.py:2: work has 61 lines, of 60 at most. Split it."


def test_an_import_of_a_test_module_is_named_however_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "some.py"
    for line, module in (
        ("from tests.unit.test_ends import ended", "tests.unit.test_ends"),
        ("from tests.unit import test_ends", "tests.unit.test_ends"),
        ("import tests.unit.test_ends", "tests.unit.test_ends"),
    ):
        path.write_text(f"x = 1\n{line}\n", "utf-8")
        (told,) = imported_tests(path, tmp_path)
        assert told.startswith(f"some.py:2: {module} is a test module."), line
    path.write_text("from tests.unit.mother import ended\nfrom deploy import test_card\n", "utf-8")
    assert list(imported_tests(path, tmp_path)) == []
