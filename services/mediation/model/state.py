"""What a mediation knows, and how it ends."""

from datetime import datetime

from shared.casework.protocol import State
from shared.contracts.kinds import Cause, End, Party
from shared.contracts.mediation import MediationEnded


class Case(State):
    """A mediation.

    Attributes:
        case: Its id.
        due_at: The first instant after the period.
        due_provisional: A calendar that is still to come may move it.
        accepted_at: When the period started; ``None`` in cases of before provisional deadlines.
        round: Of designation; the roster's answer must name it.
        excluded: Mediators of earlier rounds, who are never asked again.
        declined: Those of them who said no.
        mediator: Who is designated or has accepted; at most one.
        answer_by: Until when the designated mediator may answer; ``None`` once answered.
        answer_provisional: A calendar that is still to come may move it.
        designated_at: When the last designation was made.
        digest: Of the current draft of the agreement.
        signed: Parties that signed this draft.
        end: ``None`` while it runs.
    """

    organisation: str
    institution: str
    cause: Cause
    claim_fen: int
    rules_version: str
    due_at: datetime
    case: str = ""
    round: int = 0
    excluded: tuple[str, ...] = ()
    declined: tuple[str, ...] = ()
    mediator: str | None = None
    answer_by: datetime | None = None
    accepted: bool = False
    digest: str | None = None
    amount_fen: int = 0
    signed: tuple[Party, ...] = ()
    sealed: bool = False
    end: End | None = None
    due_provisional: bool = False
    accepted_at: datetime | None = None
    answer_provisional: bool = False
    designated_at: datetime | None = None


def ended(state: Case, end: End, settled_fen: int = 0) -> MediationEnded:
    """Give the one event that ends a mediation. Source: 法释〔2021〕23号 art 25."""
    return MediationEnded(
        organisation=state.organisation,
        institution=state.institution,
        case=state.case,
        cause=state.cause,
        end=end,
        mediator=state.mediator,
        claim_fen=state.claim_fen,
        settled_fen=settled_fen,
    )
