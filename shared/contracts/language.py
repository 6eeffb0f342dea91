"""The whole published language: importing this module fills the registry."""

from shared.contracts import (
    agents,
    agreements,
    alerts,
    choices,
    clocks,
    co_mediators,
    common,
    complaints,
    confidence,
    counts,
    court,
    days,
    delegation,
    doubts,
    duplicates,
    earlier,
    earlier_alerts,
    groups,
    intake,
    limitation,
    mediation,
    parties,
    performance,
    privacy,
    quick_decisions,
    recusal,
    referrals,
    reminders,
    requests,
    retention,
    rosters,
    sessions,
    subscriptions,
    told,
    transfers,
    vocabulary,
)
from shared.contracts.asks import check_events
from shared.contracts.kinds import Service
from shared.contracts.message import COMMON, REGISTRY, Command, Event, Message, events
from shared.contracts.topics import (
    CASES_PREFIX,
    COURT_INBOUND,
    DAYS,
    EVENT_TOPICS,
    FILINGS_PREFIX,
    REJECTIONS,
    TIPS,
    WITNESSED,
    commands_topic,
)
from shared.contracts.words import place_of

__all__ = ["FILINGS", "MODULES", "REGISTRY", "belongs", "service_of", "topics_of"]

MODULES = (
    agents,
    agreements,
    alerts,
    choices,
    clocks,
    co_mediators,
    complaints,
    common,
    confidence,
    counts,
    court,
    days,
    delegation,
    duplicates,
    doubts,
    earlier,
    earlier_alerts,
    groups,
    intake,
    limitation,
    mediation,
    parties,
    performance,
    privacy,
    quick_decisions,
    recusal,
    referrals,
    reminders,
    requests,
    retention,
    rosters,
    sessions,
    subscriptions,
    told,
    transfers,
)

HISTORY = days.FAMILY
COURTSIDE = "courtside"
"""The family of what the court says; none of our services owns it."""
FILINGS = f"{FILINGS_PREFIX}<institution>"
"""Stands for all filings topics."""
CASES = f"{CASES_PREFIX}<institution>"
"""Stands for the topics of all institutions' own cases."""

FAMILIES = {
    "intake": "intake",
    "mediation": "mediation",
    "court": "court_bridge",
    "alerts": "alerts",
    "portal": "portal",
}
"""The service that owns each family of messages."""


def service_of(cls: type[Message]) -> str | None:
    """Return the service that owns a message; ``None`` for the common ones and the court's side."""
    return FAMILIES.get(cls.family)


def belongs(cls: type[Message], topic: str) -> bool:
    """Tell whether a message travels on a topic. A family without an owner is bound to none."""
    if cls.family not in FAMILIES and cls.family not in (COMMON, COURTSIDE, HISTORY):
        return True
    topics = topics_of(cls)
    return topic in topics or any(
        pattern in topics and topic.startswith(pattern.partition("<")[0]) for pattern in (FILINGS, CASES)
    )


def check() -> None:
    """Check the language as a whole: every message travels, every name means one thing.

    Raises:
        TypeError: One does not; the text says what to write, and where.
    """
    for family, service in FAMILIES.items():
        if service not in EVENT_TOPICS:
            raise TypeError(
                f"the family {family} belongs to {service}, which is no service: write it in Service "
                f"({place_of(Service)}), or correct FAMILIES in {__file__}"
            )
    for cls in REGISTRY.values():
        if cls.family not in (*FAMILIES, COMMON, COURTSIDE, HISTORY):
            raise TypeError(
                f"{cls.__name__} travels on no topic, since no service owns the family {cls.family}: "
                f"write it in FAMILIES of {__file__}, or correct family= at {place_of(cls)}"
            )
    vocabulary.check()
    check_events(events())


def topics_of(cls: type[Message]) -> tuple[str, ...]:
    """Return the topics on which a message travels, further deliveries included; filings by their pattern."""
    if cls is intake.FileDispute:
        return (FILINGS,)
    if cls.family == COURTSIDE:
        return (COURT_INBOUND,)
    if cls in (common.MessageRejected, common.OperationCarriedOut):
        return (REJECTIONS,)
    if cls is days.TipsListed:
        return (TIPS,)
    if cls is days.DayWitnessed:
        return (WITNESSED,)
    if cls is days.DayClosed:
        return (*EVENT_TOPICS.values(), DAYS)
    if cls.family == COMMON:
        return tuple(EVENT_TOPICS.values() if issubclass(cls, Event) else map(commands_topic, EVENT_TOPICS))
    service = FAMILIES[cls.family]
    if issubclass(cls, Command):
        return (commands_topic(service),)
    assert issubclass(cls, Event)
    also = (one.topic if one.owner is None else f"{one.topic}<{one.owner}>" for one in cls.also)
    return tuple(also) if cls.aside else (EVENT_TOPICS[service], *also)


check()
