"""What a batch is made of, what it starts from, and what it comes to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from shared.casework.protocol import Routed
from shared.contracts.common import AcceptMissing, DiscardDeadLetters, RedriveDeadLetters
from shared.contracts.days import DayClosed
from shared.runtime.base.documents import Document
from shared.runtime.base.records import Parsed
from shared.runtime.decide.history import Outgoing

ABOUT_LETTERS = (RedriveDeadLetters, DiscardDeadLetters)
OPERATIONS = (*ABOUT_LETTERS, AcceptMissing)
"""Commands that the runtime itself obeys, whatever the subject."""


@dataclass(slots=True)
class Item:
    """One entry of a batch: a message, or a timer tick of an idle subject.

    Attributes:
        origin: ``<topic>:<partition>``; for a tick, that of the service's commands; empty where it adopts.
        offset: Offset in the origin; -1 for a tick.
        parsed: The message; ``None`` for a tick.
        routed: Stream and message as the stream gets it; ``None`` when nobody cares.
        idle: The subject of a tick.
        at: Business time, ``None`` for a record without one or with a fault; of a tick, the time to which
            the clock moves, ``None`` to see whether the subject can go on.
        alone: Whether nothing else is taken along, since what was taken along could not be stored.
        failed: Why the tick cannot be stored; empty unless it was tried.
        group: The number that sibling partitions share; -1 for a topic that has no siblings.
        seen_ms: When it was read or when the broker got it, whichever is earlier, milliseconds since the
            epoch.
        adopts: Whether it records the city's own rules.
        closes: The day of history that it closes; ``None`` for anything else.
    """

    origin: str
    offset: int
    parsed: Parsed | None = None
    routed: Routed | None = None
    idle: str = ""
    at: datetime | None = None
    alone: bool = False
    failed: str = ""
    group: int = -1
    seen_ms: int = 0
    adopts: bool = False
    closes: DayClosed | None = None


@dataclass(slots=True)
class Loaded:
    """What a batch starts from.

    Attributes:
        documents: Stored subjects by id.
        watermarks: Highest offset applied, by origin; -1 for none.
        baselines: Origins whose beginning was gone when this group first came to them.
        commands: What is stored of the commands of the batch that have had their effect.
        asked: Ids of the held messages that this batch may release.
        early: Those of them that are there.
        letters: Waiting dead letters that a remedy of the batch speaks of, in order.
        partial: Subjects that may have more of them, each with the place up to which all are here.
        looked_ms: When the brokers last said that no more has come, by number of sibling partitions;
            absent for no bound.
    """

    documents: Mapping[str, Document]
    watermarks: dict[str, int]
    baselines: frozenset[str] = frozenset()
    commands: set[str] = field(default_factory=set)
    asked: frozenset[str] = frozenset()
    early: Mapping[str, Document] = field(default_factory=dict)
    letters: Sequence[Document] = ()
    partial: Mapping[str, int] = field(default_factory=dict)
    looked_ms: Mapping[int, int] = field(default_factory=dict)

    def handled(self, parsed: Parsed) -> bool:
        """Say whether a command has had its effect; earlier versions stored its id alone."""
        return parsed.identity in self.commands or parsed.id in self.commands


@dataclass(slots=True)
class Outcome:
    """What a batch comes to.

    Attributes:
        outgoing: Messages to publish, in order.
        row_ids: Ids of the new history rows.
        letter_ids: Ids of the new dead letters.
        answer_ids: Identities of the operators' requests that were carried out.
        buried: The new dead letters as a log tells of them: id, reason, subject.
        held: Ids of the new held messages.
        counts: What happened, for log and metrics.
        clock_errors: Subjects whose clocks raised, and what they raised.
        blocked: Subjects whose state was found unreadable, and why.
        unblocked: Subjects whose state can be read again.
        postponed: Entries that were not decided, since something earlier may be under way.
    """

    outgoing: list[Outgoing] = field(default_factory=list)
    row_ids: list[str] = field(default_factory=list)
    letter_ids: list[str] = field(default_factory=list)
    answer_ids: list[str] = field(default_factory=list)
    buried: list[tuple[str, str, str]] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    clock_errors: dict[str, str] = field(default_factory=dict)
    blocked: dict[str, str] = field(default_factory=dict)
    unblocked: list[str] = field(default_factory=list)
    postponed: list[Item] = field(default_factory=list)
