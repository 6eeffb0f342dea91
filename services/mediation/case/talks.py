"""What a mediation knows of its talks; a case without any has :data:`NOTHING_YET`, and costs nothing."""

from datetime import datetime
from typing import Final

from shared.casework.protocol import State
from shared.contracts.kinds import Party
from shared.contracts.sessions import FactItem, SessionForm, SessionPlace


class Planned(State):
    """A session that is announced.

    Attributes:
        alone_with: With whom alone; ``None`` for all together.
    """

    number: int
    at: datetime
    how: SessionForm
    place: SessionPlace | None = None
    room: str | None = None
    meeting_code: str | None = None
    alone_with: Party | None = None


class Facts(State):
    """A text of facts that is put before the parties.

    Attributes:
        confirmed: Parties that confirmed this text.
    """

    digest: str
    items: tuple[FactItem, ...]
    confirmed: tuple[Party, ...] = ()


class Address(State):
    """Where papers reach a party."""

    party: Party
    digest: str
    electronic: bool


class Talks(State):
    """The talks of one mediation.

    Attributes:
        planned: Sessions that are announced, one at most with each party alone and one with all.
        numbered: How many were ever announced.
        held: Numbers of those that took place.
        facts: The text that is put before the parties; ``None`` once all confirmed it.
        undisputed: Digest of the last text that all confirmed.
        addresses: Service addresses, one at most of each party.
    """

    planned: tuple[Planned, ...] = ()
    numbered: int = 0
    held: tuple[int, ...] = ()
    facts: Facts | None = None
    undisputed: str | None = None
    addresses: tuple[Address, ...] = ()

    def session(self, number: int) -> Planned | None:
        """Return an announced session by its number."""
        return next((one for one in self.planned if one.number == number), None)

    def ended(self) -> "Talks":
        """Return what is left of the talks once the mediation is over."""
        return self if self is NOTHING_YET else self.but(planned=(), facts=None)


NOTHING_YET: Final = Talks()
