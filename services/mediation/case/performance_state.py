"""What a mediation knows of the terms of its agreement, and of their performance."""

from typing import Final

from shared.casework.protocol import State
from shared.contracts.terms import Terms


class Plan(State):
    """The terms of the current draft, or of the agreement in force.

    Attributes:
        terms: ``None`` where the text is the mediator's own, or there is none.
        text_version: The template of the text; empty likewise.
    """

    terms: Terms | None = None
    text_version: str = ""


NO_PLAN: Final = Plan()
"""Of a case whose agreement has no terms: it has no clock after its end."""
