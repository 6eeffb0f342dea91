"""A toy stream: a kite that flies and comes down.

Source: none; a toy follows no law, but says so.
"""

from collections.abc import Iterable
from datetime import UTC, datetime

from shared.casework.guards import Facts, authority, possible
from shared.casework.protocol import State
from shared.casework.table import Table
from shared.contracts.kinds import Role
from shared.contracts.message import Command, Event

AT = datetime(2026, 3, 2, tzinfo=UTC)


class Fly(Command, roles=(Role.MEDIATOR,)):
    """Of no family: a table may be declared with it, and it is not in the language."""


class Flown(Event):
    """What comes of it."""


class Kite(State):
    """Up or down."""

    up: bool = False


class Other(State):
    """Another state."""


def table(name: str = "kite") -> Table[Kite, None]:
    return Table(name, Kite, blank=lambda _: Kite())


@authority
def by_its_owner(state: Kite, facts: Facts[None], _: Command | None) -> str | None:
    return None


@possible
def not_up(state: Kite, facts: Facts[None], _: Command | None) -> str | None:
    return None


def flies(state: Kite, command: Fly, facts: Facts[None]) -> Iterable[Event]:
    """Source: the wind."""
    return [Flown()]


def told(state: Kite, event: Flown, facts: Facts[None]) -> Iterable[Event]:
    return [Flown()]


def is_up(state: Kite, command: Command, facts: Facts[None]) -> bool:
    return state.up


def lands(state: Kite, facts: Facts[None]) -> Iterable[Event]:
    """Source: gravity."""
    return [Flown()]


def at_once(state: Kite, context: None) -> datetime | None:
    return AT


def flown(state: Kite, event: Flown) -> Kite:
    return state.but(up=True)
