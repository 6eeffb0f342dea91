"""What court_bridge knows of a case."""

from datetime import date, datetime
from enum import StrEnum

from pydantic import Field

from services.court_bridge.rules import BridgeRules, Context, kind_after
from shared.casework.parties import all_parties
from shared.casework.protocol import State
from shared.casework.table import Table
from shared.contracts.agents import Agent
from shared.contracts.kinds import Cause, DocumentType, End, FilingKind, FilingStatus, Party, Way


class Ruling(StrEnum):
    """What the court decided on confirmation, or on a statement of the agreement.

    Attributes:
        GRANTED: The agreement is confirmed, or stands in a statement: it can be enforced.
        REFUSED: It is not.
        WITHDRAWN: The suit was withdrawn; the agreement stands by itself.
        RESUMED: The trial goes on.
    """

    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    RESUMED = "resumed"


class Default(State):
    """An agreement in default whose payee may sue on it, or ask for its enforcement once it is confirmed.

    Attributes:
        last_pay_by: The first instant after the last instalment's last day.
        performed: Whether all was paid since.
    """

    due_fen: int
    open_fen: int
    last_pay_by: datetime
    performed: bool = False


class CourtCase(State):
    """A case: first what mediation said of it, then what was filed and answered.

    Attributes:
        rules_version: Version of the rules under which it started; empty before mediation said anything.
        opened: The opening of the mediation was seen, and with it the applicant's papers.
        agreement: Digest of the agreement in force; empty without one.
        facts: Digest of the facts that every party confirmed; empty without any.
        amount_fen: What the agreement settles.
        complete: Whether the agreement has the mediator's signature and the seal.
        joint: Whether every party applies for confirmation itself; under earlier rules the platform did.
        others: The parties beside the institution and the main respondent.
        agents: Whom parties entrusted.
        applied: The parties that applied for confirmation.
        near_told: Whether there was an alarm that the time for it is nearly over.
        lapsed: Whether that time is over.
        way: How the dispute came to mediation.
        suit_number: Number of the suit in which the court had a mediation tried; empty before docketing.
        suit_chosen: Whether the institution chose to sue after a mediation that it had applied for.
        attempt: Number of the last filing; 0 before the first.
        status: What the court said of the last filing; ``None`` before it said anything.
        turned_down_at: When the court turned the last filing down; ``None`` for not.
        granted_early: Confirmation was granted before the case number came.
        default: What the payer owes in default; ``None`` before one.
        sue_by: The last day to sue after a mediation that failed; ``None`` without one, and after its alarm.
        added: Digests of the documents that people brought, by type.
    """

    rules_version: str = ""
    institution: str = ""
    organisation: str = ""
    cause: Cause = Cause.CREDIT_CARD
    claim_fen: int = 0
    opened: bool = False
    agreement: str = ""
    facts: str = ""
    amount_fen: int = 0
    effective_at: datetime | None = None
    complete: bool = True
    joint: bool = False
    others: tuple[Party, ...] = ()
    agents: tuple[Agent, ...] = ()
    applied: tuple[Party, ...] = ()
    near_told: bool = False
    lapsed: bool = False
    way: Way = Way.DELEGATED
    suit_number: str = ""
    suit_chosen: bool = False
    end: End | None = None
    attempt: int = 0
    status: FilingStatus | None = None
    turned_down_at: datetime | None = None
    case_number: str = ""
    ruling: Ruling | None = None
    granted_early: bool = False
    default: Default | None = None
    sue_by: date | None = None
    added: dict[DocumentType, str] = Field(default_factory=dict)

    @property
    def kind(self) -> FilingKind | None:
        """What is filed of this case; ``None`` before the end, and where the end needs no court."""
        return None if self.end is None else kind_after(self.end, self.way)

    @property
    def parties(self) -> tuple[Party, ...]:
        """Everybody who is in the case."""
        return all_parties(self.others)

    @property
    def to_apply(self) -> tuple[Party, ...]:
        """The parties that have still to apply for confirmation."""
        return tuple(one for one in self.parties if self.joint and one not in self.applied)

    @property
    def waits(self) -> bool:
        """Whether something must happen first: an agreement completed and applied for, a suit chosen.

        Source: 法释〔2021〕23号 arts 19, 21; 民事诉讼法 (2023) art 205.
        """
        if self.kind is FilingKind.HANDOVER:
            return self.way is Way.APPLIED and not self.suit_chosen
        if self.kind is FilingKind.CONFIRMATION and self.to_apply:
            return True
        return self.kind is not None and self.kind.of_agreement and not self.complete


_BLANK = CourtCase()
case: Table[CourtCase, Context] = Table("case", CourtCase, blank=lambda _: _BLANK)


def rules_of(court_case: CourtCase, context: Context) -> BridgeRules:
    """Return the rules of the version under which the case started."""
    book = context.book
    return book.at(court_case.rules_version) if court_case.rules_version else book.now
