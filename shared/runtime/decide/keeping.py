"""What a service hears of holds and erasures of cases, so that its own dead letters follow them.

Intake decides about both, and tells all: with its events, and court bridge, which does not read them, apart.
Each keeps a row of each case that was ever held or erased. It is written also where the event itself has to
wait behind dead letters of its case: those are the ones that it is about.
"""

from datetime import datetime
from typing import Final

from shared.casework.protocol import Put
from shared.contracts.message import Message
from shared.contracts.privacy import PersonalDataErased
from shared.contracts.retention import CaseHeld, HoldReleased
from shared.runtime.base.collections import KEPT

HELD: Final = "held"
HEARD_AT: Final = "heard_at"
"""When this service heard that a case was erased; rows of before do not say."""


def erased_id(case: str) -> str:
    """Return the id of the row that says that a case was erased; a hold may come and go beside it."""
    return f"{case}|erased"


def told(case: str, message: Message, now: datetime) -> Put | None:
    """Return the row of a case after an event; ``None`` where the event is about something else.

    Args:
        case: The case.
        message: The event.
        now: When this service heard of it, by its own clock.
    """
    match message:
        case CaseHeld():
            return Put(KEPT, case, {HELD: True})
        case HoldReleased():
            return Put(KEPT, case, {HELD: False})
        case PersonalDataErased():
            return Put(KEPT, erased_id(case), {HEARD_AT: now})
        case _:
            return None
