"""The list cannot rot: each text that is to be replaced is there, each test that is to kill exists."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.mutants import page
from tests.mutants.listed import GROUPS, MUTANTS
from tests.mutants.mutant import Mutant, files_of, read_from

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("mutant", MUTANTS, ids=[one.id for one in MUTANTS])
def test_each_mutant_changes_a_program_that_still_is_one(mutant: Mutant) -> None:
    """Raises where a text stands in its file not exactly once, or what comes out is no Python."""
    read = read_from(ROOT)
    for file, text in files_of(mutant, read).items():
        assert text != read(file)
        compile(text, file, "exec")


@pytest.mark.parametrize("mutant", MUTANTS, ids=[one.id for one in MUTANTS])
def test_each_mutant_names_tests_that_exist(mutant: Mutant) -> None:
    assert mutant.killers
    for killer in mutant.killers:
        file, _, name = killer.partition("::")
        tree = ast.parse((ROOT / file).read_text("utf-8"))
        assert name in {
            one.name for one in tree.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)
        }


def test_each_mutant_has_a_name_of_its_own_and_a_sentence() -> None:
    assert len({one.id for one in MUTANTS}) == len(MUTANTS)
    assert len({one.breaks for one in MUTANTS}) == len(MUTANTS)
    assert all(one.breaks[0].isupper() and one.breaks.endswith(".") for one in MUTANTS)


def test_the_page_says_what_the_list_says() -> None:
    assert (ROOT / page.PAGE).read_text("utf-8") == page.text(GROUPS), "python -m tests.mutants --page"
