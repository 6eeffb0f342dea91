"""What a dispute at intake knows of how long it is kept, and who wishes to dispose of it."""

from datetime import datetime
from typing import Final

from shared.casework.protocol import State


class Keeping(State):
    """How long the raw data of a dispute are kept.

    Attributes:
        over_since: When it was over; ``None`` while it is open.
        ended: Whether the time for keeping is over.
        held_by: Who holds it for a suit, as an actor; empty for nobody.
        requested_by: Who asks to dispose of it, as an actor; empty for nobody.
        ground: Why.
        told_at: When the latest happened that mediation or the court told; ``None`` for nothing yet.
        told_by_court: Whether that was the court's side.
    """

    over_since: datetime | None = None
    ended: bool = False
    held_by: str = ""
    requested_by: str = ""
    ground: str = ""
    told_at: datetime | None = None
    told_by_court: bool = False


NEW: Final = Keeping()
