"""How payments count against the plan of an agreement: the oldest instalment first, nothing twice.

All amounts are in fen. What counts of all payments together never passes the agreed amount, so what counts
and what is unpaid always come to that amount.
Source: 民法典 art 560 (of several debts the one that is due first); 人民调解法 art 31 (as of 2011-01-01).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import accumulate
from typing import Annotated, Final

from shared.casework.calendar import Calendar, Deadline
from shared.casework.limits import Limit
from shared.contracts.performance import InstalmentDeadline, Objection
from shared.contracts.terms import Instalment, OnDefault, Terms
from shared.contracts.words import Unit

_PRACTICE: Final = "practice of the organisations"
TOLERANCE: Final = Limit("mediation.tolerance", Unit.FEN, _PRACTICE, at_least=0, at_most=10_000)
GRACE: Final = Limit("mediation.grace", Unit.DAYS, _PRACTICE, at_least=0, at_most=30)
OBJECTION: Final = Limit("mediation.time-to-object", Unit.WORKING_DAYS, _PRACTICE, at_least=1, at_most=60)


@dataclass(frozen=True, slots=True)
class PerformanceRules:
    """The limits of an agreement's performance.

    Attributes:
        tolerance_fen: By so much what is paid may be off.
        grace_days: Days after an instalment's own in which a default may still be turned away.
        objection_days: Working days from a payment's record on in which a party may object to it.
    """

    tolerance_fen: Annotated[int, TOLERANCE]
    grace_days: Annotated[int, GRACE]
    objection_days: Annotated[int, OBJECTION]

    def object_by(self, recorded_at: datetime, calendar: Calendar) -> datetime:
        """Return the first instant at which an objection to a payment is late.

        Source: 民事诉讼法 (2023) art 85, which the platform follows here.
        """
        return calendar.after_working_days(recorded_at, self.objection_days).at

    def default_at(self, terms: Terms, counted_fen: int, deadlines: Sequence[InstalmentDeadline]) -> datetime:
        """Return when the payer is in default unless more is paid.

        The days of grace are the platform's, and roll over nothing.

        Args:
            terms: With the plan.
            counted_fen: What counts of the payments.
            deadlines: Of each instalment.
        """
        index = defaults_with(terms, covered(terms.instalments, counted_fen, self.tolerance_fen))
        return deadlines[index].pay_by + timedelta(days=self.grace_days)


def pay_by(one: Instalment, since: date, calendar: Calendar) -> Deadline:
    """Return the first instant at which an instalment is late.

    What the terms made due before the agreement was in force is due on the day of its effect.
    Source: 民事诉讼法 (2023) art 85: a last day off rolls to the next working day.

    Args:
        one: The instalment.
        since: The day on which the agreement took effect.
        calendar: What is known about working days.
    """
    return calendar.rolled(max(one.pay_on, since))


COUNTS_NOT: Final = (Objection.BEFORE_EFFECT, Objection.NOTHING_OPEN)
"""With these a payment counts for nothing until the organisation says so."""


def covered(plan: Sequence[Instalment], counted_fen: int, tolerance_fen: int) -> int:
    """Return how many instalments are paid, the oldest first.

    Args:
        plan: The instalments in their order.
        counted_fen: What counts of all payments.
        tolerance_fen: So much may be missing; an instalment of which nothing is paid is never covered by it.
    """
    sums = accumulate(one.pay_fen for one in plan)
    for number, (one, sum_fen) in enumerate(zip(plan, sums, strict=True)):
        missing = sum_fen - counted_fen
        if missing > 0 and (missing > tolerance_fen or missing >= one.pay_fen):
            return number
    return len(plan)


def counts(total_fen: int, others_fen: int, paid_fen: int) -> int:
    """Return what of a payment counts.

    Args:
        total_fen: The agreed amount.
        others_fen: What counts of all other payments.
        paid_fen: The payment.
    """
    return min(paid_fen, total_fen - others_fen)


def objection_to(
    terms: Terms,
    *,
    counted_fen: int,
    paid_fen: int,
    paid_on: date,
    since: date,
    tolerance_fen: int,
    in_default: bool,
) -> Objection | None:
    """Return what the plan says against a payment; ``None`` where it fits.

    Paying ahead fits: what is more than the oldest unpaid instalment is carried forward. After a default
    there is no plan to fit any more, so any part of what is unpaid does.

    Args:
        terms: With the plan.
        counted_fen: What counts of the payments before.
        paid_fen: The payment.
        paid_on: Its day.
        since: The day on which the agreement took effect.
        tolerance_fen: By so much it may be off.
        in_default: Whether the payer is in default.
    """
    plan, total = terms.instalments, terms.total_fen
    before = covered(plan, counted_fen, tolerance_fen)
    if paid_on < since:
        return Objection.BEFORE_EFFECT
    if before == len(plan):
        return Objection.NOTHING_OPEN
    if paid_fen > total - counted_fen + tolerance_fen:
        return Objection.OVER
    after = covered(plan, counted_fen + counts(total, counted_fen, paid_fen), tolerance_fen)
    return Objection.SHORT if after == before and not in_default else None


def defaults_with(terms: Terms, covered: int) -> int:
    """Return the index of the instalment with which the payer is in default, if it stays unpaid.

    The terms say how many may be overdue at one time; the last one ends the patience in any case.
    """
    return min(covered + terms.default_after, len(terms.instalments)) - 1


def due_fen(terms: Terms, counted_fen: int, due: int, *, in_default: bool = False) -> int:
    """Return what is due and unpaid.

    Args:
        terms: With the plan, and what a default brings about.
        counted_fen: What counts of all payments.
        due: How many instalments' days are over.
        in_default: Whether the payer is in default.
    """
    if in_default and terms.on_default is OnDefault.ALL:
        return terms.total_fen - counted_fen
    return max(0, sum(one.pay_fen for one in terms.instalments[:due]) - counted_fen)
