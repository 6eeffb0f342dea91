"""The page: what was typed, and what came."""

import json
import textwrap
import time
from typing import Final

from tests.support.first_hour.stage import WAIT_S, Stage

_MARK: Final = "\ufeff"
"""Tells Excel that a file is UTF-8; nobody sees it."""


class Page:
    """Writes down what is done on a stage.

    Args:
        stage: Where it is done.

    Attributes:
        text: What is written so far.
    """

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.text = ""

    def say(self, text: str) -> None:
        """Write a paragraph or a heading."""
        self.text += "\n" + textwrap.fill(text.strip(), 110, break_on_hyphens=False) + "\n"

    def show(self, line: str, answer: str, language: str = "console") -> None:
        """Write what was typed, if anything, and what came."""
        lines = ([f"$ {line}"] if line else []) + answer.replace(_MARK, "").strip("\n").splitlines()
        kept = "\n".join(one.rstrip() for one in lines).rstrip()
        self.text += f"\n```{language}\n{kept}\n```\n"

    def run(self, line: str, *, code: int = 0, until: str = "") -> str:
        """Type a line and write down its answer.

        Args:
            line: What is typed.
            code: The exit code that it must have.
            until: What the answer must hold; it is asked for again until it does.

        Returns:
            The answer.
        """
        answer = self.ask(line, code=code, until=until)
        self.show(line, answer.rstrip() + (f"\n(exit code {code})" if code else ""))
        return answer

    def ask(self, line: str, *, code: int = 0, until: str = "") -> str:
        """Type a line as :meth:`run` does, and write nothing down."""
        deadline = time.monotonic() + WAIT_S
        while True:
            answer, ended = self.stage.typed(line)
            if ended == code and until in answer:
                return answer
            assert until, f"{line}: exit code {ended}\n{answer}"
            assert time.monotonic() < deadline, f"{line}: exit code {ended}, no {until!r} in\n{answer}"
            time.sleep(0.2)

    def kafka(self) -> str:
        """Return the address of the broker."""
        parts = json.loads(self.ask("suyuan status --json"))["parts"]
        return str(next(one["address"] for one in parts if one["name"] == "kafka"))

    def write(self, name: str, content: str) -> None:
        """Make a file in the folder, and show it."""
        (self.stage.folder / name).write_text(content, encoding="utf-8")
        self.show(f"cat {name}", content)
