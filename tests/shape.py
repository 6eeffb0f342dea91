"""`python -m tests.shape`: files short enough to read, functions that do one thing, no test module imported.

Import circles and arrows that point upwards are held by the import rules in pyproject.toml.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
FOLDERS: Final = ("services", "shared", "cli", "deploy", "bench", "tests")
FILE_LINES: Final = 400
FUNCTION_LINES: Final = 60


def main() -> int:
    """Print what is too long, and which test module is imported; 1 if there is anything."""
    found = [line for path in files() for line in (*too_long(path), *imported_tests(path))]
    for line in found:
        sys.stdout.write(f"{line}\n")
    return 1 if found else 0


def files() -> Iterator[Path]:
    """Yield the project's Python files."""
    for folder in FOLDERS:
        yield from sorted((ROOT / folder).rglob("*.py"))


def too_long(path: Path, root: Path = ROOT) -> Iterator[str]:
    """Yield a line for the file, and for each of its functions, that is longer than the limit."""
    text = path.read_text("utf-8")
    name, lines = path.relative_to(root), text.count("\n")
    if lines > FILE_LINES:
        yield f"{name}: {lines} lines, of {FILE_LINES} at most. Split it."
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION_LINES:
                what = f"{name}:{node.lineno}: {node.name} has {length} lines"
                yield f"{what}, of {FUNCTION_LINES} at most. Split it."


def imported_tests(path: Path, root: Path = ROOT) -> Iterator[str]:
    """Yield a line for each test module that the file imports: what tests share has a place of its own."""
    name = path.relative_to(root)
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom):
            modules = [node.module or "", *(f"{node.module}.{one.name}" for one in node.names)]
        elif isinstance(node, ast.Import):
            modules = [one.name for one in node.names]
        else:
            continue
        for module in modules:
            if module.startswith("tests.") and module.rpartition(".")[2].startswith("test_"):
                what = f"{name}:{node.lineno}: {module} is a test module"
                yield f"{what}. Move what you share to tests/support or the mother."


if __name__ == "__main__":
    sys.exit(main())
