"""Histories as the databases have them."""

from collections.abc import AsyncIterator, Mapping
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from shared.runtime.base.documents import Document
    from shared.runtime.commit.mongo import Database

_PAGE: Final = 5000


class StoredHistory:
    """The history of one service in its database.

    Args:
        database: The service's own.
        subject: The one subject that is wanted; empty for all.
    """

    def __init__(self, database: "Database", subject: str = "") -> None:
        self._database = database
        self.subject = subject

    async def count(self) -> int:
        """Return about how many rows there are."""
        from shared.runtime.base.collections import HISTORY

        return 0 if self.subject else await self._database.count(HISTORY)

    async def rows(self) -> "AsyncIterator[list[Document]]":
        """Yield all rows in the order of their ids, many at a time."""
        from shared.runtime.base.collections import HISTORY
        from shared.runtime.decide.history import rows_of

        if self.subject:
            yield await self._database.find(HISTORY, rows_of(self.subject), sort=[("_id", 1)])
            return
        async for page in self._paged(HISTORY, ()):
            yield page

    async def tips(self) -> "AsyncIterator[list[Document]]":
        """Yield version and tip of every subject that has events, many at a time."""
        from shared.runtime.base.collections import STREAMS

        if self.subject:
            found = await self._database.get(STREAMS, self.subject)
            yield [found] if found is not None and found["version"] else []
            return
        async for page in self._paged(STREAMS, ("version", "tip")):
            yield [one for one in page if one["version"]]

    async def one(self, subject: str) -> "tuple[list[Document], Document | None]":
        """Return rows and state of a subject that fit each other, though it may change meanwhile."""
        from shared.runtime.base.collections import HISTORY, STREAMS
        from shared.runtime.decide.history import rows_of

        state = await self._database.get(STREAMS, subject)
        while True:
            rows = await self._database.find(HISTORY, rows_of(subject), sort=[("_id", 1)])
            again = await self._database.get(STREAMS, subject)
            if state == again:
                return rows, state
            state = again

    async def unpublished(self) -> set[str]:
        """Return the ids of rows that are committed and may not be published yet."""
        from shared.runtime.base.collections import OUTBOX

        return {id for row in await self._database.find(OUTBOX, {}) for id in row["rows"]}

    async def _paged(self, collection: str, fields: tuple[str, ...]) -> "AsyncIterator[list[Document]]":
        after: Mapping[str, Any] = {}
        while page := await self._database.find(
            collection, after, sort=[("_id", 1)], limit=_PAGE, fields=fields
        ):
            yield page
            after = {"_id": {"$gt": page[-1]["_id"]}}
