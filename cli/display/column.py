"""What a table declares: what each column holds, and which columns go first where room is short."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Final

from cli.display.view import View
from shared.contracts.words import Words

ALWAYS: Final = 1
"""Importance of a column that is never left out."""


class Kind(Enum):
    """What a column holds, and so how a cell looks."""

    ID = auto()
    """An id that commands take: never broken; short where room is short."""
    WORD = auto()
    """A code or a name: never broken; its end is cut where it is very long, unless the view is wide."""
    TEXT = auto()
    """A text, broken between words."""
    COUNT = auto()
    YUAN = auto()
    """An amount in fen, shown in yuan."""
    INSTANT = auto()
    """A time, shown in Beijing time."""
    AGE = auto()
    """A time, shown as how long ago it was."""
    MARK = auto()
    """Yes or no."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table, or one fact of a thing.

    Attributes:
        name: Its key in a row.
        zh: Chinese title.
        en: English title.
        kind: What it holds.
        importance: 1 is never left out; where room is short the highest number goes first.
        least: Fewest cells that a text is broken to.
        words: Words of the values; a text names a kind of coded value of the language.
        below: Whether it has lines of its own below the row, in the whole width.
    """

    name: str
    zh: str
    en: str
    kind: Kind = Kind.WORD
    importance: int = ALWAYS
    least: int = 16
    words: Mapping[str, Words] | str = field(default_factory=dict)
    below: bool = False

    def title(self, view: View) -> str:
        """Return its title."""
        return view.told(self.zh, self.en)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a title.

    Attributes:
        name: Its name, which is that of its golden files.
        zh: Chinese title.
        en: English title.
        columns: From left to right.
        commands: Those that print it.
    """

    name: str
    zh: str
    en: str
    columns: tuple[Column, ...]
    commands: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one thing, a line for each fact; attributes as those of a table."""

    name: str
    zh: str
    en: str
    columns: tuple[Column, ...]
    commands: tuple[str, ...]
