"""The court's register: case numbers and answers, in one SQLite file that survives a kill.

A number and all answers of a filing are on disk, in one transaction, before the first is sent.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared.casework.case_numbers import CaseNumber, CaseType

_SCHEMA = """
CREATE TABLE IF NOT EXISTS filings (
    filing TEXT PRIMARY KEY, subject TEXT NOT NULL, number TEXT, complete INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS serials (
    year INTEGER NOT NULL, type TEXT NOT NULL, last INTEGER NOT NULL, PRIMARY KEY (year, type));
CREATE TABLE IF NOT EXISTS answers (
    subject TEXT NOT NULL, sequence INTEGER NOT NULL, filing TEXT NOT NULL, type TEXT NOT NULL,
    position INTEGER NOT NULL, delay_ms INTEGER NOT NULL, copies INTEGER NOT NULL,
    headers TEXT NOT NULL, value BLOB NOT NULL, sent INTEGER NOT NULL, PRIMARY KEY (subject, sequence));
CREATE INDEX IF NOT EXISTS answers_of_filing ON answers (filing);
CREATE INDEX IF NOT EXISTS answers_to_send ON answers (sent) WHERE sent = 0;
"""

Headers = list[tuple[str, bytes]]


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it is sent.

    Attributes:
        subject: Case id: the key.
        sequence: ``ce_sequence``, 1, 2, 3 … per case.
        filing: What it answers.
        type: Wire type.
        position: Its place in the order of sending.
        delay_ms: Real time until it is sent.
        copies: How often it is sent.
    """

    subject: str
    sequence: int
    filing: str
    type: str
    position: int
    delay_ms: int
    copies: int
    headers: Headers
    value: bytes


class Register:
    """The register in a file; one process at a time.

    Args:
        path: The file; made if missing, with its folder.
        court_code: Code in the case numbers.
        patience_s: Longest wait for a process that has the file and is about to end, seconds.

    Raises:
        sqlite3.OperationalError: Another process has the file.
    """

    def __init__(self, path: Path, court_code: str, *, patience_s: float = 5.0) -> None:
        """Open the file and lock it."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._court_code = court_code
        self._db = sqlite3.connect(path, isolation_level=None, timeout=patience_s)
        self._db.execute("PRAGMA locking_mode = EXCLUSIVE")
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @property
    def is_new(self) -> bool:
        """Whether nothing was ever registered."""
        return self._db.execute("SELECT 1 FROM filings LIMIT 1").fetchone() is None

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Keep everything that happens inside, or nothing."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def is_complete(self, filing: str) -> bool:
        """Tell whether all answers to a filing are registered."""
        row = self._db.execute("SELECT complete FROM filings WHERE filing = ?", (filing,)).fetchone()
        return row is not None and bool(row[0])

    def number_of(self, filing: str) -> str | None:
        """Return the case number of a filing; ``None`` before it has one."""
        row = self._db.execute("SELECT number FROM filings WHERE filing = ?", (filing,)).fetchone()
        return None if row is None else row[0]

    def next_number(self, year: int, type_: CaseType) -> str:
        """Take the next number of a year and type: sequential from 1."""
        serial = self._db.execute(
            "INSERT INTO serials VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET last = last + 1 RETURNING last",
            (year, type_.value),
        ).fetchone()[0]
        return str(CaseNumber(year=year, court_code=self._court_code, type_code=type_, serial=serial))

    def used(self, number: CaseNumber) -> None:
        """Note that a number was given before, by a register that is lost."""
        self._db.execute(
            "INSERT INTO serials VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET last = max(last, excluded.last)",
            (number.year, number.type_code.value, number.serial),
        )

    def enter(self, filing: str, subject: str, number: str | None, *, complete: bool) -> None:
        """Enter a filing, or what is new of one that is there."""
        self._db.execute(
            "INSERT INTO filings VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
            "number = coalesce(number, excluded.number), complete = max(complete, excluded.complete)",
            (filing, subject, number, complete),
        )

    def next_sequence(self, subject: str) -> int:
        """Return the sequence of the next answer about a case."""
        row = self._db.execute("SELECT max(sequence) FROM answers WHERE subject = ?", (subject,)).fetchone()
        return int(row[0] or 0) + 1

    def add(self, answer: Answer, *, sent: bool = False) -> None:
        """Add an answer, unless one of its case has its sequence."""
        headers = json.dumps([[name, value.decode()] for name, value in answer.headers], ensure_ascii=False)
        self._db.execute(
            "INSERT OR IGNORE INTO answers VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                answer.subject,
                answer.sequence,
                answer.filing,
                answer.type,
                answer.position,
                answer.delay_ms,
                answer.copies,
                headers,
                answer.value,
                sent,
            ),
        )

    def answers_to(self, filing: str) -> list[Answer]:
        """Return the answers to a filing, by sequence."""
        return self._answers("filing = ? ORDER BY sequence", (filing,))

    def unsent(self) -> list[Answer]:
        """Return the answers of which nobody knows that they were sent."""
        return self._answers("sent = 0 ORDER BY rowid", ())

    def mark_sent(self, answers: Iterable[Answer]) -> None:
        """Note that these are acknowledged."""
        with self.transaction():
            self._db.executemany(
                "UPDATE answers SET sent = 1 WHERE subject = ? AND sequence = ?",
                [(answer.subject, answer.sequence) for answer in answers],
            )

    def _answers(self, where: str, values: Sequence[str]) -> list[Answer]:
        rows = self._db.execute(
            "SELECT headers, subject, sequence, filing, type, position, delay_ms, copies, value "
            f"FROM answers WHERE {where}",
            values,
        )
        return [_answer(*row) for row in rows]


def _answer(headers: str, *rest: Any) -> Answer:
    subject, sequence, filing, type_, position, delay_ms, copies, value = rest
    return Answer(
        subject=subject,
        sequence=sequence,
        filing=filing,
        type=type_,
        position=position,
        delay_ms=delay_ms,
        copies=copies,
        headers=[(name, text.encode()) for name, text in json.loads(headers)],
        value=value,
    )
