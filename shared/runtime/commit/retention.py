"""Raw data of dead letters and holds end in time: what the sender wrote goes, what became of it stays.

A letter without its data is a letter still: it says which record it was, what was wrong with it, who sent it
and what people did about it. It cannot be redriven any more, and is discarded as every other.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from shared.runtime.base.collections import DATA_KEYS, HOLDS, KEPT, LETTERS
from shared.runtime.base.documents import Document
from shared.runtime.base.settings import FOR_EVER, Settings
from shared.runtime.commit.mongo import Database
from shared.runtime.decide import deadletters, keeping
from shared.runtime.decide.sealed_records import hold_key, letter_key, without_data

ENDED: Final = "data_ended_at"
"""The field of a letter whose data have ended."""
_STEP: Final = 500

Subjects = Callable[[Database, Sequence[str]], Awaitable[set[str]]]


@dataclass(frozen=True, slots=True)
class Disposal:
    """What a service knows of its subjects' data.

    Attributes:
        held: Of some subjects, those that are held for a suit: nothing of theirs ends.
        erased: Of some subjects, those whose data were erased: theirs end at once.
    """

    held: Subjects
    erased: Subjects


async def _told_held(database: Database, subjects: Sequence[str]) -> set[str]:
    rows = await database.find(KEPT, {"_id": {"$in": list(subjects)}, keeping.HELD: True}, fields=("_id",))
    return {str(row["_id"]) for row in rows}


async def _told_erased(database: Database, subjects: Sequence[str]) -> set[str]:
    of = {keeping.erased_id(one): one for one in subjects}
    rows = await database.find(KEPT, {"_id": {"$in": list(of)}}, fields=("_id",))
    return {of[row["_id"]] for row in rows}


TOLD: Final = Disposal(_told_held, _told_erased)
"""Of a service without raw data of its own: what it heard of intake, nothing where it does not read that."""


async def _heard_erased(database: Database, subjects: Sequence[str]) -> dict[str, datetime]:
    of = {keeping.erased_id(one): one for one in subjects}
    rows = await database.find(KEPT, {"_id": {"$in": list(of)}, keeping.HEARD_AT: {"$exists": True}})
    return {of[row["_id"]]: row[keeping.HEARD_AT] for row in rows}


async def end_data(database: Database, settings: Settings, now: datetime, disposal: Disposal | None) -> int:
    """End the data of all letters and holds whose time is over, or whose case's data were erased.

    Their keys are destroyed first, so that no copy opens, and then what stands in the row goes. A row that
    changes meanwhile is looked at again the next time.

    Args:
        database: The service's own.
        settings: How long data stay: of what waits, and of letters that are closed.
        now: The time of this machine: a letter waits in real time.
        disposal: What the service knows of holds and erasures; ``None`` for what it heard of intake.

    Returns:
        How many rows lost their data.
    """
    known = disposal or TOLD
    ended = 0
    async for rows in _steps(database, LETTERS):
        held, erased = set[str](), set[str]()
        if cases := sorted({case for row in rows for case in _cases(row)}):
            held, erased = await known.held(database, cases), await known.erased(database, cases)
        due = [row for row in rows if erased & _cases(row) or _is_over(row, settings, now)]
        ended += await _end(database, LETTERS, letter_key, [r for r in due if not held & _cases(r)], now)
    async for rows in _steps(database, HOLDS):
        cases = sorted({row["subject"] for row in rows})
        held = await known.held(database, cases)
        heard = await _heard_erased(database, cases)
        due = [row for row in rows if row["subject"] not in held and _has_waited(row, heard, settings, now)]
        ended += await _end(database, HOLDS, hold_key, due, now)
    return ended


async def _steps(database: Database, collection: str) -> AsyncIterator[list[Document]]:
    """Yield the rows that still have data, step by step."""
    after = ""
    while rows := await database.find(
        collection, {ENDED: {"$exists": False}, "_id": {"$gt": after}}, sort=[("_id", 1)], limit=_STEP
    ):
        yield rows
        after = rows[-1]["_id"]


async def _end(
    database: Database, collection: str, key: Callable[[str], str], rows: Sequence[Document], now: datetime
) -> int:
    if not rows:
        return 0
    await database.delete(DATA_KEYS, [key(row["_id"]) for row in rows])
    ended = 0
    for row in rows:
        less = without_data(row, f"its data ended on {now:%Y-%m-%d}")
        less = {name: value for name, value in less.items() if name != "_id"}
        ended += await database.exchange(collection, row, {**less, ENDED: now})
    return ended


def _cases(row: Document) -> set[str]:
    """Return the ids of the case whose data a letter may have."""
    return {row["subject"]} if row["subject"] else set(row.get("about", ()))


def _is_over(row: Document, settings: Settings, now: datetime) -> bool:
    waits = row["status"] == deadletters.WAITING
    days = settings.letters_data_days if waits else settings.closed_letters_days
    since = row["buried_at"] if waits else row["closed_at"]
    return days != FOR_EVER and bool(since + timedelta(days=days) <= now)


def _has_waited(row: Document, erased: Mapping[str, datetime], settings: Settings, now: datetime) -> bool:
    """Say whether a hold waited as long as a letter may, or was there when its case was erased.

    What comes after an erasure is new, and may have to be held.
    """
    days = settings.letters_data_days
    if days != FOR_EVER and row["held_at"] + timedelta(days=days) <= now:
        return True
    return row["subject"] in erased and bool(row["held_at"] <= erased[row["subject"]])
