"""What a message is: the base classes of the published language and their registry.

A message class names its own wire type: class ``DisputeRegistered`` of the
family ``intake`` is ``suyuan.intake.dispute-registered.v1``. Registering happens
by being declared; a name declared twice is an error at import.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

from pydantic import BaseModel, ConfigDict

PREFIX = "suyuan"
COMMON = "common"
"""The family of the messages that every service knows."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A second delivery of an event: to a stream that has another key, or to a neighbour.

    Attributes:
        topic: The topic that gets the copy.
        key: The field of the event that holds the copy's key; ``None`` keeps the subject.
    """

    topic: str
    key: str | None = None


_REGISTRY: dict[str, "type[Message]"] = {}


class Message(BaseModel):
    """One message of the published language: frozen, and strict about types.

    Class attributes:
        family: The part of the arrangement that speaks (``intake``, ``court``, …).
        version: The version in the wire type; a changed meaning is a new version.
        wire_type: ``suyuan.<family>.<kebab-name>.v<version>``.
    """

    model_config = ConfigDict(frozen=True, strict=True, extra="ignore", str_strip_whitespace=False)

    family: ClassVar[str] = ""
    version: ClassVar[int] = 1
    wire_type: ClassVar[str] = ""

    def __init_subclass__(cls, *, family: str | None = None, version: int = 1, **_: object) -> None:
        """Take the family and the version that the class declares."""
        super().__init_subclass__()
        cls.version = version
        if family is not None:
            cls.family = family

    @classmethod
    def __pydantic_init_subclass__(cls, **_: object) -> None:
        """Give the class its wire type and enter it in the registry."""
        if not cls.family:
            return
        cls.wire_type = f"{PREFIX}.{cls.family}.{_kebab(cls.__name__)}.v{cls.version}"
        earlier = _REGISTRY.setdefault(cls.wire_type, cls)
        if earlier is not cls:
            raise TypeError(f"{cls.wire_type} is declared twice: {earlier!r} and {cls!r}")


class Event(Message):
    """A fact in the past tense. Readers ignore fields that they do not know yet.

    Class attributes:
        copies: Streams with another key that get the event as well.
    """

    copies: ClassVar[tuple[Copy, ...]] = ()


class Command(Message):
    """A request in the imperative. An unknown field is an error: a typing mistake must not vanish.

    Class attributes:
        roles: Who may send it; empty means operators only.
    """

    model_config = ConfigDict(extra="forbid")

    roles: ClassVar[tuple[str, ...]] = ()


REGISTRY: Mapping[str, type[Message]] = MappingProxyType(_REGISTRY)
"""Every declared message class by its wire type."""


def events() -> Iterator[type[Event]]:
    """Yield the registered event classes in the order of their wire types."""
    for _, cls in sorted(REGISTRY.items()):
        if issubclass(cls, Event):
            yield cls


def commands() -> Iterator[type[Command]]:
    """Yield the registered command classes in the order of their wire types."""
    for _, cls in sorted(REGISTRY.items()):
        if issubclass(cls, Command):
            yield cls


def _kebab(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()
