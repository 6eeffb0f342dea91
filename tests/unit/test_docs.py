"""What the pages name is there, and what the code reads from its environment stands in them."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from shared.contracts.topics import SERVICES
from tests.shape import ROOT, files

PAGES: Final = (*sorted(ROOT.glob("README*.md")), *sorted((ROOT / "docs").glob("*.md")))
ROOMS: Final = ("bench", "cli", "deploy", "docs", "services", "shared", "tests")
VARIABLE: Final = re.compile(r"SUYUAN_[A-Z0-9_]*[A-Z0-9]")
SPAN: Final = re.compile(r"`([^`\n]+)`|\]\(([^)#\s]+)")
FILE: Final = re.compile(r"[\w.@/-]+\.(css|html|js|json|lock|md|py|svg|toml|ya?ml)")
SERVED: Final = ("/openapi.json",)
"""Paths of the HTTP API, and of no file."""


def named(page: str) -> Iterator[str]:
    """Yield the paths and file names that a page names; one with a placeholder is none."""
    for span in SPAN.finditer(page):
        for word in (span[1] or span[2]).split():
            room = re.fullmatch(r"[\w.@/-]+", word) and "/" in word and word.partition("/")[0] in ROOMS
            if (room or FILE.fullmatch(word)) and word not in SERVED:
                yield word.strip("./")


@pytest.fixture(scope="module")
def there() -> set[str]:
    """Every path of the project with each of its endings: `a/b/c.py`, `b/c.py`, `c.py`."""
    paths = [path for room in ROOMS for path in (ROOT / room).rglob("*") if "__pycache__" not in path.parts]
    parts = [path.relative_to(ROOT).parts for path in (*paths, *ROOT.iterdir())]
    return {"/".join(one[start:]) for one in parts for start in range(len(one))}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_that_a_page_names_is_there(page: Path, there: set[str]) -> None:
    assert [name for name in named(page.read_text("utf-8")) if name not in there] == []


def test_a_name_is_found_in_code_and_in_links_and_a_placeholder_is_none() -> None:
    page = "see `shared/runtime/base`, [how](docs/gone.md#part) and `rules.py`; `services/<name>/x.py`, `a/b`"
    assert list(named(page)) == ["shared/runtime/base", "docs/gone.md", "rules.py"]


def read_by(path: Path) -> set[str]:
    """Return the environment variables of ours that a program names as a whole word."""
    constants = (one for one in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(one, ast.Constant))
    return {one.value for one in constants if isinstance(one.value, str) and VARIABLE.fullmatch(one.value)}


def test_every_variable_that_the_code_reads_stands_in_the_operations_guide() -> None:
    guide = (ROOT / "docs" / "operations.md").read_text("utf-8")
    programs = [path for path in files() if path.relative_to(ROOT).parts[0] != "tests"]
    read = {name: path.name for path in programs for name in read_by(path)}
    assert {"SUYUAN_JAVA", "SUYUAN_MAVEN", "SUYUAN_TOKEN"} <= read.keys()
    assert {name: where for name, where in read.items() if f"`{name}`" not in guide} == {}


def test_every_secret_of_the_containers_stands_in_the_operations_guide() -> None:
    guide = (ROOT / "docs" / "operations.md").read_text("utf-8")
    secrets = set(VARIABLE.findall((ROOT / ".env.example").read_text("utf-8")))
    one_each = {name for name in secrets if name.startswith("SUYUAN_MONGO_PASSWORD_")}
    assert one_each == {f"SUYUAN_MONGO_PASSWORD_{name.upper()}" for name in SERVICES}
    assert [name for name in secrets - one_each if f"`{name}`" not in guide] == []


def test_every_service_has_its_page_and_the_readme_leads_to_it() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    assert [name for name in SERVICES if not (ROOT / "docs" / f"{name}.md").exists()] == []
    assert [name for name in SERVICES if f"(docs/{name}.md)" not in readme] == []
