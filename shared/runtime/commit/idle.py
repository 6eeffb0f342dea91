"""Idle subjects that go on: a timer is due, a release is under way, a state can be read again."""

from collections.abc import Sequence
from datetime import datetime

from shared.runtime.base.collections import STREAMS
from shared.runtime.commit.mongo import Database


class IdleSubjects:
    """Finds the subjects that somebody must look after.

    Args:
        database: The service's own database.
        given: Inputs that this process has and subjects may wait for.
    """

    def __init__(self, database: Database, given: Sequence[str] = ()) -> None:
        self._database = database
        self._given = list(given)

    async def due(self, partitions: Sequence[int], now: datetime, limit: int) -> list[str]:
        """Return the subjects of some partitions whose next timer is due, or that wait for an input given.

        Blocked ones wait for their redrive, and those whose clocks raised for their next try.
        """
        ready = {
            "partition": {"$in": list(partitions)},
            "parked": {"$exists": False},
            "unfinished": {"$exists": False},
            "$or": [{"retry": {"$exists": False}}, {"retry": {"$lte": now}}],
        }
        find = self._database.find
        due = {"due": {"$lte": now}, **ready}
        rows = await find(STREAMS, due, sort=[("due", 1)], limit=limit, fields=("_id",))
        if self._given and len(rows) < limit:
            waiting = {"awaits": {"$in": self._given}, **ready}
            rows += await find(STREAMS, waiting, limit=limit, fields=("_id",))
        return list(dict.fromkeys(row["_id"] for row in rows))[:limit]

    async def unfinished(self, partitions: Sequence[int], limit: int) -> list[str]:
        """Return subjects with a release or a remedy under way.

        Args:
            partitions: Of the subjects' own messages.
            limit: Most subjects.
        """
        rows = await self._database.find(
            STREAMS,
            {"partition": {"$in": list(partitions)}, "unfinished": True},
            limit=limit,
            fields=("_id",),
        )
        return [row["_id"] for row in rows]

    async def unreadable(self, partitions: Sequence[int], after: str, limit: int) -> list[str]:
        """Return the subjects that are blocked without a letter, in the order of their ids.

        Args:
            partitions: Of the subjects' own messages.
            after: Only those behind this id.
            limit: Most subjects.
        """
        rows = await self._database.find(
            STREAMS,
            {"parked.letters": 0, "partition": {"$in": list(partitions)}, "_id": {"$gt": after}},
            sort=[("_id", 1)],
            limit=limit,
            fields=("_id",),
        )
        return [row["_id"] for row in rows]
