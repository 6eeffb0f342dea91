"""The receipt of a case, made of the closed days that the services told, the portal's own among them."""

import asyncio
from typing import TYPE_CHECKING, Any, Final

from services.portal.rules.places import CLOSED_DAYS, LISTED_TIPS
from shared.contracts.days import DayClosed, listed
from shared.contracts.receipts import Sealed, part_of
from shared.contracts.receipts import receipt as whole
from shared.contracts.topics import SERVICES
from shared.runtime.base.collections import HISTORY
from shared.runtime.decide.days import days_subject
from shared.runtime.decide.history import rows_of
from shared.runtime.serve.witnessing import kept_witnesses

if TYPE_CHECKING:
    from shared.runtime.commit.mongo import Database

_LISTINGS: Final = 10
"""So many of the last listings with the case are looked at, of those that a signed day names."""
_OWN: Final = "portal"


class Receipts:
    """Makes receipts, one at a time: each takes a pass over all tips of a day.

    Args:
        database: The portal's own.
    """

    def __init__(self, database: "Database") -> None:
        self._database = database
        self._one = asyncio.Lock()

    async def of(self, case: str) -> dict[str, Any] | None:
        """Return the receipt of a case, without its rows; ``None`` where no closed day has it yet.

        With the last signature of each member under the days that it leads to.
        """
        parts = []
        async with self._one:
            for service in SERVICES:
                sealed = await self._sealed(case, service)
                if sealed is None:
                    continue
                seen = await kept_witnesses(self._database, service)
                part = await asyncio.to_thread(part_of, case, sealed, seen)
                if part is not None:
                    parts.append(part)
        return whole(case, parts) if parts else None

    async def _sealed(self, case: str, service: str) -> Sealed | None:
        """Return the last closed day that has the case."""
        days = await self._days(service)
        if [one.day_number for one in days] != [*range(1, len(days) + 1)]:
            return None
        by_listing = {one.listing: one for one in days}
        holding = {"cases": case, "listing": {"$in": list(by_listing)}}
        found = await self._database.find(
            LISTED_TIPS, holding, sort=[("_id", -1)], limit=_LISTINGS, fields=("listing",)
        )
        for listing in dict.fromkeys(row["listing"] for row in found):
            day = by_listing[listing]
            # A part that is still to come, or that another service forged, would give a proof of nothing.
            tips = listed(day, await self._parts(listing))
            if tips is not None and any(one.subject == case for one in tips):
                return Sealed(service, day, tips, days)
        return None

    async def _parts(self, listing: str) -> dict[int, list[list[str]]]:
        """Return what was told of each part of a listing."""
        rows = await self._database.find(
            LISTED_TIPS, {"_id": {"$gte": f"{listing}:", "$lt": f"{listing};"}}, sort=[("_id", 1)]
        )
        parts: dict[int, list[list[str]]] = {}
        for row in rows:
            number = int(row["_id"].removeprefix(f"{listing}:").partition(":")[0])
            parts.setdefault(number, []).append(row["tips"])
        return parts

    async def _days(self, service: str) -> list[DayClosed]:
        """Return the closed days of a service: of the others as they told them, of the portal its history."""
        if service == _OWN:
            rows = await self._database.find(HISTORY, rows_of(days_subject(_OWN)), sort=[("_id", 1)])
            return [DayClosed.model_validate_json(row["value"]) for row in rows]
        rows = await self._database.find(CLOSED_DAYS, {"service": service}, sort=[("_id", 1)])
        return [DayClosed.model_validate(row["day"], strict=False) for row in rows]
