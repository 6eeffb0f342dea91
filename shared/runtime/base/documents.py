"""Documents, and the writes of one transaction; what they are written with is not known here."""

from collections.abc import Iterable, Mapping
from typing import Any

Document = dict[str, Any]
Update = dict[str, Any]
"""One element of MongoDB's ``update`` command: ``q``, ``u``, and ``upsert``."""

_MAX_COMMAND_BYTES = 8_000_000
_MAX_COMMAND_ROWS = 20_000


class Work:
    """The writes of one transaction, as MongoDB commands of many rows each.

    Commands of many rows cost a fraction of a driver call per row (docs/performance.md).
    """

    def __init__(self) -> None:
        """Start empty."""
        self._inserts: dict[str, list[Document]] = {}
        self._guarded: dict[str, list[Update]] = {}
        self._updates: dict[str, list[Update]] = {}
        self._deletes: dict[str, list[str]] = {}
        self._weights: dict[str, int] = {}

    def insert(self, collection: str, documents: Iterable[Document]) -> None:
        """Add new rows; one that is already there is a conflict."""
        self._inserts.setdefault(collection, []).extend(documents)

    def weigh(self, collection: str, size: int) -> None:
        """Say how many characters the large texts of a collection's rows have together.

        Rows that were not weighed are weighed one by one, which costs more than writing them down.
        """
        self._weights[collection] = size

    def replace_guarded(self, collection: str, query: Document, document: Document) -> None:
        """Replace a row that must still match ``query``."""
        self._guarded.setdefault(collection, []).append({"q": query, "u": document})

    def update(self, collection: str, query: Document, change: Document, *, upsert: bool = True) -> None:
        """Change a row, or make it."""
        self._updates.setdefault(collection, []).append({"q": query, "u": change, "upsert": upsert})

    def delete(self, collection: str, ids: Iterable[str]) -> None:
        """Delete rows by id."""
        self._deletes.setdefault(collection, []).extend(ids)

    def commands(self) -> Iterable[tuple[Document, int | None]]:
        """Yield the commands, and how many rows a guarded one must match."""
        for name, updates in self._guarded.items():
            for part in _cut(updates, self._weights.get(name)):
                yield {"update": name, "updates": part, "ordered": True}, len(part)
        for name, documents in self._inserts.items():
            for part in _cut(documents, self._weights.get(name)):
                yield {"insert": name, "documents": part, "ordered": True}, None
        for name, updates in self._updates.items():
            for part in _cut(updates):
                yield {"update": name, "updates": part, "ordered": True}, None
        for name, ids in self._deletes.items():
            if ids:
                yield {"delete": name, "deletes": [{"q": {"_id": {"$in": ids}}, "limit": 0}]}, None


def _cut(rows: list[Document], texts: int | None = None) -> Iterable[list[Document]]:
    """Cut rows into commands under MongoDB's message limit, by what their large fields weigh."""
    few = 0 < len(rows) <= _MAX_COMMAND_ROWS
    if few and texts is not None and 4 * texts + 2000 * len(rows) <= _MAX_COMMAND_BYTES:
        yield rows
        return
    part: list[Document] = []
    weight = 0
    for row in rows:
        size = _weight(row)
        if part and (weight + size > _MAX_COMMAND_BYTES or len(part) >= _MAX_COMMAND_ROWS):
            yield part
            part, weight = [], 0
        part.append(row)
        weight += size
    if part:
        yield part


def _weight(row: Mapping[str, Any]) -> int:
    """Say about how many bytes a row has: its texts, two levels deep, and a share for the rest."""
    total = 400
    for value in row.values():
        if isinstance(value, str | bytes):
            total += len(value)
        elif isinstance(value, dict):
            total += _weight(value)
    return total
