"""Short ids that a person gives back, as with git: the beginning of a case, the end of a place in Kafka.

What no row has is returned as it was given, so that a command says itself what it does not know.
"""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from cli.display.cells import CUT
from cli.display.ids import meant
from shared.contracts.errors import SuyuanError

if TYPE_CHECKING:
    from shared.runtime.commit.mongo import Database

__all__ = ["SHOWN", "is_short", "meant", "only", "place", "subject"]

SHOWN: Final = 5
"""Candidates that an error names."""
_BEGINNING: Final = re.compile(r"(?:s[yr]|rf)1[a-z2-7]{4,31}")
_END: Final = re.compile(r"[^:]+(:\d+)+|\d+:\d+")


def is_short(id: str) -> bool:
    """Tell whether this may be the beginning of a case or series: its kind and four signs at least."""
    return _BEGINNING.fullmatch(meant(id)) is not None


async def subject(database: "Database", collection: str, given: str, field: str = "_id") -> str:
    """Return the whole id of a case, series or other subject that stands in a collection.

    Args:
        database: A service's own.
        collection: Where the ids are.
        given: An id, or the beginning of one.
        field: Where an id stands in a row.

    Raises:
        SuyuanError: ``id.ambiguous``: several begin so.
    """
    if not is_short(given):
        return given
    begin = meant(given)
    found = await database.find(
        collection,
        # Behind every sign of an id.
        {field: {"$gte": begin, "$lt": begin + "{"}},
        sort=[(field, 1)],
        fields=(field,),
    )
    return only(given, list(dict.fromkeys(row[field] for row in found)))


async def place(database: "Database", collection: str, given: str, field: str = "_id") -> str:
    """Return the whole ``topic:partition`` or ``topic:partition:offset`` of a row that ends so.

    Raises:
        SuyuanError: ``id.ambiguous``.
    """
    text = meant(given)
    if not _END.fullmatch(text):
        return given
    # What was cut off ends anywhere; what was left out ends where a part does.
    before = "" if given.startswith(CUT) else "[.:]"
    found = await database.find(
        collection,
        {"$or": [{field: text}, {field: {"$regex": f"{before}{re.escape(text)}$"}}]},
        fields=(field,),
    )
    ids = list(dict.fromkeys(row[field] for row in found))
    return text if text in ids else only(given, ids)


def only(given: str, candidates: Sequence[str]) -> str:
    """Return the one candidate; what was given where there is none.

    Raises:
        SuyuanError: ``id.ambiguous``: there are several.
    """
    if len(candidates) > 1:
        named = ", ".join(candidates[:SHOWN]) + (" …" if len(candidates) > SHOWN else "")
        raise SuyuanError(
            code="id.ambiguous",
            zh=f"{given} 可指 {len(candidates)} 个标识:{named}。请多给几位。",
            en=f"{given} stands for {len(candidates)} ids: {named}. Give more of it.",
        )
    return candidates[0] if candidates else given
