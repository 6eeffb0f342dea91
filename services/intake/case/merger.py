"""What a dispute knows of its duplicates: of which it may be one, and which went into which."""

from typing import Final

from shared.casework.protocol import State


class Suspicion(State):
    """A dispute of which this one may be a duplicate, and the rules that say so."""

    other: str
    rules: tuple[str, ...]
    rules_version: str


class Merger(State):
    """A dispute and its duplicates.

    Attributes:
        suspected: Earlier disputes of which this may be one more, until a person says whether it is.
        denied: Those of which it is none, as a person said.
        into: The dispute that it was merged into; empty for none.
        joined: Disputes that were merged into this one.
        over: Whether its mediation is over: it is compared with no other.
    """

    suspected: tuple[Suspicion, ...] = ()
    denied: tuple[str, ...] = ()
    into: str = ""
    joined: tuple[str, ...] = ()
    over: bool = False

    def suspicion(self, other: str) -> Suspicion | None:
        """Return why this may be another dispute; ``None`` if nothing says so."""
        return next((one for one in self.suspected if one.other == other), None)

    def without(self, other: str) -> "Merger":
        """Return it with one suspicion less."""
        return self.but(suspected=tuple(one for one in self.suspected if one.other != other))


NO_DUPLICATE: Final = Merger()
