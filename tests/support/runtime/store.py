"""A small, faithful stand-in for MongoDB: what the runtime asks of it, and nothing else.

Rows go through BSON, so that what MongoDB cannot keep (sub-millisecond times, NUL in a key) shows here.
"""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import bson
from bson.codec_options import CodecOptions
from bson.errors import BSONError

from shared.runtime.base.documents import Document, Work
from shared.runtime.commit.mongo import Conflict, Refused, Unavailable

_OPTIONS: CodecOptions[Document] = CodecOptions(tz_aware=True)
Rows = dict[str, dict[str, Document]]


class MemoryDatabase:
    """The part of ``shared.runtime.commit.mongo.Database`` that the repository uses, in memory.

    Attributes:
        rows: Documents by collection and id.
        away: Number of coming calls that find MongoDB away.
        uncertain: Number of coming commits that go through although the answer is lost.
        refuse: Says of a document that this database will not take it.
    """

    name = "memory"

    def __init__(self) -> None:
        self.rows: Rows = {}
        self.away = 0
        self.uncertain = 0
        self.commits = 0
        self.refuse: Any = None

    async def _there(self) -> None:
        await asyncio.sleep(0)  # as a real call: others get their turn
        if self.away:
            self.away -= 1
            raise Unavailable(code="mongo.unavailable", zh="", en="away")

    async def find(
        self,
        collection: str,
        filter: Mapping[str, Any],
        *,
        sort: Sequence[tuple[str, int]] = (),
        limit: int = 0,
        fields: Sequence[str] = (),
    ) -> list[Document]:
        await self._there()
        found = [copy.deepcopy(d) for d in self.rows.get(collection, {}).values() if matches(d, filter)]
        for name, direction in reversed(sort):
            found.sort(key=lambda d: d[name], reverse=direction < 0)
        return found[:limit] if limit else found

    async def get(self, collection: str, id: str) -> Document | None:
        await self._there()
        return copy.deepcopy(self.rows.get(collection, {}).get(id))

    async def count(self, collection: str, filter: Mapping[str, Any] | None = None) -> int:
        return len(await self.find(collection, filter or {}))

    async def put(self, collection: str, id: str, document: Mapping[str, Any]) -> None:
        await self._there()
        self.rows.setdefault(collection, {})[id] = stored({**document, "_id": id})

    async def exchange(self, collection: str, old: Document, new: Mapping[str, Any]) -> bool:
        await self._there()
        rows = self.rows.get(collection, {})
        if rows.get(old["_id"]) != old:
            return False
        rows[old["_id"]] = stored({**new, "_id": old["_id"]})
        return True

    async def put_if_absent(self, collection: str, id: str, document: Mapping[str, Any]) -> Document:
        await self.put_all_if_absent(collection, {id: document})
        return await self.get(collection, id) or {}

    async def put_all_if_absent(self, collection: str, documents: Mapping[str, Mapping[str, Any]]) -> None:
        await self._there()
        for id_, document in documents.items():
            self.rows.setdefault(collection, {}).setdefault(id_, stored({**document, "_id": id_}))

    async def delete(self, collection: str, ids: Sequence[str]) -> None:
        await self._there()
        for id_ in ids:
            self.rows.get(collection, {}).pop(id_, None)

    async def ensure(self, collections: Iterable[str], indexes: Mapping[str, Any]) -> None:
        await self._there()

    async def expire(self, collection: str, field: str, after_s: int | None) -> None:
        await self._there()

    async def commit(self, work: Work) -> None:
        await self._there()
        # Documents are replaced, never changed in place, so a copy of the folders is enough.
        rows = {name: dict(documents) for name, documents in self.rows.items()}
        for command, guarded in work.commands():
            matched = self._apply(rows, command)
            if guarded is not None and matched != guarded:
                raise Conflict(code="mongo.conflict", zh="", en="a guarded row was changed")
        self.rows = rows
        self.commits += 1
        if self.uncertain:
            self.uncertain -= 1
            raise Unavailable(code="mongo.unavailable", zh="", en="the answer was lost")

    def _apply(self, rows: Rows, command: Document) -> int:
        if "insert" in command:
            there = rows.setdefault(command["insert"], {})
            for document in command["documents"]:
                if document["_id"] in there:
                    raise Conflict(code="mongo.conflict", zh="", en=f"{document['_id']} is there")
                there[document["_id"]] = self._kept(command["insert"], document)
            return len(command["documents"])
        if "delete" in command:
            for delete in command["deletes"]:
                for id_ in delete["q"]["_id"]["$in"]:
                    rows.get(command["delete"], {}).pop(id_, None)
            return 0
        there = rows.setdefault(command["update"], {})
        return sum(self._update(command["update"], there, update) for update in command["updates"])

    def _update(self, name: str, there: dict[str, Document], update: Document) -> int:
        found = there.get(update["q"]["_id"])
        if found is not None and not matches(found, update["q"]):
            found = None
        if found is None and not update.get("upsert"):
            return 0
        change = update["u"]
        if not any(key.startswith("$") for key in change):
            after = {**change, "_id": update["q"]["_id"]}
        else:
            after = changed({"_id": update["q"]["_id"]} if found is None else found, change, found is None)
        there[update["q"]["_id"]] = self._kept(name, after)
        return 1

    def _kept(self, name: str, document: Document) -> Document:
        if self.refuse is not None and self.refuse(name, document):
            raise Refused(code="mongo.refused", zh="", en="this row is not wanted")
        return stored(document)


def stored(document: Mapping[str, Any]) -> Document:
    """Return a document as MongoDB would give it back."""
    try:
        return bson.decode(bson.encode(document), _OPTIONS)
    except (BSONError, OverflowError) as error:
        raise Refused(code="mongo.refused", zh="", en=str(error)) from error


def changed(document: Document, change: Document, is_new: bool) -> Document:
    """Apply update operators."""
    after = copy.deepcopy(document)
    for operator, fields in change.items():
        if operator == "$setOnInsert" and not is_new:
            continue
        for path, value in fields.items():
            *parents, last = path.split(".")
            place = after
            for parent in parents:
                place = place.setdefault(parent, {})
            if operator == "$unset":
                place.pop(last, None)
            else:
                place[last] = place.get(last, 0) + value if operator == "$inc" else value
    return after


def matches(document: Document, filter: Mapping[str, Any]) -> bool:
    """Tell whether a document fits a filter of the operators that the runtime uses."""
    return all(_fits(document, name, wanted) for name, wanted in filter.items())


def _fits(document: Document, name: str, wanted: Any) -> bool:
    if name == "$or":
        return any(matches(document, one) for one in wanted)
    if name == "$expr":
        length, wanted = wanted["$eq"]
        return len(document[length["$strLenBytes"].removeprefix("$")].encode()) == wanted
    value: Any = document
    for part in name.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    if not (isinstance(wanted, dict) and any(key.startswith("$") for key in wanted)):
        return bool(value == wanted or (isinstance(value, list) and wanted in value))
    return all(_OPERATORS[operator](value, operand) for operator, operand in wanted.items())


_OPERATORS: dict[str, Any] = {
    "$in": lambda value, operand: (
        any(v in operand for v in value) if isinstance(value, list) else value in operand
    ),
    "$nin": lambda value, operand: value not in operand,
    "$lte": lambda value, operand: value is not None and value <= operand,
    "$lt": lambda value, operand: value is not None and value < operand,
    "$gte": lambda value, operand: value is not None and value >= operand,
    "$gt": lambda value, operand: value is not None and value > operand,
    "$exists": lambda value, operand: (value is not None) is operand,
    "$ne": lambda value, operand: value != operand,
}
