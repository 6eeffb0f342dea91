"""What a timeline shows of an event: the fields whose types let an institution or a party see them."""

from functools import cache
from typing import Any, Final

from pydantic import BaseModel

from shared.contracts.declared import fields_of
from shared.contracts.message import REGISTRY, Message
from shared.contracts.words import Audience

_EMPTY: Final[tuple[object, ...]] = (None, "", [])


def shown(body: Message) -> dict[str, Any]:
    """Return the fields of an event that a timeline keeps, as JSON values.

    Left out are empty ones, and a flag at its default, which says nothing new.
    """
    cls = type(body)
    return {
        name: value
        for name, value in body.model_dump(mode="json", include=visible(cls, Audience.INSTITUTION)).items()
        if value not in _EMPTY and (value is not False or cls.model_fields[name].default is not False)
    }


def seen_by(viewer: Audience, short_type: str, data: dict[str, Any]) -> dict[str, Any]:
    """Return the part of an event's kept fields that a viewer may see."""
    if viewer is Audience.INSTITUTION:
        return data
    cls = _classes().get(short_type)
    return _part(data, visible(cls, viewer)) if cls else {}


@cache
def visible(model: type[BaseModel], viewer: Audience) -> dict[str, Any]:
    """Return the fields of a model that a viewer may see, in pydantic's form of ``include``."""
    out: dict[str, Any] = {}
    for name, field in fields_of(model).items():
        if field.audience.reaches(viewer):
            inner = visible(field.part, viewer) if field.part else True
            out[name] = {"__all__": inner} if field.part and field.many else inner
    return out


def _part(data: dict[str, Any], include: dict[str, Any]) -> dict[str, Any]:
    return {name: _value(value, include[name]) for name, value in data.items() if name in include}


def _value(value: Any, include: Any) -> Any:
    if include is True:
        return value
    if isinstance(value, list):
        return [_part(one, include["__all__"]) for one in value]
    return _part(value, include)


def _classes() -> dict[str, type[Message]]:
    return {cls.short_type: cls for cls in REGISTRY.values()}
