"""The unit of work: what a batch writes, collected row by row for one transaction."""

from collections.abc import Iterable
from datetime import datetime

from shared.casework.protocol import Increment, Put
from shared.runtime.base.collections import COMMANDS, DATA_KEYS, GAPS, HISTORY, HOLDS, STREAMS
from shared.runtime.base.documents import Document, Work
from shared.runtime.base.records import Parsed
from shared.runtime.base.vault import Vault
from shared.runtime.decide.letters import Letters
from shared.runtime.decide.sealed_records import hold_key, key_row, sealed
from shared.runtime.decide.subject import LoadedSubject


class UnitOfWork:
    """The rows of one batch.

    Attributes:
        rows: New history rows, in order.
        commands: Commands that now have had their effect, by source and id.
        letters: The dead letters and their changes.
        early: Messages that now wait, by id, each with its parsed form.
        released: Ids of stored holds that wait no longer.
        gaps: Messages that subjects go on without.
    """

    def __init__(self, letters: Letters, vault: Vault | None = None) -> None:
        self.letters = letters
        self._vault = vault
        self.rows: list[Document] = []
        self.commands: dict[str, Document] = {}
        self.early: dict[str, tuple[Document, Parsed]] = {}
        self.released: list[str] = []
        self.gaps: list[Document] = []
        self._puts: dict[tuple[str, str], Put] = {}
        self._increments: dict[tuple[str, str], tuple[dict[str, int], Increment]] = {}

    def remember(self, parsed: Parsed, now: datetime) -> None:
        """Note that a command has had its effect."""
        self.commands[parsed.identity] = {
            "_id": parsed.identity,
            "source": parsed.source,
            "id": parsed.id,
            "subject": parsed.subject,
            "at": now,
        }

    def write(self, write: Put | Increment) -> None:
        """Add a row of the service's own; counters of one row add up."""
        key = (write.collection, write.id)
        if isinstance(write, Put):
            self._puts[key] = write
            self._increments.pop(key, None)
            return
        known = self._increments.get(key)
        if known is None:
            self._increments[key] = (dict(write.fields), write)
        else:
            sums = known[0]
            for name, by in write.fields.items():
                sums[name] = sums.get(name, 0) + by

    def _hold(self, work: Work) -> None:
        """Add the holds, each sealed under a key of its own, which goes with it."""
        holds = [document for document, _ in self.early.values()]
        if self._vault is not None:
            keys = [self._vault.fresh(hold_key(document["_id"])) for document in holds]
            holds = [sealed(document, key) for document, key in zip(holds, keys, strict=True)]
            for key in keys:
                work.update(DATA_KEYS, {"_id": key.name}, key_row(key))
        work.insert(HOLDS, holds)
        work.delete(HOLDS, self.released)
        work.delete(DATA_KEYS, [hold_key(id_) for id_ in self.released])

    def work(self, subjects: Iterable[LoadedSubject], writer: str) -> Work:
        """Return everything as commands of many rows each.

        Args:
            subjects: The subjects of the batch.
            writer: The outbox row that is written with them.
        """
        work = Work()
        states = 0
        for subject in subjects:
            if not subject.changed:
                continue
            document = subject.document(writer)
            states += len(document["state"] or "")
            if subject.revision:
                work.replace_guarded(STREAMS, {"_id": subject.id, "revision": subject.revision}, document)
            else:
                work.insert(STREAMS, [document])
        work.weigh(STREAMS, states)
        work.insert(HISTORY, self.rows)
        work.weigh(HISTORY, sum([len(row["value"]) for row in self.rows]))
        self._hold(work)
        work.insert(GAPS, self.gaps)
        self.letters.write(work)
        for id_, document in self.commands.items():
            work.update(COMMANDS, {"_id": id_}, document)
        for put in self._puts.values():
            work.update(put.collection, {"_id": put.id}, {**put.document, "_id": put.id})
        for sums, increment in self._increments.values():
            change: Document = {"$inc": sums}
            if increment.labels:
                change["$setOnInsert"] = dict(increment.labels)
            work.update(increment.collection, {"_id": increment.id}, change)
        return work
