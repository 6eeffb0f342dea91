"""Court bridge's own collection: which case has which number, and whether a number was given twice."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from services.court_bridge.case import CourtCase
from shared.casework.protocol import Change, Increment, Write
from shared.contracts.court import CaseDocketed

if TYPE_CHECKING:
    pass

CASE_NUMBERS = "case_numbers"
"""Case numbers: the case that had it first, and how many cases have it (more than 1 is the court's error)."""
INDEXES = {CASE_NUMBERS: (("cases",),)}


def rows(change: Change[CourtCase]) -> Iterable[Write]:
    """Return the row of a case number that was given."""
    return [
        Increment(CASE_NUMBERS, event.case_number, {"cases": 1}, {"case": change.subject})
        for timed in change.events
        if isinstance(event := timed.event, CaseDocketed)
    ]
