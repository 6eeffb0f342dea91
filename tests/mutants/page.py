"""docs/mutants.md: the list for people."""

from collections.abc import Mapping, Sequence
from typing import Final

from tests.mutants.mutant import Mutant

PAGE: Final = "docs/mutants.md"
_HEAD: Final = """\
# 变异测试 · Mutants

A guard that no test misses is a guard that the next change may drop. Each line below is one deliberate fault
in the mechanism, what it would break, and the tests that fail because of it.

每一行是机制中的一处人为缺陷、它会造成的后果，以及必须因此失败的测试。

```console
$ make mutants                                # all of them, two at a time
$ .venv/bin/python -m tests.mutants --only clocks-run-to-now
```

Each fault is made in a copy of the tree, and the tests named here run first. A mutant is killed when one of
them *fails*; an import error, a timeout, or a failure of some other test does not count. `make mutants` is no
part of `make test`. What is: every text that is to be replaced still stands in its file exactly once, and
every test that is named here exists.

This page is generated (`.venv/bin/python -m tests.mutants --page`); a test holds it to the list. To add a
mutant, add it to a list in `tests/mutants`, with its paths in `places.py`, and write the page.
"""


def text(groups: Mapping[str, Sequence[Mutant]]) -> str:
    """Return the page."""
    return "\n".join([_HEAD, *(_group(title, mutants) for title, mutants in groups.items())])


def _group(title: str, mutants: Sequence[Mutant]) -> str:
    rows = [f"| `{one.id}` | {_files(one)} | {one.breaks} | {_tests(one)} |" for one in mutants]
    return "\n".join(
        [
            f"## {title}",
            "",
            "| mutant | in | what it would break | killed by |",
            "| --- " * 4 + "|",
            *rows,
            "",
        ]
    )


def _files(mutant: Mutant) -> str:
    return ", ".join(dict.fromkeys(f"`{edit.file}`" for edit in mutant.edits))


def _tests(mutant: Mutant) -> str:
    return ", ".join(f"`{test.rpartition('/')[2]}`" for test in mutant.killers)
