"""The dead letters as one batch sees them: those that were loaded, and what the batch changes."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from shared.runtime.base.collections import DATA_KEYS, LETTERS
from shared.runtime.base.documents import Document, Work
from shared.runtime.base.records import Fault
from shared.runtime.base.vault import DataKey, Vault
from shared.runtime.decide import deadletters
from shared.runtime.decide.sealed_records import OPEN, key_row, letter_key, said, sealed


@dataclass(slots=True)
class _Change:
    """What is written of one letter.

    Attributes:
        fields: Its new values.
        tries: How many times more it failed.
        buried: Whether the record became a letter in this batch, for the first time or again.
    """

    fields: Document = field(default_factory=dict)
    tries: int = 0
    buried: bool = False


class Letters:
    """The waiting dead letters that a batch knows of, and their changes.

    A record has one letter, whatever becomes of it: one that is redriven, waits for its predecessor and
    fails after all is the same letter again, with its tries counted on. Nobody has to look whether there
    is one already, since the database does it when the change is written.
    """

    def __init__(self, loaded: Iterable[Document], vault: Vault | None = None) -> None:
        """Start from the letters that wait, opened; ``vault`` seals those that are stored."""
        self._vault = vault
        self._keys: list[DataKey] = []
        self._waiting: dict[str, Document] = {}
        self._by_subject: dict[str, dict[str, Document]] = {}
        for row in loaded:
            self._put(row)
        self._changes: dict[str, _Change] = {}

    def get(self, id_: str) -> Document | None:
        """Return a letter that waits."""
        return self._waiting.get(id_)

    def of(self, subject: str) -> list[Document]:
        """Return the known letters of a subject that wait, in their order."""
        return sorted(self._by_subject.get(subject, {}).values(), key=deadletters.place_of)

    def bury(self, row: Document) -> Document:
        """Add a letter, or make one wait again; return it as it is stored and published."""
        stored = row
        if self._vault is not None:
            key = self._vault.fresh(letter_key(row["_id"]))
            self._keys.append(key)
            stored = sealed(row, key)
            row = {**row, OPEN: key}
        self._remove(row["_id"])
        self._put(row)
        change = self._change(row)
        change.buried = True
        change.fields = {name: value for name, value in stored.items() if name not in ("_id", "tries")}
        change.tries += 1
        return stored

    def failed(self, row: Document, fault: Fault) -> None:
        """Note that a letter was tried in vain."""
        news: Document = {"reason": fault.code, "detail": fault.detail, "stack": fault.stack}
        news["faults"] = deadletters.faults_of(fault)
        row = {**row, **news}
        self._put(row)
        change = self._change(row)
        change.fields.update(news)
        if OPEN in row:
            change.fields.update(said(row, row[OPEN]))
        change.tries += 1

    def close(self, row: Document, status: str, now: datetime) -> None:
        """Note that a letter waits no longer."""
        self._remove(row["_id"])
        self._change(row).fields.update({"status": status, "closed_at": now})

    def _put(self, row: Document) -> None:
        self._waiting[row["_id"]] = row
        self._by_subject.setdefault(row["subject"], {})[row["_id"]] = row

    def _remove(self, id_: str) -> None:
        row = self._waiting.pop(id_, None)
        if row is not None:
            del self._by_subject[row["subject"]][id_]

    def _change(self, row: Document) -> _Change:
        return self._changes.setdefault(row["_id"], _Change())

    def write(self, work: Work) -> None:
        """Add all changes to a transaction."""
        for key in self._keys:
            work.update(DATA_KEYS, {"_id": key.name}, key_row(key))
        for id_, change in self._changes.items():
            update: Document = {"$set": change.fields}
            if change.tries:
                update["$inc"] = {"tries": change.tries}
            if change.buried and "closed_at" not in change.fields:
                update["$unset"] = {"closed_at": ""}
            work.update(LETTERS, {"_id": id_}, update, upsert=change.buried)
