"""Who may do what on the broker: one pure function of the network file and the registry of messages.

Nobody has more than the work needs: a service its own topics and its own group, an institution the topic that
it files on and the one that tells of its own cases, the court what is handed to it and what it answers.
Whatever no rule allows is refused.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from shared.contracts.flows import passed_on_by, read_by, written_by
from shared.contracts.principals import ADMIN, OPERATOR, group_prefix, principal_of
from shared.contracts.topics import (
    CASES_PREFIX,
    COURT_INBOUND,
    COURT_OUTBOUND,
    DAYS,
    EVENT_TOPICS,
    FILINGS_PREFIX,
    NOTICES,
    REJECTIONS,
    SERVICES,
    TIPS,
    WITNESSED,
    cases_topic,
    commands_topic,
    dead_letters_topic,
    keyed_topics,
)
from shared.network.schema import Network


class Operation(StrEnum):
    """What is done with a resource; by reading or writing one may also describe it."""

    READ = "read"
    WRITE = "write"
    DESCRIBE = "describe"
    DESCRIBE_CONFIGS = "describe_configs"


class Resource(StrEnum):
    """What a rule is about."""

    TOPIC = "topic"
    GROUP = "group"
    TRANSACTIONS = "transactional_id"


@dataclass(frozen=True, slots=True, order=True)
class AccessRule:
    """One thing that somebody may do.

    Attributes:
        principal: Name of the user, without ``User:``.
        name: Name of the resource, or what its name begins with.
        prefixed: Whether ``name`` is only the beginning.
    """

    principal: str
    resource: Resource
    name: str
    prefixed: bool
    operation: Operation

    def covers(self, principal: str, operation: Operation, resource: Resource, name: str) -> bool:
        """Tell whether the rule allows this."""
        implied = (Operation.READ, Operation.WRITE) if operation is Operation.DESCRIBE else ()
        return (
            (self.principal, self.resource) == (principal, resource)
            and self.operation in (operation, *implied)
            and (name.startswith(self.name) if self.prefixed else name == self.name)
        )


def access_rules(network: Network) -> tuple[AccessRule, ...]:
    """Return all rules, sorted.

    Args:
        network: Court and institutions.
    """
    rules: set[AccessRule] = set()
    for service in SERVICES:
        rules |= set(_of_service(service))
    for institution in network.institutions:
        who = institution.id
        rules |= {_topic(who, institution.filings_topic, Operation.WRITE)}
        rules |= {_topic(who, cases_topic(who), Operation.READ)}
        rules |= set(_of_a_member(who))
        if institution.transactions:
            rules |= {AccessRule(who, Resource.TRANSACTIONS, group_prefix(who), True, Operation.WRITE)}
    rules |= set(_of_court(network.court.id))
    rules |= set(_of_operator())
    return tuple(sorted(rules))


def allowed(
    rules: Iterable[AccessRule], principal: str, operation: Operation, resource: Resource, name: str
) -> bool:
    """Tell whether a user may do this; the admin may do everything."""
    return principal == ADMIN or any(one.covers(principal, operation, resource, name) for one in rules)


def seen_by(user: str, topic: str, network: Network) -> bool:
    """Tell whether a user sees a topic: all of them where the broker asks for no name, or knows others."""
    if user not in principals(network):
        return True
    return allowed(access_rules(network), user, Operation.DESCRIBE, Resource.TOPIC, topic)


def principals(network: Network) -> tuple[str, ...]:
    """Return all users but the admin: the operator, the services, the court, the institutions."""
    members = (network.court.id, *(one.id for one in network.institutions))
    return (OPERATOR, *map(principal_of, SERVICES), *members)


RECEIPTS: Final = "portal"
"""The service that makes receipts, and keeps the members' signatures for them."""


def _topic(who: str, name: str, operation: Operation) -> AccessRule:
    return AccessRule(who, Resource.TOPIC, name, name in (FILINGS_PREFIX, CASES_PREFIX), operation)


def _of_service(service: str) -> Iterator[AccessRule]:
    who = principal_of(service)
    reads = set(read_by(service))
    if service == RECEIPTS:
        reads.add(WITNESSED)
    writes = written_by(service) | passed_on_by(service)
    yield from (_topic(who, topic, Operation.READ) for topic in reads)
    yield from (_topic(who, topic, Operation.WRITE) for topic in writes)
    # A service looks whether its topics are what the settings say.
    yield from (_topic(who, topic, Operation.DESCRIBE_CONFIGS) for topic in reads | written_by(service))
    yield AccessRule(who, Resource.GROUP, who, False, Operation.READ)


def _of_court(court: str) -> Iterator[AccessRule]:
    yield _topic(court, COURT_OUTBOUND, Operation.READ)
    yield _topic(court, COURT_INBOUND, Operation.WRITE)
    # A court whose register is lost learns from the topic what it answered.
    yield _topic(court, COURT_INBOUND, Operation.READ)
    yield _topic(court, NOTICES, Operation.READ)
    # It sees every case, so it may make the roots of days again.
    yield _topic(court, TIPS, Operation.READ)
    yield from _of_a_member(court)


def _of_operator() -> Iterator[AccessRule]:
    letters = [dead_letters_topic(service) for service in SERVICES]
    yield from (_topic(OPERATOR, topic, Operation.READ) for topic in (*EVENT_TOPICS.values(), *letters))
    yield _topic(OPERATOR, REJECTIONS, Operation.READ)
    # What the court's side says is part of what states are made of again.
    yield _topic(OPERATOR, COURT_INBOUND, Operation.READ)
    yield from (_topic(OPERATOR, topic, Operation.READ) for topic in (DAYS, TIPS, WITNESSED))
    # A mediation organisation has no user of the broker: its signature says who witnessed, not its user.
    yield _topic(OPERATOR, WITNESSED, Operation.WRITE)
    # To verify that institutions were told what happened.
    yield _topic(OPERATOR, CASES_PREFIX, Operation.READ)
    for service in SERVICES:
        yield _topic(OPERATOR, commands_topic(service), Operation.WRITE)
    for topic in (*keyed_topics(), *letters, FILINGS_PREFIX, CASES_PREFIX):
        yield _topic(OPERATOR, topic, Operation.DESCRIBE)
        yield _topic(OPERATOR, topic, Operation.DESCRIBE_CONFIGS)


def _of_a_member(member: str) -> Iterator[AccessRule]:
    """Return what every member outside may: read in groups of its own, and witness what was closed.

    Not the listings of tips: they name every history of all, with its length. A witness needs roots alone.
    """
    yield from (_topic(member, topic, Operation.READ) for topic in (DAYS, WITNESSED))
    yield _topic(member, WITNESSED, Operation.WRITE)
    yield AccessRule(member, Resource.GROUP, group_prefix(member), True, Operation.READ)
