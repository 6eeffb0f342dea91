"""What alerts knows of a dispute: that it was counted, and where."""

from services.alerts.rules import Context
from shared.casework.protocol import State
from shared.casework.table import Table
from shared.contracts.alerts import DisputeCounted


class Counted(State):
    """A dispute that was counted.

    Attributes:
        first: What was counted; ``None`` of a dispute of before, which counts whatever becomes of it.
        merged: It counts no more: it was merged into another one.
    """

    series: str
    first: DisputeCounted | None = None
    merged: bool = False


# Version 1 counted the registrations alone.
case: Table[Counted, Context] = Table("case", Counted, version=2, counts_from=2)
