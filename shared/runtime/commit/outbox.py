"""The outbox: what is committed and may not be published yet, in the order in which it is to go out."""

import itertools
import os
import secrets
import time
from collections.abc import Iterable, Sequence

from shared.runtime.base.collections import COMMANDS, HISTORY, LETTERS, OUTBOX
from shared.runtime.base.documents import Document
from shared.runtime.commit.mongo import Database
from shared.runtime.decide.entries import Loaded, Outcome
from shared.runtime.decide.history import Outgoing
from shared.runtime.decide.router import Router

_MOST_GONE = 50_000
"""Outbox rows of others that are known to be published, about 5 MB of ids."""


class Outbox:
    """The outbox rows of a service: its own, and those that other processes left.

    Args:
        database: The service's own database.
        router: Makes messages of history rows.
        owner: Names this process in outbox rows.
    """

    def __init__(self, database: Database, router: Router, owner: str) -> None:
        self._database = database
        self._router = router
        # A process of its own, also where the process id is the same after each start (containers).
        self._owner = f"{owner}.{os.getpid()}.{secrets.token_hex(4)}"
        self._numbers = itertools.count()
        self._last_ns = 0
        self._gone: set[str] = set()

    def new_row_id(self) -> str:
        """Return the id of the next outbox row; ids of one process sort as they were given.

        The wall clock may step back; the ids do not.
        """
        self._last_ns = max(self._last_ns + 1, time.time_ns())
        return f"{self._last_ns:020d}.{self._owner}.{next(self._numbers)}"

    def row(self, row_id: str, origins: Iterable[str], outcome: Outcome) -> Document | None:
        """Return the row that lists what a batch is to publish; ``None`` for nothing."""
        if not (outcome.row_ids or outcome.letter_ids or outcome.answer_ids):
            return None
        return {
            "_id": row_id,
            "owner": self._owner,
            "origins": list(origins),
            "rows": outcome.row_ids,
            "letters": outcome.letter_ids,
            "answers": outcome.answer_ids,
        }

    async def age_s(self) -> float:
        """Return for how long the oldest row has stood, seconds; 0 when there is none."""
        oldest = await self._database.find(OUTBOX, {}, sort=[("_id", 1)], limit=1, fields=("_id",))
        return max(0.0, time.time() - int(oldest[0]["_id"].partition(".")[0]) / 1e9) if oldest else 0.0

    async def leftovers(self, origins: Iterable[str], but: Sequence[str]) -> list[tuple[str, list[Outgoing]]]:
        """Return the outbox rows that an earlier owner of some origins left, with their messages.

        Rows that share an origin with one of them come along, since what they hold may go before it:
        readers then hear every subject in its order also where several take over from one.

        Args:
            origins: What was taken over.
            but: Rows whose messages are known to be out.
        """
        wanted, known = set(origins), set[str]()
        rows: list[Document] = []
        while wanted != known:
            known = set(wanted)
            filter = {"origins": {"$in": sorted(known)}, "_id": {"$nin": list(but)}}
            rows = await self._database.find(OUTBOX, filter, sort=[("_id", 1)])
            wanted.update(*(row["origins"] for row in rows))
        return [await self._messages(row) for row in rows]

    async def unpublished(self, loaded: Loaded) -> list[tuple[str, list[Outgoing]]]:
        """Return what other processes committed for the subjects of a batch and may not have published.

        A subject's row names the outbox row of its last events. Where that row is another process's and
        still stands, it goes out before anything new of the subject, and so do the rows that its process
        wrote before it. A repeat is harmless, disorder is not.

        Args:
            loaded: What the batch starts from.

        Returns:
            Outbox rows with their messages, in the order in which they are to be published.
        """
        writers = {document.get("writer", "") for document in loaded.documents.values()}
        others = {one for one in writers - self._gone if one and not self._is_own(one)}
        if not others:
            return []
        found = await self._database.find(OUTBOX, {"_id": {"$in": sorted(others)}})
        if len(self._gone) > _MOST_GONE:
            self._gone.clear()
        self._gone |= others - {row["_id"] for row in found}
        rows = {row["_id"]: row for row in found}
        for owner in {row["owner"] for row in found if "owner" in row}:
            newest = max(row["_id"] for row in found if row.get("owner") == owner)
            earlier = await self._database.find(OUTBOX, {"owner": owner, "_id": {"$lte": newest}})
            rows |= {row["_id"]: row for row in earlier}
        return [await self._messages(rows[id_]) for id_ in sorted(rows)]

    async def strays(self, origins: Iterable[str]) -> list[tuple[str, list[Outgoing]]]:
        """Return what another process committed for some origins after they were taken over from it.

        Its transaction was under way when the new owner looked for leftovers, and nothing that happens
        later would find its row.
        """
        filter = {"origins": {"$in": sorted(origins)}, "owner": {"$ne": self._owner}}
        rows = await self._database.find(OUTBOX, filter, sort=[("_id", 1)])
        return [await self._messages(row) for row in rows]

    def _is_own(self, row_id: str) -> bool:
        return f".{self._owner}." in row_id

    async def _messages(self, row: Document) -> tuple[str, list[Outgoing]]:
        """Return the id of an outbox row and its messages."""
        events = await self._in_order(HISTORY, row["rows"])
        letters = await self._in_order(LETTERS, row["letters"])
        answered = await self._in_order(COMMANDS, row.get("answers", []))
        messages = [m for event in events for m in self._router.publication.outgoing(event)]
        messages += [m for letter in letters for m in self._router.messages_of(letter)]
        messages += [self._router.answer_to(command) for command in answered]
        return row["_id"], messages

    async def _in_order(self, collection: str, ids: list[str]) -> list[Document]:
        if not ids:
            return []
        found = {row["_id"]: row for row in await self._database.find(collection, {"_id": {"$in": ids}})}
        return [found[id_] for id_ in ids if id_ in found]

    async def forget(self, published: Sequence[str]) -> None:
        """Delete outbox rows whose messages are out."""
        await self._database.delete(OUTBOX, published)
