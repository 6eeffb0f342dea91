"""What a mediation knows of its talks; a case without any has :data:`NOTHING_YET`, and costs nothing."""

from datetime import datetime
from typing import Final

from shared.casework.protocol import State
from shared.contracts.doubts import FalseConduct, FalseMediationSign
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


class Offer(State):
    """A sealed offer of a side.

    Attributes:
        left: How many the side has left so far.
        sealed: The last one, as ciphertext; empty for a moment, until its command is taken in.
        by: Who left it, and so what it is bound to.
    """

    side: Party
    left: int
    sealed: str = ""
    by: str = ""


class Doubt(State):
    """A report that the mediation may be false.

    Attributes:
        by: Who reported it, and so does not decide; empty where an event of before does not say.
        false: What was decided; ``None`` while it is not, and the mediation is suspended.
    """

    conduct: tuple[FalseConduct, ...]
    by: str = ""
    false: bool | None = None


class Talks(State):
    """The talks of one mediation.

    Attributes:
        planned: Sessions that are announced, one at most with each party alone and one with all.
        numbered: How many were ever announced.
        held: Numbers of those that took place.
        facts: The text that is put before the parties; ``None`` once all confirmed it.
        undisputed: Digest of the last text that all confirmed.
        addresses: Service addresses, one at most of each party.
        offers: Sealed offers, one at most of each side; none once they met.
        met_fen: The midpoint of the offers that met; ``None`` for none.
        concessions: How many were kept; what they say stands elsewhere.
        signs: Signs of a false mediation that were told last.
        doubt: The last report of one.
    """

    planned: tuple[Planned, ...] = ()
    numbered: int = 0
    held: tuple[int, ...] = ()
    facts: Facts | None = None
    undisputed: str | None = None
    addresses: tuple[Address, ...] = ()
    offers: tuple[Offer, ...] = ()
    met_fen: int | None = None
    concessions: int = 0
    signs: tuple[FalseMediationSign, ...] = ()
    doubt: Doubt | None = None

    @property
    def suspended(self) -> bool:
        """Whether a report of a false mediation is still to be decided."""
        return self.doubt is not None and self.doubt.false is None

    def session(self, number: int) -> Planned | None:
        """Return an announced session by its number."""
        return next((one for one in self.planned if one.number == number), None)

    def offer(self, side: Party | None) -> Offer | None:
        """Return the offer that a side has on file."""
        return next((one for one in self.offers if one.side is side), None)

    def ended(self) -> "Talks":
        """Return what is left of the talks after the end: nothing that was said in confidence."""
        if self is NOTHING_YET:
            return self
        return self.but(planned=(), facts=None, offers=(), met_fen=None, concessions=0)

    def reopened(self) -> "Talks":
        """Return the talks of a mediation that begins anew: a report is no longer to be decided."""
        return self.but(doubt=None, signs=()) if self.suspended else self


NOTHING_YET: Final = Talks()
