"""What a case knows of the time in which its parties may choose a mediator together."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from shared.casework.protocol import State
from shared.contracts.kinds import Party


class Choice(State):
    """The parties' choice; it is over once a mediator is asked for.

    Attributes:
        opened_at: When the time to choose began; ``None`` where there is none.
        agreed_at: When all had agreed, from which it runs; ``None`` where it ran from the beginning.
        choose_by: Until when they may choose.
        choose_provisional: A calendar that is still to come may move it.
        named: Whom each party wants.
        left: Parties that leave it to the court.
    """

    opened_at: datetime | None = None
    agreed_at: datetime | None = None
    choose_by: datetime | None = None
    choose_provisional: bool = False
    named: Mapping[Party, str] = {}
    left: tuple[Party, ...] = ()

    @property
    def since(self) -> datetime | None:
        """When the time began."""
        return self.agreed_at or self.opened_at


NOT_OFFERED: Final = Choice()
