"""Rules and quotas on the broker: what there is, what there shall be, and making the one the other.

``access_rules.py`` and ``access_quotas.py`` decide what there shall be. Rules that forbid, and what other
users of the same brokers may do with other things, are nobody's business here: they are told and left.
"""

import hashlib
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple, TypeVar

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import for_code

from shared.contracts.topics import (
    CASES_PREFIX,
    FILINGS_PREFIX,
    SERVICES,
    dead_letters_topic,
    filings_topic,
    keyed_topics,
)
from shared.network.schema import Network
from shared.runtime.base.settings import Settings
from shared.runtime.serve import access_quotas
from shared.runtime.serve.access_quotas import BrokerQuota, Entity, Found, State
from shared.runtime.serve.access_rules import AccessRule, principals
from shared.runtime.serve.broker_requests import (
    AlterQuotas,
    AlterUsers,
    CreateRules,
    DeleteRules,
    DescribeQuotas,
    DescribeRules,
)
from shared.runtime.serve.topics import admin

_RESOURCES: Final = {
    2: "topic",
    3: "group",
    4: "cluster",
    5: "transactional_id",
    6: "delegation_token",
    7: "user",
}
_OPERATIONS: Final = {
    2: "all",
    3: "read",
    4: "write",
    5: "create",
    6: "delete",
    7: "alter",
    8: "describe",
    9: "cluster_action",
    10: "describe_configs",
    11: "alter_configs",
    12: "idempotent_write",
}
_Row = TypeVar("_Row")
_ALLOW: Final = 3
_LITERAL, _PREFIXED = 3, 4
_TOPIC, _GROUP = 2, 3
_EVERYBODY: Final = "*"
_USER: Final = "User:"
_AT_ONCE: Final = 500
_SCRAM_512: Final = 2
_ITERATIONS: Final = 4096
_NO_PASSWORD: Final = 91
"""RESOURCE_NOT_FOUND: a user who comes with a certificate."""


class BrokerRule(NamedTuple):
    """A rule as the broker has it: numbers of the Kafka protocol, the principal with its type."""

    resource: int
    name: str
    pattern: int
    principal: str
    host: str
    operation: int
    permission: int

    def shown(self) -> dict[str, str]:
        """Return the rule in words."""
        more = "*" if self.pattern == _PREFIXED else ""
        return {
            "principal": self.principal.removeprefix(_USER),
            "resource": _RESOURCES.get(self.resource, str(self.resource)),
            "name": self.name + more,
            "operation": _OPERATIONS.get(self.operation, str(self.operation)),
            "permission": "allow" if self.permission == _ALLOW else "deny",
        }


@dataclass(frozen=True, slots=True)
class Difference:
    """In what rules and quotas on the broker are not those that there shall be.

    Attributes:
        kept: There, and wanted.
        missing: Wanted, and not there.
        extra: There, no longer wanted: of our users, or about what is ours.
        foreign: There and left: what forbids, and what other users may do with all topics or with others.
        former: Institutions that are no member any more, by the rules about their topics that they left.
        quotas: All quotas, each with its state.
    """

    kept: tuple[BrokerRule, ...]
    missing: tuple[BrokerRule, ...]
    extra: tuple[BrokerRule, ...]
    foreign: tuple[BrokerRule, ...]
    former: tuple[str, ...] = ()
    quotas: tuple[BrokerQuota, ...] = ()

    @property
    def quotas_to_change(self) -> tuple[BrokerQuota, ...]:
        """The quotas that are not as they shall be."""
        return tuple(one for one in self.quotas if one.state not in (State.READY, State.FOREIGN))

    @property
    def holds(self) -> bool:
        """Whether all is as it shall be."""
        return not (self.missing or self.extra or self.quotas_to_change)


def on_broker(rule: AccessRule) -> BrokerRule:
    """Return a rule in the numbers of the protocol."""
    resource = next(number for number, name in _RESOURCES.items() if name == rule.resource.value)
    operation = next(number for number, name in _OPERATIONS.items() if name == rule.operation.value)
    pattern = _PREFIXED if rule.prefixed else _LITERAL
    return BrokerRule(resource, rule.name, pattern, _USER + rule.principal, _EVERYBODY, operation, _ALLOW)


def difference(wanted: Iterable[AccessRule], there: Iterable[BrokerRule], network: Network) -> Difference:
    """Compare the rules that there shall be with those that there are."""
    shall, have = {on_broker(one) for one in wanted}, set(there)
    own = {_USER + name for name in principals(network)}
    rest = have - shall
    extra = {one for one in rest if one.permission == _ALLOW and (one.principal in own or _is_ours(one))}
    filed = {(one.principal, one.name) for one in extra if one.resource == _TOPIC}
    users = sorted({name.removeprefix(_USER) for name, _ in filed if name not in own})
    return Difference(
        tuple(sorted(have & shall)),
        tuple(sorted(shall - have)),
        tuple(sorted(extra)),
        tuple(sorted(rest - extra)),
        tuple(one for one in users if (_USER + one, filings_topic(one)) in filed),
    )


def _is_ours(rule: BrokerRule) -> bool:
    """Tell whether a rule names what is the platform's; a rule about all topics names none."""
    if rule.principal.startswith(f"{_USER}suyuan."):
        return True
    if rule.resource == _GROUP:
        return rule.name.startswith("suyuan.")
    if rule.resource != _TOPIC or rule.name == _EVERYBODY:
        return False
    if rule.name.startswith((FILINGS_PREFIX, CASES_PREFIX)):
        return True
    topics = (*keyed_topics(), *(dead_letters_topic(service) for service in SERVICES))
    if rule.pattern == _PREFIXED:
        return any(topic.startswith(rule.name) for topic in (*topics, FILINGS_PREFIX, CASES_PREFIX))
    return rule.name in topics


async def compared(settings: Settings, wanted: Sequence[AccessRule], network: Network) -> Difference:
    """Compare the broker's rules and quotas with those that there shall be.

    Raises:
        KafkaError: No broker answers, or it does not tell this user its rules.
    """
    async with admin(settings) as client:
        return await _found(client, wanted, network)


async def make(settings: Settings, wanted: Sequence[AccessRule], network: Network) -> Difference:
    """Make rules and quotas that are missing, and remove those that no longer hold.

    An institution that is no member any more loses its password with its rules: nothing would make it wait
    that goes on to ask.

    Returns:
        What differed before.

    Raises:
        KafkaError: A broker is away, or refuses.
    """
    async with admin(settings) as client:
        found = await _found(client, wanted, network)
        await _set_quotas(client, found.quotas_to_change)
        # First what allows: nobody who still may shall be kept out in between.
        for part in _parts(found.missing, _AT_ONCE):
            answer = await client._send_to_controller(CreateRules(part))
            for code, message in answer.creation_responses:
                _check(code, message)
        for users in _parts([(user, _SCRAM_512) for user in found.former], _AT_ONCE):
            answer = await client._send_to_controller(AlterUsers([], users))
            for _, code, message, _ in answer.results:
                _check(0 if code == _NO_PASSWORD else code, message)
        # Last: by these rules a former member is known, should this end halfway.
        for part in _parts(found.extra, _AT_ONCE):
            answer = await client._send_to_controller(DeleteRules(part))
            for code, message, _ in answer.filter_responses:
                _check(code, message)
        return found


async def _found(client: AIOKafkaAdminClient, wanted: Sequence[AccessRule], network: Network) -> Difference:
    found = difference(wanted, await _rules(client), network)
    there = await _quotas(client)
    return replace(found, quotas=access_quotas.compared(network, there, found.former))


async def _quotas(client: AIOKafkaAdminClient) -> Found:
    answer: Any = await client._send_request(DescribeQuotas())
    _check(answer.error_code, answer.error_message)
    return {
        (Entity(tuple(sorted((kind, name or "") for kind, name, _ in entity))), limit): value
        for entity, values, _ in answer.entries or ()
        for limit, value, _ in values
    }


async def _set_quotas(client: AIOKafkaAdminClient, quotas: Iterable[BrokerQuota]) -> None:
    numbers: dict[Entity, dict[str, float | None]] = {}
    for one in quotas:
        numbers.setdefault(one.entity, {})[one.limit] = one.wanted
    entries = [([(kind, name or None) for kind, name in one.parts], of) for one, of in numbers.items()]
    for part in _parts(entries, _AT_ONCE):
        answer: Any = await client._send_to_controller(AlterQuotas(part))
        for code, message, *_ in answer.entries:
            _check(code, message)


async def set_passwords(settings: Settings, passwords: Mapping[str, str]) -> None:
    """Give users their passwords (SCRAM-SHA-512), whether the broker knew them or not.

    The broker gets what it checks a password with, and never the password.

    Args:
        settings: Where Kafka is, and the admin's own password.
        passwords: By user.

    Raises:
        KafkaError: A broker is away, or refuses.
    """
    upsertions = []
    for user, password in passwords.items():
        salt = secrets.token_bytes(24)
        salted = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, _ITERATIONS)
        upsertions.append((user, _SCRAM_512, _ITERATIONS, salt, salted))
    async with admin(settings) as client:
        for part in _parts(upsertions, _AT_ONCE):
            answer = await client._send_to_controller(AlterUsers(part))
            for _, code, message, _ in answer.results:
                _check(code, message)


async def _rules(client: AIOKafkaAdminClient) -> list[BrokerRule]:
    answer: Any = await client._send_request(DescribeRules())
    _check(answer.error_code, answer.error_message)
    return [
        BrokerRule(resource, name, pattern, *rule)
        for resource, name, pattern, rules in answer.resources
        for rule in rules
    ]


def _parts(rows: Sequence[_Row], size: int) -> Iterator[Sequence[_Row]]:
    """Yield the rows in parts: one request of some thousand is too large for a broker."""
    yield from (rows[start : start + size] for start in range(0, len(rows), size))


def _check(code: int, message: str | None) -> None:
    if code:
        raise for_code(code)(message or "")
