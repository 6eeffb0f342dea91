"""Each kind of change: which of them a published version may have."""

from copy import deepcopy
from typing import Any

import pytest

from shared.contracts.compatibility import all_incompatibilities, incompatibilities

TEXT = {"type": "string", "minLength": 2, "maxLength": 10, "pattern": "^[a-z]+$"}
MAYBE = {"anyOf": [{"type": "integer", "minimum": 0}, {"type": "null"}], "default": None}


def schema(kind: str = "event") -> dict[str, Any]:
    return {
        "x-suyuan": {"kind": kind},
        "$defs": {
            "Word": {"enum": ["a", "b"], "title": "Word", "type": "string"},
            "Part": {
                "type": "object",
                "title": "Part",
                "properties": {"count": {"type": "integer"}, "share": {"type": "number"}},
                "required": ["count"],
            },
        },
        "type": "object",
        "properties": {
            "text": TEXT,
            "maybe": MAYBE,
            "word": {"$ref": "#/$defs/Word"},
            "parts": {"type": "array", "items": {"$ref": "#/$defs/Part"}, "maxItems": 5},
            "day": {"type": "string", "format": "date"},
            "names": {"type": "object", "additionalProperties": {"type": "integer"}},
        },
        "required": ["text", "word"],
        **({"additionalProperties": False} if kind == "command" else {}),
    }


def changed(kind: str, **fields: Any) -> dict[str, Any]:
    new = deepcopy(schema(kind))
    new["properties"].update(fields)
    return new


@pytest.mark.parametrize("kind", ["event", "command"])
def test_the_same_schema_is_compatible(kind: str) -> None:
    assert incompatibilities(schema(kind), schema(kind)) == []


@pytest.mark.parametrize("kind", ["event", "command"])
def test_words_may_change_as_they_like(kind: str) -> None:
    said = {"title": "文 | Text", "description": "Another text.", "x-suyuan": {"seen_by": "party"}}
    new = changed(kind, text={**TEXT, **said}, word={"$ref": "#/$defs/Word", **said})
    new |= {"title": "信 | Letter", "description": "Another."}
    new["$defs"]["Word"] |= {"title": "词 | Word", "x-suyuan": {"words": {"a": "甲 | A", "b": "乙 | B"}}}

    assert incompatibilities(schema(kind), new) == []
    assert incompatibilities(new, schema(kind)) == []


@pytest.mark.parametrize("kind", ["event", "command"])
def test_a_field_may_not_go(kind: str) -> None:
    new = schema(kind)
    del new["properties"]["maybe"]

    assert incompatibilities(schema(kind), new) == ["maybe: is gone"]


@pytest.mark.parametrize("kind", ["event", "command"])
def test_a_new_field_may_come_with_a_default_and_not_without(kind: str) -> None:
    optional = changed(kind, extra={"type": "string", "default": ""})
    needed = changed(kind, extra={"type": "string"})
    needed["required"] = [*needed["required"], "extra"]

    assert incompatibilities(schema(kind), optional) == []
    assert incompatibilities(schema(kind), needed) == ["extra: is required now"]


def test_an_optional_field_may_not_become_required() -> None:
    new = schema()
    new["required"] = [*new["required"], "day"]

    assert incompatibilities(schema(), new) == ["day: is required now"]


def test_a_required_field_may_become_optional() -> None:
    assert incompatibilities(schema(), {**schema(), "required": ["word"]}) == []


@pytest.mark.parametrize("kind", ["event", "command"])
def test_a_type_may_not_be_another_or_narrower(kind: str) -> None:
    other = changed(kind, text={"type": "boolean"})
    no_null = changed(kind, maybe={"type": "integer", "minimum": 0})

    assert "text: string is no longer accepted" in incompatibilities(schema(kind), other)
    assert incompatibilities(schema(kind), no_null) == ["maybe: null is no longer accepted"]


def test_a_command_may_take_more_types_and_an_event_may_not() -> None:
    wider = {"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string"}, {"type": "null"}]}

    assert incompatibilities(schema("command"), changed("command", maybe=wider)) == []
    assert incompatibilities(schema(), changed("event", maybe=wider)) == [
        "maybe: its type is wider now: string"
    ]


def test_null_in_an_event_breaks_its_readers() -> None:
    new = changed("event", text={"anyOf": [TEXT, {"type": "null"}]})

    assert incompatibilities(schema(), new) == ["text: its type is wider now: null"]


def test_a_number_may_not_become_whole() -> None:
    new = schema("command")
    new["$defs"]["Part"]["properties"] = {"count": {"type": "number"}, "share": {"type": "integer"}}

    assert incompatibilities(schema("command"), new) == ["parts[].share: number is no longer accepted"]


def test_a_whole_number_may_become_any_in_a_command_only() -> None:
    new = schema()
    new["$defs"]["Part"]["properties"]["count"] = {"type": "number"}

    assert incompatibilities(schema("command"), {**new, "x-suyuan": {"kind": "command"}}) == []
    assert incompatibilities(schema(), new) == ["parts[].count: its type is wider now: number"]


def test_a_text_may_not_become_a_date() -> None:
    new = changed("command", text={"type": "string", "format": "date"})

    assert incompatibilities(schema("command"), new) == ["text: string is no longer accepted"]


def test_an_enum_value_may_come_and_not_go() -> None:
    more, fewer = schema(), schema()
    more["$defs"]["Word"]["enum"] = ["a", "b", "c"]
    fewer["$defs"]["Word"]["enum"] = ["a"]

    assert incompatibilities(schema(), more) == []
    assert incompatibilities(schema(), fewer) == ["word: the value b is gone"]


def test_a_text_may_not_become_an_enum() -> None:
    new = changed("event", text={"type": "string", "enum": ["x"], **TEXT})

    assert incompatibilities(schema(), new) == ["text: only some values are allowed now"]


@pytest.mark.parametrize(
    ("limit", "old", "tighter", "wider"),
    [("minLength", 2, 3, 1), ("maxLength", 10, 9, 11)],
)
def test_a_limit_may_be_wider_and_not_tighter(limit: str, old: int, tighter: int, wider: int) -> None:
    assert incompatibilities(schema(), changed("event", text={**TEXT, limit: tighter})) == [
        f"text: {limit} is tighter now ({old} → {tighter})"
    ]
    assert incompatibilities(schema(), changed("event", text={**TEXT, limit: wider})) == []
    assert (
        incompatibilities(schema(), changed("event", text={k: v for k, v in TEXT.items() if k != limit}))
        == []
    )


def test_a_limit_where_there_was_none_is_tighter() -> None:
    new = changed(
        "event", maybe={"anyOf": [{"type": "integer", "minimum": 0, "maximum": 9}, {"type": "null"}]}
    )

    assert incompatibilities(schema(), new) == ["maybe: maximum is tighter now (None → 9)"]


def test_a_list_may_not_be_shorter() -> None:
    parts = {"type": "array", "items": {"$ref": "#/$defs/Part"}, "maxItems": 4}

    assert incompatibilities(schema(), changed("event", parts=parts)) == [
        "parts: maxItems is tighter now (5 → 4)"
    ]


def test_a_pattern_may_go_and_not_change() -> None:
    other, gone = {**TEXT, "pattern": "^[a-f]+$"}, {k: v for k, v in TEXT.items() if k != "pattern"}

    assert incompatibilities(schema(), changed("event", text=other)) == [
        "text: the pattern is another now (^[a-z]+$ → ^[a-f]+$)"
    ]
    assert incompatibilities(schema(), changed("event", text=gone)) == []


def test_what_is_inside_counts_as_well() -> None:
    new = schema()
    new["$defs"]["Part"]["properties"].pop("share")
    new["properties"]["names"] = {"type": "object", "additionalProperties": {"type": "string"}}

    assert incompatibilities(schema(), new) == [
        "parts[].share: is gone",
        "names.*: integer is no longer accepted",
        "names.*: its type is wider now: string",
    ]


def test_unknown_fields_may_not_be_refused_suddenly() -> None:
    assert incompatibilities(schema(), {**schema(), "additionalProperties": False}) == [
        "message: unknown fields are refused now"
    ]


def test_texts_and_names_of_definitions_may_change() -> None:
    new = schema()
    new["$defs"]["Other"] = {**new["$defs"].pop("Word"), "title": "Other", "description": "new"}
    new["properties"]["word"] = {"$ref": "#/$defs/Other", "description": "new"}

    assert incompatibilities(schema(), new) == []


def test_a_message_may_come_and_not_go() -> None:
    both = {"suyuan.a.x.v1": schema(), "suyuan.a.y.v1": schema()}
    one = {"suyuan.a.x.v1": schema()}

    assert all_incompatibilities(one, both) == []
    assert all_incompatibilities(both, one) == ["suyuan.a.y.v1: the message is gone"]
