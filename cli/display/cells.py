"""The text of a cell: safe for a terminal, in the reader's language, in Beijing time, in yuan."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from functools import cache
from typing import Any, Final

from rich.cells import cell_len

from cli.display.column import Column, Kind
from cli.display.view import View
from shared.contracts.words import Words

BEIJING: Final = timezone(timedelta(hours=8))
LONGEST_WORD: Final = 28
"""A longer code or name loses its end where room is short."""
LONGEST_PHRASE: Final = 40
"""Likewise the word of a code, which is a few words in English."""
CUT: Final = "…"

_UNSAFE: Final = ("Cc", "Cf", "Cs", "Zl", "Zp")
_VARIATIONS: Final = re.compile("[\ufe00-\ufe0f]")
_AGES: Final = (
    (60, 1, "秒", "s"),
    (3600, 60, "分钟", "min"),
    (48 * 3600, 3600, "小时", "h"),
    (100 * 86400, 86400, "天", "d"),
)
"""Up to so many seconds, the seconds of the unit, and its name."""


def clean(text: str, *, keep: str = "") -> str:
    r"""Return a text without what steers a terminal: ``\x1b`` becomes four visible signs.

    Args:
        text: Anything.
        keep: Signs that stay, such as the line break.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(sign if sign in keep else _visible(sign) for sign in _VARIATIONS.sub("", text))


_ORDINARY: Final = re.compile("[^\n -~\u3000-\u9fff\uff00-\uff60]")


def escaped(json: str) -> str:
    """Return a JSON text that has the same value, and no sign in it that steers a terminal."""
    return json if json.isascii() and "\x7f" not in json else _ORDINARY.sub(_escape, json)


def _escape(found: re.Match[str]) -> str:
    sign = found[0]
    if unicodedata.category(sign) not in _UNSAFE:
        return sign
    raw = sign.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{raw[at]:02x}{raw[at + 1]:02x}" for at in range(0, len(raw), 2))


def _visible(sign: str) -> str:
    if sign in "\n\r\t":
        return " "
    if unicodedata.category(sign) not in _UNSAFE:
        return sign
    number = ord(sign)
    return f"\\x{number:02x}" if number < 256 else f"\\u{number:04x}"


def cell(column: Column, value: Any, view: View) -> str:
    """Return the text of a value; empty for none."""
    if value is None or value == "":
        return ""
    match column.kind:
        case Kind.YUAN:
            return yuan(value)
        case Kind.COUNT:
            return f"{value:,}" if isinstance(value, int | float) else clean(str(value))
        case Kind.INSTANT:
            return instant(value, seconds=view.wide)
        case Kind.AGE:
            return age(value, view)
        case Kind.MARK:
            return "✓" if value else "✗"
        case _:
            return _word(column, str(value), view)


def _word(column: Column, value: str, view: View) -> str:
    text = clean(value)
    known = words_of(column.words).get(value) if column.words else None
    if known is not None:
        word = view.told(known.zh, known.en)
        return f"{text} {word}" if view.wide and word != text else word
    return text


def words_of(words: Mapping[str, Words] | str) -> Mapping[str, Words]:
    """Return the words of coded values: those given, or those that the language has for this kind."""
    return _language(words) if isinstance(words, str) else words


@cache
def _language(kind: str) -> Mapping[str, Words]:
    from services.portal.rules import Performance, Status
    from shared.contracts import language  # noqa: F401 - so that every message is known
    from shared.contracts.message import REGISTRY
    from shared.contracts.vocabulary import coded

    if kind == "message":
        return {cls.short_type: cls.words for cls in REGISTRY.values()}
    return {code.value: code.words for code in coded((Status, Performance))[kind]}


def yuan(fen: Any) -> str:
    """Return an amount in yuan with two decimals and separators."""
    return f"{Decimal(int(fen)).scaleb(-2):,.2f}"


def instant(value: Any, *, seconds: bool = False) -> str:
    """Return a time in Beijing; a day, and what is no time, as it is."""
    at = _read(value)
    if at is None:
        return clean(str(value))
    return f"{at.astimezone(BEIJING):%Y-%m-%d %H:%M{':%S' if seconds else ''}}"


def age(value: Any, view: View) -> str:
    """Return how long ago a time is; in a wide view, with the time itself."""
    at = _read(value)
    if at is None:
        return clean(str(value))
    past = (view.now - at).total_seconds()
    for limit, unit, zh, en in _AGES:
        if 0 <= past < limit:
            short = f"{int(past // unit)} {view.told(zh, en)}"
            return f"{instant(at, seconds=True)} ({short})" if view.wide else short
    if view.wide:
        return instant(at, seconds=True)
    return f"{at.astimezone(BEIJING):%Y-%m-%d}"


def _read(value: Any) -> datetime | None:
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    return value if isinstance(value, datetime) and value.tzinfo is not None else None


def cut(text: str, width: int) -> str:
    """Return the beginning of a text that is longer than so many cells."""
    if cell_len(text) <= width:
        return text
    while text and cell_len(text + CUT) > width:
        text = text[:-1]
    return text + CUT
