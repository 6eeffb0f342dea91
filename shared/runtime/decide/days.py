"""Closing a day of history: what the root of a day is, and that each day is closed once.

A day is an event of a subject of the service's own, so the guard of the subject decides which replica closes
it, and its chain leads from each day to the day before.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from shared.casework.protocol import Received, State, Stream
from shared.contracts import days, merkle
from shared.contracts.days import DayClosed
from shared.contracts.message import Event
from shared.runtime.base.documents import Document
from shared.runtime.base.signing import Signer
from shared.runtime.decide import states

KIND: Final = "days"
PREFIX: Final = "~days."
"""What the subjects of days begin with: their own histories are under no root, since they hold the roots."""


def days_subject(service: str) -> str:
    """Return the subject whose history is a service's days; it sorts behind all cases."""
    return PREFIX + service


class Days(State):
    """The days of a service that are closed.

    Attributes:
        number: How many.
        day: The last one.
        until: When its tips were read; ``None`` before the first.
        peaks: The full subtrees of the tree of days, largest first, in hexadecimal digits.
    """

    number: int = 0
    day: str = ""
    until: datetime | None = None
    peaks: tuple[str, ...] = ()


def _decide_nothing(state: Days | None, message: Received) -> Sequence[Event]:
    return ()


def _evolve_for(service: str) -> Any:
    def evolve(state: Days | None, event: Event, at: datetime) -> Days:
        assert isinstance(event, DayClosed)
        before = Days() if state is None else state
        return Days(
            number=event.day_number,
            day=event.day,
            until=event.until,
            peaks=_with(before, days.leaf_of(service, event)),
        )

    return evolve


def stream(service: str) -> Stream[Days]:
    """Return the stream of a service's days; no message reaches it."""
    return Stream(KIND, Days, _decide_nothing, _evolve_for(service))


def known(service: str, document: Document | None) -> Days:
    """Return what a stored document says of a service's days.

    Raises:
        states.Unreadable: A later version of this program wrote it.
    """
    if document is None:
        return Days()
    state, _ = states.read(stream(service), document)
    return state if isinstance(state, Days) else Days()


def closed(
    service: str,
    before: Days,
    signer: Signer,
    *,
    day: str,
    until: datetime,
    listing: str,
    leaves: Sequence[bytes],
) -> DayClosed:
    """Return the event that closes a day.

    Args:
        service: Whose day.
        before: The days before.
        signer: The service's key.
        day: When it began, as text.
        until: When the tips were read.
        listing: Where they are listed.
        leaves: Of the tips, in the order of their subjects.
    """
    number, root = before.number + 1, days.tips_root(leaves)
    peaks = _with(before, days.day_leaf(service, number, day, len(leaves), root))
    event = DayClosed(
        day=day,
        day_number=number,
        until=until,
        histories=len(leaves),
        listing=listing,
        tips_root=root,
        days_root=merkle.root_of([bytes.fromhex(one) for one in peaks]).hex(),
        signature="-",
    )
    return event.model_copy(update={"signature": str(signer.sign(days.signed(service, event)))})


def follows(service: str, before: Days, event: DayClosed) -> bool:
    """Tell whether an event closes the next day behind some others."""
    peaks = _with(before, days.leaf_of(service, event))
    root = merkle.root_of([bytes.fromhex(one) for one in peaks]).hex()
    return event.day_number == before.number + 1 and event.day > before.day and root == event.days_root


def _with(before: Days, leaf: bytes) -> tuple[str, ...]:
    peaks = merkle.added([bytes.fromhex(one) for one in before.peaks], before.number, leaf)
    return tuple(one.hex() for one in peaks)
