"""Rules as data with versions: a running case keeps the version under which it started."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class RuleBook(Generic[R]):
    """The versions of one set of rules.

    Attributes:
        versions: The rules by version.
        current: Version for whatever starts now.
    """

    versions: Mapping[str, R]
    current: str

    def at(self, version: str) -> R:
        """Return the rules of a version.

        Raises:
            KeyError: The version is not in the book; the message then goes to the dead letters.
        """
        return self.versions[version]

    @property
    def now(self) -> R:
        """The current version's rules."""
        return self.versions[self.current]
