"""Topics, who owns them and what their messages are known by."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from shared.contracts.kinds import Service
from shared.contracts.words import place_of

SERVICES: Final = tuple(service.value for service in Service)

EVENT_TOPICS: Final = {
    "intake": "intake.events",
    "mediation": "mediation.events",
    "court_bridge": "court.events",
    "alerts": "alerts.events",
    "portal": "portal.events",
}
"""The topic of each service's own events."""

ROSTERS: Final = "mediation.rosters"
DESIGNATIONS: Final = "mediation.designations"
READINGS: Final = "intake.readings"
ENDS: Final = "intake.ends"
"""What becomes of a case in mediation and at the court: how long its raw data are kept hangs on it."""
SERIES: Final = "alerts.series"
PANELS: Final = "alerts.panels"
"""What the counts of a week pass through until all series are judged together."""
SUBSCRIPTIONS: Final = "alerts.subscriptions"
"""What subscriptions and those who find them tell each other."""
NOTICES: Final = "alerts.notices"
"""What the court's people asked to be told of alerts: the court reads it."""
KEEPING: Final = "court.keeping"
"""Which cases intake holds for a suit, lets go or has erased: court bridge reads no more of intake."""
MATCHES: Final = "intake.matches"
MERGES: Final = "intake.merges"
REJECTIONS: Final = "portal.rejections"
"""Which commands and filings became dead letters, and why, without anything of what they said; and what came
of an operator's requests about dead letters, which belong to no subject."""
DAYS: Final = "history.days"
"""The signed roots of the services' histories, a day each; kept for ever, and rewritten by nobody."""
TIPS: Final = "history.tips"
"""Of what those roots are made: the last rows of all histories that went on that day."""
WITNESSED: Final = "history.witnessed"
"""The members' signatures under the roots that they saw."""
COURT_OUTBOUND: Final = "court.outbound"
COURT_INBOUND: Final = "court.inbound"
FILINGS_PREFIX: Final = "filings."
CASES_PREFIX: Final = "cases."


class Identity(Enum):
    """How a message of a topic is recognised when it comes again."""

    SEQUENCE = "sequence"
    """By ``ce_sequence`` per source and subject: a repeat is skipped, an early one is held."""
    ID = "id"
    """By ``ce_id``: the same id twice has one effect."""
    SUBJECT = "subject"
    """By what it is about: a filing names its dispute, and a dispute is registered once."""
    CONTENT = "content"
    """Not at all: what it says once more changes nothing, and nothing needs to be kept of it."""


@dataclass(frozen=True, slots=True)
class TopicRule:
    """What holds for the messages of a topic.

    Attributes:
        identity: How a repeat is recognised.
        entry: Messages come from outside: their business time is resolved here, and what
            their sender says of the time is a claim.
        proof: Each must be signed with a key that may speak for its actor (``shared/contracts/proof.py``).
    """

    identity: Identity
    entry: bool
    proof: bool = False


def commands_topic(service: str) -> str:
    """Return the topic of the commands to a service."""
    return f"{service}.commands"


def dead_letters_topic(service: str) -> str:
    """Return the topic of a service's dead letters."""
    return f"{service}.deadletters"


def filings_topic(institution: str) -> str:
    """Return the topic on which one institution files, and nobody else."""
    return FILINGS_PREFIX + institution


def cases_topic(institution: str) -> str:
    """Return the topic of an institution's own cases: it alone reads it."""
    return CASES_PREFIX + institution


def source_of(service: str) -> str:
    """Return the CloudEvents source of a service."""
    return f"/suyuan/{service}"


def court_source(court: str) -> str:
    """Return the CloudEvents source of a court."""
    return f"/courts/{court}"


if set(EVENT_TOPICS) != set(SERVICES):
    _one = sorted(set(EVENT_TOPICS) ^ set(SERVICES))[0]
    raise TypeError(
        f"the service {_one} is not in both EVENT_TOPICS ({__file__}) and Service "
        f"({place_of(Service)}): write it in the other, or take it out"
    )

_BY_ID = TopicRule(Identity.ID, entry=False)
_RULES = {
    **{topic: TopicRule(Identity.SEQUENCE, entry=False) for topic in EVENT_TOPICS.values()},
    **{commands_topic(service): TopicRule(Identity.ID, entry=True, proof=True) for service in SERVICES},
    ROSTERS: _BY_ID,
    DESIGNATIONS: _BY_ID,
    READINGS: _BY_ID,
    ENDS: _BY_ID,
    KEEPING: _BY_ID,
    SERIES: _BY_ID,
    PANELS: _BY_ID,
    SUBSCRIPTIONS: _BY_ID,
    NOTICES: _BY_ID,
    MATCHES: TopicRule(Identity.CONTENT, entry=False),
    MERGES: _BY_ID,
    REJECTIONS: _BY_ID,
    DAYS: TopicRule(Identity.CONTENT, entry=False),
    TIPS: TopicRule(Identity.CONTENT, entry=False),
    WITNESSED: TopicRule(Identity.CONTENT, entry=True),
    COURT_OUTBOUND: TopicRule(Identity.ID, entry=False),
    COURT_INBOUND: TopicRule(Identity.SEQUENCE, entry=True, proof=True),
}
_FILINGS = TopicRule(Identity.SUBJECT, entry=True)
_CASES = TopicRule(Identity.SEQUENCE, entry=False)


def rule_of(topic: str) -> TopicRule:
    """Return the rule of a topic.

    Raises:
        KeyError: The topic is none of the published language.
    """
    if topic.startswith(FILINGS_PREFIX):
        return _FILINGS
    if topic.startswith(CASES_PREFIX):
        return _CASES
    return _RULES[topic]


def delivery_topics() -> tuple[str, ...]:
    """Return the topics that events are copied to: those whose messages are known by id or content."""
    copied = (Identity.ID, Identity.CONTENT)
    return tuple(topic for topic, rule in _RULES.items() if rule.identity in copied and not rule.entry)


def passing_topics() -> tuple[str, ...]:
    """Return the topics whose messages are needed no longer than a command: what is kept elsewhere, too."""
    return tuple({*remembered_topics(), *delivery_topics()} - {COURT_OUTBOUND, DAYS, TIPS})


def remembered_topics() -> tuple[str, ...]:
    """Return the topics whose repeats a service recognises by ids that it keeps; the court reads its own."""
    return tuple(
        topic for topic, rule in _RULES.items() if rule.identity is Identity.ID and topic != COURT_OUTBOUND
    )


def keyed_topics() -> tuple[str, ...]:
    """Return the topics that share one partition count: all but filings and dead letters."""
    return tuple(_RULES)
