"""Fields of a stored state that this version does not know: found on reading, put back on writing."""

import json
from dataclasses import dataclass, field
from typing import Any

Json = Any


class Lost(Exception):
    """An unknown field has no certain place in the new state: the state must not be written."""


@dataclass(slots=True)
class Unknown:
    """Unknown fields of one JSON object or list, and of what is in it.

    Attributes:
        fields: Unknown fields of an object, with their values.
        inside: What is unknown inside a known field, by its name.
        items: What is unknown inside an item of a list, by its place.
        seen: All items of a list as this version sees them.
    """

    fields: dict[str, Json] = field(default_factory=dict)
    inside: dict[str, "Unknown"] = field(default_factory=dict)
    items: dict[int, "Unknown"] = field(default_factory=dict)
    seen: list[Json] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.fields or self.inside or self.items)


def find(stored: Json, known: Json) -> Unknown | None:
    """Return what a stored value has more than what this version makes of it; ``None`` for nothing."""
    out = Unknown()
    if isinstance(stored, dict) and isinstance(known, dict):
        for name, value in stored.items():
            if name not in known:
                out.fields[name] = value
            elif (inside := find(value, known[name])) is not None:
                out.inside[name] = inside
    elif isinstance(stored, list) and isinstance(known, list) and len(stored) == len(known):
        for place, (value, seen) in enumerate(zip(stored, known, strict=True)):
            if (inside := find(value, seen)) is not None:
                out.items[place], out.seen = inside, known
    return out or None


def restore(value: Json, unknown: Unknown) -> Json:
    """Return a new value with the unknown fields back in their places.

    What this version took away as a whole (an entry of a mapping, an item of a list) stays away, with the
    unknown fields in it.

    Raises:
        Lost: An item with unknown fields was changed *and* moved: nobody can say which one it is now.
    """
    if isinstance(value, dict):
        out = {name: _inside(one, unknown.inside.get(name)) for name, one in value.items()}
        return {**unknown.fields, **out}
    if isinstance(value, list):
        return _items(value, unknown) if unknown.items else value
    return value


def _inside(value: Json, unknown: Unknown | None) -> Json:
    return value if unknown is None else restore(value, unknown)


def _items(values: list[Json], unknown: Unknown) -> list[Json]:
    """Find each item again: unchanged wherever it is now, or changed in its old place."""
    out, homes = list(values), _homes(unknown.seen, values)
    for place, inside in unknown.items.items():
        home = homes.get(place)
        if home is not None:
            out[home] = restore(values[home], inside)
        elif len(homes) < len(values):
            raise Lost("an item of a list has fields of a later version, and cannot be found again")
    return out


def _homes(before: list[Json], after: list[Json]) -> dict[int, int]:
    """Return the new place of each item by its old one, as far as it is certain."""
    homes = {place: place for place, (old, new) in enumerate(zip(before, after, strict=False)) if old == new}
    free: dict[str, list[int]] = {}
    for place, value in enumerate(after):
        if place not in homes:
            free.setdefault(json.dumps(value, sort_keys=True), []).append(place)
    for place, value in enumerate(before):
        if place not in homes and (same := free.get(json.dumps(value, sort_keys=True))):
            homes[place] = same.pop(0)
    if len(after) >= len(before):  # Nothing was taken out, so what was changed is where it was.
        taken = set(homes.values())
        homes |= {n: n for n in range(len(before)) if n not in homes and n not in taken}
    return homes
