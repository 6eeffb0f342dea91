"""``python -m tests.support.access``: the tables of docs/security.md that say who may do what on the broker.

The test of the broker holds the broker to the very text that stands in the page.
"""

import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from shared.contracts.principals import ADMIN, OPERATOR, group_prefix, principal_of
from shared.contracts.topics import SERVICES, cases_topic, dead_letters_topic, filings_topic, keyed_topics
from shared.network.load import load_network
from shared.network.schema import Network
from shared.runtime.base.settings import DEFAULT_NETWORK
from shared.runtime.serve.access_rules import Operation, Resource, access_rules, allowed, principals

PAGE: Final = Path(__file__).parents[2] / "docs" / "security.md"
BEGIN: Final = "<!-- made by python -m tests.support.access -->"
END: Final = "<!-- end -->"
INSTITUTION, EVERYBODY, COURT = "<institution>", "<every institution>", "<court>"
_ROW: Final = re.compile(r"^\| `([^`]+)` \| (.*?) \| (.*?) \|$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Line:
    """Who may read and write a topic, or use a group; ``<institution>`` is the one that the name names."""

    name: str
    readers: frozenset[str]
    writers: frozenset[str]


def lines(network: Network) -> list[Line]:
    """Return what the rules of a network come to, topics and then groups."""
    rules, users = access_rules(network), principals(network)
    one = network.institutions[0].id
    named = {one: INSTITUTION, network.court.id: COURT}
    others = {institution.id for institution in network.institutions[1:]}

    def who(operation: Operation, resource: Resource, name: str) -> frozenset[str]:
        may = {user for user in users if allowed(rules, user, operation, resource, name)}
        if others <= may and one in may:
            may = may - others - {one} | {EVERYBODY}
        assert not may & others, f"{may & others} may {operation} {name}"
        return frozenset(named.get(user, user) for user in may)

    topics = [filings_topic(one), cases_topic(one), *keyed_topics(), *map(dead_letters_topic, SERVICES)]
    out = [
        Line(
            topic.replace(one, INSTITUTION) if topic.endswith(f".{one}") else topic,
            who(Operation.READ, Resource.TOPIC, topic),
            who(Operation.WRITE, Resource.TOPIC, topic),
        )
        for topic in topics
    ]
    groups = [*map(principal_of, SERVICES), *(group_prefix(member) + "x" for member in named)]
    for group in groups:
        shown = group
        for member, name in named.items():
            shown = shown.replace(f"{member}.x", f"{name}.*")
        out.append(Line(shown, who(Operation.READ, Resource.GROUP, group), frozenset()))
    return out


def text(network: Network) -> str:
    """Return the tables as they stand in the page."""
    found = lines(network)
    groups = [one for one in found if one.name.startswith("suyuan.") or one.name.endswith(".*")]
    parts = ["| Topic | Read by | Written by |", "|---|---|---|"]
    parts += [_row(one.name, one.readers, one.writers) for one in found if one not in groups]
    parts += ["", "| Consumer group | Used by | Else |", "|---|---|---|"]
    parts += [_row(one.name, one.readers, one.writers) for one in groups]
    return "\n".join(parts)


def stated() -> list[Line]:
    """Read the tables of the page."""
    page = PAGE.read_text("utf-8")
    part = page[page.index(BEGIN) : page.index(END)]
    return [Line(name, _read(readers), _read(writers)) for name, readers, writers in _ROW.findall(part)]


def page() -> str:
    """Return the page with the tables as they are now."""
    old = PAGE.read_text("utf-8")
    before, after = old[: old.index(BEGIN)], old[old.index(END) :]
    return f"{before}{BEGIN}\n\n{text(load_network(DEFAULT_NETWORK))}\n\n{after}"


def _row(name: str, readers: frozenset[str], writers: frozenset[str]) -> str:
    return f"| `{name}` | {_names(readers)} | {_names(writers)} |"


def _names(names: frozenset[str]) -> str:
    order = [OPERATOR, *map(principal_of, SERVICES), INSTITUTION, EVERYBODY, COURT, ADMIN]
    return ", ".join(f"`{name}`" for name in sorted(names, key=order.index)) or "nobody"


def _read(cell: str) -> frozenset[str]:
    return frozenset(re.findall(r"`([^`]+)`", cell))


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
    sys.stdout.write(f"{PAGE}\n")
