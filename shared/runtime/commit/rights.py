"""What a service's own database user may do: all with its rows, and with history nothing but add and read.

MongoDB grants and never denies, so each collection is named: one that a later version brings needs them anew.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from shared.runtime.base.collections import APPEND_ONLY, COLLECTIONS

Privilege = dict[str, Any]

_READ: Final = ("find", "listIndexes", "collStats")
_ADD: Final = (*_READ, "insert")
_CHANGE: Final = (*_ADD, "update", "remove", "createIndex", "dropIndex")
_DATABASE: Final = ("listCollections", "createCollection")


def role(database: str, own: Iterable[str]) -> dict[str, Any]:
    """Return the role of a service's user, as MongoDB's ``createRole`` takes it.

    Args:
        database: The service's own; the role has its name.
        own: The collections that the service has besides those of the runtime.
    """
    names = sorted({*COLLECTIONS, *own})
    privileges = [_privilege(database, "", _DATABASE)]
    privileges += [_privilege(database, name, _ADD if name in APPEND_ONLY else _CHANGE) for name in names]
    return {"role": database, "privileges": privileges}


def roles(own: Mapping[str, Iterable[str]]) -> list[dict[str, Any]]:
    """Return the roles of all services, by the collections that each has of its own."""
    return [role(f"suyuan_{service}", names) for service, names in own.items()]


def _privilege(database: str, collection: str, actions: Sequence[str]) -> Privilege:
    return {"resource": {"db": database, "collection": collection}, "actions": list(actions)}
