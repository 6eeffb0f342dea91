"""Who mediates beside the one who presides, and what is to be decided about either of them."""

from datetime import datetime
from typing import Final

from shared.casework.protocol import State
from shared.contracts.co_mediators import TeamGround
from shared.contracts.complaints import ComplaintGround
from shared.contracts.kinds import Party
from shared.contracts.recusal import InterestGround


class Recusal(State):
    """A recusal that is still to be decided.

    Attributes:
        mediator: About whom.
        disclosed: The mediator said so; otherwise a party asked.
        kept: Parties that know, and agree to go on.
    """

    mediator: str
    ground: InterestGround
    disclosed: bool = False
    kept: tuple[Party, ...] = ()


class Complaint(State):
    """What a party complained of; its number is its place among those of the case.

    Attributes:
        open: The court has not decided yet.
    """

    mediator: str
    party: Party
    breach: ComplaintGround
    open: bool = True


class CoMediator(State):
    """The second mediator; in most cases there is none.

    Attributes:
        ground: Why there is to be one; ``None`` where the rules of the case say it, once one presides.
        round: Of the last request for one.
        asked: Whether the roster still owes an answer.
        mediator: Who is designated or has accepted.
        answer_by: Until when the designated one may answer; ``None`` once answered.
        answer_provisional: A calendar that is still to come may move it.
        designated_at: When the last one was designated.
        gone: Who was the second mediator before, or declined to be.
        countersigned: Whether the second mediator signed the current draft.
        recusal: What is to be decided about the second mediator.
        replaced_for: Parties at whose request one was replaced.
        named: Whom of the two each party wants to preside.
    """

    ground: TeamGround | None = None
    round: int = 0
    asked: bool = False
    mediator: str | None = None
    answer_by: datetime | None = None
    answer_provisional: bool = False
    designated_at: datetime | None = None
    accepted: bool = False
    gone: tuple[str, ...] = ()
    countersigned: bool = False
    recusal: Recusal | None = None
    replaced_for: tuple[Party, ...] = ()
    named: tuple[tuple[Party, str], ...] = ()

    def without(self, mediator: str) -> "CoMediator":
        """Return the state without the one who left."""
        return self.empty().but(gone=(*self.gone, mediator))

    def empty(self) -> "CoMediator":
        """Return the state with nobody in the second seat, and nobody asked for."""
        return self.but(
            asked=False,
            mediator=None,
            answer_by=None,
            answer_provisional=False,
            accepted=False,
            countersigned=False,
            recusal=None,
            named=(),
        )


ALONE: Final = CoMediator()
