"""Gaps in the input: what is missing, who let it go, and why. Kept for good, a row for each.

A gap is found by the replica that reads the partition. An operator accepts it here, in the service's own
database: a command would not reach a service whose commands are behind the gap. The replica then moves the
watermark and marks the row as passed in one transaction.

The stored document::

    _id        fresh id
    kind       "partition", or "case" where one case goes on without messages that it misses
    origin     <topic>:<partition>; empty for a case
    code       reason code
    first      first missing offset (a case: sequence)
    resume     first offset that is there, where reading goes on (a case: sequence)
    missing    how many are missing, at most; null where nobody can know
    detail     what was found, in English
    topic_id   Kafka's id of the topic as it is now, where it was made anew; else empty
    status     open, accepted, passed, or closed: it mended by itself
    found_at
    by, why, accepted_at    who accepted it, and the reason given; absent before
    passed_at  when the service went on; absent before
    subject, source         a case's id, and whose messages it misses; absent for a partition
    command    id of the command that let a case go; absent for a partition
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from shared.contracts import reasons
from shared.contracts.envelope import Actor
from shared.contracts.errors import SuyuanError
from shared.runtime.base.collections import GAPS
from shared.runtime.base.documents import Document, Work
from shared.runtime.base.ids import new_id
from shared.runtime.commit.mongo import Conflict, Database
from shared.runtime.decide.missing import PASSED, person

OPEN: Final = "open"
ACCEPTED: Final = "accepted"
CLOSED: Final = "closed"
PARTITION: Final = "partition"


@dataclass(frozen=True, slots=True)
class Stop:
    """Why a partition is read no further before an operator has decided.

    Attributes:
        code: Reason code.
        first: The first offset that is missing or cannot be read.
        resume: Where reading could go on; ``None`` while that is not known.
        detail: What was found.
        topic_id: Kafka's id of a topic that was made anew.
        missing: How many records are gone, at most; ``None`` where nobody can know.
        refused: Kafka itself said that the offset is out of range.
    """

    code: str
    first: int
    resume: int | None
    detail: str
    topic_id: str = ""
    missing: int | None = None
    refused: bool = False

    def same(self, row: Document) -> bool:
        """Say whether a stored row is about the very same gap."""
        return (self.code, self.first, self.resume, self.topic_id) == tuple(
            row[name] for name in ("code", "first", "resume", "topic_id")
        )


def shown(service: str, origin: str, stop: Stop) -> str:
    """Return what readiness says of a partition that is not read."""
    text = reasons.text(stop.code).en.replace("SERVICE TOPIC:PARTITION", f"{service} {origin}")
    return f"{stop.code}: {origin}: {stop.detail}. {text}"


class Gaps:
    """The gaps of one service.

    Args:
        database: The service's own database.
    """

    def __init__(self, database: Database) -> None:
        """Keep the database."""
        self._database = database

    async def listed(self, *, all_: bool = False, limit: int = 1000) -> list[Document]:
        """Return the gaps that stand, the newest first; ``all_`` for those that are over as well."""
        filter_ = {} if all_ else {"status": {"$in": [OPEN, ACCEPTED]}}
        return await self._database.find(GAPS, filter_, sort=[("found_at", -1)], limit=limit)

    async def standing(self, origins: Iterable[str]) -> dict[str, Document]:
        """Return the gaps of some origins that are not over, by origin."""
        rows = await self._database.find(
            GAPS, {"origin": {"$in": sorted(origins)}, "status": {"$in": [OPEN, ACCEPTED]}}
        )
        return {row["origin"]: row for row in rows}

    async def get(self, id: str) -> Document | None:
        """Return a gap by its id."""
        return await self._database.get(GAPS, id)

    async def found(self, origin: str, stop: Stop, now: datetime) -> Document:
        """Note a gap; return its row."""
        id_ = new_id()
        row: Document = {
            "_id": id_,
            "kind": PARTITION,
            "origin": origin,
            "code": stop.code,
            "first": stop.first,
            "resume": stop.resume,
            "missing": stop.missing,
            "detail": stop.detail,
            "topic_id": stop.topic_id,
            "status": OPEN,
            "found_at": now,
        }
        await self._database.put(GAPS, id_, row)
        return row

    async def closed(self, row: Document, now: datetime) -> None:
        """Note that a gap is over by itself, or became another one."""
        work = Work()
        self._change(work, row, {"status": CLOSED, "closed_at": now})
        await self._database.commit(work)

    async def at(self, place: str) -> list[Document]:
        """Return the gaps of a partition, or of a whole topic, that are not over.

        Raises:
            SuyuanError: ``gap.none``: there is none.
        """
        standing = await self._database.find(GAPS, {"kind": PARTITION, "status": {"$in": [OPEN, ACCEPTED]}})
        rows = [row for row in standing if place in (row["origin"], row["origin"].rpartition(":")[0])]
        if not rows:
            raise SuyuanError(
                code="gap.none",
                zh=f"{place} 没有未决的缺口。请用 suyuan gap list 查看。",
                en=f"There is no gap at {place}. See suyuan gap list.",
            )
        return sorted(rows, key=lambda row: str(row["origin"]))

    async def accept(self, row: Document, by: Actor, why: str, now: datetime) -> Document:
        """Let a gap go; the owner of its partition reads on within a second or two.

        Raises:
            SuyuanError: ``gap.changed``: it became another one just now.
        """
        if row["status"] == ACCEPTED:
            return row
        work = Work()
        accepted = self._change(
            work, row, {"status": ACCEPTED, "by": person(by), "why": why, "accepted_at": now}
        )
        try:
            await self._database.commit(work)
        except Conflict as error:
            raise SuyuanError(
                code="gap.changed",
                zh=f"{row['origin']} 的缺口刚刚变化。请重新查看后再确认。",
                en=f"The gap at {row['origin']} changed just now. Look again, then accept it.",
            ) from error
        return accepted

    def passing(self, work: Work, row: Document, now: datetime) -> None:
        """Add to a transaction that a gap is passed."""
        self._change(work, row, {"status": PASSED, "passed_at": now})

    @staticmethod
    def _change(work: Work, row: Document, fields: Document) -> Document:
        after = {**row, **fields}
        work.replace_guarded(GAPS, {"_id": row["_id"], "status": row["status"]}, after)
        return after
