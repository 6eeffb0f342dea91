"""A subject as it is stored and as it changes within a batch."""

from datetime import datetime
from typing import Any

from shared.casework.protocol import Received, State, Stream
from shared.contracts.message import Event
from shared.runtime.mongo import Document
from shared.runtime.partitioner import partition_of


def _decide_nothing(state: State | None, message: Received) -> list[Event]:
    raise LookupError("nothing can be decided about a subject of unknown kind")


def _evolve_nothing(state: State | None, event: Event, at: datetime) -> State:
    raise LookupError("nothing can happen to a subject of unknown kind")


UNKNOWN: Stream[Any] = Stream("", State, _decide_nothing, _evolve_nothing)
"""The kind of a subject whose very first message was no valid one; the first valid one tells it."""


class Slot:
    """One subject (a case, a roster, a series) during a batch.

    The stored document::

        _id        subject
        kind       name of the stream
        partition  partition of its own messages
        revision   raised with every commit: the guard against a second writer
        version    number of events so far
        state      JSON of the state; null before the first event
        seen       {source: highest sequence applied}
        tip        digest of the last history row
        writer     outbox row of the last events: names the process that wrote them
        trace      trace id (32 hex) of the subject's first message
        first      correlation: id of the subject's first message
        due        when the next timer is due; absent for never
        retry      when the ticker may look again at a clock that raised; absent unless one did
        parked     {letters: n, seen: {source: highest sequence in the dead letters}}; absent unless parked
        baseline   {source: {first: number with which this reader began, late: [numbers before it that came
                   after all]}}; absent if the reader knows the subject's beginning
        held       {source: [sequences that came too early]}; absent if none
    """

    __slots__ = (
        "baseline",
        "changed",
        "due",
        "first",
        "held",
        "parked",
        "partition",
        "retry",
        "revision",
        "seen",
        "state",
        "stored_version",
        "stream",
        "subject",
        "tip",
        "trace",
        "version",
        "writer",
    )

    def __init__(self, stream: Stream[Any], subject: str, document: Document | None, partitions: int) -> None:
        """Take a subject as it is stored, or a new one."""
        self.stream = stream
        self.subject = subject
        self.changed = False
        self.retry: datetime | None = None
        if document is None:
            self.partition = partition_of(subject, partitions)
            self.revision = 0
            self.version = self.stored_version = 0
            self.writer = ""
            self.state: State | None = None
            self.seen: dict[str, int] = {}
            self.tip = ""
            self.trace = ""
            self.first = ""
            self.due: datetime | None = None
            self.parked: Document | None = None
            self.held: dict[str, list[int]] = {}
            self.baseline: dict[str, Document] = {}
            return
        self.partition = document["partition"]
        self.revision = document["revision"]
        self.version = self.stored_version = document["version"]
        self.writer = document.get("writer", "")
        text = document["state"]
        self.state = None if text is None else stream.state.__pydantic_validator__.validate_json(text)
        self.seen = document["seen"]
        self.tip = document["tip"]
        self.trace = document["trace"]
        self.first = document["first"]
        self.due = document.get("due")
        self.retry = document.get("retry")
        self.parked = document.get("parked")
        self.held = document.get("held") or {}
        self.baseline = document.get("baseline") or {}

    def is_before_baseline(self, source: str, sequence: int) -> bool:
        """Return whether a number lies before the one with which this reader began, and never came yet."""
        baseline = self.baseline.get(source)
        return baseline is not None and sequence < baseline["first"] and sequence not in baseline["late"]

    def straggles(self, source: str, sequence: int) -> bool:
        """Return whether a message is such a straggler, and note that it came.

        A reader that began in the middle takes the first number that it sees of a subject for the next. A
        lower one that comes later is then no repeat, and must not vanish as one.
        """
        if not self.is_before_baseline(source, sequence):
            return False
        self.baseline[source]["late"].append(sequence)
        self.changed = True
        return True

    def document(self, writer: str) -> Document:
        """Return the document to store, with the next revision.

        Args:
            writer: The outbox row that is written with it.
        """
        state = self.state
        if self.version != self.stored_version:
            self.writer = writer
        document: Document = {
            "_id": self.subject,
            "kind": self.stream.name,
            "partition": self.partition,
            "revision": self.revision + 1,
            "version": self.version,
            "state": None if state is None else state.__pydantic_serializer__.to_json(state).decode(),
            "seen": self.seen,
            "tip": self.tip,
            "writer": self.writer,
            "trace": self.trace,
            "first": self.first,
        }
        if self.due is not None:
            document["due"] = self.due
        if self.retry is not None:
            document["retry"] = self.retry
        if self.parked is not None:
            document["parked"] = self.parked
        if self.baseline:
            document["baseline"] = self.baseline
        if self.held:
            document["held"] = self.held
        return document
