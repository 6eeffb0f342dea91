"""Court bridge's own collection: which case has which number, and whether a number was given twice."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from services.court_bridge.case import CourtCase
from shared.casework.protocol import Change, Increment, Write
from shared.contracts.court import CaseDocketed

if TYPE_CHECKING:
    from shared.runtime.commit.mongo import Database

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


async def case_of(database: "Database", number: str) -> str | None:
    """Return the case that has a number; ``None`` if no case has it."""
    found = await database.get(CASE_NUMBERS, number)
    return None if found is None else str(found["case"])


async def numbers_given_twice(database: "Database") -> list[dict[str, Any]]:
    """Return the numbers that more than one case has; there should be none."""
    return await database.find(CASE_NUMBERS, {"cases": {"$gt": 1}}, sort=[("_id", 1)])
