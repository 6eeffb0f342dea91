"""What the runtime itself keeps in a service's database: loading and committing batches."""

import itertools
import os
import secrets
import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from shared.contracts.common import AcceptMissing
from shared.contracts.errors import SuyuanError
from shared.contracts.topics import Identity
from shared.runtime.base.collections import (
    COLLECTIONS,
    COMMANDS,
    HISTORY,
    HOLDS,
    LETTERS,
    META,
    OUTBOX,
    STREAMS,
    WATERMARKS,
)
from shared.runtime.base.documents import Document, Work
from shared.runtime.base.records import Parsed
from shared.runtime.base.settings import FOR_EVER, Settings
from shared.runtime.commit.mongo import Database
from shared.runtime.decide import deadletters, resequencer
from shared.runtime.decide.engine import Engine
from shared.runtime.decide.entries import ABOUT_LETTERS, OPERATIONS, Item, Loaded, Outcome
from shared.runtime.decide.history import Outgoing

_CLUSTER = "cluster"
_INDEXES: dict[str, tuple[tuple[str, ...], ...]] = {
    STREAMS: (("partition", "due"), ("?parked.letters",), ("?awaits",), ("partition", "?unfinished")),
    OUTBOX: (("origins",), ("owner",)),
    LETTERS: (("status", "subject", "order"),),
    HOLDS: (("subject",),),
}

_EXPIRING = {COMMANDS: "at", LETTERS: "closed_at"}
"""By collection: the date after which its rows have a lifetime. A letter that waits has none."""

_MOST_GONE = 50_000
"""Outbox rows of others that are known to be published, about 5 MB of ids."""


_DAY_S = 24 * 3600


def lifetimes(settings: Settings, *, ids_for_ever: bool = False) -> dict[str, int]:
    """Return how long rows that are done with stay, days by collection.

    Args:
        settings: What is wished.
        ids_for_ever: A topic keeps records for longer than their ids would be known.
    """
    handled = FOR_EVER if ids_for_ever else settings.handled_days
    return {COMMANDS: handled, LETTERS: settings.closed_letters_days}


class WrongCluster(SuyuanError):
    """The database belongs to another Kafka cluster."""


class Journal:
    """Loads what a batch needs, and commits what it comes to, in one transaction.

    Args:
        database: The service's own database.
        engine: Decides; needed to route dead letters that are tried again.
        owner: Names this process in outbox rows.
        given: Inputs that this process has and subjects may wait for.
    """

    def __init__(self, database: Database, engine: Engine, owner: str, given: Sequence[str] = ()) -> None:
        """Keep the parts."""
        self._database = database
        self._given = list(given)
        self._engine = engine
        # A process of its own, also where the process id is the same after each start (containers).
        self._owner = f"{owner}.{os.getpid()}.{secrets.token_hex(4)}"
        self._numbers = itertools.count()
        self._last_ns = 0
        self._gone: set[str] = set()

    async def prepare(
        self,
        indexes: dict[str, Sequence[tuple[str, ...]]],
        cluster: str,
        lifetimes: Mapping[str, int] = MappingProxyType({}),
    ) -> None:
        """Make collections and indexes, and hold the database to its Kafka cluster.

        Offset watermarks mean something for the very topics they came from, and for no other:
        a fresh broker with an old database would skip everything in silence.

        Args:
            indexes: Of the service's own collections.
            cluster: Id of the Kafka cluster.
            lifetimes: How long rows that are done with stay, days by collection (:func:`lifetimes`);
                for ever where it is not said.

        Raises:
            WrongCluster: The database was used with another cluster.
        """
        await self._database.ensure(COLLECTIONS, {**_INDEXES, **indexes})
        stored = await self._database.put_if_absent(META, _CLUSTER, {"cluster": cluster})
        if stored["cluster"] != cluster:
            raise WrongCluster(
                code="cluster.mismatch",
                zh=(
                    f"数据库 {self._database.name} 属于 Kafka 集群 {stored['cluster']},"
                    f"而当前集群是 {cluster}。请连接原集群,或使用新的数据库。"
                ),
                en=(
                    f"Database {self._database.name} belongs to Kafka cluster {stored['cluster']}, "
                    f"but this is {cluster}. Connect to the old cluster, or use a new database."
                ),
            )

        for collection, field in _EXPIRING.items():
            days = lifetimes.get(collection, FOR_EVER)
            await self._database.expire(collection, field, None if days == FOR_EVER else days * _DAY_S)

    async def load(
        self, items: Sequence[Item], watermarks: dict[str, int], baselines: frozenset[str]
    ) -> Loaded:
        """Load everything that a batch needs: one query for all its subjects.

        Args:
            items: The batch.
            watermarks: By origin; a copy of them is advanced.
            baselines: Origins that started from a baseline.
        """
        letters, partial = await self._letters(items)
        subjects = {letter["subject"] for letter in letters if letter["subject"]}
        commands = set[str]()
        for item in items:
            parsed = item.parsed
            if item.routed is not None:
                subjects.add(item.routed.message.subject)
            elif item.quiet:
                subjects.add(item.quiet)
            elif parsed is not None and parsed.subject:
                if parsed.rule.identity is Identity.SEQUENCE or isinstance(parsed.body, OPERATIONS):
                    subjects.add(parsed.subject)
            if parsed is not None and parsed.rule.identity is Identity.ID:
                commands.update((parsed.identity, parsed.id))
        numbers: list[tuple[str, Parsed]] = []
        for letter in letters:
            parsed = self._engine.parser.parse(
                deadletters.raw(letter["record"]), at=deadletters.time_of(letter)
            )
            routed = self._engine.routed(parsed)
            if parsed.rule.identity is Identity.ID:
                commands.update((parsed.identity, parsed.id))
            subject = parsed.subject if routed is None else routed.message.subject
            numbers.append((subject, parsed))
            subjects.add(subject)
        find = self._database.find
        documents = {d["_id"]: d for d in await find(STREAMS, {"_id": {"$in": list(subjects)}})}
        known: set[str] = set()
        if commands:
            rows = await find(COMMANDS, {"_id": {"$in": list(commands)}}, fields=("_id",))
            known = {row["_id"] for row in rows}
        asked = self._releasable(items, numbers, documents)
        holds = await find(HOLDS, {"_id": {"$in": asked}}) if asked else []
        return Loaded(
            documents,
            dict(watermarks),
            baselines,
            known,
            frozenset(asked),
            {hold["_id"]: hold for hold in holds},
            letters,
            partial,
        )

    def _releasable(
        self, items: Sequence[Item], letters: list[tuple[str, Parsed]], documents: Mapping[str, Document]
    ) -> list[str]:
        """Return the ids of the held messages that a batch may release: a step of them, and no more."""
        waiting = {id_: d for id_, d in documents.items() if d.get("held") or d.get("backlog")}
        if not waiting:
            return []
        numbers: dict[str, dict[str, set[int]]] = {id_: {} for id_ in waiting}
        coming = [
            (item.parsed.subject if item.routed is None else item.routed.message.subject, item.parsed)
            for item in items
            if item.parsed is not None
        ]
        for subject, parsed in [*coming, *letters]:
            if parsed.sequence and subject in numbers:
                numbers[subject].setdefault(parsed.source, set()).add(parsed.sequence)
        going_on = {subject for subject, parsed in coming if isinstance(parsed.body, AcceptMissing)}
        share = max(1, self._engine.step // len(waiting))
        out: list[str] = []
        for id_, document in waiting.items():
            stream = self._engine.streams.get(document["kind"])
            in_part = stream is None or document.get("state_version", 1) < stream.counts_from
            in_part = in_part or id_ in going_on
            out += resequencer.next_holds(document, numbers[id_], share, in_part=in_part)
        return out

    async def _letters(self, items: Sequence[Item]) -> tuple[list[Document], dict[str, int]]:
        """Return the letters that a batch speaks of, a step of them, and the subjects that may have more.

        Such a subject comes with the place of the last letter up to which all are here.
        """
        subjects: set[str] = set()
        ids: set[str] = set()
        for item in items:
            body = item.parsed.body if item.parsed is not None else None
            if isinstance(body, ABOUT_LETTERS):
                assert item.parsed is not None
                subjects.add(item.parsed.subject)
                ids.update(body.letters, {item.parsed.subject})
            elif item.quiet and item.at is None:
                subjects.add(item.quiet)
        if not subjects:
            return [], {}
        waiting = {"status": deadletters.WAITING}
        named = await self._database.find(LETTERS, {**waiting, "_id": {"$in": list(ids)}}) if ids else []
        # A letter named by its id brings along all that wait before and behind it in its subject.
        subjects |= {letter["subject"] for letter in named}
        subjects.discard("")
        step = self._engine.step
        rows = await self._database.find(
            LETTERS,
            {**waiting, "subject": {"$in": list(subjects)}},
            sort=[("subject", 1), ("order", 1)],
            limit=step + 1,
        )
        partial: dict[str, int] = {}
        if len(rows) > step:
            partial = {one: 0 for one in subjects if one >= rows[step]["subject"]}
            partial |= {row["subject"]: row["order"] for row in rows[:step] if row["subject"] in partial}
        found = {letter["_id"]: letter for letter in (*rows[:step], *named)}
        return sorted(found.values(), key=deadletters.place_of), partial

    async def commit(
        self,
        outcome: Outcome,
        work: Work,
        before: dict[str, int],
        after: dict[str, int],
        published: Sequence[str],
        row_id: str,
    ) -> str | None:
        """Write a batch's rows, its watermarks and its outbox row in one transaction.

        Args:
            outcome: What the batch comes to.
            work: Its rows.
            before: Watermarks that it started from, by origin; the guard against a second owner.
            after: Watermarks that it leaves.
            published: Outbox rows whose messages are out, deleted along.
            row_id: Id of the outbox row, where there is anything to publish.

        Returns:
            Id of the outbox row; ``None`` when there is nothing to publish.
        """
        moved = {origin: offset for origin, offset in after.items() if offset != before[origin]}
        for origin, offset in moved.items():
            work.replace_guarded(
                WATERMARKS, {"_id": origin, "offset": before[origin]}, {"_id": origin, "offset": offset}
            )
        anything = bool(outcome.row_ids or outcome.letter_ids)
        if anything:
            row = {
                "_id": row_id,
                "owner": self._owner,
                "origins": list(after),
                "rows": outcome.row_ids,
                "letters": outcome.letter_ids,
            }
            work.insert(OUTBOX, [row])
        work.delete(OUTBOX, published)
        await self._database.commit(work)
        return row_id if anything else None

    def new_row_id(self) -> str:
        """Return the id of the next outbox row; ids of one process sort as they were given.

        The wall clock may step back; the ids do not.
        """
        self._last_ns = max(self._last_ns + 1, time.time_ns())
        return f"{self._last_ns:020d}.{self._owner}.{next(self._numbers)}"

    async def watermarks(self, origins: Iterable[str]) -> dict[str, int]:
        """Give the stored watermarks of some origins; those that have none are left out."""
        rows = await self._database.find(WATERMARKS, {"_id": {"$in": list(origins)}})
        return {row["_id"]: row["offset"] for row in rows}

    async def baselines(self) -> frozenset[str]:
        """Give the origins that this group started from a stated baseline."""
        rows = await self._database.find(META, {"baseline": {"$exists": True}})
        return frozenset(row["baseline"] for row in rows)

    async def begin(self, first: Mapping[str, int]) -> dict[str, int]:
        """Make the watermarks of origins that have none.

        Args:
            first: The first offset that is still there, by origin; above 0 the beginning is gone,
                and this is the stated baseline.

        Returns:
            The watermarks.
        """
        gone = {origin for origin, offset in first.items() if offset > 0}
        if gone:
            # A row for each: replicas that start together do not overwrite one another.
            await self._database.put_all_if_absent(
                META, {f"baseline:{origin}": {"baseline": origin} for origin in gone}
            )
        await self._database.put_all_if_absent(
            WATERMARKS, {origin: {"offset": offset - 1} for origin, offset in first.items()}
        )
        return await self.watermarks(first)

    async def leftovers(self, origins: Iterable[str], but: Sequence[str]) -> list[tuple[str, list[Outgoing]]]:
        """Give the outbox rows that an earlier owner of some origins left, with their messages.

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
        messages = [m for event in events for m in self._engine.publication.outgoing(event)]
        messages += [deadletters.outgoing(self._engine.service, letter) for letter in letters]
        return row["_id"], messages

    async def _in_order(self, collection: str, ids: list[str]) -> list[Document]:
        if not ids:
            return []
        found = {row["_id"]: row for row in await self._database.find(collection, {"_id": {"$in": ids}})}
        return [found[id_] for id_ in ids if id_ in found]

    async def forget(self, published: Sequence[str]) -> None:
        """Delete outbox rows whose messages are out."""
        await self._database.delete(OUTBOX, published)

    async def due(self, partitions: Sequence[int], now: datetime, limit: int) -> list[str]:
        """Give the subjects of some partitions whose next timer is due, or that wait for an input given.

        Parked ones wait for their redrive, and those whose clocks raised for their next try.
        """
        ready = {
            "partition": {"$in": list(partitions)},
            "parked": {"$exists": False},
            "unfinished": {"$exists": False},
            "$or": [{"retry": {"$exists": False}}, {"retry": {"$lte": now}}],
        }
        find = self._database.find
        due = {"due": {"$lte": now}, **ready}
        rows = await find(STREAMS, due, sort=[("due", 1)], limit=limit, fields=("_id",))
        if self._given and len(rows) < limit:
            waiting = {"awaits": {"$in": self._given}, **ready}
            rows += await find(STREAMS, waiting, limit=limit, fields=("_id",))
        return list(dict.fromkeys(row["_id"] for row in rows))[:limit]

    async def unfinished(self, partitions: Sequence[int], limit: int) -> list[str]:
        """Return subjects with a release or a remedy under way.

        Args:
            partitions: Of the subjects' own messages.
            limit: Most subjects.
        """
        rows = await self._database.find(
            STREAMS,
            {"partition": {"$in": list(partitions)}, "unfinished": True},
            limit=limit,
            fields=("_id",),
        )
        return [row["_id"] for row in rows]

    async def unreadable(self, partitions: Sequence[int], after: str, limit: int) -> list[str]:
        """Return the subjects that are blocked without a letter, in the order of their ids.

        Args:
            partitions: Of the subjects' own messages.
            after: Only those behind this id.
            limit: Most subjects.
        """
        rows = await self._database.find(
            STREAMS,
            {"parked.letters": 0, "partition": {"$in": list(partitions)}, "_id": {"$gt": after}},
            sort=[("_id", 1)],
            limit=limit,
            fields=("_id",),
        )
        return [row["_id"] for row in rows]

    async def figures(self) -> dict[str, Any]:
        """Return the numbers of dead letters, holds and blocked cases, and the age of the outbox."""
        oldest = await self._database.find(OUTBOX, {}, sort=[("_id", 1)], limit=1, fields=("_id",))
        age = max(0.0, time.time() - int(oldest[0]["_id"].partition(".")[0]) / 1e9) if oldest else 0.0
        return {
            "dead_letters": await self._database.count(LETTERS, {"status": deadletters.WAITING}),
            "holds": await self._database.count(HOLDS),
            "blocked": await self._database.count(STREAMS, {"parked.letters": {"$exists": True}}),
            "outbox_age": age,
        }
