"""What a message is: the base classes of the published language and their registry.

A message is its own declaration: class ``DisputeRegistered`` of the family ``intake`` is
``suyuan.intake.dispute-registered.v1``, its keywords name it in both languages and say who may send it, and
the types of its fields say the rest. Being declared registers it; what is missing is an error at import.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar, Final

from pydantic import BaseModel, ConfigDict

from shared.contracts import declared
from shared.contracts.asks import Asks, check_fields
from shared.contracts.kinds import Role
from shared.contracts.topics import CASES_PREFIX, delivery_topics
from shared.contracts.words import Words, file_of, place_of

PREFIX = "suyuan"
COMMON = "common"
"""The family of the messages that every service knows."""

_OPTIONS = ("case", "subject", "service", "as", "who", "token", "url", "seen", "key", "wait", "data")
OPTIONS: Final = frozenset((*_OPTIONS, "as_json", "json", "help"))
"""Names of what ``suyuan do`` asks for with every command, so none of its fields."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A further delivery of an event, re-keyed: to a stream that has another key, or to a neighbour.

    Attributes:
        topic: The topic that gets the event as well.
        key: The field of the event that holds the key there; ``None`` keeps the subject. An event that
            holds an empty text there is not delivered: it addresses nobody.
        owner: The field of the event that holds whose topic it is, where each has its own: ``topic`` is how
            their names begin.
    """

    topic: str
    key: str | None = None
    owner: str | None = None


_REGISTRY: dict[str, "type[Message]"] = {}


class Message(BaseModel):
    """One message of the published language: frozen, and strict about types.

    A class with a family is a message; one without is a part of messages, or a service's own form of one.

    Class attributes:
        family: The part of the arrangement that speaks (``intake``, ``court``, …).
        version: The version in the wire type; a changed meaning is a new version.
        wire_type: ``suyuan.<family>.<kebab-name>.v<version>``.
        short_type: ``<family>.<kebab-name>``: what people's clients call it.
        words: Its name in both languages.
        told_to: Whose timelines show it; ``None`` for everybody who sees the case.
        today: The version as which it is read: of an earlier one that is a subclass of a later, that later.
        quiet: Nobody but who sent it, or asked for it, learns that it was: no timeline has it.
    """

    model_config = ConfigDict(frozen=True, strict=True, extra="ignore", str_strip_whitespace=False)

    family: ClassVar[str] = ""
    version: ClassVar[int] = 1
    wire_type: ClassVar[str] = ""
    short_type: ClassVar[str] = ""
    words: ClassVar[Words] = Words("", "")
    quiet: ClassVar[bool] = False
    told_to: ClassVar[tuple[Role, ...] | None] = None
    today: ClassVar["type[Message]"]

    def __init_subclass__(
        cls,
        *,
        family: str | None = None,
        version: int = 1,
        zh: str = "",
        en: str = "",
        quiet: bool = False,
        told_to: tuple[Role, ...] | None = None,
        **unknown: object,
    ) -> None:
        """Take what the class declares of itself.

        Raises:
            TypeError: It declares what nobody reads: a typing mistake, or roles of an event.
        """
        super().__init_subclass__()
        if unknown:
            raise TypeError(
                f"{cls.__name__} declares {', '.join(unknown)}, which nobody reads: {place_of(cls)}"
            )
        cls.version = version
        cls.today = cls
        cls.quiet = quiet
        cls.told_to = told_to
        cls.words = Words(zh, en)
        if family is not None:
            cls.family = family

    @classmethod
    def __pydantic_init_subclass__(cls, **_: object) -> None:
        """Check what the class declares, and enter it in the registry.

        Raises:
            TypeError: Something is missing, or the wire type is taken.
        """
        if not cls.family:
            return
        cls._check()
        cls.short_type = f"{cls.family}.{_kebab(cls.__name__)}"
        cls.wire_type = f"{PREFIX}.{cls.short_type}.v{cls.version}"
        parents = [one for one in cls.__mro__[1:] if issubclass(one, Message)]
        later = next((one for one in parents if one.short_type == cls.short_type), None)
        cls.today = cls if later is None else later.today
        earlier = _REGISTRY.setdefault(cls.wire_type, cls)
        if earlier is not cls:
            raise TypeError(
                f"{cls.wire_type} is declared twice, at {place_of(earlier)} and {place_of(cls)}: "
                "write another name, or take one out"
            )

    @classmethod
    def _check(cls) -> None:
        if not (cls.words.zh and cls.words.en) or cls.words.swapped:
            wrong = "its words the wrong way round" if cls.words.zh and cls.words.en else "no words"
            raise TypeError(f'{cls.__name__} has {wrong}: add zh="…", en="…" {_where(cls)}')
        declared.check(cls)


class Event(Message):
    """A fact in the past tense. Readers ignore fields that they do not know yet.

    Class attributes:
        also: Further deliveries: to streams with another key, and to neighbours.
        aside: It goes to these alone, and not to the topic of its service's events. Who reads it is outside
            the platform, so its actor names no person.
        asks: What it asks the institution of its case for; ``None`` for nothing.
    """

    also: ClassVar[tuple[Delivery, ...]] = ()
    aside: ClassVar[bool] = False
    asks: ClassVar[Asks | None] = None

    def __init_subclass__(
        cls,
        *,
        also: tuple[Delivery, ...] = (),
        aside: bool = False,
        asks: Asks | None = None,
        **kwargs: Any,
    ) -> None:
        """Take what the class declares of itself."""
        super().__init_subclass__(**kwargs)
        cls.also = also
        cls.aside = aside
        cls.asks = asks

    @classmethod
    def _check(cls) -> None:
        super()._check()
        for delivery in cls.also:
            cls._check_delivery(delivery)
        check_fields(cls)

    @classmethod
    def _check_delivery(cls, delivery: Delivery) -> None:
        """Check that a delivery goes where deliveries go, each once, with a key that every event has."""
        name = f"{cls.__name__} is also delivered"
        allowed = (CASES_PREFIX,) if delivery.owner is not None else delivery_topics()
        if delivery.topic not in allowed:
            raise TypeError(
                f"{name} to {delivery.topic}, which is no topic for deliveries: write one of "
                f"{', '.join(allowed)} {_where(cls)}, or declare it in {file_of(delivery_topics)}"
            )
        if [one.topic for one in cls.also].count(delivery.topic) > 1:
            raise TypeError(
                f"{name} to {delivery.topic} twice, and one would be taken for a repeat: "
                f"take one out {_where(cls)}"
            )
        fields = cls.model_fields.items()
        texts = [one for one, field in fields if field.is_required() and field.annotation is str]
        for field in (delivery.key, delivery.owner):
            if field is None or field in texts:
                continue
            raise TypeError(
                f"{name} by the key {field}, which not every one of them has as a text: "
                f"write key= as one of {', '.join(texts) or 'its fields, with a text in it'}, {_where(cls)}"
            )


class Command(Message):
    """A request in the imperative. An unknown field is an error: a typing mistake must not vanish.

    Class attributes:
        roles: Who may send it.
    """

    model_config = ConfigDict(extra="forbid")

    roles: ClassVar[tuple[Role, ...]] = ()

    def __init_subclass__(cls, *, roles: tuple[Role, ...] | None = None, **kwargs: Any) -> None:
        """Take what the class declares of itself."""
        super().__init_subclass__(**kwargs)
        if roles is not None:
            cls.roles = roles

    @classmethod
    def _check(cls) -> None:
        super()._check()
        if not cls.roles:
            raise TypeError(f"{cls.__name__} says not who may send it: add roles=(Role.…,) {_where(cls)}")
        if not set(cls.roles) <= set(Role):
            raise TypeError(
                f"{cls.__name__} names a role that nobody has: write roles=(Role.…,) {_where(cls)}"
            )
        if clash := sorted(OPTIONS & set(cls.model_fields)):
            raise TypeError(
                f"{cls.__name__}.{clash[0]} is called like an option that suyuan do has for every command: "
                f"write another name at {place_of(cls, name=clash[0])}"
            )
        declared.check_texts(cls)


REGISTRY: Mapping[str, type[Message]] = MappingProxyType(_REGISTRY)
"""Every declared message class by its wire type."""


def versions_of(short_type: str) -> list[type[Message]]:
    """Return the classes of all versions of a message."""
    return [cls for cls in REGISTRY.values() if cls.short_type == short_type]


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


def _where(cls: type[Message]) -> str:
    return f"to class {cls.__name__}(…, family={cls.family!r}) at {place_of(cls)}"


def _kebab(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()
