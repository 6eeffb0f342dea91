"""Numbers that name a person in a text: of an identity card, a bank card, a mobile phone.

Free text of a message travels to events, read models and files, so none of these may stand in it. A text is
looked at once, where it is read: the guards below stand in the types of the fields
(:mod:`~shared.contracts.fields`), and a command whose text has no guard is an error at import
(:mod:`~shared.contracts.shapes`).

Source: GB 11643-1999 (identity numbers), GB 32100-2015 (credit codes), ISO/IEC 7812-1 (bank cards).
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from typing import Final

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

ID_NUMBER, BANK_CARD, MOBILE_PHONE = "text.id_number", "text.bank_card", "text.mobile_phone"
"""Reason codes of what a text may not hold."""

_SHORTEST: Final = 11
_BETWEEN: Final = r"[\s\u200b-\u200d\u2060\ufeff\u2010-\u2015\u2212\uff0d-]{0,3}+"
"""What people write between the groups of a number: blanks and dashes of all kinds."""
_NUMBERS: Final = re.compile(
    rf"(?<!\d)\d(?:{_BETWEEN}\d){{{_SHORTEST - 1},}}+(?:{_BETWEEN}[Xx\uff38\uff58])?"
)
_GROUP: Final = re.compile(r"\d+X?")
_ID_IN_A_REFERENCE: Final = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")
_CREDIT_CODE: Final = re.compile(r"(?<![0-9A-Z])[159Y][0-9]{7}[0-9A-HJ-NPQRTUWXY]{10}(?![0-9A-Z])")
_CREDIT_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"

_PROVINCES: Final = frozenset(
    (
        "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 "
        "50 51 52 53 54 61 62 63 64 65 71 81 82 83"
    ).split()
)
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS: Final = "10X98765432"
_PHONE: Final = re.compile(r"(?:0{0,2}86)?1[3-9]\d{9}")
_CARD: Final = re.compile(r"(?:9558|62|60|65|4|5[0-9]|3[0-9]|22[2-9]|2[3-6]|27[01]|2720)\d*")
"""How the numbers of cards begin. A year does not: most numbers of contracts and files begin with one."""
_CARD_LENGTHS: Final = range(13, 20)


def _free_of_persons(text: str) -> str:
    """Return a text as it is.

    Raises:
        PydanticCustomError: It holds a number that names a person; the error does not repeat it.
    """
    if len(text) >= _SHORTEST and (found := number_in(text)) is not None:
        raise PydanticCustomError(found, "the text holds a number that names a person")
    return text


def _free_of_id_numbers(text: str) -> str:
    """Return an id or a reference as it is.

    Raises:
        PydanticCustomError: It holds the number of an identity card; the error does not repeat it.
    """
    if len(text) >= 18 and holds_id_number(text):
        raise PydanticCustomError(ID_NUMBER, "it holds an identity number")
    return text


NO_PERSON: Final = AfterValidator(_free_of_persons)
"""Guards a text that people write."""
NO_ID_NUMBER: Final = AfterValidator(_free_of_id_numbers)
"""Guards an id or a reference that somebody else gives.

References of 16 and more digits are common, and of those that begin like a bank card a tenth would pass for
one by chance; so would many of 11 digits for a phone. The number of an identity card, with its date and check
digit, is met by chance once in some 100,000 numbers of 18 digits.
"""
GUARDS: Final = (NO_PERSON, NO_ID_NUMBER)


def number_in(text: str) -> str | None:
    """Return the reason code of the first number in a text that names a person; ``None`` without one."""
    if _NUMBERS.search(text) is None:
        return None
    plain = unicodedata.normalize("NFKC", text).upper()
    for match in _NUMBERS.finditer(_CREDIT_CODE.sub(_without_credit_code, plain)):
        groups = [_digits(one) for one in _GROUP.findall(match[0])]
        for parts in _runs(groups):
            if (found := _named_by(parts)) is not None:
                return found
    return None


MASK: Final = "•••"
_LETTER: Final = 18


def masked(text: str) -> str:
    """Return a text in which no number names a person: each is replaced, wherever it stands.

    For what is shown of a text that was never taken. Signs of other widths become plain ones; of digits
    without a break, an identity number among them is found too.
    """
    plain = unicodedata.normalize("NFKC", text)
    if _NUMBERS.search(plain) is None:
        return plain if plain != text and number_in(text) else text
    return _NUMBERS.sub(_hidden, plain)


def _hidden(match: re.Match[str]) -> str:
    groups = [_digits(one) for one in _GROUP.findall(match[0].upper())]
    named = any(_named_by(parts) is not None for parts in _runs(groups))
    whole = "".join(groups)
    inside = any(is_id_number(whole[at : at + _LETTER]) for at in range(len(whole) - _LETTER + 1))
    return MASK if named or inside else match[0]


def holds_id_number(text: str) -> bool:
    """Tell whether an identity number stands in an id or a reference, written in one."""
    return any(is_id_number(one.upper()) for one in _ID_IN_A_REFERENCE.findall(text))


def is_id_number(number: str) -> bool:
    """Tell whether 18 characters, ``X`` in upper case, are an identity number with its check digit."""
    if len(number) != 18 or not (number[:17].isdigit() and number[:2] in _PROVINCES):
        return False
    check = _CHECK_DIGITS[sum(int(one) * weight for one, weight in zip(number, _WEIGHTS, strict=False)) % 11]
    return number[17] == check and _is_birthday(number[6:14])


def _named_by(parts: tuple[str, ...]) -> str | None:
    """Return what a number is, given in the groups in which it is written."""
    number = "".join(parts)
    if is_id_number(number) or _is_old_id_number(number):
        return ID_NUMBER
    if len(parts[0]) >= 3 and _PHONE.fullmatch(number):
        return MOBILE_PHONE
    in_groups_of_a_card = all(len(one) >= 4 for one in parts[:-1])
    return BANK_CARD if in_groups_of_a_card and _is_card(number) else None


def _is_old_id_number(number: str) -> bool:
    """Tell whether it is an identity number of 15 digits, given out until 1999: without a check digit."""
    plain = len(number) == 15 and number.isdigit() and number[:2] in _PROVINCES
    return plain and _is_birthday("19" + number[6:12])


def _is_birthday(day: str) -> bool:
    try:
        return 1890 <= date(int(day[:4]), int(day[4:6]), int(day[6:])).year <= 2100
    except ValueError:
        return False


def _is_card(number: str) -> bool:
    if len(number) not in _CARD_LENGTHS or not _CARD.fullmatch(number):
        return False
    digits = [int(one) for one in reversed(number)]
    doubled = (sum(divmod(2 * one, 10)) for one in digits[1::2])
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def _runs(groups: list[str]) -> Iterator[tuple[str, ...]]:
    """Yield every run of neighbouring groups that is as long as a number of a person."""
    for first in range(len(groups)):
        length = 0
        for last in range(first, len(groups)):
            length += len(groups[last])
            if length > 19:
                break
            if length >= _SHORTEST:
                yield tuple(groups[first : last + 1])


def _digits(group: str) -> str:
    """Return a group in plain digits, whatever the script."""
    return "".join("X" if one == "X" else str(unicodedata.digit(one)) for one in group)


def _without_credit_code(match: re.Match[str]) -> str:
    """Return nothing in place of a credit code: it names a company, and may look like a card."""
    return "|" if _is_credit_code(match[0]) else match[0]


def _is_credit_code(code: str) -> bool:
    values = [_CREDIT_ALPHABET.index(one) for one in code]
    total = sum(value * pow(3, place, 31) for place, value in enumerate(values[:17]))
    return values[17] == (31 - total % 31) % 31
