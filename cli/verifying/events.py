"""Histories as the topics tell them: every event is what a row of a history says."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from cli.verifying.findings import EVENTS, Finding
from shared.contracts.tampering import Wrong

if TYPE_CHECKING:
    from shared.runtime.base.documents import Document
    from shared.runtime.decide.chains import Chain
    from shared.runtime.serve.client import EventReader


class ToldHistory:
    """The history of one service, made again of its events.

    Args:
        service: Whose.
        reader: Reads the service's topic from its beginning.
        subject: The one subject that is wanted; empty for all.

    Attributes:
        digests: The digests of each subject's rows in their order, made of what the events say.
        findings: The first event of each subject that does not hold.
        cut: Subjects whose first events are gone from the topic.
    """

    def __init__(self, service: str, reader: "EventReader", subject: str = "") -> None:
        self.digests: dict[str, list[str]] = {}
        self.findings: dict[str, Finding] = {}
        self.cut: set[str] = set()
        self._chains: dict[str, Chain] = {}
        self._service = service
        self._reader = reader
        self.subject = subject

    async def read(self) -> AsyncIterator[int]:
        """Read on to the end of the topic; yield how many records came each time."""
        async for batch in self._reader.to_end():
            for parsed in batch:
                self._take(parsed.record)
            yield len(batch)

    def _take(self, record: Any) -> None:
        from shared.contracts.topics import source_of
        from shared.runtime.decide.chains import Chain, told

        named: dict[str, bytes] = dict(record.headers)
        subject = (record.key or b"").decode()
        if (self.subject and subject != self.subject) or subject in self.cut:
            return
        if named.get("ce_source") != source_of(self._service).encode():
            return
        row, span = told(named, record.value)
        chain = self._chains.get(subject)
        if chain is None:
            chain = self._chains[subject] = Chain(subject)
            self.digests[subject] = []
            if not row["_id"].endswith(":00000001"):
                self.cut.add(subject)
                return
        number = int(row["_id"].rpartition(":")[2])
        known = self.digests[subject]
        if subject in self.findings:
            return
        if number <= len(known):
            before = known[number - 2] if number > 1 else ""
            if not _same(row, before, known[number - 1]):
                self._found(subject, number, Wrong.TWICE)
            return
        if (wrong := chain.follow(row, span)) is not None:
            self._found(subject, number, wrong)
            return
        known.append(row["digest"])

    def _found(self, subject: str, number: int, wrong: Wrong) -> None:
        self.findings[subject] = Finding(self._service, subject, number, wrong, EVENTS)


async def rows_told(reader: "EventReader", wanted: set[str]) -> "dict[str, Document]":
    """Return the rows with some ids as the events of a topic tell them, each at its first coming."""
    from shared.runtime.decide.chains import told

    out: dict[str, Document] = {}
    async for batch in reader.to_end():
        for parsed in batch:
            record: Any = parsed.record
            row, _ = told(dict(record.headers), record.value)
            if row["_id"] in wanted:
                out.setdefault(row["_id"], row)
    return out


def _same(row: "Document", before: str, digest: str) -> bool:
    from shared.runtime.decide.history import digest_in_form, form_of

    return digest_in_form({**row, "before": before}, form_of(digest)) == digest
