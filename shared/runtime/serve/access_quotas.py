"""How much of the brokers each institution may take: what there shall be, what there is, and what differs.

A broker makes a client wait that takes more, and tells it how long; nothing is refused and nothing is lost.
The numbers stand in the network file. Services, court and operators have no quota.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from shared.network.schema import Network, Quota
from shared.runtime.serve.access_rules import principals

USER: Final = "user"
_OF_EVERYBODY: Final = "<default>"


class Limit(StrEnum):
    """What is counted, by the name that the Kafka protocol has for it (KIP-13, KIP-124)."""

    WRITTEN = "producer_byte_rate"
    READ = "consumer_byte_rate"
    REQUESTS = "request_percentage"


class State(StrEnum):
    """How a quota on the brokers stands to the one that there shall be."""

    READY = "ready"
    MISSING = "missing"
    CHANGED = "changed"
    EXTRA = "extra"
    FOREIGN = "foreign"


class Entity(NamedTuple):
    """Whom a quota is about: a user, a client id, an address, or two of them; "" stands for all others."""

    parts: tuple[tuple[str, str], ...]

    @property
    def user(self) -> str | None:
        """The user, or None where the quota is not about one."""
        return dict(self.parts).get(USER)

    def shown(self) -> str:
        """Return it in words: the user alone, or every part with its kind."""
        named = [(kind, name or _OF_EVERYBODY) for kind, name in self.parts]
        if [kind for kind, _ in named] == [USER]:
            return named[0][1]
        return " ".join(f"{kind}={name}" for kind, name in named)


@dataclass(frozen=True, slots=True, order=True)
class BrokerQuota:
    """One number of one user.

    Attributes:
        entity: Whom it is about.
        limit: What is counted: a name of :class:`Limit`, or another one that somebody else set.
        wanted: Bytes a second on each broker, or percent of the time of one of its threads; None: none.
        found: The same, as the brokers have it.
        state: How the two differ.
    """

    entity: Entity
    limit: str
    wanted: float | None
    found: float | None
    state: State

    def shown(self) -> dict[str, str | float | None]:
        """Return the quota in words."""
        return {
            "principal": self.entity.shown(),
            "limit": self.limit,
            "wanted": self.wanted,
            "found": self.found,
            "state": self.state.value,
        }


Found = dict[tuple[Entity, str], float]
"""Numbers by whom they are about and what is counted."""


def quotas(network: Network) -> Found:
    """Return all numbers that there shall be."""
    out: Found = {}
    for institution in network.institutions:
        entity = Entity(((USER, institution.id),))
        for limit, number in _numbers(institution.quota or network.quota).items():
            out[entity, limit] = float(number)
    return out


def compared(network: Network, there: Found, former: Iterable[str]) -> tuple[BrokerQuota, ...]:
    """Compare the brokers' quotas with those that there shall be.

    A number of one of our users that nobody asks for is extra, also one for a single client id of it, which
    would count in place of ours. What is about others is foreign: it is told and left.

    Args:
        network: Whose institutions have quotas.
        there: What the brokers have.
        former: Institutions that are in the network no more.

    Returns:
        All numbers, sorted by whom they are about.
    """
    shall = quotas(network)
    own = {*principals(network), *former}
    out = []
    for entity, limit in sorted(shall.keys() | there.keys()):
        wanted, found = shall.get((entity, limit)), there.get((entity, limit))
        out.append(BrokerQuota(entity, limit, wanted, found, _state(wanted, found, ours=entity.user in own)))
    return tuple(out)


def _state(wanted: float | None, found: float | None, *, ours: bool) -> State:
    if wanted is None:
        return State.EXTRA if ours else State.FOREIGN
    if found is None:
        return State.MISSING
    return State.READY if wanted == found else State.CHANGED


def _numbers(quota: Quota) -> dict[Limit, int]:
    return {Limit.WRITTEN: quota.written, Limit.READ: quota.read, Limit.REQUESTS: quota.requests}
