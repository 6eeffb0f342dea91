"""A stored state across versions of the program: read, written, and never made less than it was.

Three programs may meet at one document: the one that wrote it, an older one (a rollback, or a replica that
is not upgraded yet) and a newer one. The rule: what a program cannot read it does not touch, and what it does
not know it carries along.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from shared.casework.protocol import State, Stream
from shared.runtime.base.documents import Document
from shared.runtime.decide import unknown_fields
from shared.runtime.decide.unknown_fields import Unknown


class Unreadable(Exception):
    """This version of the program cannot read a stored state."""


_SHAPES: dict[type[BaseModel], str] = {}


def shape_of(model: type[BaseModel]) -> str:
    """Return the digest of a model's fields and values: two programs with one digest know the same."""
    shape = _SHAPES.get(model)
    if shape is None:
        schema = json.dumps(model.model_json_schema(mode="serialization"), sort_keys=True)
        shape = _SHAPES[model] = hashlib.sha256(schema.encode()).hexdigest()[:12]
    return shape


def read(stream: Stream[Any], document: Mapping[str, Any]) -> tuple[State | None, Unknown | None]:
    """Return the state of a document, and the fields in it that this version does not know.

    Raises:
        Unreadable: It has a kind, a higher version, or values that this version does not know.
    """
    kind, version = document["kind"], document.get("state_version", 1)
    if kind and kind != stream.name:
        what = f"this version reads as {stream.name!r}" if stream.name else "this version does not know"
        raise Unreadable(f"its kind is {kind!r}, which {what}")
    text = document["state"]
    if text is None:
        return None, None
    if version > stream.version:
        raise Unreadable(f"its state has version {version}; this program reads up to {stream.version}")
    try:
        if version < stream.version and stream.upgrade is not None:
            text = json.dumps(stream.upgrade(version, json.loads(text)))
        state = stream.state.__pydantic_validator__.validate_json(text)
        if document.get("shape") == shape_of(stream.state):  # The usual case: nothing to look for.
            return state, None
        return state, unknown_fields.find(json.loads(text), json.loads(_json(state)))
    except ValidationError as error:
        # Where and what, never the value itself: it may be personal data.
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise Unreadable(f"{where[:120]}: {first['type']}") from error
    except Exception as error:  # an upgrade that raises, a text that is no JSON
        raise Unreadable(f"it cannot be read: {type(error).__name__}") from error


def written(stream: Stream[Any], state: State | None, unknown: Unknown | None) -> Document:
    """Return the fields of a document that hold a state.

    Raises:
        unknown_fields.Lost: A field that this version does not know has no certain place any more.
    """
    text = None if state is None else _json(state)
    fields: Document = {"kind": stream.name, "state": text}
    if stream.version != 1:
        fields["state_version"] = stream.version
    if text is not None:
        if unknown is None:
            fields["shape"] = shape_of(stream.state)
        else:
            # Without a shape, so that whoever reads it looks for what it does not know.
            merged = unknown_fields.restore(json.loads(text), unknown)
            fields["state"] = json.dumps(merged, ensure_ascii=False, separators=(",", ":"))
    return fields


def _json(state: State) -> str:
    return state.__pydantic_serializer__.to_json(state).decode()
