"""What is known of a case number."""

from typing import Final

from services.intake.rules import Context
from shared.casework.protocol import State
from shared.casework.table import Table


class Number(State):
    """A case number.

    Attributes:
        case: The dispute that has it; empty for none.
    """

    case: str = ""


_FREE: Final = Number()
numbers: Table[Number, Context] = Table("numbers", Number, blank=lambda _: _FREE)
