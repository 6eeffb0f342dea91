"""A subject as it is stored, and as it changes within a batch."""

from datetime import datetime
from typing import Any, Final

from shared.casework.protocol import Received, State, Stream
from shared.contracts.message import Event
from shared.runtime.base.documents import Document
from shared.runtime.base.limits import SOURCES
from shared.runtime.base.partitioner import partition_of
from shared.runtime.decide import states
from shared.runtime.decide.ranges import Ranges, run_end
from shared.runtime.decide.unknown_fields import Unknown


def _decide_nothing(state: State | None, message: Received) -> list[Event]:
    raise LookupError("nothing can be decided about a subject of unknown kind")


def _evolve_nothing(state: State | None, event: Event, at: datetime) -> State:
    raise LookupError("nothing can happen to a subject of unknown kind")


UNKNOWN: Stream[Any] = Stream("", State, _decide_nothing, _evolve_nothing)
"""The kind of a subject whose very first message was no valid one; the first valid one tells it."""


class LoadedSubject:
    """One subject (a case, a roster, a series) as it was loaded, and as it changes during a batch.

    The stored document::

        _id        subject
        kind       name of the stream
        partition  partition of its own messages
        revision   raised with every commit: the guard against a second writer
        version    number of events so far
        state      JSON of the state; null before the first event
        shape      digest of the state's model; absent where the state has fields that its writer did not know
        state_version  version of the state; absent for 1
        seen       {source: highest sequence applied}
        tip        digest of the last history row
        writer     outbox row of the last events: names the process that wrote them
        trace      trace id (32 hex) of the subject's first message
        first      correlation: id of the subject's first message
        due        when the next timer is due; absent for never
        awaits     input that the subject waits for, such as a year's calendar; absent for none
        retry      when the ticker may look again at a clock that raised; absent unless one did
        parked     the subject is blocked: {letters: n, seen: {source: highest sequence in the dead letters},
                   reason, since, remedies: [what an operator asked for and is not done yet]}; 0 letters: the
                   state could not be read; absent unless blocked
        baseline   {source: {first: number with which this reader began, late: [numbers before it that came
                   after all]}}; absent if the reader knows the subject's beginning
        held       {source: [sequence, …]} of those that came too early, [[first, last], …] where they are
                   many; absent if none
        backlog    a release is under way: {first, last, seen: {source: highest sequence in it}}, the numbers
                   of the messages that came meanwhile; absent if none is
        unfinished true if somebody must go on with a release or a remedy; absent if not
        discarded  {source: [[first, last], …]} of the sequences given up before their turn; absent if none

    Fields that this version does not know stay as they are.

    Attributes:
        unreadable: Why this version cannot read the state; empty if it can. Such a subject is blocked, its
            state is written back as it was.
    """

    __slots__ = (
        "_stored",
        "_unknown",
        "awaits",
        "backlog",
        "baseline",
        "blocked",
        "changed",
        "discarded",
        "due",
        "first",
        "held",
        "id",
        "partition",
        "retry",
        "revision",
        "seen",
        "state",
        "stored_version",
        "stream",
        "tip",
        "trace",
        "unreadable",
        "version",
        "writer",
    )

    def __init__(self, stream: Stream[Any], id_: str, document: Document | None, partitions: int) -> None:
        """Take a subject as it is stored, or a new one."""
        self.stream = stream
        self.id = id_
        self.changed = False
        self.retry: datetime | None = None
        self.unreadable = ""
        self.held: dict[str, Ranges] = {}
        self.discarded: dict[str, Ranges] = {}
        self.backlog: Document | None = None
        self._unknown: Unknown | None = None
        self._stored = document
        if document is None:
            self.partition = partition_of(id_, partitions)
            self.revision = 0
            self.version = self.stored_version = 0
            self.writer = ""
            self.state: State | None = None
            self.seen: dict[str, int] = {}
            self.tip = ""
            self.trace = ""
            self.first = ""
            self.due: datetime | None = None
            self.awaits: str | None = None
            self.blocked: Document | None = None
            self.baseline: dict[str, Document] = {}
            return
        self.partition = document["partition"]
        self.revision = document["revision"]
        self.version = self.stored_version = document["version"]
        self.writer = document.get("writer", "")
        try:
            self.state, self._unknown = states.read(stream, document)
        except states.Unreadable as error:
            self.state, self.unreadable = None, str(error)
        self.seen = document["seen"]
        self.tip = document["tip"]
        self.trace = document["trace"]
        self.first = document["first"]
        self.due = document.get("due")
        self.awaits = document.get("awaits")
        self.retry = document.get("retry")
        self.blocked = document.get("parked")
        if "held" in document:
            self.held = {source: Ranges(runs) for source, runs in document["held"].items()}
        self.backlog = document.get("backlog")
        if "discarded" in document:
            self.discarded = {source: Ranges(runs) for source, runs in document["discarded"].items()}
        self.baseline = document.get("baseline") or {}

    # -- its place in the order --------------------------------------------------------------

    def refuses(self, source: str) -> bool:
        """Say whether a source is one too many: each that is heard makes the document longer for ever."""
        if source in self.seen:
            return False
        blocked = self.blocked["seen"] if self.blocked is not None else ()
        heard = {*self.seen, *self.held, *self.discarded, *blocked}
        return len(heard) >= SOURCES and source not in heard

    def reached(self, source: str) -> int | None:
        """Return the highest sequence of a source that was applied or is a dead letter; ``None`` for none."""
        seen = self.seen.get(source)
        if self.blocked is None:
            return seen
        blocked = self.blocked["seen"].get(source)
        return seen if blocked is None else max(blocked, seen or 0)

    def expected(self, source: str) -> int | None:
        """Return the highest sequence of a source that was applied or will be without another message."""
        reached = self.reached(source)
        if self.backlog is None:
            return reached
        queued = max(self.backlog["seen"].get(source, 0), reached or 0)
        end = run_end(queued, self.held.get(source, Ranges()), self.discarded.get(source, Ranges()))
        return end or reached

    def reach(self, source: str, sequence: int) -> None:
        """Note that a sequence has had its turn."""
        self.changed = True
        if self.blocked is None:
            self.seen[source] = max(sequence, self.seen.get(source, 0))
        else:
            seen = self.blocked["seen"]
            self.blocked = {**self.blocked, "seen": {**seen, source: max(sequence, seen.get(source, 0))}}

    def give_up(self, source: str, sequence: int) -> None:
        """Remember of a sequence whose turn has not come that nothing will ever take its place."""
        if sequence > (self.expected(source) or 0):
            self.discarded.setdefault(source, Ranges()).add(sequence)
            self.changed = True

    def give_up_missing(self, source: str, before: int) -> list[list[int]]:
        """Give up all numbers before one that are not here; return them as runs."""
        held = self.held.get(source)
        following = (self.expected(source) or 0) + 1
        runs = []
        for first, last in held.stored() if held is not None else ():
            if following < min(first, before):
                runs.append([following, min(first, before) - 1])
            following = max(following, last + 1)
        if runs:
            self.discarded[source] = Ranges([*self.discarded.get(source, Ranges()).stored(), *runs])
            self.changed = True
        return runs

    def pass_over(self, source: str) -> None:
        """Go over the sequences that were discarded before their turn, as far as it is theirs now."""
        given_up = self.discarded.get(source)
        if given_up is None:
            return
        following = (self.reached(source) or 0) + 1
        if following in given_up:
            self.reach(source, given_up.end_of_run(following))
        if given_up.cut_to(self.reached(source) or 0):
            self.changed = True
        if not given_up:
            del self.discarded[source]

    @property
    def counted_in_part(self) -> bool:
        """Whether an older version stored the subject, which left some numbers uncounted."""
        stored = self._stored
        return stored is not None and stored.get("state_version", 1) < self.stream.counts_from

    def catch_up(self, source: str, sequence: int) -> None:
        """Go over the numbers before a message that an older version may have read and not counted."""
        held = self.held.get(source, ())
        first = (self.reached(source) or 0) + 1
        for number in range(max(first, sequence - _MOST_UNCOUNTED), sequence):
            if number not in held:
                self.give_up(source, number)
        self.pass_over(source)

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

    # -- a release in steps ------------------------------------------------------------------

    def begin_backlog(self) -> None:
        """Leave the rest of a release to later steps: what comes from now on waits behind it."""
        if self.backlog is not None:
            return
        first = (self.revision + 1) * _QUEUE_STEP
        seen = {}
        for source, held in self.held.items():
            reached = self.reached(source) or 0
            end = run_end(reached, held, self.discarded.get(source, Ranges()))
            if end > reached:
                seen[source] = end
        self.backlog = {"first": first, "last": first - 1, "seen": seen}
        self.changed = True

    def queue(self) -> int:
        """Return the number of one more message behind the release."""
        assert self.backlog is not None
        number = int(self.backlog["last"]) + 1
        self.backlog = {**self.backlog, "last": number}
        self.changed = True
        return number

    def expect(self, source: str, sequence: int) -> None:
        """Note that a sequence waits behind the release."""
        assert self.backlog is not None
        self.backlog = {**self.backlog, "seen": {**self.backlog["seen"], source: sequence}}

    def next_queued(self) -> int | None:
        """Return the number of the next message behind the release; ``None`` if there is no more."""
        assert self.backlog is not None
        first = int(self.backlog["first"])
        return first if first <= self.backlog["last"] else None

    def take_queued(self) -> None:
        """Take the next message out of the backlog."""
        assert self.backlog is not None
        self.backlog = {**self.backlog, "first": self.backlog["first"] + 1}
        self.changed = True

    def end_backlog(self) -> None:
        """Note that the release is done."""
        self.backlog = None
        self.changed = True

    # -- blocked -----------------------------------------------------------------------------

    def block(self, reason: str, now: datetime) -> Document:
        """Stop the subject, or leave it stopped; return what says so."""
        if self.blocked is None:
            self.blocked = {"letters": 0, "seen": {}, "reason": reason, "since": now}
            self.changed = True
        return self.blocked

    def unblock(self, now: datetime) -> None:
        """Let the subject go on behind its last letter, unless its state still cannot be read."""
        if self.blocked is None:
            return
        for source, sequence in self.blocked["seen"].items():
            self.seen[source] = max(sequence, self.seen.get(source, 0))
        self.blocked = None
        self.changed = True
        if self.unreadable:
            self.block(UNREADABLE, now)

    # -- storing -----------------------------------------------------------------------------

    def document(self, writer: str) -> Document:
        """Return the document to store, with the next revision.

        Args:
            writer: The outbox row that is written with it.

        Raises:
            unknown_fields.Lost: A field that this version does not know has no certain place any more.
        """
        if self.version != self.stored_version:
            self.writer = writer
        stored = self._stored or {}
        document: Document = {name: stored[name] for name in stored.keys() - _OWN}
        if self.unreadable:
            document |= {name: stored[name] for name in _OF_THE_STATE if name in stored}
        else:
            document |= states.written(self.stream, self.state, self._unknown)
        document |= {
            "_id": self.id,
            "partition": self.partition,
            "revision": self.revision + 1,
            "version": self.version,
            "seen": self.seen,
            "tip": self.tip,
            "writer": self.writer,
            "trace": self.trace,
            "first": self.first,
        }
        if self.due is not None:
            document["due"] = self.due
        if self.awaits is not None:
            document["awaits"] = self.awaits
        if self.retry is not None:
            document["retry"] = self.retry
        if self.blocked is not None:
            document["parked"] = self.blocked
        if self.baseline:
            document["baseline"] = self.baseline
        if self.held:
            document["held"] = {source: numbers.plain() for source, numbers in self.held.items()}
        if self.backlog is not None:
            document["backlog"] = self.backlog
        if self.backlog is not None or (self.blocked is not None and self.blocked.get("remedies")):
            document["unfinished"] = True
        if self.discarded:
            document["discarded"] = {source: numbers.stored() for source, numbers in self.discarded.items()}
        return document


_QUEUE_STEP: Final = 1_000_000
"""Numbers of a backlog begin anew with each revision, so that no row of one is taken for that of another."""
UNREADABLE: Final = "state.unreadable"
_MOST_UNCOUNTED: Final = 1_000
"""More events of one subject than this never stood uncounted."""
_OF_THE_STATE: Final = ("kind", "state", "shape", "state_version")
_OWN: Final = frozenset(
    (
        *_OF_THE_STATE,
        *("_id", "partition", "revision", "version", "seen", "tip", "trace", "first"),
        *("writer", "due", "awaits", "retry", "parked", "baseline", "held", "discarded"),
        *("backlog", "unfinished"),
    )
)
