"""Rules with versions, and the digest that pins a published one."""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

import pytest
from pydantic import BaseModel

from shared.casework.rulebook import RuleBook, digest


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True)
class Limit:
    most: float
    wait: timedelta = timedelta(days=1)
    colours: frozenset[Colour] = frozenset()


@dataclass(frozen=True)
class LaterLimit:
    wait: timedelta
    most: float
    colours: frozenset[Colour] = frozenset()
    least: int | None = None
    exempt: tuple[str, ...] = field(default=())


class Alarm(BaseModel):
    limits: tuple[Limit, ...]
    by_colour: dict[Colour, int] = {}


def always() -> bool:
    return True


def never() -> bool:
    return False


def test_a_book_knows_every_version_and_the_current_one() -> None:
    book = RuleBook({"a": 1, "b": 2}, current="b")
    assert (book.at("a"), book.now) == (1, 2)


def test_the_same_data_has_the_same_digest_however_it_is_written() -> None:
    assert digest(Limit(most=24)) == digest(Limit(24.0, timedelta(hours=24)))
    both = (Colour.RED, Colour.BLUE)
    assert digest(Limit(1, colours=frozenset(both))) == digest(Limit(1, colours=frozenset(reversed(both))))
    assert digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})


def test_a_field_that_a_version_does_not_use_leaves_its_digest_as_it_was() -> None:
    assert digest(LaterLimit(timedelta(days=1), 2)) == digest(Limit(2))
    assert digest(LaterLimit(timedelta(days=1), 2, least=0)) != digest(Limit(2))


@pytest.mark.parametrize(
    "edited",
    [
        Alarm(limits=(Limit(2),)),
        Alarm(limits=(Limit(1, timedelta(days=2)),)),
        Alarm(limits=(Limit(1, colours=frozenset({Colour.RED})),)),
        Alarm(limits=(Limit(1), Limit(1))),
        Alarm(limits=(Limit(1),), by_colour={Colour.RED: 0}),
    ],
    ids=lambda edited: str(edited)[:60],
)
def test_other_data_has_another_digest(edited: Alarm) -> None:
    assert digest(edited) != digest(Alarm(limits=(Limit(1),)))


def test_the_order_of_rules_counts_and_of_a_function_its_name() -> None:
    assert digest((1, 2)) != digest((2, 1))
    assert digest((always,)) != digest((never,))


def test_what_has_no_form_is_an_error() -> None:
    with pytest.raises(TypeError, match="has no form in a digest of rules"):
        digest(object())
