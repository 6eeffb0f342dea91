"""The repository: loading what a batch starts from, and committing what it comes to."""

from collections.abc import Iterable, Mapping, Sequence

from shared.casework.protocol import Routed
from shared.contracts.common import AcceptMissing
from shared.contracts.topics import Identity
from shared.runtime.base.collections import (
    COMMANDS,
    HOLDS,
    LETTERS,
    META,
    OUTBOX,
    STREAMS,
    WATERMARKS,
)
from shared.runtime.base.documents import Document, Work
from shared.runtime.base.records import Parsed
from shared.runtime.commit.idle import IdleSubjects
from shared.runtime.commit.mongo import Database
from shared.runtime.commit.outbox import Outbox
from shared.runtime.commit.sealed_rows import opened_holds, opened_letters
from shared.runtime.decide import deadletters, resequencer
from shared.runtime.decide.entries import ABOUT_LETTERS, OPERATIONS, Item, Loaded, Outcome
from shared.runtime.decide.router import Router


class Repository:
    """Loads what a batch needs, and commits what it comes to, in one transaction.

    Args:
        database: The service's own database.
        router: Routes dead letters that are tried again.
        owner: Names this process in outbox rows.
        given: Inputs that this process has and subjects may wait for.

    Attributes:
        outbox: What is committed and may not be published.
        idle: The subjects that go on without a message.
    """

    def __init__(self, database: Database, router: Router, owner: str, given: Sequence[str] = ()) -> None:
        self.outbox = Outbox(database, router, owner)
        self.idle = IdleSubjects(database, given)
        self._database = database
        self._router = router

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
                subjects.update(_places(item.routed))
            elif item.idle:
                subjects.add(item.idle)
            elif parsed is not None and parsed.subject:
                if parsed.rule.identity is Identity.SEQUENCE or isinstance(parsed.body, OPERATIONS):
                    subjects.add(parsed.subject)
            if parsed is not None and parsed.rule.identity is Identity.ID:
                commands.update((parsed.identity, parsed.id))
        numbers: list[tuple[str, Parsed]] = []
        for letter in letters:
            parsed = self._router.parser.parse(
                deadletters.raw(letter["record"]), at=deadletters.time_of(letter)
            )
            routed = self._router.routed(parsed)
            if parsed.rule.identity is Identity.ID:
                commands.update((parsed.identity, parsed.id))
            numbers.append((parsed.subject if routed is None else routed.message.subject, parsed))
            subjects.update({parsed.subject} if routed is None else _places(routed))
        if self._router.rules is not None:
            subjects.add(self._router.rules.subject)
        find = self._database.find
        documents = {d["_id"]: d for d in await find(STREAMS, {"_id": {"$in": list(subjects)}})}
        known: set[str] = set()
        if commands:
            rows = await find(COMMANDS, {"_id": {"$in": list(commands)}}, fields=("_id",))
            known = {row["_id"] for row in rows}
        asked = self._releasable(items, numbers, documents)
        holds = await find(HOLDS, {"_id": {"$in": asked}}) if asked else []
        holds = await opened_holds(self._database, self._router.vault, holds)
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
        share = max(1, self._router.step // len(waiting))
        out: list[str] = []
        for id_, document in waiting.items():
            stream = self._router.streams.get(document["kind"])
            in_part = stream is None or document.get("state_version", 1) < stream.counts_from
            in_part = in_part or id_ in going_on
            out += resequencer.next_early(document, numbers[id_], share, in_part=in_part)
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
            elif item.idle and item.at is None:
                subjects.add(item.idle)
        if not subjects:
            return [], {}
        waiting = {"status": deadletters.WAITING}
        named = await self._database.find(LETTERS, {**waiting, "_id": {"$in": list(ids)}}) if ids else []
        # A letter named by its id brings along all that wait before and behind it in its subject.
        subjects |= {letter["subject"] for letter in named}
        subjects.discard("")
        step = self._router.step
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
        letters = await opened_letters(self._database, self._router.vault, list(found.values()))
        return sorted(letters, key=deadletters.place_of), partial

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
        row = self.outbox.row(row_id, after, outcome)
        if row is not None:
            work.insert(OUTBOX, [row])
        work.delete(OUTBOX, published)
        await self._database.commit(work)
        return None if row is None else row_id

    async def watermarks(self, origins: Iterable[str]) -> dict[str, int]:
        """Return the stored watermarks of some origins; those that have none are left out."""
        rows = await self._database.find(WATERMARKS, {"_id": {"$in": list(origins)}})
        return {row["_id"]: row["offset"] for row in rows}

    async def baselines(self) -> frozenset[str]:
        """Return the origins that this group started from a stated baseline."""
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

    async def waiting(self) -> dict[str, int]:
        """Return the numbers of dead letters, holds and blocked cases of the service."""
        return {
            "dead_letters": await self._database.count(LETTERS, {"status": deadletters.WAITING}),
            "holds": await self._database.count(HOLDS),
            "blocked_cases": await self._database.count(STREAMS, {"parked.letters": {"$exists": True}}),
        }


def _places(routed: Routed) -> set[str]:
    """Return the ids under which the subject of a message may stand."""
    formerly = routed.formerly
    return {routed.message.subject} if formerly is None else {routed.message.subject, formerly.subject}
