"""The first dispute that asks for a number has it; no other gets it until it lets go.

Source: 法〔2015〕137号.
"""

from collections.abc import Iterable

from services.intake.numbers.state import Number, numbers
from services.intake.rules import Context
from shared.casework.guards import Facts
from shared.contracts.delegation import (
    NumberGranted,
    NumberReleased,
    NumberTaken,
    PreSuitRegistered,
    SuitRegistered,
)
from shared.contracts.message import Event

Asked = PreSuitRegistered | SuitRegistered


def case_of(facts: Facts[Context]) -> str:
    """Return the dispute that asks: the id of its event begins with it."""
    assert facts.received is not None
    return facts.received.id.partition(":")[0]


def ask(number: Number, asked: Asked, facts: Facts[Context]) -> Iterable[Event]:
    """Asked once more by who has it, it has answered already."""
    case = case_of(facts)
    if number.case == case:
        return
    answer = NumberTaken if number.case else NumberGranted
    yield answer(case=case, case_number=asked.case_number)


numbers.on(PreSuitRegistered)(ask)
numbers.on(SuitRegistered)(ask)


@numbers.after(NumberGranted)
def granted(number: Number, event: NumberGranted) -> Number:
    return number.but(case=event.case)


numbers.unchanged_by(NumberTaken)


@numbers.takes(NumberReleased)
def free(number: Number, released: NumberReleased, facts: Facts[Context]) -> Number:
    """Whoever was refused meanwhile registers again."""
    return number.but(case="") if number.case == case_of(facts) else number
