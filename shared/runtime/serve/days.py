"""Closing the days of a service's history: tips are read, listed, put under one root, signed and published.

One replica does it, the one that has the first partition of the commands; and where two believe they
have it, the guard of the subject lets one through. A listing that no root names, as of a process that died,
is of no effect.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any, Final

from shared.contracts.days import DayClosed, Tip, TipsListed
from shared.contracts.envelope import SYSTEM, Envelope, headers
from shared.contracts.message import Message
from shared.contracts.topics import TIPS, source_of
from shared.runtime.base import logs
from shared.runtime.base.collections import META, STREAMS, TIP_LISTS
from shared.runtime.base.documents import Work
from shared.runtime.base.partitioner import partition_of
from shared.runtime.base.settings import Settings
from shared.runtime.base.signing import Signer
from shared.runtime.commit.mongo import Database
from shared.runtime.decide import days
from shared.runtime.decide.entries import Item
from shared.runtime.decide.history import Outgoing
from shared.runtime.ingest.worker import Worker
from shared.runtime.publish.publisher import Publisher

_log = logs.get("runtime")
_ZONE: Final = timezone(timedelta(hours=8))
_PAGE: Final = 5000
_OVERLAP: Final = timedelta(hours=1)
"""So far may the clocks of two replicas be apart: what was written so long before the last reading is read
again. A tip that stands under two roots is true twice."""
_FROM: Final = "days"


class DayClosing:
    """Closes each day of a service once it is over.

    Args:
        service: Name of the service.
        settings: How long a day is, and the key that signs.
        database: The service's own database.
        worker: Takes the closed day through the same path as every message.
        speaks: Whether this replica speaks for the service.
        now: The wall clock.
    """

    def __init__(
        self,
        service: str,
        settings: Settings,
        database: Database,
        worker: Worker,
        speaks: Callable[[], bool],
        now: Callable[[], datetime],
    ) -> None:
        self._service = service
        self._subject = days.days_subject(service)
        self._settings = settings
        self._length = timedelta(seconds=settings.history_day_s)
        key = settings.history_key.get_secret_value()
        self._signer = Signer.of(key) if key else None
        self._database = database
        self._worker = worker
        self._speaks = speaks
        self._now = now
        self._from = ""

    async def close_due(self) -> None:
        """Close the last day that is over, unless it is closed; what went on before it comes along."""
        if self._signer is None or not self._speaks():
            return
        today = day_of(self._now(), self._length)
        day = day_of(today - self._length, self._length).isoformat()
        if not self._from:
            # What there is on the first day is closed with that day, not with one before the service was.
            row = await self._database.put_if_absent(META, _FROM, {"day": today.isoformat()})
            self._from = row["day"]
        before = days.known(self._service, await self._database.get(STREAMS, self._subject))
        if day < self._from or day <= before.day:
            return
        event = await self._closed(before, day, self._signer)
        at = self._now()
        await self._worker.record(Item("", -1, idle=self._subject, at=at, closes=event))
        stored = days.known(self._service, await self._database.get(STREAMS, self._subject))
        if stored.day == day:
            _log.info("runtime.day.closed", day=day, number=stored.number, histories=event.histories)

    async def _closed(self, before: days.Days, day: str, signer: Signer) -> DayClosed:
        until = self._now()
        listing = f"{self._service}.{until:%Y%m%d%H%M%S}.{secrets.token_hex(8)}"
        leaves: list[bytes] = []
        publisher = Publisher(self._settings, f"suyuan.{self._service}.days")
        try:
            part = 0
            async for tips in self._tips(before.until):
                part += 1
                await self._list(publisher, listing, part, tips, until)
                leaves += await asyncio.to_thread(lambda tips=tips: [one.leaf for one in tips])  # type: ignore[misc]
        finally:
            await publisher.stop()
        return await asyncio.to_thread(
            lambda: days.closed(
                self._service, before, signer, day=day, until=until, listing=listing, leaves=leaves
            )
        )

    async def _tips(self, since: datetime | None) -> AsyncIterator[list[Tip]]:
        """Yield the tips of all histories that went on since a time, in the order of their subjects."""
        wanted: dict[str, Any] = {"version": {"$gt": 0}}
        if since is not None:
            # The outbox row that was written with a subject's last events begins with the time, ns.
            after = int((since - _OVERLAP).timestamp() * 1e9)
            wanted["writer"] = {"$gte": f"{after:020d}"}
        last = ""
        while True:
            page = await self._database.find(
                STREAMS,
                {**wanted, "_id": {"$gt": last}},
                sort=[("_id", 1)],
                limit=_PAGE,
                fields=("version", "tip"),
            )
            tips = [Tip(row["_id"], row["version"], row["tip"]) for row in page]
            if found := [one for one in tips if not one.subject.startswith(days.PREFIX)]:
                yield found
            if len(page) < _PAGE:
                return
            last = page[-1]["_id"]

    async def _list(
        self, publisher: Publisher, listing: str, part: int, tips: Sequence[Tip], at: datetime
    ) -> None:
        """Write a part of a listing into the database and on its topic."""
        body = TipsListed(listing=listing, part=part, tips=tuple(map(str, tips)))
        id_ = f"{listing}:{part:06d}"
        work = Work()
        work.insert(TIP_LISTS, [{"_id": id_, "value": body.model_dump_json()}])
        await self._database.commit(work)
        await publisher.publish([self._message(body, id_, part, at)])

    def _message(self, body: Message, id_: str, part: int, at: datetime) -> Outgoing:
        source = source_of(self._service)
        envelope = Envelope(
            f"{id_}@{source}", source, body.wire_type, self._subject, at, part, id_, "", SYSTEM, ""
        )
        place = partition_of(self._subject, self._settings.partitions)
        value = body.model_dump_json().encode()
        return Outgoing(TIPS, place, self._subject.encode(), value, headers(envelope))


def day_of(at: datetime, length: timedelta) -> datetime:
    """Return when the day began to which a time belongs; days of 24 hours begin at midnight in China."""
    begin = datetime(2000, 1, 1, tzinfo=_ZONE)
    return begin + (at.astimezone(_ZONE) - begin) // length * length
