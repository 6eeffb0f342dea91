"""诉讼时效: until when a claim can be sued on, by what its filing says.

It runs from the day on which the right could be exercised: of a debt in instalments that was not called as a
whole, from the last instalment; else since it is overdue. A demand, a payment and a preservation let it begin
anew, as the mediation does (counted from its end by court_bridge). A last day on a day off ends later; the
day itself is told, so that nobody is late.

Source: 民法典 arts 188, 189, 195, 201, 202; 法释〔2021〕10号 art 3; 法释〔2020〕17号 (诉讼时效) arts 11, 12.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated, Final

from shared.casework.calendar import SHANGHAI, last_day_after_months
from shared.casework.limits import Limit
from shared.contracts.claims import LeaseClaim
from shared.contracts.elements import CreditCardElements, Elements, FinanceLeaseElements, LoanElements
from shared.contracts.limitation import InterruptingAct, Limitation
from shared.contracts.words import Unit

_LAW: Final = "民法典 art 188"
LIMITATION: Final = Limit("intake.limitation", Unit.MONTHS, _LAW, at_least=36, at_most=36, bound=_LAW)
NEAR: Final = Limit("intake.limitation-near", Unit.DAYS, "practice of the platform", at_least=7, at_most=365)
Claim = CreditCardElements | LoanElements | FinanceLeaseElements


@dataclass(frozen=True, slots=True)
class LimitationRules:
    """One version of the limitation.

    Attributes:
        months: How long a claim can be sued on.
        near_days: So many days before its last day there is an alarm.
    """

    months: Annotated[int, LIMITATION]
    near_days: Annotated[int, NEAR]


LIMITATION_2026: Final = LimitationRules(months=36, near_days=60)


def limitation_of(elements: Elements, rules: LimitationRules, today: date) -> Limitation | None:
    """Return the limitation of a claim on the day of its filing; ``None`` where no beginning is told.

    Args:
        elements: What the filing says.
        rules: The version.
        today: The day of the filing; what is dated later interrupts nothing yet.
    """
    block = elements.credit_card or elements.loan or elements.finance_lease
    began = None if block is None else _began(block)
    if block is None or began is None:
        return None
    acts = [(day, act) for day, act in _acts(block) if began < day <= today]
    day, act = max(acts, key=lambda one: one[0], default=(None, None))
    last = last_day_after_months(day or began, rules.months)
    return Limitation(
        began_on=began, sue_by=last, interrupted_by=act, interrupted_on=day, passed=last < today
    )


def alarm_at(sue_by: date, rules: LimitationRules) -> datetime:
    """Return when the alarm before a last day is due."""
    return datetime.combine(sue_by - timedelta(days=rules.near_days), time.min, SHANGHAI)


def _began(block: Claim) -> date | None:
    match block:
        case LoanElements(accelerated=True, accelerated_on=date() as day):
            return day
        case LoanElements(overdue_since=overdue, due_on=last):
            return _later(overdue, last)
        case FinanceLeaseElements(claim=LeaseClaim.TERMINATION, terminated_on=date() as day):
            return day
        case FinanceLeaseElements(acceleration_clause=True, demanded_on=date() as day):
            return day
        case FinanceLeaseElements(claim=LeaseClaim.RENT, overdue_since=overdue, lease_until=last):
            return _later(overdue, last)
        case _:
            return block.overdue_since


def _later(overdue: date | None, last: date | None) -> date | None:
    """Return the last instalment's day, where it lies behind the first one that was missed.

    Source: 民法典 art 189.
    """
    return max((day for day in (overdue, last) if day is not None), default=None)


def _acts(block: Claim) -> Iterator[tuple[date, InterruptingAct]]:
    for name, act in (
        ("collected_on", InterruptingAct.DEMAND),
        ("demanded_on", InterruptingAct.DEMAND),
        ("last_repaid_on", InterruptingAct.PART_PAYMENT),
        ("preserved_on", InterruptingAct.PRESERVATION),
    ):
        if (day := getattr(block, name, None)) is not None:
            yield day, act
