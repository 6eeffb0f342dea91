"""What a model declares of its fields: words, unit, audience and codes, read from their types.

Everything that is shown of a message comes from here: schemas, the page's words, timelines, the glossary.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Final, TypeVar

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from shared.contracts import shapes
from shared.contracts.annotations import classes_in, markers_in, outermost_first
from shared.contracts.words import Audience, Coded, Column, Spoken, Unit, Words, place_of

T = TypeVar("T")

_AROUND: Final = (tuple, UnionType, NoneType)
"""What stands around the class of a value in its type."""


@dataclass(frozen=True, slots=True)
class Declared:
    """What is known of one field.

    Attributes:
        words: Its name in both languages.
        audience: Who may see it.
        unit: What its number counts; ``None`` for what is no such number.
        codes: The enumeration of its values; ``None`` for what is not coded.
        part: The model of its value or values; ``None`` for plain values.
        many: Whether it holds several values.
        holds: The class of its value or values.
        spoken: What its values are the ids of; ``None`` for what has no sentence.
        column: Its column in a bulk filing, where that has another name.
    """

    words: Words
    audience: Audience
    unit: Unit | None
    codes: type[Coded] | None
    part: type[BaseModel] | None
    many: bool
    holds: type
    spoken: Spoken | None
    column: Column | None


@cache
def fields_of(model: type[BaseModel]) -> Mapping[str, Declared]:
    """Return what a model declares of each of its fields, in their order.

    Raises:
        TypeError: A field, or a code of it, has no words or no audience.
    """
    return {name: _declared(model, name, field) for name, field in model.model_fields.items()}


def check(model: type[BaseModel]) -> None:
    """Check that every field of a model, and of the models in it, is declared.

    Raises:
        TypeError: A field, or a code of it, has no words or no audience, or cannot travel
            (:mod:`~shared.contracts.shapes`).
    """
    for one in parts_of(model):
        fields_of(one)
        shapes.check(one)


def check_texts(model: type[BaseModel]) -> None:
    """Check that no text of a command, or of the models in it, takes a person's number.

    Raises:
        TypeError: One does.
    """
    for one in parts_of(model):
        shapes.check_texts(one)


def parts_of(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """Yield a model and every model within it, each once."""
    seen: set[type[BaseModel]] = set()
    todo = [model]
    while todo:
        one = todo.pop()
        if one not in seen:
            seen.add(one)
            yield one
            todo += [part for field in one.model_fields.values() if (part := _part(field)) is not None]


def codes_of(model: type[BaseModel]) -> Iterator[type[Coded]]:
    """Yield the enumerations in a model and in the models within it."""
    for one in parts_of(model):
        for field in one.model_fields.values():
            if (codes := _codes(field)) is not None:
                yield codes


def _declared(model: type[BaseModel], name: str, field: FieldInfo) -> Declared:
    codes, markers = _codes(field), list(_markers(field))
    words = _first(Words, markers) or (codes.named if codes else None)
    audience = _first(Audience, markers) or (codes.seen_by if codes else None)
    if words is None or not (words.zh and words.en) or audience is None:
        raise TypeError(
            f"{model.__name__}.{name} has no {'audience' if words and words.zh and words.en else 'words'}: "
            f"at {place_of(model, name=name)} give it a type of shared/contracts/fields.py, or one such as "
            'Annotated[…, Words("中文", "English"), Audience.INSIDE]'
        )
    classes = list(classes_in(field.annotation))
    if plain := next((one for one in classes if issubclass(one, Enum) and not issubclass(one, Coded)), None):
        raise TypeError(
            f"the codes of {model.__name__}.{name} have no words: write class {plain.__name__}"
            f'(Coded, zh="…", en="…") at {place_of(plain)}'
        )
    holds = next((one for one in classes if one not in _AROUND), None)
    if holds is None:
        raise TypeError(
            f"{model.__name__}.{name} holds no class of its own, and values that are listed have no words: "
            f"write a Coded enumeration for them at {place_of(model, name=name)}"
        )
    return Declared(
        words,
        audience,
        _first(Unit, markers),
        codes,
        _part(field),
        many=tuple in classes,
        holds=holds,
        spoken=_first(Spoken, markers),
        column=_first(Column, markers),
    )


def _first(kind: type[T], markers: list[object]) -> T | None:
    return next((one for one in markers if isinstance(one, kind)), None)


def _markers(field: FieldInfo) -> Iterator[object]:
    """Yield what the type of a field carries, the outermost first."""
    yield from outermost_first(field.metadata)
    yield from markers_in(field.annotation)


def _codes(field: FieldInfo) -> type[Coded] | None:
    return next((one for one in classes_in(field.annotation) if issubclass(one, Coded)), None)


def _part(field: FieldInfo) -> type[BaseModel] | None:
    return next((one for one in classes_in(field.annotation) if issubclass(one, BaseModel)), None)
