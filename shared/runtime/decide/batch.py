"""Deciding one batch: from loaded rows and valid messages to the rows of one transaction.

No I/O and no clock in here: what it needs was loaded, what it yields is written in one go.
The order of the checks for each message is the mechanism of docs/architecture.md.
"""

import hashlib
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from shared.casework.protocol import Change, Routed, Timed
from shared.contracts.common import (
    AcceptMissing,
    AdvanceClock,
    CommandUnchanged,
    DiscardDeadLetters,
    RedriveDeadLetters,
)
from shared.contracts.message import Command
from shared.contracts.topics import Identity
from shared.runtime.base import limits
from shared.runtime.base.documents import Document, Work
from shared.runtime.base.records import Fault, Parsed
from shared.runtime.decide import deadletters, missing, resequencer
from shared.runtime.decide.history import Outgoing, digest_of, row_id
from shared.runtime.decide.letters import Letters
from shared.runtime.decide.redrive import Remedies
from shared.runtime.decide.subject import UNKNOWN, UNREADABLE, Slot
from shared.runtime.decide.uncommitted import TIMER, Draft, actor_text, brief, refused, trace_id
from shared.runtime.decide.unit_of_work import Ledger

if TYPE_CHECKING:
    from shared.runtime.decide.engine import Engine

REMEDIES = (RedriveDeadLetters, DiscardDeadLetters)
OPERATIONS = (*REMEDIES, AcceptMissing)
"""Commands that the runtime itself obeys, whatever the subject."""
_CLOCK_RETRY = timedelta(minutes=10)


@dataclass(slots=True)
class Item:
    """One entry of a batch: a message, or a look at a quiet subject.

    Attributes:
        origin: ``<topic>:<partition>``; for a look at the clock, that of the service's commands.
        offset: Offset in the origin; -1 for a look.
        parsed: The message; ``None`` for a look.
        routed: Stream and message as the stream gets it; ``None`` when nobody cares.
        quiet: The subject that is looked at.
        at: Business time, ``None`` for a record without one or with a fault; of a look, the time to which
            the clock moves, ``None`` to see whether the subject can go on.
        alone: Whether nothing else is taken along, since what was taken along could not be stored.
        failed: Why the look cannot be stored; empty unless it was tried.
        group: The number that sibling partitions share; -1 for a topic that has no siblings.
        seen_ms: When it was read or when the broker got it, whichever is earlier, milliseconds since the
            epoch.
    """

    origin: str
    offset: int
    parsed: Parsed | None = None
    routed: Routed | None = None
    quiet: str = ""
    at: datetime | None = None
    alone: bool = False
    failed: str = ""
    group: int = -1
    seen_ms: int = 0


@dataclass(slots=True)
class Loaded:
    """What a batch starts from.

    Attributes:
        documents: Stored subjects by id.
        watermarks: Highest offset applied, by origin; -1 for none.
        baselines: Origins whose beginning was gone when this group first came to them.
        commands: What is stored of the commands of the batch that have had their effect.
        asked: Ids of the held messages that this batch may release.
        holds: Those of them that are there.
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
    holds: Mapping[str, Document] = field(default_factory=dict)
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
        counts: What happened, for log and metrics.
        clock_errors: Subjects whose clocks raised, and what they raised.
        blocked: Subjects whose state was found unreadable, and why.
        unblocked: Subjects whose state can be read again.
        postponed: Entries that were not decided, since something earlier may be under way.
    """

    outgoing: list[Outgoing] = field(default_factory=list)
    row_ids: list[str] = field(default_factory=list)
    letter_ids: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    clock_errors: dict[str, str] = field(default_factory=dict)
    blocked: dict[str, str] = field(default_factory=dict)
    unblocked: list[str] = field(default_factory=list)
    postponed: list[Item] = field(default_factory=list)


class Batch:
    """One batch on its way: the slots that it touches and the rows that it adds.

    Attributes:
        room: How many held messages and letters it may still take.
        origin: Of the entry that it is at.
        rejected: Why the message that is next in a release or redrive cannot be stored; ``None`` if it may.
    """

    def __init__(self, engine: "Engine", loaded: Loaded, now: datetime, writer: str) -> None:
        self.engine = engine
        self.writer = writer
        self.loaded = loaded
        self.now = now
        self.slots: dict[str, Slot] = {}
        self.outcome = Outcome()
        self.letters = Letters(loaded.letters)
        self.ledger = Ledger(self.letters)
        self._waiting: set[int] = set()
        self.room = 0
        self.origin = ""
        self.rejected: Fault | None = None
        self.last_at: datetime | None = None
        self.last_text = ""

    # -- the batch ---------------------------------------------------------------------------

    def run(self, items: Sequence[Item]) -> tuple[Outcome, Work]:
        """Take all entries in their order; give what they come to and what is to be written."""
        watermarks, bounds = self.loaded.watermarks, self.loaded.looked_ms
        step = self.engine.step
        self.room = max(step - len(items), step // 5, 1)
        for item in items:
            self.origin = item.origin
            if item.alone:
                self.room = 0
            if item.offset >= 0:
                if item.offset <= watermarks[item.origin]:
                    self.count("skipped")
                    continue
                if bounds and self._comes_too_soon(item):
                    self.outcome.postponed.append(item)
                    continue
                watermarks[item.origin] = item.offset
            parsed = item.parsed
            if parsed is None and item.at is None:
                self._resume(item)
            elif parsed is None:
                self._look(item)
            elif item.routed is not None:
                self.deliver(self.slot(item.routed), item.routed, parsed, item.origin)
            elif parsed.fault is not None:
                self._faulty(item, parsed, parsed.fault)
            elif isinstance(parsed.body, REMEDIES):
                # Not kept: a batch that nothing refers back to goes at once, without the collector.
                Remedies(self).take(parsed)
            elif isinstance(parsed.body, AcceptMissing):
                missing.accept(self, parsed, parsed.body)
        self.outcome.row_ids = [row["_id"] for row in self.ledger.rows]
        return self.outcome, self.ledger.work(self.slots.values(), self.writer)

    def _comes_too_soon(self, item: Item) -> bool:
        """Return whether a message would let a deadline pass that an earlier one may still meet.

        A clock moves no further than the time up to which all sibling partitions are known. What follows in
        any of them waits as well, so that their order stays that of their times.
        """
        group = item.group
        if group in self._waiting:
            return True
        if item.routed is None or item.seen_ms <= self.loaded.looked_ms.get(group, item.seen_ms):
            return False
        slot = self.slot(item.routed)
        if slot.due is None or slot.parked is not None or slot.due > item.routed.message.at:
            return False
        self._waiting.add(group)
        return True

    def slot(self, routed: Routed) -> Slot:
        """Give the subject that a message leads to; a new one if it is unknown."""
        subject = routed.message.subject
        slot = self.slots.get(subject)
        if slot is None:
            slot = self._taken(
                Slot(routed.stream, subject, self.loaded.documents.get(subject), self.engine.partitions)
            )
        elif slot.stream is UNKNOWN and not slot.unreadable:
            slot.stream = routed.stream
        return slot

    def known_slot(self, subject: str) -> Slot | None:
        """Give a subject that is stored or was met in this batch."""
        slot = self.slots.get(subject)
        if slot is None:
            document = self.loaded.documents.get(subject)
            if document is None:
                return None
            stream = self.engine.streams.get(document["kind"], UNKNOWN)
            slot = self._taken(Slot(stream, subject, document, self.engine.partitions))
        return slot

    def new_slot(self, subject: str) -> Slot:
        """Give a subject of which nothing is stored; it is kept once it is entered in ``slots``."""
        return Slot(UNKNOWN, subject, None, self.engine.partitions)

    def _taken(self, slot: Slot) -> Slot:
        """Block a subject whose state cannot be read; let go on one whose state can be read again."""
        self.slots[slot.subject] = slot
        if slot.unreadable:
            if slot.parked is None:
                slot.block(UNREADABLE, self.now)
                self.outcome.blocked[slot.subject] = slot.unreadable
        elif slot.parked is not None and not slot.parked["letters"]:
            slot.unblock(self.now)
            self.outcome.unblocked.append(slot.subject)
        return slot

    # -- one message -------------------------------------------------------------------------

    def deliver(self, slot: Slot, routed: Routed, parsed: Parsed, origin: str) -> None:
        """Take a message in its turn: skip a repeat, hold an early one, park behind a dead letter."""
        identity = parsed.rule.identity
        if identity is Identity.SEQUENCE:
            if slot.refuses(parsed.source):
                what = f"{slot.subject} hears {limits.SOURCES} sources already"
                return self.bury(parsed, Fault("message.too_many_sources", what), subject="", order=0)
            if slot.counted_in_part:
                slot.catch_up(parsed.source, parsed.sequence or 0)
                resequencer.release(self, slot, parsed.source)
            turn = self.turn(slot, parsed, origin)
            if turn > 0:
                resequencer.hold(self, slot, parsed)
            elif turn < 0 and slot.straggles(parsed.source, parsed.sequence or 0):
                first = slot.baseline[parsed.source]["first"]
                detail = f"number {parsed.sequence} came after {first}, with which this reader began"
                self._park(slot, parsed, Fault("sequence.before_baseline", detail))
            if turn != 0:
                return
        elif identity is Identity.ID:
            if self.loaded.handled(parsed):
                self.count("repeated")
                return
            self.remember(parsed)
        if slot.backlog is not None:
            resequencer.queue(self, slot, parsed)
            return
        if slot.parked is not None:
            self._park(slot, parsed, self._behind(slot))
        else:
            self._try(slot, routed, parsed, origin)
        if identity is Identity.SEQUENCE and (slot.held or slot.discarded):
            resequencer.release(self, slot, parsed.source)

    def take_rejected(self) -> Fault | None:
        """Return why the next message cannot be stored, if that was tried."""
        fault, self.rejected = self.rejected, None
        return fault

    def apply_held(self, slot: Slot, parsed: Parsed) -> None:
        """Take a message whose turn has come after it was held."""
        routed = self.engine.routed(parsed)
        if routed is not None and slot.stream is UNKNOWN and not slot.unreadable:
            slot.stream = routed.stream
        fault = parsed.fault or self.take_rejected()
        if fault is not None:
            self._park(slot, parsed, fault)
        elif slot.parked is not None:
            self._park(slot, parsed, self._behind(slot))
        elif routed is not None:
            self._try(slot, routed, parsed, self.origin)
        elif parsed.rule.identity is Identity.SEQUENCE:
            slot.reach(parsed.source, parsed.sequence or 0)

    def _behind(self, slot: Slot) -> Fault:
        """Say what a message of a blocked subject waits for."""
        letters = (slot.parked or {"letters": 0})["letters"]
        if letters:
            return Fault("case.parked", f"{letters} dead letters before it")
        return Fault(UNREADABLE, slot.unreadable)

    def turn(self, slot: Slot, parsed: Parsed, origin: str) -> int:
        """Say whether a sequenced message is a repeat (-1), next (0) or early (1)."""
        seen = slot.expected(parsed.source)
        sequence = parsed.sequence or 0
        if seen is None:
            if sequence > 1 and origin in self.loaded.baselines:
                self.count("baseline")
                slot.baseline[parsed.source] = {"first": sequence, "late": []}
                return 0
            seen = 0
        given_up = slot.discarded.get(parsed.source)
        if sequence <= seen or (given_up is not None and sequence in given_up):
            if not slot.is_before_baseline(parsed.source, sequence):
                self.count("repeated")
            return -1
        return 0 if sequence == seen + 1 else 1

    def _try(self, slot: Slot, routed: Routed, parsed: Parsed, origin: str) -> bool:
        """Apply a message; one that raises becomes a dead letter and parks its subject."""
        fault = parsed.fault
        if fault is None:
            try:
                self.apply(slot, routed, parsed, origin)
            except Exception as error:  # noqa: BLE001 - whatever it is, only this case stops
                fault = Fault("decision.raised", brief(error), traceback.format_exc(limit=-12))
        if fault is not None:
            self._park(slot, parsed, fault)
            return False
        if parsed.rule.identity is Identity.SEQUENCE:
            slot.reach(parsed.source, parsed.sequence or 0)
        return True

    def apply(self, slot: Slot, routed: Routed, parsed: Parsed, origin: str) -> None:
        """Advance, decide, evolve; nothing of it stays when something raises."""
        stream, message = slot.stream, routed.message
        if not slot.trace:
            slot.trace = (
                trace_id(parsed.traceparent) or hashlib.sha256(slot.subject.encode()).hexdigest()[:32]
            )
            slot.first = parsed.correlation or parsed.id
        draft = Draft(slot)
        if slot.awaits is not None or (slot.due is not None and slot.due <= message.at):
            draft.advance(stream, message.at, origin)
        body = message.body
        before, mark = draft.state, len(draft.events)
        # What time alone did to the subject just now is as new to the actor as what others did.
        refusal = refused(parsed, slot.version + mark) if isinstance(body, Command) else None
        if refusal is not None:
            draft.add(stream, refusal, message.at, parsed)
        elif isinstance(body, AdvanceClock):
            pass
        else:
            for event in stream.decide(draft.state, message):
                draft.add(stream, event, message.at, parsed)
            if stream.absorb is not None:
                draft.absorb(stream.absorb(draft.state, message))
        if parsed.rule.identity is Identity.ID and isinstance(body, Command) and len(draft.events) == mark:
            draft.add(stream, CommandUnchanged(command=body.wire_type), message.at, parsed)
        if stream.rows is not None:
            new = [timed for timed, _ in draft.events[mark:]]
            change = Change(message, slot.subject, before, draft.state, new, origin, routed.kept)
            draft.change(stream, change)
        self._keep(slot, draft)

    def _resume(self, item: Item) -> None:
        """Go on with a remedy or a release: a step, or one message where a step cannot be stored."""
        if item.alone:
            self.room = 1
        if item.failed:
            self.rejected = Fault("store.rejected", item.failed)
        slot = self.known_slot(item.quiet)
        if slot is not None and slot.parked is not None:
            Remedies(self).proceed(slot)
        if slot is not None and slot.backlog is not None:
            resequencer.proceed(self, slot)

    def _look(self, item: Item) -> None:
        """Advance a quiet subject to the time of the look."""
        slot = self.known_slot(item.quiet)
        at = item.at
        assert at is not None
        if slot is None or slot.parked is not None or slot.backlog is not None:
            return
        if slot.awaits is None and (slot.due is None or slot.due > at):
            return
        error = item.failed
        if not error:
            draft = Draft(slot)
            try:
                draft.advance(slot.stream, at, item.origin)
                return self._keep(slot, draft)
            except Exception as raised:  # noqa: BLE001 - a clock that raises must not stop the others
                error = brief(raised)
        # The deadline stands: the next message finds it, and the ticker tries again later.
        self.count("clock_errors")
        self.outcome.clock_errors[slot.subject] = error
        slot.retry, slot.changed = self.now + _CLOCK_RETRY, True

    def _keep(self, slot: Slot, draft: "Draft") -> None:
        """Make a draft the subject's new state, its events history rows and messages."""
        outgoing, publication = self.outcome.outgoing, self.engine.publication
        # What a subject awaits is asked anew each time, so that nothing stale is looked at for ever.
        changed = bool(draft.events) or draft.state is not slot.state or slot.awaits is not None
        due, awaits = slot.due, slot.awaits
        if changed:
            next_due, waits = slot.stream.due, slot.stream.awaits
            due = next_due(draft.state) if next_due is not None and draft.state is not None else None
            awaits = waits(draft.state) if waits is not None and draft.state is not None else None
        version, tip, rows, messages = slot.version, slot.tip, len(self.ledger.rows), len(outgoing)
        try:
            for timed, parsed in draft.events:
                row = self._row(slot, timed, parsed)
                self.ledger.rows.append(row)
                outgoing.extend(publication.outgoing(row, timed.event))
        except Exception:
            slot.version, slot.tip = version, tip
            del self.ledger.rows[rows:], outgoing[messages:]
            raise
        if changed:
            slot.changed = True
            slot.state = draft.state
            slot.due = due
            slot.awaits = awaits
            slot.retry = None
        for write in draft.writes:
            self.ledger.write(write)
        self.count("applied")

    def _row(self, slot: Slot, timed: Timed, parsed: Parsed | None) -> Document:
        slot.version += 1
        event = timed.event
        row: Document = {
            "_id": row_id(slot.subject, slot.version),
            "type": event.wire_type,
            "time": self._text_of(timed.at),
            "partition": slot.partition,
            "correlation": slot.first if parsed is None else parsed.correlation or parsed.id,
            "causation": slot.subject if parsed is None else parsed.id,
            "actor": TIMER if parsed is None else actor_text(parsed.actor),
            "value": event.__pydantic_serializer__.to_json(event).decode(),
            "before": slot.tip,
        }
        digest = digest_of(row)
        row["digest"] = slot.tip = digest
        row["trace"] = f"00-{slot.trace}-{digest[:16]}-01"
        return row

    def _text_of(self, at: datetime) -> str:
        """Give a time in text; the events of one message mostly have the same."""
        if at is not self.last_at:
            self.last_at, self.last_text = at, at.isoformat()
        return self.last_text

    def remember(self, parsed: Parsed) -> None:
        """Note that a command has had its effect, for this batch and for good."""
        self.loaded.commands.add(parsed.identity)
        self.ledger.remember(parsed, self.now)

    # -- dead letters ------------------------------------------------------------------------

    def _faulty(self, item: Item, parsed: Parsed, fault: Fault) -> None:
        """Bury what is no valid message; park its subject where its place in the order is known."""
        if parsed.rule.identity is Identity.SEQUENCE and parsed.subject and parsed.source and parsed.sequence:
            known = self.known_slot(parsed.subject)
            slot = known or self.new_slot(parsed.subject)
            if slot.refuses(parsed.source):
                return self.bury(parsed, fault, subject="", order=0)
            turn = self.turn(slot, parsed, item.origin)
            if turn == 0:
                self.slots[parsed.subject] = slot
                if slot.backlog is not None:
                    resequencer.queue(self, slot, parsed)
                    return
                self._park(slot, parsed, fault)
                if slot.held or slot.discarded:
                    resequencer.release(self, slot, parsed.source)
                return
            if known is not None:
                if turn > 0:
                    resequencer.hold(self, slot, parsed)
                return
        self.bury(parsed, fault, subject="", order=0)

    def _park(self, slot: Slot, parsed: Parsed, fault: Fault) -> None:
        parked = slot.block(fault.code, self.now)
        order = parked["letters"] + 1
        slot.parked = {**parked, "letters": order}
        slot.changed = True
        if parsed.rule.identity is Identity.SEQUENCE:
            slot.reach(parsed.source, parsed.sequence or 0)
        self.bury(parsed, fault, subject=slot.subject, order=order)
        self.count("parked")

    def bury(self, parsed: Parsed, fault: Fault, *, subject: str, order: int) -> None:
        """Make a message a dead letter, on the topic as in the collection."""
        row = deadletters.letter(parsed, fault, subject=subject, order=order, now=self.now)
        self.letters.bury(row)
        self.outcome.letter_ids.append(row["_id"])
        self.outcome.outgoing.append(deadletters.outgoing(self.engine.service, row))
        self.count("dead")

    def count(self, name: str) -> None:
        """Count what happened, for log and metrics."""
        counts = self.outcome.counts
        counts[name] = counts.get(name, 0) + 1
