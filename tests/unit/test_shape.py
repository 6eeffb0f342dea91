"""`python -m tests.shape`: what is too long is named with its lines, and nothing else."""

from pathlib import Path

from tests.shape import FILE_LINES, FUNCTION_LINES, too_long


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
