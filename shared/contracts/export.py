"""JSON Schemas of all messages: what stands in docs/schemas, one file per wire type.

A schema says what a reader of this version accepts. What the platform writes always satisfies it, with every
field present. The rules for changing a published version are in ``contracts.compatibility``.
"""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from pydantic import BaseModel

from shared.contracts.declared import codes_of, fields_of, parts_of
from shared.contracts.language import topics_of
from shared.contracts.message import REGISTRY, Command, Message
from shared.contracts.told import CaseEventTold, forms, visible
from shared.contracts.words import Audience, Coded

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

Schema = dict[str, Any]


def schemas() -> dict[str, Schema]:
    """Return the JSON Schema of every registered message by its wire type, in order."""
    return {wire_type: schema_of(cls) for wire_type, cls in sorted(REGISTRY.items())}


def schema_of(cls: type[Message]) -> Schema:
    """Return the JSON Schema (2020-12) of one message.

    Titles are in both languages. ``x-suyuan`` adds what a schema cannot say: of a message its kind, topics
    and who may send it; of a field its unit and who may see it; of an enumeration the words of its values.
    """
    made = cls.model_json_schema(mode="validation")
    describe(made.get("$defs", {}), cls)
    _describe_model(made, cls)
    about: dict[str, Any] = {"kind": kind_of(cls), "topics": list(topics_of(cls))}
    if issubclass(cls, Command):
        about["roles"] = list(cls.roles)
    return {
        "$schema": DIALECT,
        "$id": f"urn:{cls.wire_type.replace('.', ':')}",
        "x-suyuan": about,
        **made,
    }


def told_document() -> Schema:
    """Return the schema of what travels on ``cases.<institution>``.

    It is that of the message, and of each event what is told of it: its fields, but for those that the
    institution may not see.
    """
    made = schema_of(CaseEventTold)
    made["$id"] += ":in-full"
    definitions = made["$defs"]
    made["allOf"] = []
    for wire_type, cls in forms().items():
        form = cls.model_json_schema(mode="serialization")
        parts = form.pop("$defs", {})
        describe(parts, cls)
        _describe_model(form, cls)
        for model in parts_of(cls):
            schema = form if model is cls else parts.get(model.__name__)
            if schema is not None:
                _leave_out(schema, visible(model, Audience.INSTITUTION))
        definitions |= parts
        definitions[wire_type] = form
        made["allOf"].append(
            {
                "if": {"properties": {"event": {"const": wire_type}}},
                "then": {"properties": {"data": {"$ref": f"#/$defs/{wire_type}"}}},
            }
        )
    named = json.dumps(made)
    for name in [one for one in definitions if f'"#/$defs/{one}"' not in named]:
        del definitions[name]
    return made


def _leave_out(schema: Schema, seen: Mapping[str, Any]) -> None:
    """Keep what is seen of a model's schema; what has no value is left out on the wire."""
    kept = {name: one for name, one in schema.get("properties", {}).items() if name in seen}
    schema["properties"] = kept
    needed = [name for name in schema.get("required", ()) if name in kept and not _may_be_null(kept[name])]
    schema["required"] = needed


def _may_be_null(schema: Schema) -> bool:
    return any(one.get("type") == "null" for one in schema.get("anyOf", ()))


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


def describe(definitions: Schema, *models: type[BaseModel]) -> None:
    """Write what is declared into schemas: words at models, fields and codes; texts, units and audiences.

    Args:
        definitions: Schemas by the name of their class.
        models: The models whose parts and codes they are.
    """
    for model in models:
        for part in parts_of(model):
            if part.__name__ in definitions:
                _describe_model(definitions[part.__name__], part)
        for codes in codes_of(model):
            if codes.__name__ in definitions:
                _describe_codes(definitions[codes.__name__], codes)


def _describe_model(schema: Schema, cls: type[BaseModel]) -> None:
    """Move what a docstring says of the attributes to the fields themselves, and name them."""
    summary, attributes = _split(cls)
    if issubclass(cls, Message) and cls.words.zh:
        schema["title"] = str(cls.words)
    schema["description"] = summary
    for name, field in schema.get("properties", {}).items():
        about = fields_of(cls)[name]
        field["title"] = str(about.words)
        if name in attributes:
            field["description"] = attributes[name]
        field["x-suyuan"] = {"seen_by": about.audience.value}
        if about.unit is not None:
            field["x-suyuan"]["unit"] = str(about.unit.words)


def _describe_codes(schema: Schema, codes: type[Coded]) -> None:
    schema["title"] = str(codes.named)
    schema["description"] = _one_line(codes.__doc__ or "")
    schema["x-suyuan"] = {"words": {code.value: str(code.words) for code in codes}}


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
