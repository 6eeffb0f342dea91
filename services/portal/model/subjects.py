"""Whatever else a command is about (a roster, a meeting): nothing to remember but its answers."""

from services.portal.model import cases
from shared.casework.protocol import Received, State
from shared.contracts.message import Event


class Subject(State):
    """Nothing: the answers to commands are rows."""


def decide(state: Subject | None, message: Received) -> list[Event]:
    """A request is refused, an event leads to none."""
    return cases.decide(None, message)


def evolve(state: Subject | None, event: Event, at: object) -> Subject:
    """There is nothing to change."""
    return state or Subject()


def absorb(state: Subject | None, message: Received) -> Subject | None:
    """There is nothing to remember."""
    return state
