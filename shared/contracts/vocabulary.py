"""All words of the language in both languages, collected from what its messages declare."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from shared.contracts.declared import Declared, codes_of, fields_of, parts_of
from shared.contracts.kinds import Role, Service
from shared.contracts.message import REGISTRY, Command, Message, events
from shared.contracts.reasons import REASONS
from shared.contracts.rules import RULES
from shared.contracts.words import Audience, Coded, Words, place_of

EVERYWHERE: tuple[type[Coded], ...] = (Role, Service)
"""Codes that stand in envelopes and answers, and so in no message."""


def words(others: Iterable[type[Coded]] = ()) -> dict[str, Any]:
    """Return the words as a client gets them: of events, commands, fields, coded values, rules, reasons.

    Args:
        others: Codes of the caller's own answers.
    """
    both = list(REGISTRY.values())
    return {
        "events": {cls.short_type: _plain(cls.words) for cls in both if not issubclass(cls, Command)},
        "commands": {cls.short_type: _plain(cls.words) for cls in both if issubclass(cls, Command)},
        "fields": {name: _field(one) for name, one in shown_fields().items()},
        "values": {kind: _values(codes) for kind, codes in coded(others).items()},
        "rules": {id: _plain(one) for id, one in RULES.items()},
        "reasons": {code: {"zh": one.zh, "en": one.en} for code, one in REASONS.items()},
    }


def shown_fields() -> dict[str, Declared]:
    """Return every field of an event that somebody outside may see, by its name.

    Raises:
        TypeError: One name stands for two things.
    """
    found: dict[str, tuple[type[Any], Declared]] = {}
    for cls in events():
        for part in parts_of(cls):
            for name, one in fields_of(part).items():
                if one.audience.reaches(Audience.INSTITUTION):
                    first, known = found.setdefault(name, (part, one))
                    if known.words != one.words:
                        raise TypeError(
                            f"{part.__name__}.{name} is called {one.words}, {first.__name__}.{name} "
                            f"{known.words}: give both the same type of shared/contracts/fields.py, "
                            f"at {place_of(part, name=name)} or {place_of(first, name=name)}"
                        )
    return {name: one for name, (_, one) in found.items()}


def coded(others: Iterable[type[Coded]] = ()) -> dict[str, type[Coded]]:
    """Return every enumeration of the language by its kind, such as ``filing_status``.

    Raises:
        TypeError: One name stands for two enumerations.
    """
    found: dict[str, type[Coded]] = {}
    for codes in (*_in_messages(REGISTRY), *EVERYWHERE, *others):
        first = found.setdefault(kind_of(codes), codes)
        if first is not codes:
            raise TypeError(
                f"two enumerations are called {codes.__name__}, and the words of one would be lost: "
                f"write another name at {place_of(codes)} or {place_of(first)}"
            )
    return found


def check() -> None:
    """Check that each name of the language means one thing.

    Raises:
        TypeError: A field's name or an enumeration stands for two things.
    """
    shown_fields()
    coded()


def kind_of(codes: type[Coded]) -> str:
    """Return the kind of an enumeration's values: its name in snake case."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", codes.__name__).lower()


def _in_messages(registry: Mapping[str, type[Message]]) -> Iterator[type[Coded]]:
    for _, cls in sorted(registry.items()):
        yield from codes_of(cls)


def _field(one: Declared) -> dict[str, str]:
    out = _plain(one.words)
    if one.codes:
        out["values"] = kind_of(one.codes)
    if one.spoken:
        out["spoken"] = one.spoken.value
    return out


def _values(codes: type[Coded]) -> dict[str, dict[str, str]]:
    return {code.value: _plain(code.words) for code in codes}


def _plain(words: Words) -> dict[str, str]:
    return {"zh": words.zh, "en": words.en}
