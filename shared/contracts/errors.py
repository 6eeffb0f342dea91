"""The one error that this project raises for a person to read.

A reason is a code plus a sentence in Chinese and in English. The code never changes and is
what programs compare; the sentences name the thing, the limit and the next step.
"""

from __future__ import annotations

from typing import Any

__all__ = ["SuyuanError"]


def _restore(kind: type[SuyuanError], text: str, state: dict[str, Any]) -> SuyuanError:
    error = kind.__new__(kind, text)
    error.__dict__.update(state)
    return error


class SuyuanError(Exception):
    """A refusal with a stable code and a sentence in two languages.

    Subclasses fix the code and build the sentences from their own arguments. `str()` gives
    `code: en / zh`. Errors survive pickling whatever their constructor takes.

    Args:
        code: `room.reason`, lower case, never changed once published (`calendar.year_unknown`).
        zh: the Chinese sentence: what is wrong, and what to do next.
        en: the same sentence in English.
    """

    code: str
    """What programs compare: `room.reason`."""
    zh: str
    """The Chinese sentence, for the people who work with the platform."""
    en: str
    """The English sentence, for logs and operators."""

    def __init__(self, *, code: str, zh: str, en: str) -> None:
        """Keep the three parts and make the text that `str()` gives."""
        super().__init__(f"{code}: {en} / {zh}")
        self.code = code
        self.zh = zh
        self.en = en

    def __reduce__(self) -> tuple[Any, ...]:
        """Rebuild without calling the constructor, so that subclasses may take what they like."""
        return _restore, (type(self), str(self), self.__dict__)
