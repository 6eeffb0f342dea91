"""What a service is made of; ``app.py`` of each service gives one of these."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from shared.casework.own_rules import OwnRules
from shared.casework.protocol import Route, Stream
from shared.network.schema import Network

if TYPE_CHECKING:
    from shared.runtime.base.settings import Settings
    from shared.runtime.commit.mongo import Database
    from shared.runtime.commit.retention import Disposal
    from shared.runtime.deliver.parcels import Way
    from shared.runtime.serve.client import MessageSender
    from shared.runtime.serve.tokens import TokenChecker


Rosters = Callable[[str, str], Awaitable[bool | None]]
"""Of organisation and mediator: whether the mediator is on the roster; ``None`` where no event says it."""


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class HttpContext:
    """What the HTTP side of a service works with.

    Attributes:
        settings: The settings of this process.
        network: Court, organisations and institutions.
        database: The service's own database.
        sender: Publishes commands.
        tokens: Reads the tokens that are shown.
        streams: The streams of the service.
        now: The time of this machine, for what expires.
    """

    settings: "Settings"
    network: Network
    database: "Database"
    sender: "MessageSender"
    tokens: "TokenChecker"
    streams: Sequence[Stream[Any]] = ()
    now: Callable[[], datetime] = _now


@dataclass(frozen=True, slots=True)
class Service:
    """One service: where its messages come from and what decides about them.

    Attributes:
        name: ``intake``, ``mediation``, …; also the name of its consumer group and source.
        topics: The topics that it consumes.
        route: Which stream a message leads to.
        streams: All streams of the service.
        indexes: Indexes of the service's own collections: field names by collection, ``-`` in
            front for descending.
        http: Makes the HTTP application; ``None`` where it only tells what may be done now.
        given: Names of the inputs that its subjects may wait for (``Stream.awaits``) and that it has.
        calendar_until: The last day that its calendar knows for good, where it works with one.
        rules: The city's own versions of its rules, where it has rules.
        disposal: What it knows of holds and erasures, where it has raw data of persons.
        cases: Under which ids the case of a message may stand that leads to none, by topic and subject.
        rosters: Reads who joined and left the rosters by events, where the service hears of it.
        ways: The ways on which its notices leave the platform, by name; empty where it has none.
    """

    name: str
    topics: Sequence[str]
    route: Route
    streams: Sequence[Stream[Any]]
    indexes: Mapping[str, Sequence[tuple[str, ...]]] = field(default_factory=dict)
    http: Callable[[HttpContext], Any] | None = None
    given: Sequence[str] = ()
    calendar_until: date | None = None
    rules: OwnRules[Any] | None = None
    disposal: "Disposal | None" = None
    cases: Callable[[str, str], Sequence[str]] | None = None
    rosters: "Callable[[Database], Rosters] | None" = None
    ways: "Mapping[str, Way]" = field(default_factory=dict)
