"""What alerts knows of a dispute: that it was counted, and where."""

from services.alerts.rules import Context
from shared.casework.protocol import State
from shared.casework.table import Table


class Counted(State):
    """A dispute that was counted."""

    series: str


# Version 1 counted the registrations alone.
case: Table[Counted, Context] = Table("case", Counted, version=2, counts_from=2)
