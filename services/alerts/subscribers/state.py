"""What the list of subscribers knows: which subscription asks for which alerts."""

from collections.abc import Mapping
from typing import Final

from services.alerts.rules import Context
from shared.casework.protocol import State
from shared.casework.table import Table
from shared.contracts.kinds import Cause
from shared.contracts.subscriptions import AlertReported

MOST: Final = 2000
"""Subscriptions of all: the list is one document."""
MOST_OF_ONE: Final = 20
"""Subscriptions of one person."""


class Asked(State):
    """What a subscription asks for; ``None`` stands for all."""

    owner: str
    person: str
    institution: str | None
    cause: Cause | None
    issue: str | None

    def is_about(self, alert: AlertReported) -> bool:
        """Tell whether an alert is one of those."""
        return (
            self.institution in (None, alert.institution)
            and self.cause in (None, alert.cause)
            and self.issue in (None, alert.issue)
        )


class Subscribers(State):
    """Who is told.

    Attributes:
        asked: By the id of the subscription.
    """

    asked: Mapping[str, Asked] = {}

    def is_full(self, id: str, owner: str, person: str) -> bool:
        """Tell whether there is no room for one more subscription of somebody."""
        own = sum((one.owner, one.person) == (owner, person) for one in self.asked.values())
        return id not in self.asked and (len(self.asked) >= MOST or own >= MOST_OF_ONE)


_NOBODY = Subscribers()

subscribers: Table[Subscribers, Context] = Table("subscribers", Subscribers, blank=lambda _: _NOBODY)
