"""The limits of what an organisation can serve, and of whom it designates."""

from typing import Final

from shared.casework.limits import Limit
from shared.contracts.words import Unit

OVERFLOW: Final = Limit(
    "mediation.overflow", Unit.DISPUTES, "practice of the organisations", at_least=0, at_most=100_000
)
