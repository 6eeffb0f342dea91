"""What is known of the disputes of one respondent."""

from collections import Counter
from datetime import date
from typing import Final

from pydantic import Field

from services.intake.rules import Compared, Context
from shared.casework.protocol import State
from shared.casework.table import Table
from shared.contracts.kinds import Cause

MOST: Final = 50
"""So many disputes of a respondent and an institution are kept, the oldest go: a state must stay small. A
person has a few; whoever has more is a company. Each institution has places of its own: who could push out
another's, or miss its own, would learn by its own matches what others have against the respondent."""
MOST_OF_ALL: Final = 2_000
"""So many of all institutions, a tenth of what a document holds; over it the oldest of whoever has most."""

MOST_TOLD: Final = 3
"""Of so many of its matches somebody is told, the latest: nobody looks at more."""


class Candidate(State):
    """A dispute that later ones are compared with.

    Attributes:
        day: On which it was filed first.
        sequence: Number of the case's last event that told of it; what comes again is older.
        contract: Keyed hash of the contract's number; empty if unknown.
        issue: Of a complaint; empty for a claim.
        out: It is compared no more: returned, withdrawn, or of another respondent now.
        into: The dispute that it was merged into; empty for none.
        suit: It came after docketing.
        delegated: It was brought to the court; so were all of before.
    """

    institution: str
    cause: Cause
    claim_fen: int
    day: date
    sequence: int
    contract: str = ""
    issue: str = ""
    out: bool = False
    into: str = ""
    suit: bool = False
    delegated: bool = True

    @property
    def rank(self) -> int:
        """How far the court has it: what it has in hand does not go into what nobody brought to it."""
        return 2 if self.suit else int(self.delegated)

    @property
    def compared(self) -> Compared:
        """What the rules compare of it."""
        return Compared(self.institution, self.cause, self.claim_fen, self.day, self.contract, self.issue)


NOBODY: Final = Candidate(institution="", cause=Cause.COMPLAINT, claim_fen=0, day=date.min, sequence=0)
"""From which a candidate is made: faster than from nothing."""


class Matches(State):
    """The disputes of one respondent, in the order in which they came.

    Attributes:
        candidates: By their case.
        asked: With which earlier ones a dispute was matched: nobody is asked twice.
    """

    candidates: dict[str, Candidate] = Field(default_factory=dict)
    asked: dict[str, tuple[str, ...]] = Field(default_factory=dict)

    def having(self, case: str, candidate: Candidate) -> "Matches":
        """Return the matches with a candidate new or changed."""
        after = {**self.candidates, case: candidate}
        if len(after) <= MOST:
            return self.but(candidates=after)
        of = Counter(one.institution for one in after.values())
        full = candidate.institution if of[candidate.institution] > MOST else ""
        if not full and len(after) > MOST_OF_ALL:
            full = max(of, key=lambda one: of[one])
        if not full:
            return self.but(candidates=after)
        oldest = next(id for id, one in after.items() if one.institution == full)
        del after[oldest]
        return self.but(candidates=after, asked={one: to for one, to in self.asked.items() if one != oldest})


_EMPTY: Final = Matches()
matches: Table[Matches, Context] = Table("matches", Matches, blank=lambda _: _EMPTY)
