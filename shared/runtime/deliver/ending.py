"""Rows of notices that are out end in time; those that never arrived stay while there is somebody to tell.

The newest one of each address stays, too: it says how its last notice went.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from shared.runtime.base.collections import ADDRESSES, DELIVERIES
from shared.runtime.base.documents import Document
from shared.runtime.base.settings import FOR_EVER
from shared.runtime.commit.mongo import Database
from shared.runtime.deliver.deliverer import DELIVERED

_STEP: Final = 500


async def end_deliveries(database: Database, days: int, now: datetime) -> int:
    """Delete the rows of notices that were delivered so long ago, and of whoever wishes for none any more.

    What is still to be sent, was given up or refused is kept until its address is gone.

    Args:
        database: The service's own.
        days: How long they stay; -1 for ever.
        now: The time of this machine.

    Returns:
        How many rows were deleted.
    """
    if days == FOR_EVER:
        return 0
    ended, after = 0, ""
    due = {"done_at": {"$lte": now - timedelta(days=days)}}
    while rows := await database.find(
        DELIVERIES, {**due, "_id": {"$gt": after}}, sort=[("_id", 1)], limit=_STEP
    ):
        after = rows[-1]["_id"]
        addresses = sorted({row["to"] for row in rows})
        known = await database.find(ADDRESSES, {"_id": {"$in": addresses}, "way": {"$ne": ""}})
        newest = await _newest(database, [row["_id"] for row in known])
        gone = [row["_id"] for row in rows if _may_go(row, newest)]
        await database.delete(DELIVERIES, gone)
        ended += len(gone)
    return ended


def _may_go(row: Document, newest: dict[str, str]) -> bool:
    if row["to"] not in newest:
        return True
    return bool(row["outcome"] == DELIVERED and row["_id"] != newest[row["to"]])


async def _newest(database: Database, addresses: Sequence[str]) -> dict[str, str]:
    """Return the newest row that was tried, by address."""
    found = await database.aggregate(
        DELIVERIES,
        [
            {"$match": {"to": {"$in": list(addresses)}, "tries": {"$gt": 0}}},
            {"$group": {"_id": "$to", "newest": {"$max": "$_id"}}},
        ],
    )
    return {one["_id"]: one["newest"] for one in found}
