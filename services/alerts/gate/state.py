"""What a gate knows: its partition, and the week that is next."""

from datetime import date

from services.alerts.rules import Context
from shared.casework.protocol import State
from shared.casework.table import Table


class Gate(State):
    """The clock of a partition.

    Attributes:
        week: The first week whose end it has not passed.
    """

    panel: str
    partition: int
    week: date


gate: Table[Gate, Context] = Table("gate", Gate)
