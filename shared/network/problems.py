"""What is wrong in a network file and where, and the error that lists all of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

from shared.contracts.errors import SuyuanError
from shared.network.words import Wording

__all__ = ["FieldPath", "NetworkError", "NetworkProblem", "field_name"]

FieldPath = tuple[str | int, ...]
"""The keys and indexes that lead from the top of the file to a value."""


def field_name(path: FieldPath) -> str:
    """Return the path as text: `organisations[0].mediators[1].weight`."""
    parts = (f"[{one}]" if isinstance(one, int) else f".{one}" for one in path)
    return "".join(parts).removeprefix(".")


class NetworkProblem(NamedTuple):
    """One thing that is wrong in a network file."""

    line: int
    """1-based line in the file; 0 when the whole file is meant."""
    field: str
    """The field's path, as `organisations[0].mediators[1].weight`; empty for the whole file."""
    code: str
    """`network.bad_value`, `network.duplicate_id`, …: all of them stand in `shared/network/words.py`."""
    zh: str
    """What is wrong and what to do, in Chinese."""
    en: str
    """The same in English."""

    @classmethod
    def at(cls, line: int, path: FieldPath, wording: Wording) -> NetworkProblem:
        """Return the problem that this wording states of the value on this line."""
        return cls(line, field_name(path), *wording)


class NetworkError(SuyuanError):
    """A network file that cannot be used, with everything that is wrong in it.

    The code is `network.invalid`; each problem has a code of its own.

    Args:
        name: the file's name as it was given.
        problems: at least one, in any order.
    """

    name: str
    """The file's name as it was given."""
    problems: tuple[NetworkProblem, ...]
    """All problems, in the order of their lines."""

    def __init__(self, name: str, problems: Iterable[NetworkProblem]) -> None:
        self.name = name
        self.problems = tuple(sorted(problems))
        count = len(self.problems)
        super().__init__(
            code="network.invalid",
            zh=f"{name} 有 {count} 处错误，请改正后重试：" + self._list("zh"),
            en=f"{name} has {count} problem{'s' if count != 1 else ''}, "
            f"correct the file and try again:" + self._list("en"),
        )

    def _list(self, language: Literal["zh", "en"]) -> str:
        lines = []
        for one in self.problems:
            text = one.zh if language == "zh" else one.en
            lines.append(f"\n  {self.name}:{one.line}: {one.field or '-'}: {text} [{one.code}]")
        return "".join(lines)
