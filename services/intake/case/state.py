"""What intake knows of a dispute, who may act for its parties, and how it is referred."""

from datetime import datetime
from enum import StrEnum

from services.intake.case.keeping import NEW, Keeping
from services.intake.case.merger import NO_DUPLICATE, Merger
from services.intake.case.right_to_sue import NO_LIMIT, SueClock
from services.intake.rules import Context
from shared.casework.guards import Facts, possible
from shared.casework.parties import all_parties
from shared.casework.protocol import Refusal, State
from shared.casework.table import Table
from shared.contracts.agents import Agent
from shared.contracts.kinds import Cause, Party, Procedure, Route, Tier, Way
from shared.contracts.message import Command


class Status(StrEnum):
    """How far a dispute has come."""

    RETURNED = "returned"
    SCREENED = "screened"
    REFERRED = "referred"
    WITHDRAWN = "withdrawn"


class Entrusted(State):
    """An agent, and the digest of the agent's letter of authority."""

    agent: Agent
    letter: str


class Dispute(State):
    """A dispute at intake.

    Attributes:
        returned_digest: Content of the filing that was returned; empty unless it is returned.
        amended_digest: Content of the last amendment that was taken; empty before one.
        explanation: Content version and channel of the last explanation; empty before the first.
        referred_to: Where it went; ``None`` before.
        others: The parties beside the institution and the main respondent.
        others_agree: Those of them that agree to mediation.
        all_agreed_at: When the last of all parties agreed; ``None`` before that, and where it is not known.
        refused: The parties that refused mediation.
        way: How it came.
        pre_suit_number: 诉前调 number of the court; empty before it is registered there.
        letter: Digest of the letter of delegation; empty before one.
        suit_number: Number of the suit in which the court has a mediation tried; empty before it is known.
        procedure: By which the court tries that suit.
        number_waits: Whether it is still to be confirmed that no other dispute has the number.
        quick: Whether screening sends it to a quick decision.
        erased: Its raw data are gone.
        entrusted: The agents of the parties, with the letters that they have.
        merger: Its duplicates.
        keeping: How long its raw data are kept, and who wishes to dispose of them.
        limitation: Until when it can be sued on, while it waits here.
    """

    institution: str
    cause: Cause
    claim_fen: int
    party_token: str
    rules_version: str
    status: Status = Status.SCREENED
    returned_digest: str = ""
    amended_digest: str = ""
    tier: Tier = Tier.SIMPLE
    route: Route = Route.MEDIATION
    explanation: str = ""
    applicant_agrees: bool = False
    respondent_agrees: bool = False
    referred_to: Route | None = None
    others: tuple[Party, ...] = ()
    others_agree: tuple[Party, ...] = ()
    all_agreed_at: datetime | None = None
    refused: tuple[Party, ...] = ()
    way: Way = Way.DELEGATED
    pre_suit_number: str = ""
    letter: str = ""
    suit_number: str = ""
    procedure: Procedure | None = None
    number_waits: bool = False
    quick: bool = False
    erased: bool = False
    entrusted: tuple[Entrusted, ...] = ()
    merger: Merger = NO_DUPLICATE
    limitation: SueClock = NO_LIMIT
    keeping: Keeping = NEW

    @property
    def case_number(self) -> str:
        """The number that the court gave it, before docketing or of its suit; empty for none."""
        return self.pre_suit_number or self.suit_number

    @property
    def parties(self) -> tuple[Party, ...]:
        """Everybody who is in the case."""
        return all_parties(self.others)

    @property
    def agents(self) -> tuple[Agent, ...]:
        """Whom the parties entrusted."""
        return tuple(one.agent for one in self.entrusted)

    @property
    def consents(self) -> tuple[Party, ...]:
        """The parties that agree to mediation."""
        return tuple(party for party in self.parties if self.agrees(party))

    @property
    def all_agree(self) -> bool:
        """Whether every party agrees to mediation."""
        return len(self.consents) == len(self.parties)

    def agrees(self, party: Party) -> bool:
        """Return whether a party agrees to mediation."""
        if party is Party.APPLICANT:
            return self.applicant_agrees
        return self.respondent_agrees if party is Party.RESPONDENT else party in self.others_agree


case: Table[Dispute, Context] = Table("case", Dispute)


def is_applicant(dispute: Dispute, facts: Facts[Context]) -> bool:
    """Return whether the actor is an agent of the institution that filed."""
    return facts.actor.role == "institution_agent" and facts.actor.organisation == dispute.institution


def is_clerk_of_organisation(dispute: Dispute, facts: Facts[Context]) -> bool:
    """Return whether the actor is a clerk of the organisation that mediates such disputes."""
    actor = facts.actor
    if actor.role != "organisation_clerk":
        return False
    return actor.organisation == facts.context.network.route(dispute.tier, dispute.cause).id


def is_clerk_of_court(facts: Facts[Context]) -> bool:
    """Return whether the actor is a clerk of the court."""
    return facts.actor.role == "court_clerk" and facts.actor.organisation == facts.context.network.court.id


@possible
def not_withdrawn(dispute: Dispute, _: Facts[Context], __: Command | None) -> str | None:
    """What the institution took back is over."""
    return "case.closed" if dispute.status is Status.WITHDRAWN else None


@possible
def not_returned(dispute: Dispute, _: Facts[Context], __: Command | None) -> str | None:
    """A returned filing is amended before anything else happens to it."""
    return "filing.returned" if dispute.status is Status.RETURNED else None


@possible
def not_merged(dispute: Dispute, _: Facts[Context], __: Command | None) -> Refusal | None:
    """A merged dispute goes on under the other id alone."""
    into = dispute.merger.into
    return Refusal("case.merged", f"It goes on as {into}.", rule="intake.one-dispute") if into else None
