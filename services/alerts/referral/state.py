"""What a referral knows: whose answer is awaited, of which alerts, by when, and what came of it."""

from datetime import date, datetime

from services.alerts.rules import Context
from shared.casework.guards import Facts, possible
from shared.casework.protocol import State
from shared.casework.table import Table
from shared.contracts.kinds import ContactMeans
from shared.contracts.message import Command
from shared.contracts.referrals import RecipientKind, ReferralOutcome


class Referral(State):
    """A systemic issue with its recipient.

    Attributes:
        matter: Names it, with its recipient.
        alerts: Series, a bar, and Monday of each alert.
        institutions: Whose disputes these are; an alert of a sum over all institutions names none.
        answer_by: The first instant after the time for an answer; ``None`` without a limit.
        answer_provisional: A calendar that is still to come may move it.
        extended: Why there is more time; empty before.
        reminded: The alarm before the last day was given, for the limit as it is now.
        missed_at: When the time was over without an answer.
        timely: Whether the answer was in time; ``None`` before it, and without a limit.
        received_on: When an answer came that was recorded by hand; ``None`` for one on the platform.
        means: How that one came.
        withdrawn: Why it was withdrawn; empty before.
        superseded_by: The referral that has taken its place; empty for none.
        replaces: The referrals whose place it takes.
    """

    recipient: str
    recipient_kind: RecipientKind
    matter: str
    question: str
    rules_version: str
    opened_at: datetime
    alerts: tuple[str, ...] = ()
    institutions: tuple[str, ...] = ()
    answer_by: datetime | None = None
    answer_provisional: bool = False
    extended: str = ""
    acknowledged_at: datetime | None = None
    reminded: bool = False
    missed_at: datetime | None = None
    answered_at: datetime | None = None
    referral_outcome: ReferralOutcome | None = None
    measures: str = ""
    grounds: str = ""
    timely: bool | None = None
    received_on: date | None = None
    means: ContactMeans | None = None
    withdrawn: str = ""
    superseded_by: str = ""
    replaces: tuple[str, ...] = ()

    @property
    def over(self) -> bool:
        """Whether nothing is awaited any more."""
        return bool(self.answered_at or self.withdrawn or self.superseded_by)


referral: Table[Referral, Context] = Table("referral", Referral, unknown="systemic.unknown")


@possible
def is_open(state: Referral, _: Facts[Context], __: Command | None) -> str | None:
    """An answer is awaited."""
    return "systemic.over" if state.over else None
