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


def ask(number: Number, asked: Asked, facts: Facts[Context]) -> Iterable[Event]:
    """Asked once more by who has it, it has answered already."""
    if number.case == facts.told_by:
        return
    answer = NumberTaken if number.case else NumberGranted
    yield answer(case=facts.told_by, case_number=asked.case_number)


numbers.on(PreSuitRegistered)(ask)
numbers.on(SuitRegistered)(ask)


@numbers.after(NumberGranted)
def granted(number: Number, event: NumberGranted) -> Number:
    return number.but(case=event.case)


numbers.unchanged_by(NumberTaken)


@numbers.takes(NumberReleased)
def free(number: Number, released: NumberReleased, facts: Facts[Context]) -> Number:
    """Whoever was refused meanwhile registers again."""
    return number.but(case="") if number.case == facts.told_by else number
