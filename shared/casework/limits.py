"""The limits of the rules: each number of a version with its rule, unit, citation and the bounds of the law.

A limit is declared in the type of the field that holds it, so that listing the rules, checking a city's own
limits and explaining a decision read the same declaration.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import timedelta
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar, get_args, get_type_hints

from pydantic import BaseModel

from shared.contracts.rules import check
from shared.contracts.words import Unit

R = TypeVar("R")
Number = int | float


@dataclass(frozen=True, slots=True)
class Limit:
    """What a number in the rules is, in the type of its field.

    Attributes:
        rule: Id of the rule whose number it is; its sentence stands in ``contracts.rules``.
        unit: What the number counts.
        source: Where the number comes from, as published.
        at_least: The least that a city may set.
        at_most: The most that a city may set.
        bound: The law that draws these bounds; empty where the platform draws them.
        of: Ids of other rules that rest on the same number.
        not_above: Id of the limit that this one may not pass; empty for none.
    """

    rule: str
    unit: Unit
    source: str
    at_least: Number
    at_most: Number
    bound: str = ""
    of: tuple[str, ...] = ()
    not_above: str = ""

    def __post_init__(self) -> None:
        """Check that people can be told what the limit is of.

        Raises:
            TypeError: A rule has no sentence.
        """
        for rule in (self.rule, *self.of):
            check(rule)

    @property
    def fixed(self) -> bool:
        """Whether nobody may set another number."""
        return self.at_least == self.at_most


class Found(NamedTuple):
    """A limit in a version of rules.

    Attributes:
        path: Names of the fields that lead to it.
        value: The number; spans of time in days.
        whole: Whether only whole numbers do.
    """

    path: tuple[str, ...]
    limit: Limit
    value: Number
    whole: bool


class Spoken(NamedTuple):
    """What a version says of one rule.

    Attributes:
        rule: Its id.
        source: Its citation.
        limit: Its own number, where it has one.
        limits: Ids of the rules whose numbers it rests on.
    """

    rule: str
    source: str
    limit: Found | None = None
    limits: tuple[str, ...] = ()


def limits_of(rules: object) -> dict[str, Found]:
    """Return the limits that a version of rules has, by rule."""
    return {one.limit.rule: one for one in _found(rules, ())}


def with_limits(rules: R, values: Mapping[str, Number], version: str) -> R:
    """Return a version of its own that differs from another in some limits.

    Args:
        rules: The version that it comes from; it stays as it is.
        values: The other numbers, by rule.
        version: The name of the new version.

    Raises:
        KeyError: The version has no such limit.
    """
    found = limits_of(rules)
    changed: Any = _changed(rules, {"version": version})
    for rule, value in values.items():
        changed = _set(changed, found[rule].path, value)
    result: R = changed
    return result


def has_taxonomy(rules: object) -> bool:
    """Return whether a version of rules knows labels that were renamed, merged or split."""
    return isinstance(rules, BaseModel) and "taxonomy" in type(rules).model_fields


def with_taxonomy(rules: R, changes: tuple[Any, ...]) -> R:
    """Return the version with changes of labels; as it is without any.

    Args:
        rules: A version that knows such changes (`has_taxonomy`).
        changes: ``contracts.common.LabelChange``.
    """
    if not changes:
        return rules
    assert isinstance(rules, BaseModel)
    return rules.model_copy(update={"taxonomy": changes})


def spoken(rules: object) -> Iterator[Spoken]:
    """Yield what a version says: its limits, and its rules that have an id and a source of their own."""
    limits = limits_of(rules)
    for found in limits.values():
        yield Spoken(found.limit.rule, found.limit.source, found)
    for rule in _rules_in(rules):
        resting = tuple(id for id, one in limits.items() if rule.id in one.limit.of)
        yield Spoken(rule.id, rule.source, limits=resting)


def _found(rules: object, path: tuple[str, ...]) -> Iterator[Found]:
    for name, (limit, whole) in _declared(_class_of(rules)).items():
        value = getattr(rules, name)
        if isinstance(value, timedelta):
            value = value / timedelta(days=1)
        if value is not None:
            yield Found((*path, name), limit, int(value) if whole else value, whole)
    for name, value in _parts(rules):
        if _is_data(value):
            yield from _found(value, (*path, name))


def _class_of(value: object) -> Any:
    return type(value)


@lru_cache(maxsize=256)
def _declared(cls: Any) -> dict[str, tuple[Limit, bool]]:
    """Return the limits that the fields of a class declare, and whether each is a whole number."""
    if not _is_data_class(cls):
        return {}
    out = {}
    for name, hint in get_type_hints(cls, include_extras=True).items():
        for one in getattr(hint, "__metadata__", ()):
            if isinstance(one, Limit):
                kind = get_args(hint)[0]
                out[name] = one, float not in (kind, *get_args(kind))
    return out


def _parts(value: object) -> Iterator[tuple[str, object]]:
    names = type(value).model_fields if isinstance(value, BaseModel) else [f.name for f in fields(value)]  # type: ignore[arg-type]
    for name in names:
        yield name, getattr(value, name)


def _is_data(value: object) -> bool:
    return _is_data_class(type(value))


def _is_data_class(cls: type) -> bool:
    return is_dataclass(cls) or issubclass(cls, BaseModel)


def _rules_in(value: object) -> Iterator[Any]:
    """Yield all that has an id and a source, wherever it stands in a version."""
    if _is_data(value):
        if isinstance(getattr(value, "id", None), str) and isinstance(getattr(value, "source", None), str):
            yield value
            return
        for _, part in _parts(value):
            yield from _rules_in(part)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for part in value:
            yield from _rules_in(part)


def _set(rules: Any, path: tuple[str, ...], value: Number) -> Any:
    name, *rest = path
    if rest:
        return _changed(rules, {name: _set(getattr(rules, name), tuple(rest), value)})
    if isinstance(getattr(rules, name), timedelta):
        return _changed(rules, {name: timedelta(days=value)})
    return _changed(rules, {name: value})


def _changed(rules: Any, values: dict[str, Any]) -> Any:
    copy: Callable[..., Any] = replace
    return rules.model_copy(update=values) if isinstance(rules, BaseModel) else copy(rules, **values)
