"""What an event says, in one language: fields and codes by their words, yuan, Beijing time."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from cli.display.cells import instant, words_of, yuan
from cli.display.view import View

if TYPE_CHECKING:
    from shared.contracts.declared import Declared
    from shared.contracts.words import Words

_TIMES: Final = ("_at", "_by", "before", "after")


def told(data: Mapping[str, Any] | None, view: View) -> str:
    """Return the fields of an event in one line."""
    from shared.contracts import language  # noqa: F401 - so that every field is known
    from shared.contracts.vocabulary import shown_fields

    fields = shown_fields()
    colon, comma = view.told(":", ": "), view.told(";", "; ")
    return comma.join(
        f"{_name(name, fields.get(name), view)}{colon}{_value(name, value, fields.get(name), view)}"
        for name, value in (data or {}).items()
    )


def flat(value: object) -> str:
    """Return a value with parts in one line."""
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {flat(one)}" for name, one in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(flat, value))
    return str(value)


def _name(name: str, declared: "Declared | None", view: View) -> str:
    return view.told(declared.words.zh, declared.words.en) if declared else name


def _value(name: str, value: Any, declared: "Declared | None", view: View) -> str:
    if isinstance(value, list | tuple):
        return view.told("、", ", ").join(_value(name, one, declared, view) for one in value)
    if isinstance(value, Mapping):
        return flat(value)
    if isinstance(value, bool):
        return view.told("是", "yes") if value else view.told("否", "no")
    if declared is not None and declared.unit == "fen":
        return f"CNY {yuan(value)}" if view.language == "en" else f"{yuan(value)}元"
    if name.endswith(_TIMES) and not (declared and declared.spoken):
        return instant(value)
    return _word(str(value), declared, view)


def _word(value: str, declared: "Declared | None", view: View) -> str:
    from shared.contracts.rules import RULES
    from shared.contracts.vocabulary import kind_of
    from shared.contracts.words import Spoken

    if declared is None:
        return value
    if declared.spoken is Spoken.RULE:
        rule = RULES.get(value)
        return value if rule is None else f"{value} {_said(rule, view)}"
    known = words_of(kind_of(declared.codes)).get(value) if declared.codes else None
    return value if known is None else _said(known, view)


def _said(words: "Words", view: View) -> str:
    return view.told(words.zh, words.en)
