"""What a service hears of holds and erasures of cases, so that its own dead letters follow them.

Intake decides about both. Whoever reads its events keeps a row of each case that was ever held or erased.
"""

from typing import Final

from shared.casework.protocol import Put
from shared.contracts.message import Message
from shared.contracts.privacy import PersonalDataErased
from shared.contracts.retention import CaseHeld, HoldReleased
from shared.runtime.base.collections import KEPT

HELD: Final = "held"


def erased_id(case: str) -> str:
    """Return the id of the row that says that a case was erased; a hold may come and go beside it."""
    return f"{case}|erased"


def told(case: str, message: Message) -> Put | None:
    """Return the row of a case after an event; ``None`` where the event is about something else."""
    match message:
        case CaseHeld():
            return Put(KEPT, case, {HELD: True})
        case HoldReleased():
            return Put(KEPT, case, {HELD: False})
        case PersonalDataErased():
            return Put(KEPT, erased_id(case), {})
        case _:
            return None
