"""What a field of a message must not be: it would pass for one, and fail when somebody reads it."""

from collections.abc import Iterator
from types import NoneType, UnionType
from typing import Annotated, Any, Final

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from shared.contracts.annotations import classes_in, markers_in
from shared.contracts.persons import GUARDS
from shared.contracts.words import Audience, Coded, Unit, Words, place_of

_UNITS: Final = {"_fen": Unit.FEN, "_days": Unit.DAYS, "_weeks": Unit.WEEKS}
"""What a number is counted in, by the end of its field's name."""
_AROUND: Final = (tuple, NoneType, UnionType)
_MANY: Final = "tuple[…, ...]"


def check(model: type[BaseModel]) -> None:
    """Check the fields of a model of which words and audience are known.

    Raises:
        TypeError: One cannot travel, or would be shown wrongly; the text says what to write, and where.
    """
    if not model.model_config.get("frozen"):
        raise TypeError(
            f"{model.__name__} may be changed on its way: write class {model.__name__}(Message) "
            f"at {place_of(model)}"
        )
    for name, field in model.model_fields.items():
        for wrong, instead in _wrong(model, name, field):
            raise TypeError(
                f"{model.__name__}.{name} {wrong}: write {instead} at {place_of(model, name=name)}"
            )


def _wrong(model: type[BaseModel], name: str, field: FieldInfo) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a field, and what to write."""
    if name in _taken(model):
        yield "has the name of something that every message has", "another name"
    if field.alias or field.validation_alias or field.serialization_alias or field.exclude:
        yield "has another name on the wire, or none", "the field without an alias or exclude"
    yield from _kinds(name, field)
    markers = [*field.metadata, *markers_in(field.annotation)]
    for words in (one for one in markers if isinstance(one, Words) and one.swapped):
        yield f"has its words the wrong way round ({words})", 'Words("中文", "English")'
    yield from _units(name, [one for one in markers if isinstance(one, Unit)])
    if (reason := _default_refused(field)) is not None:
        yield f"has a default that its own type refuses ({reason})", "a default within its limits"


def _taken(model: type[BaseModel]) -> set[str]:
    """Return the names that mean something to every message."""
    return {
        name
        for base in model.__mro__
        if base is BaseModel or base.__module__ == "shared.contracts.message"
        for name in (*vars(base), *vars(base).get("__annotations__", ()))
        if not name.startswith("_")
    }


def _kinds(name: str, field: FieldInfo) -> Iterator[tuple[str, str]]:
    kinds = set(classes_in(field.annotation))
    if found := next((one for one in kinds if issubclass(one, list | set | frozenset)), None):
        yield f"holds a {found.__name__}, which may be changed on its way", _MANY
    if any(issubclass(one, dict) for one in kinds):
        yield "holds a dict, whose keys have no words and no audience", f"{_MANY} of a Part with fields"
    parts = [one for one in kinds if issubclass(one, BaseModel)]
    plain = [one for one in kinds if one not in _AROUND and not issubclass(one, BaseModel)]
    if parts and len(parts) + len(plain) > 1:
        named = " or ".join(sorted(one.__name__ for one in (*parts, *plain)))
        yield f"holds {named}, and only one of them would say who may see it", "a field for each"
    if len([one for one in kinds if issubclass(one, Coded)]) > 1:
        yield "holds codes of two enumerations, and only one would have words", "a field for each"


def _units(name: str, units: list[Unit]) -> Iterator[tuple[str, str]]:
    for end, unit in _UNITS.items():
        if name.endswith(end) and unit not in units:
            yield f"says in its name what it counts, and its type does not ({end})", f"Unit.{unit.name}"


def _default_refused(field: FieldInfo) -> str | None:
    if field.is_required():
        return None
    whole: Any = Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation
    try:
        TypeAdapter(whole).validate_python(field.get_default(call_default_factory=True), strict=True)
    except ValidationError as error:
        return error.errors(include_url=False, include_input=False, include_context=False)[0]["msg"]
    return None


def check_texts(model: type[BaseModel]) -> None:
    """Check that no text of a command, or of a part of one, takes a person's number.

    What is bound to a pattern is an id or a code, and raw data goes to intake's own store alone.

    Raises:
        TypeError: A text takes whatever somebody writes; the text says what to write, and where.
    """
    for name, field in model.model_fields.items():
        markers = [*field.metadata, *markers_in(field.annotation)]
        if str in classes_in(field.annotation) and not any(_is_bound(one) for one in markers):
            raise TypeError(
                f"{model.__name__}.{name} takes a text in which a person's number may stand: "
                "give it a pattern, or write Annotated[…, NO_PERSON] (NO_ID_NUMBER for an id or a reference) "
                f"of shared/contracts/persons.py at {place_of(model, name=name)}"
            )


def _is_bound(marker: object) -> bool:
    """Tell whether a marker keeps numbers of persons out of a field, or says that it holds raw data."""
    if isinstance(marker, FieldInfo):
        return any(_is_bound(one) for one in marker.metadata)
    return marker in GUARDS or marker is Audience.INTAKE or getattr(marker, "pattern", None) is not None
