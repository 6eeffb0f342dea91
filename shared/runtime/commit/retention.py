"""Raw data of dead letters end in time: what the sender wrote goes, what became of it stays.

A letter without its data is a letter still: it says which record it was, what was wrong with it, who sent it
and what people did about it. It cannot be redriven any more, and is discarded as every other.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from shared.contracts.topics import FILINGS_PREFIX
from shared.runtime.base import limits
from shared.runtime.base.collections import KEPT, LETTERS
from shared.runtime.base.documents import Document
from shared.runtime.base.settings import FOR_EVER, Settings
from shared.runtime.commit.mongo import Database
from shared.runtime.decide import deadletters, keeping

ENDED: Final = "data_ended_at"
"""The field of a letter whose data have ended."""
_KEPT: Final = ("ce_specversion", "ce_id", "ce_source", "ce_type", "ce_sequence")
"""Headers that order and counting hang on; none says anything of a person."""
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


async def end_data(database: Database, settings: Settings, now: datetime, disposal: Disposal | None) -> int:
    """End the data of all letters whose time is over, or whose subject's data were erased.

    A letter that changes meanwhile is looked at again the next time.

    Args:
        database: The service's own.
        settings: How long data stay: of letters that wait, and of those that are closed.
        now: The time of this machine: a letter waits in real time.
        disposal: What the service knows of holds and erasures; ``None`` for what it heard of intake.

    Returns:
        How many letters lost their data.
    """
    ended, after = 0, ""
    while rows := await database.find(
        LETTERS, {ENDED: {"$exists": False}, "_id": {"$gt": after}}, sort=[("_id", 1)], limit=_STEP
    ):
        after = rows[-1]["_id"]
        held, erased = await _known(database, rows, disposal)
        for row in rows:
            due = row["subject"] in erased or _is_over(row, settings, now)
            if due and row["subject"] not in held:
                ended += await database.exchange(LETTERS, row, without_data(row, now))
    return ended


async def _known(
    database: Database, rows: Sequence[Document], disposal: Disposal | None
) -> tuple[set[str], set[str]]:
    subjects = sorted({row["subject"] for row in rows} - {""})
    if not subjects:
        return set(), set()
    known = disposal or TOLD
    return await known.held(database, subjects), await known.erased(database, subjects)


def _is_over(row: Document, settings: Settings, now: datetime) -> bool:
    waits = row["status"] == deadletters.WAITING
    days = settings.letters_data_days if waits else settings.closed_letters_days
    since = row["buried_at"] if waits else row["closed_at"]
    return days != FOR_EVER and bool(since + timedelta(days=days) <= now)


def without_data(row: Document, now: datetime) -> dict[str, Any]:
    """Return a letter without what its sender wrote: no value, no key, no text that may quote them."""
    record = row["record"]
    headers = list(_kept_headers(record))
    note = limits.Excess(limits.DATA_ENDED, f"its data ended on {now:%Y-%m-%d}")
    return {
        **{name: value for name, value in row.items() if name != "_id"},
        "detail": "",
        "stack": "",
        "record": {
            **record,
            "key": None,
            "value": None,
            "headers": [*headers, list(limits.note_of(note))],
            "bytes": len(record["value"] or b""),
        },
        ENDED: now,
    }


def _kept_headers(record: Mapping[str, Any]) -> Iterator[list[Any]]:
    # The subject of a filing is the institution's reference; that of all others an id of the platform.
    names = _KEPT if record["topic"].startswith(FILINGS_PREFIX) else (*_KEPT, "ce_subject", "ce_time")
    yield from ([name, value] for name, value in record["headers"] if name in names)
