"""Rules as data with versions: a running case keeps the version under which it started."""

import hashlib
import json
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, timedelta
from enum import Enum
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class RuleBook(Generic[R]):
    """The versions of one set of rules.

    Attributes:
        versions: The published rules by version.
        current: Published version for whatever starts now, where the city has none of its own.
        adopted: The city's own versions in the order in which they came into force. The runtime adds one when
            the service has recorded it; none is ever taken out or changed.
    """

    versions: Mapping[str, R]
    current: str
    adopted: dict[str, R] = field(default_factory=dict, compare=False)

    def at(self, version: str) -> R:
        """Return the rules of a version.

        Raises:
            KeyError: The version is not in the book; the message then goes to the dead letters.
        """
        own = self.adopted.get(version)
        return self.versions[version] if own is None else own

    @property
    def in_force(self) -> str:
        """The version for whatever starts now: the city's latest, else the published one."""
        return next(reversed(self.adopted), self.current)

    @property
    def now(self) -> R:
        """The rules for whatever starts now."""
        return self.at(self.in_force)

    def copy(self) -> "RuleBook[R]":
        """Return a book of the same published versions, for a service that has its own of the city's."""
        return RuleBook(self.versions, self.current, dict(self.adopted))


def digest(rules: object) -> str:
    """Return the digest of what a version says: the same data, the same digest, however the code is written.

    Fields that say nothing (``None``, or empty) are left out, so the digest of a published version stays
    as it is when its class gets a field that the version does not use. Of a function only the name counts.

    Raises:
        TypeError: A value is of a kind that has no form here.
    """
    text = json.dumps(_plain(rules), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: object) -> Any:
    """Return a value in JSON's forms."""
    match value:
        case Enum():
            return value.value
        case None | bool() | int() | str():
            return value
        case float():
            return int(value) if value.is_integer() else value  # 24 and 24.0 are one limit
        case date():
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
        case BaseModel():
            return _set_fields({name: getattr(value, name) for name in type(value).model_fields})
        case _ if is_dataclass(value) and not isinstance(value, type):
            return _set_fields({one.name: getattr(value, one.name) for one in fields(value)})
        case Mapping():
            return {str(_plain(key)): _plain(one) for key, one in value.items()}
        case Set():
            return sorted((_plain(one) for one in value), key=str)
        case Sequence():
            return [_plain(one) for one in value]
    if callable(value):
        return getattr(value, "__name__", "")
    raise TypeError(f"{value!r} has no form in a digest of rules")


def _set_fields(found: Mapping[str, object]) -> dict[str, Any]:
    return {name: plain for name, one in found.items() if (plain := _plain(one)) not in (None, "", [], {})}
