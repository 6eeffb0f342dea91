"""What a timeline shows of an event: the fields whose types let an institution or a party see them."""

from typing import Any, Final

from shared.contracts.message import Message, versions_of
from shared.contracts.told import heard_by, visible
from shared.contracts.words import Audience

__all__ = ["heard_by", "seen_by", "shown", "visible"]

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
    return _part(data, _visible_in_any(short_type, viewer))


def _visible_in_any(short_type: str, viewer: Audience) -> dict[str, Any]:
    """Return what a viewer may see of an event in any version; what one withholds is withheld."""
    out: dict[str, Any] = {}
    withheld: set[str] = set()
    for cls in versions_of(short_type):
        seen = visible(cls, viewer)
        withheld |= cls.model_fields.keys() - seen.keys()
        out |= seen
    return {name: inner for name, inner in out.items() if name not in withheld}


def _part(data: dict[str, Any], include: dict[str, Any]) -> dict[str, Any]:
    return {name: _value(value, include[name]) for name, value in data.items() if name in include}


def _value(value: Any, include: Any) -> Any:
    if include is True:
        return value
    if isinstance(value, list):
        return [_part(one, include["__all__"]) for one in value]
    return _part(value, include)
