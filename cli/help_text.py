"""How help is laid out: each language has a line of its own.

Rich breaks a line that mixes wide and narrow signs one cell too late in a column, and cuts what sticks out.
"""

from collections.abc import Iterator
from typing import Any

BETWEEN = " / "
"""What stands between the two languages of a help text."""


def lay_out(command: Any) -> Any:
    """Part the languages in the help of a command, in its lists and in all below it."""
    for one in _all(command):
        if one.help:
            languages = _languages(one.help)
            one.short_help = "\n".join(languages)
            one.help = "\n\n".join([*languages, *one.help.split("\n\n")[1:]])
        for parameter in one.params:
            if getattr(parameter, "help", None):
                # A single line break counts as a space there.
                parameter.help = "\n\n".join(_languages(parameter.help))
    return command


def _all(command: Any) -> Iterator[Any]:
    yield command
    for inner in getattr(command, "commands", {}).values():
        yield from _all(inner)


def _languages(text: str) -> list[str]:
    """Return the text in each language; one line where only one is there."""
    chinese, _, english = text.split("\n\n")[0].partition(BETWEEN)
    return [line.strip() for line in (chinese, english) if line.strip()]
