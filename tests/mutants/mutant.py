"""A mutant: one deliberate fault, what it would break, and the tests that are to notice it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path


class Stale(Exception):
    """The text that a mutant replaces does not stand in its file exactly once."""


@dataclass(frozen=True)
class Edit:
    """One replacement.

    Attributes:
        file: Path from the root of the repository.
        old: What stands there now, exactly once.
        new: What stands there in the mutant.
    """

    file: str
    old: str
    new: str

    def applied_to(self, text: str) -> str:
        """Return a file's text with the fault in it.

        Raises:
            Stale: The old text stands there not at all, or more than once.
        """
        count = text.count(self.old)
        if count != 1:
            raise Stale(f"{self.file}: {self.old.strip().splitlines()[0]!r} … stands there {count} times")
        return text.replace(self.old, self.new)


@dataclass(frozen=True)
class Mutant:
    """A fault.

    Attributes:
        id: Its name.
        breaks: What would happen in production, in one sentence.
        edits: What is changed; several where one alone is caught by the guard behind it.
        killers: The tests that are to fail, as pytest names them.
    """

    id: str
    breaks: str
    edits: tuple[Edit, ...]
    killers: tuple[str, ...]


def files_of(mutant: Mutant, read: Callable[[str], str]) -> Mapping[str, str]:
    """Return the mutated files, by path.

    Args:
        mutant: Which.
        read: Gives the text of a file as it is.

    Raises:
        Stale: A text that is to be replaced is not there, or not once.
    """
    out: dict[str, str] = {}
    for edit in mutant.edits:
        out[edit.file] = edit.applied_to(out[edit.file] if edit.file in out else read(edit.file))
    return out


def read_from(root: Path) -> Callable[[str], str]:
    """Return how files of a tree are read."""
    return lambda file: (root / file).read_text("utf-8")
