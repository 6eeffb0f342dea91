"""The whole published language: importing this module fills the registry."""

from shared.contracts import alerts, common, court, intake, mediation
from shared.contracts.message import COMMON, REGISTRY, Command, Event, Message
from shared.contracts.topics import COURT_INBOUND, EVENT_TOPICS, FILINGS_PREFIX, REJECTIONS, commands_topic

__all__ = ["FILINGS", "MODULES", "REGISTRY", "belongs", "service_of", "topics_of"]

MODULES = (alerts, common, court, intake, mediation)

FILINGS = f"{FILINGS_PREFIX}<institution>"
"""Stands for all filings topics."""

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
    if cls.family not in FAMILIES and cls.family not in (COMMON, "courtside"):
        return True
    topics = topics_of(cls)
    return topic in topics or (FILINGS in topics and topic.startswith(FILINGS_PREFIX))


def topics_of(cls: type[Message]) -> tuple[str, ...]:
    """Return the topics on which a message travels, copies included; filings by their pattern."""
    if cls is intake.FileDispute:
        return (FILINGS,)
    if cls.family == "courtside":
        return (COURT_INBOUND,)
    if cls is common.MessageRejected:
        return (REJECTIONS,)
    if cls.family == COMMON:
        return tuple(EVENT_TOPICS.values() if issubclass(cls, Event) else map(commands_topic, EVENT_TOPICS))
    service = FAMILIES[cls.family]
    if issubclass(cls, Command):
        return (commands_topic(service),)
    assert issubclass(cls, Event)
    return (EVENT_TOPICS[service], *(copy.topic for copy in cls.copies))
