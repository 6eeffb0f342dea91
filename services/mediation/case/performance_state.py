"""What a mediation knows of the terms of its agreement, and of their performance."""

from datetime import date, datetime
from typing import Final

from shared.casework.protocol import State
from shared.contracts.performance import InstalmentDeadline
from shared.contracts.terms import Terms


class Payment(State):
    """A payment that was recorded.

    Attributes:
        payment: The digest that it is known by.
        counted_fen: What of it counts.
        recorded_at: When; the time to object runs from there.
        disputed: Whether the organisation has still to say whether it counts.
        by_payer: Whether the payer's side says that it is not right.
    """

    payment: str
    paid_on: date
    paid_fen: int
    counted_fen: int
    recorded_at: datetime
    disputed: bool = False
    by_payer: bool = False


class Plan(State):
    """The terms of the current draft, or of the agreement in force, and how they are performed.

    Attributes:
        terms: ``None`` where the text is the mediator's own, or there is none.
        text_version: The template of the text; empty likewise.
        since: When the agreement took effect; ``None`` where no clock runs.
        deadlines: Of each instalment; empty where no clock runs.
        payments: In the order of their records.
        told: The highest number of an instalment that was told as missed.
        performed: Whether all is paid.
        defaulted_at: Since when the payer is in default; ``None`` for not.
        reopened_at: When a payment that had counted was last taken out; what is late without it is late from
            then on.
    """

    terms: Terms | None = None
    text_version: str = ""
    since: datetime | None = None
    deadlines: tuple[InstalmentDeadline, ...] = ()
    payments: tuple[Payment, ...] = ()
    told: int = 0
    performed: bool = False
    defaulted_at: datetime | None = None
    reopened_at: datetime | None = None

    @property
    def runs(self) -> bool:
        """Whether an instalment may still become late."""
        return bool(self.deadlines) and not self.performed

    @property
    def doubtful(self) -> bool:
        """Whether something is to be decided first that may keep a default off.

        A payment that does not count yet, or one of which the payer's side says that it was another.
        """
        return any(one.disputed and (one.by_payer or not one.counted_fen) for one in self.payments)

    @property
    def defaulted(self) -> bool:
        """Whether the payer is in default."""
        return self.defaulted_at is not None

    @property
    def counted_fen(self) -> int:
        """What counts of all payments."""
        return sum(one.counted_fen for one in self.payments)

    def payment(self, id: str) -> Payment | None:
        """Return a payment by its digest; ``None`` for one that was never recorded."""
        return next((one for one in self.payments if one.payment == id), None)

    def with_payment(self, changed: Payment) -> "Plan":
        """Return the plan with another state of one payment."""
        return self.but(
            payments=tuple(changed if one.payment == changed.payment else one for one in self.payments)
        )


NO_PLAN: Final = Plan()
"""Of a case whose agreement has no terms: it has no clock after its end."""
