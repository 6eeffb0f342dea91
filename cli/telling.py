"""What an event says, in one language: fields and codes by their words, yuan, Beijing time."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from cli.display.cells import instant, words_of, yuan
from cli.display.view import View
from cli.output import WrongUse

if TYPE_CHECKING:
    from shared.contracts.declared import Declared
    from shared.contracts.words import Words

Fields = Mapping[str, "Declared"]
_TIMES: Final = ("_at", "_by", "before", "after")
_EMPTY: Final[tuple[object, ...]] = (None, "", [])


def told(short_type: str, data: Mapping[str, Any] | None, view: View) -> str:
    """Return the fields of an event in one line; of an event that this version does not know, as they are."""
    from shared.contracts import language  # noqa: F401 - so that every message is known
    from shared.contracts.declared import fields_of
    from shared.contracts.message import versions_of

    fields = {name: one for cls in versions_of(short_type) for name, one in fields_of(cls).items()}
    colon, comma = view.told(":", ": "), view.told(";", "; ")
    return comma.join(
        f"{_name(name, fields, view)}{colon}{_value(name, value, fields, view)}"
        for name, value in (data or {}).items()
    )


def flat(value: object) -> str:
    """Return a value with parts in one line."""
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {flat(one)}" for name, one in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(flat, value))
    return str(value)


def code_of(kind: str, given: str | None) -> str | None:
    """Return the code that a person means by itself or by its word in either language, as tables show it.

    Raises:
        WrongUse: ``code.unknown``.
    """
    if given is None:
        return None
    known = words_of(kind)
    for code, words in known.items():
        if given.casefold() in (code, words.zh, words.en.casefold()):
            return code
    raise WrongUse(
        code="code.unknown",
        zh=f"没有 {given}。可选:{'、'.join(f'{code} {one.zh}' for code, one in known.items())}。",
        en=f"There is no {given}. Choose one of: "
        f"{', '.join(f'{code} ({one.en})' for code, one in known.items())}.",
    )


def _name(name: str, fields: Fields, view: View) -> str:
    return _said(fields[name].words, view) if name in fields else name


def _value(name: str, value: Any, fields: Fields, view: View) -> str:
    declared = fields.get(name)
    if isinstance(value, list | tuple):
        return view.told("、", ", ").join(_value(name, one, fields, view) for one in value)
    if isinstance(value, Mapping):
        return _part(value, declared, view)
    if isinstance(value, bool):
        return view.told("是", "yes") if value else view.told("否", "no")
    if declared is not None and declared.unit == "fen":
        return view.told(f"{yuan(value)}元", f"CNY {yuan(value)}")
    if name.endswith(_TIMES) and not (declared and declared.spoken):
        return instant(value)
    return _word(str(value), declared, view)


def _part(value: Mapping[str, Any], declared: "Declared | None", view: View) -> str:
    """Return what a part of an event says: its values, no empty one; a number needs its name."""
    from shared.contracts.declared import fields_of

    fields: Fields = fields_of(declared.part) if declared and declared.part else {}
    said = []
    for name, one in value.items():
        if one in _EMPTY or one is False:
            continue
        plain = _value(name, one, fields, view)
        said.append(f"{_name(name, fields, view)} {plain}" if isinstance(one, int) else plain)
    return " ".join(said)


def _word(value: str, declared: "Declared | None", view: View) -> str:
    from shared.contracts.rules import RULES
    from shared.contracts.words import Spoken

    if declared is None:
        return value
    if declared.spoken is Spoken.RULE:
        rule = RULES.get(value)
        return value if rule is None else f"{value} {_said(rule, view)}"
    known = {code.value: code.words for code in declared.codes}.get(value) if declared.codes else None
    return value if known is None else _said(known, view)


def _said(words: "Words", view: View) -> str:
    return view.told(words.zh, words.en)
