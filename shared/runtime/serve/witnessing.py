"""What members signed of the days of history, kept beyond the time that their topic keeps it.

Anybody of the network may write on ``history.witnessed``, so it ends by time and size. Of each member and
service the last word that is truly its own is kept here; and where it said of one day two things, both.
"""

from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Any, Final

from shared.contracts.days import DayWitnessed, witnessed
from shared.contracts.topics import WITNESSED
from shared.network.keys import Keys
from shared.runtime.base.collections import WITNESSES
from shared.runtime.base.documents import Document
from shared.runtime.base.keyring import signed_by
from shared.runtime.base.settings import Settings
from shared.runtime.commit.mongo import Database
from shared.runtime.serve.client import EventReader

_OTHER: Final = "other"
_BATCHES: Final = 20
_WAIT_MS: Final = 20
"""Of one look: whoever writes without end keeps nothing else waiting."""


class WitnessKeeping:
    """Keeps the members' last signatures in the database of the service that makes receipts.

    Args:
        settings: Where Kafka is.
        database: The service's own.
        keys: The public keys of now.
        speaks: Whether this replica speaks for the service.
    """

    def __init__(
        self, settings: Settings, database: Database, keys: Callable[[], Keys], speaks: Callable[[], bool]
    ) -> None:
        self._settings = settings
        self._database = database
        self._keys = keys
        self._speaks = speaks
        self._open: AsyncExitStack | None = None
        self._reader: EventReader | None = None

    async def keep_witnesses(self) -> None:
        """Take what came since the last look; after a failure all that the topic has is looked at again."""
        if not self._speaks():
            return await self.close()
        if self._reader is None:
            self._open = AsyncExitStack()
            self._reader = await self._open.enter_async_context(EventReader(self._settings, [WITNESSED]))
        try:
            for _ in range(_BATCHES):
                for parsed in await self._reader.batch(_WAIT_MS):
                    if isinstance(parsed.body, DayWitnessed):
                        await self._keep(parsed.body)
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Let go of the topic."""
        opened, self._open, self._reader = self._open, None, None
        if opened is not None:
            await opened.aclose()

    async def _keep(self, seen: DayWitnessed) -> None:
        content = witnessed(seen.service, seen.day_number, seen.days_root, seen.member)
        if not signed_by(self._keys(), "witness", seen.member, seen.signature, content):
            return
        id_ = f"{seen.service}|{seen.member}"
        row = row_of(seen)
        known = await self._database.get(WITNESSES, id_)
        if known is None or known["number"] < seen.day_number:
            await self._database.put(WITNESSES, id_, row)
        elif known["number"] == seen.day_number and known["root"] != seen.days_root:
            await self._database.put_if_absent(WITNESSES, f"{id_}|{_OTHER}", row)


def row_of(seen: DayWitnessed) -> Document:
    """Return what is kept of a member's signature."""
    return {
        "service": seen.service,
        "number": seen.day_number,
        "root": seen.days_root,
        "seen": seen.model_dump(mode="json"),
    }


async def kept_witnesses(database: Any, service: str) -> list[DayWitnessed]:
    """Return the members' signatures of a service's days that were kept."""
    rows = await database.find(WITNESSES, {"service": service}, sort=[("_id", 1)])
    return [DayWitnessed.model_validate(row["seen"], strict=False) for row in rows]
