"""What a mediation knows of its quick decision."""

from datetime import datetime
from typing import Final

from shared.casework.protocol import State
from shared.contracts.terms import Terms


class QuickDecision(State):
    """A case that was referred for a quick decision, and the decision once it is given.

    Attributes:
        asked: Whether the case came for one.
        over: The consumer did not accept, so that it is a mediation as any other.
        digest: Of the decision's text; empty while there is none to answer.
        given_at: When it was given.
        accept_by: Until when the consumer may accept.
        accept_provisional: A calendar that is still to come may move it.
    """

    asked: bool = False
    over: bool = False
    digest: str = ""
    amount_fen: int = 0
    terms: Terms | None = None
    text_version: str = ""
    given_at: datetime | None = None
    accept_by: datetime | None = None
    accept_provisional: bool = False

    @property
    def waits(self) -> bool:
        """Whether a decision is given, and the consumer's answer to it still to come."""
        return self.decides and bool(self.digest)

    @property
    def decides(self) -> bool:
        """Whether a decision, and no agreement, is what settles the case."""
        return self.asked and not self.over


NOT_QUICK: Final = QuickDecision()
"""Of a case that came for mediation."""
FOR_DECISION: Final = QuickDecision(asked=True)
"""Of a case that waits for its decision."""
OVER: Final = QuickDecision(asked=True, over=True)
"""Of a case whose decision was not accepted."""
