"""Random values that a JSON Schema allows: what any client could send that reads docs/schemas alone."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from hypothesis import find, settings
from hypothesis import strategies as st

Schema = Mapping[str, Any]


def values(schema: Schema) -> st.SearchStrategy[Any]:
    """Return a strategy of the values of an object's schema, optional fields there or not."""
    return _node(schema, schema.get("$defs", {}))


def _node(node: Schema, definitions: Schema) -> st.SearchStrategy[Any]:
    if "$ref" in node:
        return _node(definitions[node["$ref"].rpartition("/")[2]], definitions)
    if "anyOf" in node:
        return st.one_of([_node(one, definitions) for one in node["anyOf"]])
    if "enum" in node:
        return st.sampled_from(node["enum"])
    if "const" in node:
        return st.just(node["const"])
    match node["type"]:
        case "null":
            return st.none()
        case "boolean":
            return st.booleans()
        case "integer":
            return st.integers(node.get("minimum", -(10**9)), node.get("maximum", 10**9))
        case "number":
            return st.floats(
                node.get("minimum", node.get("exclusiveMinimum", -1e9)),
                node.get("maximum", node.get("exclusiveMaximum", 1e9)),
                exclude_min="exclusiveMinimum" in node,
                exclude_max="exclusiveMaximum" in node,
            )
        case "string":
            return _string(node)
        case "array":
            items = _node(node["items"], definitions)
            most = min(node.get("maxItems", 3), 3)
            return st.lists(items, min_size=node.get("minItems", 0), max_size=most)
        case "object":
            return _object(node, definitions)
        case other:
            raise AssertionError(f"no values of type {other}")


def simplest(schema: Schema) -> Any:
    """Return the simplest object that a schema allows, always the same: required fields alone."""
    return _simplest(schema, schema.get("$defs", {}))


def _simplest(node: Schema, definitions: Schema) -> Any:
    if "$ref" in node:
        return _simplest(definitions[node["$ref"].rpartition("/")[2]], definitions)
    if "anyOf" in node:
        return _simplest(node["anyOf"][0], definitions)
    if "enum" in node:
        return node["enum"][0]
    if "const" in node:
        return node["const"]
    match node["type"]:
        case "null":
            return None
        case "boolean":
            return False
        case "integer" | "number":
            return node.get("minimum", node.get("exclusiveMinimum", -1) + 1)
        case "string":
            return _simplest_string(node.get("format", ""), node.get("pattern", ""), node.get("minLength", 0))
        case "array":
            return [_simplest(node["items"], definitions)] * node.get("minItems", 0)
        case "object":
            fields = node.get("properties", {})
            return {name: _simplest(fields[name], definitions) for name in node.get("required", ())}
        case other:
            raise AssertionError(f"no values of type {other}")


@cache
def _simplest_string(format_: str, pattern: str, low: int) -> str:
    if format_:
        return {"date": "2000-01-01", "date-time": "2000-01-01T00:00:00+00:00"}[format_]
    if not pattern:
        return "0" * low
    quiet = settings(database=None, derandomize=True, deadline=None)
    matching = st.from_regex(pattern.removesuffix("$") + r"\Z")
    return find(matching, lambda text: len(text) >= low, settings=quiet)


def _string(node: Schema) -> st.SearchStrategy[str]:
    match node.get("format"):
        case "date":
            return st.dates().map(str)
        case "date-time":
            return st.datetimes(timezones=st.timezones()).map(
                lambda at: at.isoformat(timespec="seconds")[:25]
            )
    low, high = node.get("minLength", 0), node.get("maxLength", 200)
    if "pattern" in node:
        found = st.from_regex(node["pattern"].removesuffix("$") + r"\Z")
        return found.filter(lambda text: low <= len(text) <= high)
    signs = st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"))
    return st.text(signs, min_size=low, max_size=min(high, low + 20))


def _object(node: Schema, definitions: Schema) -> st.SearchStrategy[dict[str, Any]]:
    fields = {name: _node(one, definitions) for name, one in node.get("properties", {}).items()}
    required = set(node.get("required", ()))
    return st.fixed_dictionaries(
        {name: one for name, one in fields.items() if name in required},
        optional={name: one for name, one in fields.items() if name not in required},
    )
