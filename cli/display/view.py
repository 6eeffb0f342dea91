"""For whom a table is drawn: language, width, and the present time that ages are counted from."""

import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

NARROWEST: Final = 40
"""A terminal is taken to have so many cells at least."""
USUAL: Final = 80


class Language(StrEnum):
    """A language of the command line."""

    ZH = "zh"
    EN = "en"


@dataclass(frozen=True, slots=True)
class View:
    """Who looks, and at what.

    Attributes:
        language: The one language of the view.
        width: Cells of a line.
        now: The present, which ages are counted from.
        wide: Whether everything is shown, however long a line becomes.
    """

    language: Language
    width: int
    now: datetime
    wide: bool = False

    def told(self, zh: str, en: str) -> str:
        """Return the text in the language of the view."""
        return zh if self.language is Language.ZH else en


def language_of(environment: Mapping[str, str]) -> Language:
    """Return the language of a locale: Chinese where it says so, else English.

    The first that is set counts, as everywhere: ``LC_ALL``, ``LC_MESSAGES``, ``LANG``. The locale C says
    nothing of the reader, and programs speak English there.
    """
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environment.get(name):
            return Language.ZH if value.lower().startswith("zh") else Language.EN
    return Language.EN


def view_of(now: datetime, language: Language | None = None, *, wide: bool = False) -> View:
    """Return the view of this process's stdout.

    What goes into a pipe or a file is wide, so that a program finds every column and every id whole; unless
    ``COLUMNS`` asks for a width.
    """
    piped = not sys.stdout.isatty() and not os.environ.get("COLUMNS")
    width = max(NARROWEST, shutil.get_terminal_size((USUAL, 24)).columns)
    return View(language or language_of(os.environ), width, now, wide or piped)
