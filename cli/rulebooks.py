"""The rule books of all services, and what their versions say of each rule."""

import importlib
import importlib.util
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, Final

from shared.casework.limits import spoken
from shared.casework.own_rules import OwnRules, Recorded, own_rules
from shared.casework.rulebook import RuleBook
from shared.contracts.common import RulesAdopted
from shared.contracts.rules import PLATFORM, RULES, Guard, sentence
from shared.contracts.topics import SERVICES
from shared.network.schema import Network

PUBLISHED: Final = "published"
CITY: Final = "city"
PLATFORM_VERSION: Final = "platform-1"


@lru_cache(maxsize=1)
def books() -> dict[str, RuleBook[Any]]:
    """Return the rule book of each service that has one.

    Raises:
        TypeError: A service has two.
    """
    found: dict[str, RuleBook[Any]] = {}
    for service in SERVICES:
        if importlib.util.find_spec(f"services.{service}.rules") is None:
            continue
        for value in vars(importlib.import_module(f"services.{service}.rules")).values():
            if isinstance(value, RuleBook) and found.setdefault(service, value) is not value:
                raise TypeError(
                    f"services.{service}.rules has two rule books; their versions need one name each"
                )
    return found


def listed(service: str, network: Network, *, all_: bool = False) -> list[dict[str, Any]]:
    """Return the rules of a service under the version in force, with the city's own limits.

    Args:
        service: Name of the service.
        network: The network file, which may set limits of the city's own.
        all_: Every version, published and the city's, and not only the one in force.

    Raises:
        NetworkError: The file sets a limit that there is not, or one that it may not.
    """
    wanted = own_rules(service, books()[service], network).wanted
    book = with_own(service, wanted)
    versions = [*book.versions, *book.adopted] if all_ else [book.in_force]
    return [row for version in versions for row in of_version(service, version, book, wanted)]


def with_own(service: str, adopted: Sequence[RulesAdopted]) -> RuleBook[Any]:
    """Return a service's rule book with the city's versions."""
    own = OwnRules(service, books()[service].copy(), ())
    own.learn(Recorded(versions=tuple(adopted)))
    return own.book


def of_version(
    service: str, version: str, book: RuleBook[Any], adopted: Sequence[RulesAdopted]
) -> list[dict[str, Any]]:
    """Return what a version says, rule by rule, with the city's own limits and their citations."""
    changed = {limit.rule: limit for one in adopted if one.rules_version == version for limit in one.limits}
    out = []
    for row in rows(service, version, book.at(version)):
        if (change := changed.get(row["rule"])) is not None:
            row |= {"standing": CITY, "citation": change.source, "published": change.published_limit}
        out.append(row)
    return out


def of_the_platform() -> list[dict[str, Any]]:
    """Return the rules that every service holds, in every version."""
    return [
        _row(rule, PLATFORM, PLATFORM_VERSION, words.source)
        for rule, words in RULES.items()
        if isinstance(words, Guard) and words.service == PLATFORM
    ]


def rows(service: str, version: str, rules: object) -> Iterator[dict[str, Any]]:
    """Yield what a version of a service's rules says, rule by rule."""
    for one in spoken(rules):
        row = _row(one.rule, service, version, one.source)
        if one.limit is not None:
            limit = one.limit.limit
            row |= {
                "value": one.limit.value,
                "unit": limit.unit.value,
                "at_least": limit.at_least,
                "at_most": limit.at_most,
                "bound": limit.bound,
            }
        yield row | {"rests_on": list(one.limits)}
    for rule, words in RULES.items():
        if isinstance(words, Guard) and words.service == service:
            yield _row(rule, service, version, words.source)


def _row(rule: str, service: str, version: str, source: str) -> dict[str, Any]:
    words = sentence(rule)
    return {
        "rule": rule,
        "service": service,
        "zh": words.zh,
        "en": words.en,
        "citation": source,
        "version": version,
        "value": None,
        "unit": None,
        "at_least": None,
        "at_most": None,
        "bound": "",
        "rests_on": [],
        "standing": PUBLISHED,
        "published": None,
    }
