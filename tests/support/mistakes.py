"""Mistakes that somebody makes who declares something for the first time: each a function that makes one.

The line to look at bears the comment ``# wrong``; where none does, it is the list of services.
"""

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from shared.contracts import kinds
from tests.support.toys import toy_family

Case = Callable[[], object]


@dataclass
class Mistakes:
    """The mistakes of one test module, each with what its error says."""

    cases: dict[str, tuple[Case, str]] = field(default_factory=dict)

    def add(self, says: str) -> Callable[[Case], Case]:
        """Enter a mistake and the words of its error."""

        def enter(case: Case) -> Case:
            name = case.__name__.strip("_").replace("_", " ")
            assert name not in self.cases
            self.cases[name] = case, says
            return case

        return enter

    def check(self, name: str) -> None:
        """Make a mistake, and look at its error."""
        case, says = self.cases[name]
        with toy_family(), pytest.raises(TypeError) as error:
            case()
        text = str(error.value)
        assert says in text
        assert marked(case) in text, f"{text}\nnames another line than {marked(case)}"
        assert re.search(r"\b(write|take|add|give|raise) ", text), f"{text}\ndoes not say what to do"


def marked(case: Case) -> str:
    """Return ``file:line`` of the marked line of a case; without one, the file that it says to write to."""
    lines, first = inspect.getsourcelines(case)
    for number, line in enumerate(lines, first):
        if line.rstrip().endswith("# wrong"):
            return f"{inspect.getsourcefile(case)}:{number}"
    return f"{kinds.__file__}:"
