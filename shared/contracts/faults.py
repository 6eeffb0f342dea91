"""What is wrong with a message, field by field: the same for Kafka, HTTP and tables.

A fault names the field, a code, and what would be right there. It never has the value, nor a name that is
no plain word: both may be personal data.
"""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from difflib import SequenceMatcher, get_close_matches
from functools import cache
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from shared.contracts.declared import fields_of
from shared.contracts.fields import Hints, ReasonCode, ReasonField
from shared.contracts.message import REGISTRY, Message
from shared.contracts.persons import BANK_CARD, ID_NUMBER, MOBILE_PHONE
from shared.contracts.reasons import text
from shared.contracts.vocabulary import coded
from shared.contracts.words import Coded, Unit, Words

MOST: Final = 100
"""Of more faults than these none is listed: to list 80,000 takes most of a second."""
WRONG_VALUE, NOT_JSON, NOT_UTF8 = "message.wrong_type", "message.not_json", "message.not_utf8"

_PLAIN_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z_-]{0,39}")
_LONGEST_PATH: Final = 120
_CLOSE: Final = 3
_SUGGESTED: Final = 20
"""Of so many faults what would be right is looked for; it takes longer than all else."""
_KINDS: Final = {
    "text": Words("文本", "a text"),
    "integer": Words("整数", "a whole number"),
    "fen": Words(
        "以分为单位的整数(1,000.00 元写作 100000)", "a whole number of fen (1,000.00 yuan is 100000)"
    ),
    "number": Words("数字", "a number"),
    "boolean": Words("true 或 false", "true or false"),
    "object": Words("对象 {…}", "an object {…}"),
    "list": Words("列表 […]", "a list […]"),
}
_CODES: Final = {
    "missing": "field.missing",
    "extra_forbidden": "field.unknown",
    "enum": "field.unknown_code",
    "literal_error": "field.unknown_code",
    "string_pattern_mismatch": "field.bad_form",
    **{code: code for code in (ID_NUMBER, BANK_CARD, MOBILE_PHONE)},
}
_KIND_OF: Final = {
    "string_type": "text",
    "int_type": "integer",
    "int_parsing": "integer",
    "int_from_float": "integer",
    "float_type": "number",
    "bool_type": "boolean",
    "model_type": "object",
    "dict_type": "object",
    "tuple_type": "list",
    "list_type": "list",
}
_LIMITS: Final = {"ge": "≥ ", "gt": "> ", "le": "≤ ", "lt": "< ", "min_length": "≥ ", "max_length": "≤ "}


class FieldFault(Message):
    """What is wrong with one field or header of a message.

    Attributes:
        code: Code from ``contracts.reasons``.
        field: Its path, dots between; empty for the whole message.
        hints: What would be right there: names of fields, codes, a kind, a limit; of broken JSON, the place.
    """

    code: ReasonCode
    field: ReasonField
    hints: Hints = ()


def faults_of(error: ValidationError, cls: type[BaseModel], value: bytes = b"") -> tuple[FieldFault, ...]:
    """Return everything that a validation found.

    Args:
        error: What the validation raised.
        cls: The model that was asked for.
        value: The bytes that were read, to tell other encodings from broken JSON.
    """
    if error.error_count() > MOST:
        return (FieldFault(code="field.too_many", field=""),)
    found = error.errors(include_url=False, include_input=False)
    if found[0]["type"] == "json_invalid":
        return (_broken(found[0], value),)
    return faults_in(found, cls)


def faults_in(errors: Iterable[Any], cls: type[BaseModel] | None) -> tuple[FieldFault, ...]:
    """Return the faults of a validation's errors, of a model or of an address's parameters."""
    return tuple(_fault(one, cls if number < _SUGGESTED else None) for number, one in enumerate(errors))


def code_of(faults: Iterable[FieldFault]) -> str:
    """Return the reason of a message with these faults of its body."""
    first = next(iter(faults)).code
    return first if first in (NOT_JSON, NOT_UTF8) else WRONG_VALUE


def sentences(fault: FieldFault) -> Words:
    """Return a fault in both languages, with what would be right."""
    reason, hints = text(fault.code), list(fault.hints)
    if not hints:
        return Words(reason.zh, reason.en)
    match fault.code:
        case "field.unknown":
            named = [f"`{hint}`" for hint in hints]
            zh, en = f"是否应为 {'、'.join(named)}?", f"Did you mean {' or '.join(named)}?"
        case "field.wrong_kind":
            kind = _KINDS.get(hints[0], Words(hints[0], hints[0]))
            zh, en = f"应为{kind.zh}。", f"It should be {kind.en}."
        case "field.unknown_code" | "cell.unknown_word":
            zh = f"可用:{'、'.join(f'{code} {words.zh}'.strip() for code, words in _with_words(hints))}。"
            en = f"Known: {', '.join(f'{code} ({words.en})' for code, words in _with_words(hints))}."
        case "amount.mismatch":
            zh = f"标的额 {hints[0]} 元,各项之和 {hints[1]} 元。"
            en = f"The claim is {hints[0]} yuan, its parts are {hints[1]}."
        case "message.not_json":
            zh, en = f"位置:{hints[0]}。", f"Look at {hints[0]}."
        case _:
            zh, en = f"应为 {'、'.join(hints)}。", f"It should be {' or '.join(hints)}."
    return Words(f"{reason.zh}{zh}", f"{reason.en} {en}")


def told(fault: FieldFault) -> dict[str, Any]:
    """Return a fault as HTTP answers it: its parts and both sentences."""
    words = sentences(fault)
    return {**fault.model_dump(mode="json"), "zh": words.zh, "en": words.en}


def in_one_line(faults: Iterable[FieldFault]) -> str:
    """Return faults for a log or a list: each field with its English sentence."""
    return "; ".join(
        f"{one.field}: {sentences(one).en}" if one.field else sentences(one).en for one in faults
    )


def not_the_sum(field: str, claim_fen: int, parts_fen: int) -> FieldFault:
    """Return the fault of a claim that is not the sum of its parts, with both sums in yuan."""
    sums = tuple(f"{Decimal(fen).scaleb(-2):,.2f}" for fen in (claim_fen, parts_fen))
    return FieldFault(code="amount.mismatch", field=field, hints=sums)


def close_to(name: str, known: Iterable[str]) -> tuple[str, ...]:
    """Return the known names that somebody may have meant, the likeliest first."""
    likely = [one for one in known if abs(len(one) - len(name)) <= _CLOSE]
    found = get_close_matches(name, likely, _CLOSE, 0.75)
    alike = {one: SequenceMatcher(None, one, name).ratio() for one in found}
    return tuple(one for one in found if alike[one] > alike[found[0]] - 0.1)


def _broken(one: Any, value: bytes) -> FieldFault:
    try:
        value.decode()
    except UnicodeDecodeError as bad:
        return FieldFault(code=NOT_UTF8, field="", hints=(f"byte {bad.start}",))
    return FieldFault(code=NOT_JSON, field="", hints=(str(one["ctx"]["error"])[:200],))


def _fault(one: Any, cls: type[BaseModel] | None) -> FieldFault:
    kind, loc = one["type"], tuple(one["loc"])
    model = _model_at(cls, loc[:-1])
    declared = fields_of(model).get(str(loc[-1])) if model is not None and loc else None
    code, hints = _CODES.get(kind, "field.bad_value"), tuple(_hints(one.get("ctx", {})))
    if kind == "extra_forbidden":
        hints = close_to(str(loc[-1]), model.model_fields) if model is not None else ()
    elif kind in ("enum", "literal_error"):
        hints = tuple(re.findall(r"'([^']*)'", one.get("ctx", {}).get("expected", "")))
    elif kind in _KIND_OF:
        unit = declared.unit if declared is not None else None
        code, hints = "field.wrong_kind", ("fen" if unit is Unit.FEN else _KIND_OF[kind],)
    elif kind.startswith("date_"):
        code, hints = "field.not_date", ()
    elif kind.startswith(("datetime_", "timezone_")):
        code, hints = "field.not_time", ()
    elif kind.startswith(("greater_than", "less_than")):
        code = "field.out_of_range"
    elif kind.endswith(("too_long", "too_short")):
        code = "field.bad_length"
    elif code == "field.bad_value":
        hints = ()
    return FieldFault(code=code, field=_path(loc), hints=tuple(map(str, hints)))


def _hints(context: Any) -> Iterator[str]:
    """Yield the limit that was broken: of what pydantic tells, only what the schema says itself."""
    yield from (f"{sign}{context[name]}" for name, sign in _LIMITS.items() if name in context)
    if "pattern" in context:
        yield str(context["pattern"])


def _model_at(model: type[BaseModel] | None, loc: Iterable[Any]) -> type[BaseModel] | None:
    for step in loc:
        if isinstance(step, str) and model is not None:
            declared = fields_of(model).get(step)
            model = declared.part if declared is not None else None
    return model


def _path(loc: Iterable[Any]) -> str:
    parts = [str(one) if isinstance(one, int) or _PLAIN_NAME.fullmatch(one) else "?" for one in loc]
    return ".".join(parts)[:_LONGEST_PATH]


def _with_words(codes: list[str]) -> list[tuple[str, Words]]:
    found = _enumerations(len(REGISTRY)).get(frozenset(codes))
    return [(code, found(code).words if found is not None else Words("", "")) for code in codes]


@cache
def _enumerations(_: int) -> dict[frozenset[str], type[Coded]]:
    """Return the enumerations by their values; anew when more messages are declared."""
    return {frozenset(one.value for one in codes): codes for codes in coded().values()}
