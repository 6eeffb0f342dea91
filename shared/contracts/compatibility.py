"""May a published schema change like this? If not, it is a new version of the message.

Events are kept and read again for years, commands wait in topics, and readers live in other houses. So the
same wire type must go on taking every message that it ever took, and an event must go on saying what it said.

========================  =========================================================================
never, for any message    a field is required that was not; a type is narrowed; an enum value is gone;
                          a limit or pattern is tighter; unknown fields are refused that were ignored;
                          the whole message is gone
never, for a command      a field is gone (its senders would be refused)
never, for an event       a field is gone; a type is widened, ``null`` included (its readers would break)
always                    a new field with a default; a new enum value (readers treat one that they do
                          not know as `other`); a wider limit; texts
========================  =========================================================================
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

Schema = Mapping[str, Any]

_LOWER: Final = ("minimum", "exclusiveMinimum", "minLength", "minItems")
_UPPER: Final = ("maximum", "exclusiveMaximum", "maxLength", "maxItems")
KNOWN: Final = frozenset(
    {
        *_LOWER,
        *_UPPER,
        *("$schema", "$id", "$defs", "$ref", "x-suyuan", "title", "description", "default"),
        *("type", "format", "pattern", "enum", "const", "anyOf", "items", "properties", "required"),
        "additionalProperties",
    }
)
"""Every keyword that the comparison understands; a schema with another one cannot be judged."""


def incompatibilities(old: Schema, new: Schema) -> list[str]:
    """Return the reasons why a schema may not take the place of an older one under the same wire type.

    Args:
        old: The published schema.
        new: The schema that shall follow.

    Returns:
        One sentence each, with the path of the field; empty if the change is compatible.
    """
    is_event = old.get("x-suyuan", {}).get("kind") != "command"
    comparison = _Comparison(old.get("$defs", {}), new.get("$defs", {}), is_event)
    return list(comparison.objects("", old, new))


def all_incompatibilities(old: Mapping[str, Schema], new: Mapping[str, Schema]) -> list[str]:
    """Return the reasons for a whole registry, each with its wire type in front."""
    out: list[str] = []
    for wire_type, schema in sorted(old.items()):
        if wire_type not in new:
            out.append(f"{wire_type}: the message is gone")
            continue
        out += [f"{wire_type}: {reason}" for reason in incompatibilities(schema, new[wire_type])]
    return out


class _Comparison:
    """Compares two schemas whose definitions may have the same names and other contents."""

    def __init__(self, old: Schema, new: Schema, is_event: bool) -> None:
        self._old = old
        self._new = new
        self._is_event = is_event
        self._inside: set[tuple[int, int]] = set()

    def objects(self, path: str, old: Schema, new: Schema) -> Iterator[str]:
        """Compare two objects field by field."""
        before, after = old.get("properties", {}), new.get("properties", {})
        for name in sorted(set(new.get("required", ())) - set(old.get("required", ()))):
            yield f"{_join(path, name)}: is required now"
        forbids = new.get("additionalProperties") is False
        if forbids and old.get("additionalProperties") is not False:
            yield f"{path or 'message'}: unknown fields are refused now"
        for name, field in before.items():
            where = _join(path, name)
            if name not in after:
                if self._is_event or forbids:
                    yield f"{where}: is gone"
                continue
            yield from self._nodes(where, field, after[name])

    def _nodes(self, path: str, old: Schema, new: Schema) -> Iterator[str]:
        """Compare two nodes, whatever they are: each alternative with its counterpart."""
        before, after = self._alternatives(old, self._old), self._alternatives(new, self._new)
        if "any" in after and "any" not in before:
            if self._is_event:
                yield f"{path}: its type is wider now: anything"
            return
        for kind, node in before.items():
            match = after.get(kind) or (after.get("number") if kind == "integer" else None)
            if match is None:
                yield f"{path}: {kind} is no longer accepted"
            else:
                yield from self._alternative(path, kind, node, match)
        added = [kind for kind in after if kind not in before]
        if self._is_event and added:
            yield f"{path}: its type is wider now: {', '.join(added)}"

    def _alternative(self, path: str, kind: str, old: Schema, new: Schema) -> Iterator[str]:
        yield from _values(path, old, new)
        yield from _limits(path, old, new)
        if kind == "array":
            yield from self._nodes(f"{path}[]", old.get("items", {}), new.get("items", {}))
        elif kind == "object":
            pair = (id(old), id(new))  # an object that holds its own kind is compared once
            if pair in self._inside:
                return
            self._inside.add(pair)
            yield from self.objects(path, old, new)
            yield from self._mapping(path, old, new)
            self._inside.discard(pair)

    def _mapping(self, path: str, old: Schema, new: Schema) -> Iterator[str]:
        before, after = old.get("additionalProperties"), new.get("additionalProperties")
        if isinstance(before, Mapping) and isinstance(after, Mapping):
            yield from self._nodes(f"{path}.*", before, after)

    def _alternatives(self, node: Schema, definitions: Schema) -> dict[str, Schema]:
        """Return what a node may be, by kind: JSON's types, texts with their format."""
        if "$ref" in node:
            found = definitions[str(node["$ref"]).rpartition("/")[2]]
            return self._alternatives(found, definitions)
        if "anyOf" in node:
            out: dict[str, Schema] = {}
            for one in node["anyOf"]:
                out.update(self._alternatives(one, definitions))
            return out
        kind = node.get("type", "any")
        if kind == "string" and "format" in node:
            kind = f"string ({node['format']})"
        return {kind: node}


def _values(path: str, old: Schema, new: Schema) -> Iterator[str]:
    """Compare the values that are allowed: fewer is narrower."""
    before, after = _allowed(old), _allowed(new)
    if after is None:
        return
    if before is None:
        yield f"{path}: only some values are allowed now"
        return
    for gone in sorted(before - after):
        yield f"{path}: the value {gone} is gone"


def _allowed(node: Schema) -> set[str] | None:
    if "const" in node:
        return {str(node["const"])}
    return {str(value) for value in node["enum"]} if "enum" in node else None


def _limits(path: str, old: Schema, new: Schema) -> Iterator[str]:
    """Compare limits and patterns: what was allowed must stay allowed."""
    for name in (*_LOWER, *_UPPER):
        before, after = old.get(name), new.get(name)
        if after is None or after == before:
            continue
        tighter = before is None or (after > before if name in _LOWER else after < before)
        if tighter:
            yield f"{path}: {name} is tighter now ({before} → {after})"
    before, after = old.get("pattern"), new.get("pattern")
    if after is not None and after != before:
        yield f"{path}: the pattern is another now ({before} → {after})"


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
