"""What is said in confidence: fields that travel sealed to mediation, and the clear form that people fill in.

A command declares such a field by its type (:data:`SealedFen`, :data:`SealedText`). On every topic it is
ciphertext; what a person types is the clear form (:func:`clear_form`), and the portal seals it before it is
sent. A sender of its own seals likewise: RFC 9180 (HPKE), with :func:`bound_to` as ``info``.
"""

from enum import Enum
from functools import cache
from typing import Annotated, Any, Final

from pydantic import Field, create_model

from shared.contracts.fields import INSIDE
from shared.contracts.kinds import Fen
from shared.contracts.message import Command
from shared.contracts.persons import NO_PERSON
from shared.contracts.words import Unit, Words


class Clear(Enum):
    """What is sealed: an amount in fen, or a text; stands in the type of a field."""

    FEN = "fen"
    TEXT = "text"


PATTERN: Final = r"^[a-z0-9-]{1,16}\.[A-Za-z0-9_-]{70,6000}$"
"""The id of mediation's key, and the ciphertext in base64url."""
LONGEST_TEXT: Final = 1000
"""Characters of a text that is sealed."""
_FEN_BYTES: Final = 8
_BLOCK: Final = 512
_MOST_FEN: Final = 10**15
_ClearText = Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT), NO_PERSON]

Offer = Annotated[
    str, Field(pattern=PATTERN), Clear.FEN, Words("密封报价（分）", "Sealed offer, fen"), INSIDE
]
Concession = Annotated[str, Field(pattern=PATTERN), Clear.TEXT, Words("让步内容", "Concession"), INSIDE]


@cache
def sealed_fields(cls: type[Command]) -> dict[str, Clear]:
    """Return which fields of a command are sealed, and what is in them."""
    return {
        name: one
        for name, field in cls.model_fields.items()
        for one in field.metadata
        if isinstance(one, Clear)
    }


@cache
def clear_form(cls: type[Command]) -> type[Command]:
    """Return the form of a command that a person fills in; its own class where nothing is sealed."""
    sealed = sealed_fields(cls)
    if not sealed:
        return cls
    fields: dict[str, Any] = {}
    for name, field in cls.model_fields.items():
        words = next((one for one in field.metadata if isinstance(one, Words)), Words("", ""))
        match sealed.get(name):
            case Clear.FEN:
                fields[name] = (Annotated[Fen, words, Unit.FEN, INSIDE], ...)
            case Clear.TEXT:
                fields[name] = (Annotated[_ClearText, words, INSIDE], ...)
            case None:
                fields[name] = (Annotated[(field.annotation, *field.metadata)], field.default)
    made: type[Command] = create_model(cls.__name__, __base__=Command, __doc__=cls.__doc__, **fields)
    made.words, made.roles = cls.words, cls.roles
    return made


def bound_to(command: str, field: str, case: str, actor: str) -> bytes:
    """Return what a ciphertext is bound to: another case, person or field does not open it.

    Args:
        command: Wire type of the command.
        field: The field of it.
        case: Id of the case.
        actor: ``organisation/person/role`` of who sends it.
    """
    return "\n".join(("suyuan", command, field, case, actor)).encode()


def packed(kind: Clear, value: object) -> bytes:
    """Return a clear value as it is sealed: filled up, so that its length tells nothing of an amount.

    Raises:
        TypeError: The value is not of this kind.
    """
    if kind is Clear.FEN and isinstance(value, int):
        return value.to_bytes(_FEN_BYTES, "big")
    if kind is Clear.TEXT and isinstance(value, str):
        plain = value.encode() + b"\x80"
        return plain + bytes(-len(plain) % _BLOCK)
    raise TypeError(f"{type(value).__name__} is no {kind.value}")


def unpacked_fen(plain: bytes) -> int | None:
    """Return the amount that was sealed; ``None`` for what is none."""
    amount = int.from_bytes(plain, "big")
    return amount if len(plain) == _FEN_BYTES and amount <= _MOST_FEN else None


def unpacked_text(plain: bytes) -> str | None:
    """Return the text that was sealed; ``None`` for what is none."""
    text, mark, rest = plain.rpartition(b"\x80")
    if not mark or rest.strip(b"\0"):
        return None
    try:
        found = text.decode()
    except UnicodeDecodeError:
        return None
    return found if 0 < len(found) <= LONGEST_TEXT else None
