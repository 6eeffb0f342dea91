"""The deliverer: takes the parcels of the own partitions to their addresses, each address in its order.

A parcel is a row that the service's own transaction wrote. It is sent, then its row is marked; whoever is
killed in between leaves the row as it was, and the parcel is sent again under the same id. The next one
of an address is not touched before the one ahead of it is delivered or given up.
"""

import asyncio
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from shared.contracts.errors import SuyuanError
from shared.runtime.base import logs
from shared.runtime.base.collections import ADDRESSES, DELIVERIES
from shared.runtime.base.documents import Document
from shared.runtime.base.metrics import Metrics
from shared.runtime.commit.mongo import Database
from shared.runtime.deliver.parcels import NotSent, Parcel, Way

_log = logs.get("runtime")
_AT_ONCE: Final = 16
"""Addresses that are served at one time."""
_LONGEST_WAIT: Final = timedelta(hours=4)
_KEPT: Final = ("to", "partition", "at", "tries")
"""What stays in the row of a parcel that is done; what it said is in the history."""
DELIVERED: Final = "notice.delivered"
GIVEN_UP: Final = "notice.given_up"


class Deliverer:
    """Serves the addresses of the own partitions.

    Args:
        database: The service's own database.
        ways: By the name that stands in the row of an address.
        owned: The partitions that this process owns at the moment.
        metrics: Counts.
        tries: So many tries has a parcel.
        backoff_s: Wait after the first one, seconds; doubled with each, up to four hours.
        now: The wall clock.
    """

    def __init__(
        self,
        database: Database,
        ways: Mapping[str, Way],
        owned: Callable[[], Collection[int]],
        metrics: Metrics,
        *,
        tries: int,
        backoff_s: float,
        now: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._ways = ways
        self._owned = owned
        self._metrics = metrics
        self._tries = tries
        self._backoff_s = backoff_s
        self._now = now
        self._serving: dict[str, asyncio.Task[None]] = {}

    async def deliver_due(self) -> None:
        """Begin to serve the addresses that have something due; one that is served already goes on."""
        self._serving = {to: task for to, task in self._serving.items() if not task.done()}
        room = _AT_ONCE - len(self._serving)
        if room <= 0 or not self._owned():
            return
        for row in await self._heads(room):
            self._serving[row["to"]] = asyncio.create_task(self._serve(row), name=f"deliver {row['to']}")

    async def stop(self) -> None:
        """Let go at once: what is under way is sent again by the next owner."""
        for task in self._serving.values():
            task.cancel()
        await asyncio.gather(*self._serving.values(), return_exceptions=True)

    async def _heads(self, most: int) -> list[Document]:
        """Return the first open parcel of each address, where its time has come."""
        mine = {"open": True, "partition": {"$in": list(self._owned())}}
        pipeline: list[dict[str, Any]] = [
            {"$match": {**mine, "to": {"$nin": list(self._serving)}}},
            {"$sort": {"_id": 1}},
            {"$group": {"_id": "$to", "first": {"$first": "$_id"}, "next": {"$first": "$next"}}},
            {"$match": {"next": {"$lte": self._now()}}},
            {"$sort": {"next": 1, "_id": 1}},
            {"$limit": most},
        ]
        found = await self._database.aggregate(DELIVERIES, pipeline)
        ids = [one["first"] for one in found]
        return await self._database.find(DELIVERIES, {"_id": {"$in": ids}}) if ids else []

    async def _serve(self, row: Document) -> None:
        """Take the parcels of an address, one after another, as long as they arrive."""
        following: Document | None = row
        try:
            while following is not None and following["partition"] in self._owned():
                if not await self._try(following):
                    return
                following = await self._next(row["to"])
        except SuyuanError as error:
            # The database is away: the row is as it was, and the next look says so on readiness.
            _log.warning("runtime.delivery.unmarked", code=error.code)

    async def _next(self, to: str) -> Document | None:
        found = await self._database.find(DELIVERIES, {"open": True, "to": to}, sort=[("_id", 1)], limit=1)
        return found[0] if found and found[0]["next"] <= self._now() else None

    async def _try(self, row: Document) -> bool:
        """Send a parcel and mark its row; return whether the next one's turn has come."""
        code, detail, done = await self._sent(row)
        tries = row["tries"] + 1
        if not done and tries >= self._tries:
            code, detail, done = GIVEN_UP, f"{code} {detail}", True
        marked: Document = {**row, "tries": tries, "outcome": code, "detail": detail}
        if done:
            marked = {
                **{name: row[name] for name in _KEPT},
                "tries": tries,
                "outcome": code,
                "detail": detail,
                "done_at": self._now(),
            }
        else:
            marked["next"] = self._now() + self._wait(tries)
        ours = await self._database.exchange(DELIVERIES, row, marked)
        if ours:
            self._metrics.delivery(code)
            _log.info("runtime.delivery.tried", parcel=row["_id"], outcome=code, tries=tries, detail=detail)
        return ours and done

    async def _sent(self, row: Document) -> tuple[str, str, bool]:
        """Return the code of what became of a try, what happened, and whether it was the last one."""
        address = await self._database.get(ADDRESSES, row["to"])
        while address is not None and address.get("moved"):
            address = await self._database.get(ADDRESSES, address["moved"])
        if address is None or not address["way"]:
            return "notice.no_target", "", True
        way = self._ways.get(address["way"])
        if way is None:
            return "notice.way_off", address["way"], False
        try:
            await way.send(Parcel.of(row), address["target"])
        except NotSent as error:
            return error.code, error.detail, error.for_good
        except Exception as error:  # noqa: BLE001 - whatever a receiver does, it stops no other's notices
            return "notice.unreachable", type(error).__name__, False
        return DELIVERED, "", True

    def _wait(self, tries: int) -> timedelta:
        # Not computed beyond the limit: 2 to the power of many is no time.
        seconds = self._backoff_s * 2.0 ** min(tries - 1, 30)
        return min(timedelta(seconds=min(seconds, _LONGEST_WAIT.total_seconds())), _LONGEST_WAIT)
