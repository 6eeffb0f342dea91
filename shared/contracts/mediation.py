"""Mediation's language: opening, designation, agreement, the eight ends; and the rosters'."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from shared.contracts.kinds import Cause, Code, Digest, End, Fen, Party, Slug, Tier
from shared.contracts.message import Command, Copy, Event, Message
from shared.contracts.topics import DESIGNATIONS, ROSTERS

_TO_ROSTER = (Copy(ROSTERS, key="organisation"),)
_TO_CASE = (Copy(DESIGNATIONS, key="case"),)

Round = Annotated[int, Field(ge=1, le=1000)]


class Score(Message):
    """Why a mediator was or was not chosen; the lowest score wins.

    Attributes:
        places: Cases that the mediator held at the moment of choosing.
        assigned: Places that the mediator was ever given on this roster.
        weight: Share relative to the colleagues.
        score: ``(assigned + 1) / weight``.
    """

    mediator: Slug
    places: int
    assigned: int
    weight: float
    score: float


class MediationOpened(Event, family="mediation"):
    """受理: the platform accepted the referral; the period runs.

    Attributes:
        accepted_at: Start point of the period (法释〔2021〕23号 art 24).
        due_at: The instant at which the period is over.
        due_provisional: A calendar that is still to come may move it; DeadlineCorrected then says so.
    """

    organisation: Slug
    institution: Slug
    cause: Cause
    tier: Tier
    claim_fen: Fen
    accepted_at: datetime
    limit_days: int
    due_at: datetime
    rules_version: Code
    due_provisional: bool = False


class DesignationRequested(Event, family="mediation"):
    """The case asks its organisation's roster for a mediator."""

    copies = _TO_ROSTER

    organisation: Slug
    case: str
    round: Round
    cause: Cause
    excluded: tuple[Slug, ...]


class MediatorDesignated(Event, family="mediation"):
    """指定调解员. Source: 法释〔2021〕23号 art 10.

    Attributes:
        answer_by: The instant from which on an answer is late.
        answer_provisional: A calendar that is still to come may move it; DeadlineCorrected then says so.
    """

    organisation: Slug
    mediator: Slug
    round: Round
    answer_by: datetime
    why: tuple[Score, ...]
    answer_provisional: bool = False


class DeadlineKind(StrEnum):
    """Which deadline of a mediation."""

    PERIOD = "period"
    ANSWER = "answer"


class DeadlineCorrected(Event, family="mediation"):
    """期限核定: a calendar that was not there before says when a provisional deadline really ends.

    Attributes:
        deadline: ``period`` is ``due_at`` of the case, ``answer`` is ``answer_by`` of the designation.
        before: The provisional deadline.
        after: The deadline from now on; the same where the provisional one was right, or stands.
        provisional: Yet another calendar may move it.
    """

    deadline: DeadlineKind
    before: datetime
    after: datetime
    provisional: bool = False


class AssignmentAccepted(Event, family="mediation"):
    """The designated mediator takes the case. Source: 法释〔2021〕23号 art 12."""

    mediator: Slug


class AssignmentDeclined(Event, family="mediation"):
    """The designated mediator declines with a reason; another is designated."""

    copies = _TO_ROSTER

    organisation: Slug
    case: str
    mediator: Slug
    round: Round
    reason: Code


class AssignmentLapsed(Event, family="mediation"):
    """The designated mediator did not answer in time; another is designated."""

    copies = _TO_ROSTER

    organisation: Slug
    case: str
    mediator: Slug
    round: Round


class DesignationDropped(Event, family="mediation"):
    """A place came for a case that no longer needs it; the roster gets it back."""

    copies = _TO_ROSTER

    organisation: Slug
    case: str
    mediator: Slug
    round: Round


class AgreementDrafted(Event, family="mediation"):
    """调解协议: digest of the text, and the amount that it settles."""

    digest: Digest
    amount_fen: Fen


class AgreementSigned(Event, family="mediation"):
    """A party e-signed the agreement."""

    party: Party
    digest: Digest


class AgreementSealed(Event, family="mediation"):
    """The organisation sealed the agreement."""

    digest: Digest


class AgreementEffective(Event, family="mediation"):
    """All have signed and the seal is on. Source: 法释〔2021〕23号 art 19."""

    digest: Digest
    amount_fen: Fen


class MediationEnded(Event, family="mediation"):
    """The mediation is over, with one of the eight coded ends.

    Attributes:
        mediator: Who held the case; ``None`` if nobody did.
        settled_fen: 化解标的额; 0 unless the end is an agreement.
    """

    copies = _TO_ROSTER

    organisation: Slug
    institution: Slug
    case: str
    cause: Cause
    end: End
    mediator: Slug | None
    claim_fen: Fen
    settled_fen: Fen


class PlaceTaken(Event, family="mediation"):
    """The roster gives a case a mediator."""

    copies = _TO_CASE

    case: str
    mediator: Slug
    round: Round
    why: tuple[Score, ...]


class PlaceFreed(Event, family="mediation"):
    """A mediator has a free place again."""

    case: str
    mediator: Slug


class DesignationQueued(Event, family="mediation"):
    """No mediator who may take the case has a free place; it waits in the roster.

    Attributes:
        waiting: Cases that wait in this roster, this one included.
        eligible: Mediators who may take the case once they have a place; at 0 the case ends with
            its period unless the roster changes.
    """

    case: str
    round: Round
    cause: Cause
    excluded: tuple[Slug, ...]
    waiting: int
    eligible: int


class DesignationWithdrawn(Event, family="mediation"):
    """A case ended while it waited; it leaves the roster's queue."""

    case: str
    round: Round


class DeclineReason(StrEnum):
    """Why a mediator declines an assignment."""

    CONFLICT_OF_INTEREST = "conflict_of_interest"
    NO_CAPACITY = "no_capacity"
    NOT_MY_FIELD = "not_my_field"
    OTHER = "other"


class AcceptAssignment(Command, family="mediation"):
    """Take the case."""

    roles = ("mediator",)


class DeclineAssignment(Command, family="mediation"):
    """Decline the case, with a reason."""

    roles = ("mediator",)

    reason: DeclineReason


class DraftAgreement(Command, family="mediation"):
    """Put an agreement before the parties; it replaces an earlier draft."""

    roles = ("mediator",)

    digest: Digest
    amount_fen: Fen


class SignAgreement(Command, family="mediation"):
    """Sign the agreement for a party."""

    roles = ("institution_agent", "party")

    party: Party
    digest: Digest


class SealAgreement(Command, family="mediation"):
    """Put the organisation's seal on the agreement."""

    roles = ("organisation_clerk",)

    digest: Digest


class EndMediation(Command, family="mediation"):
    """End the mediation without an agreement, with one of the other coded ends."""

    roles = ("mediator", "organisation_clerk")

    end: End
