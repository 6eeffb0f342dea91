"""The receipt of a case, made of the closed days that the services told."""

import asyncio
from typing import TYPE_CHECKING, Any, Final

from services.portal.rules.places import CLOSED_DAYS, LISTED_TIPS
from shared.contracts.days import DayClosed, Tip
from shared.contracts.receipts import Sealed, part_of
from shared.contracts.receipts import receipt as whole
from shared.contracts.topics import SERVICES

if TYPE_CHECKING:
    from shared.runtime.commit.mongo import Database

_LISTINGS: Final = 5
"""So many of the last listings with the case are looked at: one that no day names is of no effect."""


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

        The portal's own days are not among them: what institutions are told stands on the institutions'
        topics.
        """
        parts = []
        async with self._one:
            for service in SERVICES:
                sealed = await self._sealed(case, service)
                part = None if sealed is None else await asyncio.to_thread(part_of, case, sealed)
                if part is not None:
                    parts.append(part)
        return whole(case, parts) if parts else None

    async def _sealed(self, case: str, service: str) -> Sealed | None:
        """Return the last closed day that has the case."""
        holding = {"cases": case, "service": service}
        found = await self._database.find(
            LISTED_TIPS, holding, sort=[("_id", -1)], limit=_LISTINGS, fields=("listing",)
        )
        for listing in dict.fromkeys(row["listing"] for row in found):
            named = await self._database.find(CLOSED_DAYS, {"listing": listing}, limit=1)
            if not named:
                continue
            parts = await self._database.find(
                LISTED_TIPS, {"_id": {"$gte": f"{listing}:", "$lt": f"{listing};"}}, sort=[("_id", 1)]
            )
            rows = await self._database.find(CLOSED_DAYS, {"service": service}, sort=[("_id", 1)])
            day = DayClosed.model_validate(named[0]["day"], strict=False)
            days = [DayClosed.model_validate(row["day"], strict=False) for row in rows]
            tips = [Tip.parse(one) for part in parts for one in part["tips"]]
            # A part that is still to come would give a proof of nothing.
            if len(tips) == day.histories and [one.day_number for one in days] == [*range(1, len(days) + 1)]:
                return Sealed(service, day, tips, days)
        return None
