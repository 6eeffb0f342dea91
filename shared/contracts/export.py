"""JSON Schemas of all messages: what stands in docs/schemas, one file per wire type.

A schema says what a reader of this version accepts. What the platform writes always satisfies it, with every
field present. The rules for changing a published version are in ``contracts.compatibility``.
"""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from pydantic import BaseModel

from shared.contracts.language import topics_of
from shared.contracts.message import REGISTRY, Command, Message

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

Schema = dict[str, Any]


def schemas() -> dict[str, Schema]:
    """Return the JSON Schema of every registered message by its wire type, in order."""
    return {wire_type: schema_of(cls) for wire_type, cls in sorted(REGISTRY.items())}


def schema_of(cls: type[Message]) -> Schema:
    """Return the JSON Schema (2020-12) of one message.

    ``x-suyuan`` adds what a schema cannot say: kind, topics, and who may send a command.
    """
    made = cls.model_json_schema(mode="validation")
    models = {model.__name__: model for model in _models(cls)}
    for name, definition in made.get("$defs", {}).items():
        _describe(definition, models.get(name))
    _describe(made, cls)
    about: dict[str, Any] = {"kind": kind_of(cls), "topics": list(topics_of(cls))}
    if issubclass(cls, Command):
        about["roles"] = list(cls.roles)
    return {
        "$schema": DIALECT,
        "$id": f"urn:{cls.wire_type.replace('.', ':')}",
        "x-suyuan": about,
        **made,
    }


def kind_of(cls: type[Message]) -> str:
    """Return ``command`` or ``event``."""
    return "command" if issubclass(cls, Command) else "event"


def file_name(wire_type: str) -> str:
    """Return the name of a message's file."""
    return f"{wire_type}.json"


def text(document: Mapping[str, Any]) -> str:
    """Return a document as it stands in its file: readable, and the same every time."""
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def summary_of(cls: type[BaseModel]) -> str:
    """Return the docstring of a model without its list of attributes."""
    return _split(cls)[0]


def _models(cls: type[BaseModel]) -> set[type[BaseModel]]:
    """Return a model and all models in its fields."""
    found: set[type[BaseModel]] = set()
    todo: list[Any] = [cls]
    while todo:
        one = todo.pop()
        if isinstance(one, type) and issubclass(one, BaseModel):
            if one not in found:
                found.add(one)
                todo += [field.annotation for field in one.model_fields.values()]
        else:
            todo += list(getattr(one, "__args__", ()))
    return found


def _describe(schema: Schema, cls: type[BaseModel] | None) -> None:
    """Move what a docstring says of the attributes to the fields themselves."""
    if cls is None:
        if "description" in schema:
            schema["description"] = _one_line(schema["description"])
        return
    summary, attributes = _split(cls)
    schema["description"] = summary
    for name, field in schema.get("properties", {}).items():
        field.pop("title", None)
        if name in attributes:
            field["description"] = attributes[name]


def _split(cls: type[BaseModel]) -> tuple[str, dict[str, str]]:
    """Return summary and attribute texts of a docstring in google style."""
    summary, _, rest = (cls.__doc__ or "").partition("Attributes:")
    attributes: dict[str, str] = {}
    name = ""
    for line in rest.splitlines():
        match = re.match(r"\s{8}(\w+): (.*)", line)
        if match:
            name = match[1]
            attributes[name] = match[2]
        elif name and line.strip():
            attributes[name] += " " + line.strip()
    return _one_line(summary), attributes


def _one_line(text: str) -> str:
    return " ".join(text.replace("``", "`").split())
