"""Which topics a service reads and writes: of what it reads its choice, of what it writes the registry's."""

from functools import cache
from typing import Final

from shared.contracts.language import service_of
from shared.contracts.message import REGISTRY, Event
from shared.contracts.topics import (
    CASES_PREFIX,
    COURT_INBOUND,
    DAYS,
    DESIGNATIONS,
    ENDS,
    EVENT_TOPICS,
    FILINGS_PREFIX,
    KEEPING,
    MATCHES,
    MERGES,
    PANELS,
    READINGS,
    REJECTIONS,
    ROSTERS,
    SERIES,
    SERVICES,
    SUBSCRIPTIONS,
    TIPS,
    commands_topic,
    dead_letters_topic,
    source_of,
)

_READ: Final = {
    "intake": (FILINGS_PREFIX, commands_topic("intake"), MATCHES, MERGES, READINGS, ENDS),
    "mediation": (EVENT_TOPICS["intake"], commands_topic("mediation"), ROSTERS, DESIGNATIONS),
    "court_bridge": (EVENT_TOPICS["mediation"], COURT_INBOUND, KEEPING, commands_topic("court_bridge")),
    "alerts": (
        EVENT_TOPICS["intake"],
        EVENT_TOPICS["mediation"],
        EVENT_TOPICS["court_bridge"],
        SERIES,
        PANELS,
        SUBSCRIPTIONS,
        commands_topic("alerts"),
    ),
    "portal": (
        *(topic for service, topic in EVENT_TOPICS.items() if service != "portal"),
        commands_topic("portal"),
        REJECTIONS,
        TIPS,
    ),
}
_ASKED: Final = {"intake": ("intake",), "mediation": ("mediation",), "portal": SERVICES}
"""Whose commands a service sends for those who ask it by HTTP."""


def read_by(service: str) -> tuple[str, ...]:
    """Return the topics that a service reads; ``filings.`` stands for those of all institutions.

    Raises:
        KeyError: There is no such service.
    """
    return _READ[service]


def written_by(service: str) -> frozenset[str]:
    """Return the topics that a service publishes its decisions to: events, copies, days, letters, rejections.

    ``cases.`` stands for the topics of all institutions.

    Raises:
        KeyError: There is no such service.
    """
    own = (cls for cls in REGISTRY.values() if issubclass(cls, Event) and service_of(cls) == service)
    copies = {one.topic for cls in own for one in cls.also}
    return frozenset({EVENT_TOPICS[service], dead_letters_topic(service), REJECTIONS, DAYS, TIPS, *copies})


@cache
def sources_on(topic: str) -> frozenset[str]:
    """Return whose words stand on a topic of the services: the sources of those that may write there.

    Empty for a topic on which others write too, and for one that no service publishes to.
    """
    if topic.startswith((FILINGS_PREFIX, CASES_PREFIX)):
        return frozenset()
    return frozenset(source_of(one) for one in SERVICES if topic in written_by(one))


def passed_on_by(service: str) -> frozenset[str]:
    """Return the topics that a service sends to for those who ask it by HTTP: commands, and filings.

    ``filings.`` stands for the topics of all institutions.
    """
    commands = {commands_topic(one) for one in _ASKED.get(service, ())}
    return frozenset(commands | {FILINGS_PREFIX} if service == "portal" else commands)
