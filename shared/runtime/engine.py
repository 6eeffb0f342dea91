"""Deciding a batch: from loaded rows and valid messages to the rows of one transaction.

No I/O and no clock in here: what it needs was loaded, what it yields is written in one go.
The order of the checks for each message is the mechanism of docs/architecture.md.
"""

import hashlib
import traceback
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from shared.casework.protocol import (
    Change,
    Increment,
    Put,
    Received,
    Rejected,
    Route,
    Routed,
    Stream,
    Timed,
)
from shared.contracts.common import (
    AdvanceClock,
    CommandRefused,
    CommandUnchanged,
    DiscardDeadLetters,
    RedriveDeadLetters,
)
from shared.contracts.envelope import SYSTEM, Actor
from shared.contracts.message import Command, Event
from shared.contracts.topics import Identity, commands_topic
from shared.runtime import deadletters
from shared.runtime.history import Outgoing, Publication, digest_of, row_id
from shared.runtime.mongo import Document, Work
from shared.runtime.records import Fault, Parsed, Parser
from shared.runtime.slots import UNKNOWN, Slot

STREAMS = "streams"
HISTORY = "history"
OUTBOX = "outbox"
WATERMARKS = "watermarks"
COMMANDS = "commands"
LETTERS = "deadletters"
HOLDS = "holds"
COLLECTIONS = (STREAMS, HISTORY, OUTBOX, WATERMARKS, COMMANDS, LETTERS, HOLDS)

_REMEDIES = (RedriveDeadLetters, DiscardDeadLetters)
_SILENT = (CommandRefused, CommandUnchanged)
_MOST_TIMERS = 10_000
"""Timers of one subject that may be due at once: more is a clock that does not move on."""
_CLOCK_RETRY = timedelta(minutes=10)


@dataclass(slots=True)
class Item:
    """One entry of a batch: a message, or a look at the clock of a quiet subject.

    Attributes:
        origin: ``<topic>:<partition>``; for a look at the clock, that of the service's commands.
        offset: Offset in the origin; -1 for a look at the clock.
        parsed: The message; ``None`` for a look at the clock.
        routed: Stream and message as the stream gets it; ``None`` when nobody cares.
        quiet: The subject whose clock is looked at.
        at: Business time.
        failed: Why the look cannot be stored; empty unless it was tried.
    """

    origin: str
    offset: int
    parsed: Parsed | None = None
    routed: Routed | None = None
    quiet: str = ""
    at: datetime | None = None
    failed: str = ""


@dataclass(slots=True)
class Loaded:
    """What a batch starts from.

    Attributes:
        documents: Stored subjects by id.
        watermarks: Highest offset applied, by origin; -1 for none.
        baselines: Origins whose beginning was gone when this group first came to them.
        commands: Those ids of the batch that have had their effect.
        holds: Held messages of the loaded subjects by id.
        letters: Waiting dead letters that a remedy of the batch speaks of, in order.
    """

    documents: Mapping[str, Document]
    watermarks: dict[str, int]
    baselines: frozenset[str] = frozenset()
    commands: set[str] = field(default_factory=set)
    holds: Mapping[str, Document] = field(default_factory=dict)
    letters: Sequence[Document] = ()


@dataclass(slots=True)
class Outcome:
    """What a batch comes to.

    Attributes:
        outgoing: Messages to publish, in order.
        row_ids: Ids of the new history rows.
        letter_ids: Ids of the new dead letters.
        counts: What happened, for log and metrics.
        clock_errors: Subjects whose clocks raised, and what they raised.
    """

    outgoing: list[Outgoing] = field(default_factory=list)
    row_ids: list[str] = field(default_factory=list)
    letter_ids: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    clock_errors: dict[str, str] = field(default_factory=dict)


class Engine:
    """Decides batches for one service.

    Args:
        service: Name of the service.
        streams: Its streams.
        route: Which stream a message leads to.
        parser: For records that were kept.
        partitions: Partition count of all keyed topics.
    """

    def __init__(
        self, service: str, streams: Sequence[Stream[Any]], route: Route, parser: Parser, partitions: int
    ) -> None:
        """Keep what all batches have in common."""
        self.service = service
        self.streams = {stream.name: stream for stream in streams}
        self.route = route
        self.parser = parser
        self.partitions = partitions
        self.publication = Publication(service, partitions)

    def item(self, record: Any) -> Item:
        """Parse and route a record."""
        parsed = self.parser.parse(record)
        item = Item(f"{record.topic}:{record.partition}", record.offset, parsed, at=parsed.at)
        item.routed = self.routed(parsed)
        return item

    def routed(self, parsed: Parsed) -> Routed | None:
        """Route a parsed message; what the service rejects becomes its fault."""
        body = parsed.body
        if body is None:
            return None
        if isinstance(body, _REMEDIES):
            parsed.fault = parsed.fault or self._forbidden(parsed, body)
            return None
        assert parsed.at is not None
        message = Received(
            body,
            parsed.id,
            parsed.source,
            parsed.subject,
            parsed.at,
            parsed.actor,
            parsed.causation,
            parsed.sequence,
        )
        try:
            return self.route(parsed.record.topic, parsed.key, message)
        except Rejected as rejected:
            parsed.fault = Fault(rejected.code, rejected.detail)
        except Exception as error:  # noqa: BLE001 - a route that raises concerns this message alone
            parsed.fault = Fault("decision.raised", _brief(error), traceback.format_exc())
        return None

    def _forbidden(self, parsed: Parsed, body: RedriveDeadLetters | DiscardDeadLetters) -> Fault | None:
        """Say why somebody may not give this remedy, or not here; ``None`` when it is all right."""
        if parsed.record.topic != commands_topic(self.service):
            return Fault("message.wrong_topic", f"{parsed.type} belongs on {commands_topic(self.service)}")
        if parsed.actor.role not in body.roles:
            return Fault("actor.not_allowed", f"{parsed.type} is for {', '.join(body.roles)}")
        return None

    def decide(self, items: Iterable[Item], loaded: Loaded, now: datetime) -> tuple[Outcome, Work]:
        """Decide a batch.

        Args:
            items: The batch, in the order of its partitions.
            loaded: The rows that it starts from; its watermarks are advanced.
            now: Wall-clock time, for the rows that say when something was put aside.
        """
        return _Batch(self, loaded, now).run(items)


class _Batch:
    """One batch on its way: the slots that it touches and the rows that it adds."""

    def __init__(self, engine: Engine, loaded: Loaded, now: datetime) -> None:
        self.engine = engine
        self.loaded = loaded
        self.now = now
        self.slots: dict[str, Slot] = {}
        self.rows: list[Document] = []
        self.outcome = Outcome()
        self.new_commands: dict[str, Document] = {}
        self.new_letters: list[Document] = []
        self.letter_updates: dict[str, Document] = {}
        self.new_holds: dict[str, tuple[Document, Parsed]] = {}
        self.used_holds: list[str] = []
        self.puts: dict[tuple[str, str], Put] = {}
        self.increments: dict[tuple[str, str], tuple[dict[str, int], Increment]] = {}
        self.moved: dict[str, int] = {}
        self.last_at: datetime | None = None
        self.last_text = ""

    # -- the batch ---------------------------------------------------------------------------

    def run(self, items: Iterable[Item]) -> tuple[Outcome, Work]:
        watermarks = self.loaded.watermarks
        for item in items:
            if item.offset >= 0:
                if item.offset <= watermarks[item.origin]:
                    self._count("skipped")
                    continue
                watermarks[item.origin] = self.moved[item.origin] = item.offset
            parsed = item.parsed
            if parsed is None:
                self._look(item)
            elif item.routed is not None:
                self._deliver(self._slot(item.routed), item, item.routed, parsed)
            elif parsed.fault is not None:
                self._faulty(item, parsed, parsed.fault)
            elif isinstance(parsed.body, _REMEDIES):
                self._remedy(parsed)
        return self.outcome, self._work()

    def _slot(self, routed: Routed) -> Slot:
        subject = routed.message.subject
        slot = self.slots.get(subject)
        if slot is None:
            slot = Slot(routed.stream, subject, self.loaded.documents.get(subject), self.engine.partitions)
            self.slots[subject] = slot
        elif slot.stream is UNKNOWN:
            slot.stream = routed.stream
        return slot

    def _known_slot(self, subject: str) -> Slot | None:
        slot = self.slots.get(subject)
        if slot is None:
            document = self.loaded.documents.get(subject)
            if document is None:
                return None
            stream = self.engine.streams.get(document["kind"], UNKNOWN)
            slot = self.slots[subject] = Slot(stream, subject, document, self.engine.partitions)
        return slot

    # -- one message -------------------------------------------------------------------------

    def _deliver(self, slot: Slot, item: Item, routed: Routed, parsed: Parsed) -> None:
        """Take a message in its turn: skip a repeat, hold an early one, park behind a dead letter."""
        identity = parsed.rule.identity
        if identity is Identity.SEQUENCE:
            turn = self._turn(slot, parsed, item.origin)
            if turn > 0:
                self._hold(slot, parsed)
            if turn != 0:
                return
        elif identity is Identity.ID:
            if parsed.id in self.loaded.commands:
                self._count("repeated")
                return
            self._remember(parsed)
        if slot.parked is not None:
            self._park(slot, parsed, Fault("case.parked", f"{slot.parked['letters']} dead letters before it"))
        else:
            self._try(slot, routed, parsed, item.origin)
        if identity is Identity.SEQUENCE and slot.held:
            self._release(slot, parsed.source, item.origin)

    def _turn(self, slot: Slot, parsed: Parsed, origin: str) -> int:
        """Say whether a sequenced message is a repeat (-1), next (0) or early (1)."""
        seen = slot.seen.get(parsed.source)
        if slot.parked is not None:
            parked = slot.parked["seen"].get(parsed.source)
            seen = parked if seen is None else max(seen, parked or 0)
        sequence = parsed.sequence or 0
        if seen is None:
            if sequence > 1 and origin in self.loaded.baselines:
                self._count("baseline")
                return 0
            seen = 0
        if sequence <= seen:
            self._count("repeated")
            return -1
        return 0 if sequence == seen + 1 else 1

    def _try(self, slot: Slot, routed: Routed, parsed: Parsed, origin: str) -> bool:
        """Apply a message; one that raises becomes a dead letter and parks its subject."""
        fault = parsed.fault
        if fault is None:
            try:
                self._apply(slot, routed.message, parsed, origin)
            except Exception as error:  # noqa: BLE001 - whatever it is, only this case stops
                fault = Fault("decision.raised", _brief(error), traceback.format_exc(limit=-12))
        if fault is not None:
            self._park(slot, parsed, fault)
            return False
        if parsed.rule.identity is Identity.SEQUENCE:
            slot.seen[parsed.source] = parsed.sequence or 0
            slot.changed = True
        return True

    def _apply(self, slot: Slot, message: Received, parsed: Parsed, origin: str) -> None:
        """Advance, decide, evolve; nothing of it stays when something raises."""
        stream = slot.stream
        if not slot.trace:
            slot.trace = (
                _trace_id(parsed.traceparent) or hashlib.sha256(slot.subject.encode()).hexdigest()[:32]
            )
            slot.first = parsed.correlation or parsed.id
        draft = _Draft(slot)
        if slot.due is not None and slot.due <= message.at:
            draft.advance(stream, message.at, origin)
        body = message.body
        before, mark = draft.state, len(draft.events)
        # What time alone did to the subject just now is as new to the actor as what others did.
        refused = _refused(parsed, slot.version + mark) if isinstance(body, Command) else None
        if refused is not None:
            draft.add(stream, refused, message.at, parsed)
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
            draft.change(stream, Change(message, slot.subject, before, draft.state, new, origin))
        self._keep(slot, draft)

    def _look(self, item: Item) -> None:
        """Advance a quiet subject to the time of the look."""
        slot = self._known_slot(item.quiet)
        at = item.at
        assert at is not None
        if slot is None or slot.parked is not None or slot.due is None or slot.due > at:
            return
        error = item.failed
        if not error:
            draft = _Draft(slot)
            try:
                draft.advance(slot.stream, at, item.origin)
                return self._keep(slot, draft)
            except Exception as raised:  # noqa: BLE001 - a clock that raises must not stop the others
                error = _brief(raised)
        # The deadline stands: the next message finds it, and the ticker tries again later.
        self._count("clock_errors")
        self.outcome.clock_errors[slot.subject] = error
        slot.retry, slot.changed = self.now + _CLOCK_RETRY, True

    def _keep(self, slot: Slot, draft: "_Draft") -> None:
        """Make a draft the subject's new state, its events history rows and messages."""
        outgoing, publication = self.outcome.outgoing, self.engine.publication
        changed = bool(draft.events) or draft.state is not slot.state
        due = slot.due
        if changed:
            next_due = slot.stream.due
            due = next_due(draft.state) if next_due is not None and draft.state is not None else None
        version, tip, rows, messages = slot.version, slot.tip, len(self.rows), len(outgoing)
        try:
            for timed, parsed in draft.events:
                row = self._row(slot, timed, parsed)
                self.rows.append(row)
                outgoing.extend(publication.outgoing(row, timed.event))
        except Exception:
            slot.version, slot.tip = version, tip
            del self.rows[rows:], outgoing[messages:]
            raise
        if changed:
            slot.changed = True
            slot.state = draft.state
            slot.due = due
            slot.retry = None
        for write in draft.writes:
            self._write(write)
        self._count("applied")

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
            "actor": _TIMER if parsed is None else _actor_text(parsed.actor),
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

    # -- holds -------------------------------------------------------------------------------

    def _hold(self, slot: Slot, parsed: Parsed) -> None:
        held = slot.held.setdefault(parsed.source, [])
        sequence = parsed.sequence or 0
        if sequence in held:
            self._count("repeated")
            return
        held.append(sequence)
        slot.changed = True
        document = deadletters.hold(parsed, slot.subject, self.now)
        self.new_holds[document["_id"]] = (document, parsed)
        self._count("held")

    def _release(self, slot: Slot, source: str, origin: str) -> None:
        """Take what was held for this subject and source, as far as it is next now."""
        waiting = slot.held.get(source)
        while waiting:
            seen = slot.seen.get(source, 0)
            if slot.parked is not None:
                seen = max(seen, slot.parked["seen"].get(source, 0))
            for late in [s for s in waiting if s <= seen]:
                waiting.remove(late)
                self._held(slot, source, late)
                slot.changed = True
            if seen + 1 not in waiting:
                break
            waiting.remove(seen + 1)
            parsed = self._held(slot, source, seen + 1)
            routed = self.engine.routed(parsed)
            slot.changed = True
            if routed is not None and slot.stream is UNKNOWN:
                slot.stream = routed.stream
            if slot.parked is not None or routed is None:
                fault = parsed.fault or Fault("case.parked", "held behind a dead letter")
                self._park(slot, parsed, fault)
            else:
                self._try(slot, routed, parsed, origin)
            self._count("released")
        if not waiting:
            slot.held.pop(source, None)

    def _held(self, slot: Slot, source: str, sequence: int) -> Parsed:
        """Take a held message out of the rows of this batch, or of the loaded ones."""
        id_ = deadletters.hold_id(slot.subject, source, sequence)
        fresh = self.new_holds.pop(id_, None)
        if fresh is not None:
            return fresh[1]
        document = self.loaded.holds[id_]
        self.used_holds.append(id_)
        return self.engine.parser.parse(deadletters.raw(document["record"]), at=deadletters.time_of(document))

    # -- dead letters ------------------------------------------------------------------------

    def _faulty(self, item: Item, parsed: Parsed, fault: Fault) -> None:
        """Bury what is no valid message; park its subject where its place in the order is known."""
        if parsed.rule.identity is Identity.SEQUENCE and parsed.subject and parsed.source and parsed.sequence:
            known = self._known_slot(parsed.subject)
            slot = known or Slot(UNKNOWN, parsed.subject, None, self.engine.partitions)
            turn = self._turn(slot, parsed, item.origin)
            if turn == 0:
                self.slots[parsed.subject] = slot
                self._park(slot, parsed, fault)
                if slot.held:
                    self._release(slot, parsed.source, item.origin)
                return
            if known is not None:
                if turn > 0:
                    self._hold(slot, parsed)
                return
        self._bury(parsed, fault, subject="", order=0)

    def _park(self, slot: Slot, parsed: Parsed, fault: Fault) -> None:
        parked = slot.parked or {"letters": 0, "seen": {}}
        order = parked["letters"] + 1
        seen = dict(parked["seen"])
        if parsed.rule.identity is Identity.SEQUENCE:
            seen[parsed.source] = parsed.sequence or 0
        slot.parked = {"letters": order, "seen": seen}
        slot.changed = True
        self._bury(parsed, fault, subject=slot.subject, order=order)
        self._count("parked")

    def _bury(self, parsed: Parsed, fault: Fault, *, subject: str, order: int) -> None:
        row = deadletters.letter(parsed, fault, subject=subject, order=order, now=self.now)
        self.new_letters.append(row)
        self.outcome.letter_ids.append(row["_id"])
        self.outcome.outgoing.append(deadletters.outgoing(self.engine.service, row))
        self._count("dead")

    # -- redrive and discard -----------------------------------------------------------------

    def _remedy(self, parsed: Parsed) -> None:
        """Try the letters of a subject again in their order, or give them up."""
        if parsed.id in self.loaded.commands:
            self._count("repeated")
            return
        self._remember(parsed)
        if parsed.actor.role != _OPERATOR:
            self._bury(parsed, Fault("actor.not_allowed", "only an operator may"), subject="", order=0)
            return
        body = parsed.body
        assert isinstance(body, RedriveDeadLetters | DiscardDeadLetters)
        named = {parsed.subject, *body.letters}
        every = sorted((*self.loaded.letters, *self.new_letters), key=deadletters.place_of)
        open_ = [row for row in every if not self._closed(row)]
        if isinstance(body, DiscardDeadLetters):
            letters = [
                row for row in open_ if row["_id"] in named or (not body.letters and row["subject"] in named)
            ]
            for row in letters:
                self._discard(row)
            self._settle(letters)
        else:
            # A letter is never tried before those that wait in front of it in its subject.
            subjects = {row["subject"] for row in open_ if row["_id"] in named} | {parsed.subject}
            letters = [
                row for row in open_ if row["_id"] in named or (row["subject"] and row["subject"] in subjects)
            ]
            parked = [row for row in letters if row["subject"]]
            self._redrive(parked)
            self._settle(parked)
            # These come as new messages do, so behind what waits of their subjects.
            self._redrive([row for row in letters if not row["subject"]])

    def _redrive(self, letters: Sequence[Document]) -> None:
        stopped: set[str] = set()
        for row in letters:
            subject = row["subject"]
            if subject and subject in stopped:
                continue
            parsed = self.engine.parser.parse(deadletters.raw(row["record"]), at=deadletters.time_of(row))
            routed = self.engine.routed(parsed)
            fault = parsed.fault
            if fault is None and routed is not None:
                fault = self._again(self._slot(routed), routed, parsed, subject)
            if fault is None:
                self._close(row, deadletters.REDRIVEN)
            else:
                stopped.add(subject)
                tries = self.letter_updates.get(row["_id"], {}).get("$inc", {}).get("tries", 0)
                self.letter_updates[row["_id"]] = {
                    "$set": {"reason": fault.code, "detail": fault.detail, "stack": fault.stack},
                    "$inc": {"tries": tries + 1},
                }
                self._count("redrive_failed")

    def _again(self, slot: Slot, routed: Routed, parsed: Parsed, subject: str) -> Fault | None:
        """Apply a dead letter to its subject; a letter without one comes as a new message does."""
        origin = deadletters.letter_id(parsed.record).rpartition(":")[0]
        if not subject and not self._first_time(slot, parsed, origin):
            return None
        if slot.parked is not None and not subject:
            return Fault("case.parked", "the case has dead letters of its own: redrive them first")
        try:
            self._apply(slot, routed.message, parsed, origin)
        except Exception as error:  # noqa: BLE001 - it stays a dead letter, with its new reason
            return Fault("decision.raised", _brief(error), traceback.format_exc(limit=-12))
        if parsed.rule.identity is Identity.SEQUENCE:
            slot.seen[parsed.source] = max(slot.seen.get(parsed.source, 0), parsed.sequence or 0)
            slot.changed = True
            if slot.held and not subject:
                self._release(slot, parsed.source, origin)
        elif parsed.rule.identity is Identity.ID:
            self._remember(parsed)
        return None

    def _first_time(self, slot: Slot, parsed: Parsed, origin: str) -> bool:
        """Say whether a letter without a subject is to be applied now; hold it if it is early."""
        if parsed.rule.identity is Identity.ID:
            return parsed.id not in self.loaded.commands
        if parsed.rule.identity is Identity.SEQUENCE:
            turn = self._turn(slot, parsed, origin)
            if turn > 0:
                self._hold(slot, parsed)
            return turn == 0
        return True

    def _discard(self, row: Document) -> None:
        parsed = self.engine.parser.parse(deadletters.raw(row["record"]), at=deadletters.time_of(row))
        slot = self._known_slot(row["subject"] or parsed.subject)
        if slot is not None and parsed.rule.identity is Identity.SEQUENCE:
            if not row["subject"] and self._turn(slot, parsed, "") > 0:
                self._count("discard_early")
                return
            slot.seen[parsed.source] = max(slot.seen.get(parsed.source, 0), parsed.sequence or 0)
            slot.changed = True
            if slot.held and not row["subject"]:
                self._release(slot, parsed.source, "")
        self._close(row, deadletters.DISCARDED)

    def _close(self, row: Document, status: str) -> None:
        self.letter_updates[row["_id"]] = {"$set": {"status": status, "closed_at": self.now}}
        self._count(status)

    def _closed(self, row: Document) -> bool:
        return "status" in self.letter_updates.get(row["_id"], {}).get("$set", {})

    def _settle(self, letters: Sequence[Document]) -> None:
        """Unpark the subjects whose last letter is gone, and take what was held behind it."""
        waiting = {r["subject"] for r in (*self.loaded.letters, *self.new_letters) if not self._closed(r)}
        for subject in {row["subject"] for row in letters} - waiting:
            slot = self._known_slot(subject)
            if slot is None or slot.parked is None:
                continue
            slot.parked = None
            slot.changed = True
            for source in list(slot.held):
                self._release(slot, source, "")

    # -- rows --------------------------------------------------------------------------------

    def _remember(self, parsed: Parsed) -> None:
        self.loaded.commands.add(parsed.id)
        self.new_commands[parsed.id] = {"_id": parsed.id, "subject": parsed.subject, "at": self.now}

    def _write(self, write: Put | Increment) -> None:
        key = (write.collection, write.id)
        if isinstance(write, Put):
            self.puts[key] = write
            self.increments.pop(key, None)
            return
        known = self.increments.get(key)
        if known is None:
            self.increments[key] = (dict(write.fields), write)
        else:
            sums = known[0]
            for name, by in write.fields.items():
                sums[name] = sums.get(name, 0) + by

    def _work(self) -> Work:
        work = Work()
        states = 0
        for slot in self.slots.values():
            if not slot.changed:
                continue
            document = slot.document()
            states += len(document["state"] or "")
            if slot.revision:
                work.replace_guarded(STREAMS, {"_id": slot.subject, "revision": slot.revision}, document)
            else:
                work.insert(STREAMS, [document])
        work.weigh(STREAMS, states)
        work.insert(HISTORY, self.rows)
        work.weigh(HISTORY, sum([len(row["value"]) for row in self.rows]))
        self.outcome.row_ids = [row["_id"] for row in self.rows]
        work.insert(LETTERS, self.new_letters)
        work.insert(HOLDS, [document for document, _ in self.new_holds.values()])
        work.delete(HOLDS, self.used_holds)
        for id_, update in self.letter_updates.items():
            work.update(LETTERS, {"_id": id_}, update, upsert=False)
        for id_, document in self.new_commands.items():
            work.update(COMMANDS, {"_id": id_}, document)
        for put in self.puts.values():
            work.update(put.collection, {"_id": put.id}, {**put.document, "_id": put.id})
        for sums, increment in self.increments.values():
            change: Document = {"$inc": sums}
            if increment.labels:
                change["$setOnInsert"] = dict(increment.labels)
            work.update(increment.collection, {"_id": increment.id}, change)
        return work

    def _count(self, name: str) -> None:
        counts = self.outcome.counts
        counts[name] = counts.get(name, 0) + 1


class _Draft:
    """What a message would do to a subject; dropped when anything raises on the way."""

    __slots__ = ("events", "state", "subject", "writes")

    def __init__(self, slot: Slot) -> None:
        self.subject = slot.subject
        self.state: Any = slot.state
        self.events: list[tuple[Timed, Parsed | None]] = []
        self.writes: list[Put | Increment] = []

    def add(self, stream: Stream[Any], event: Event, at: datetime, parsed: Parsed | None) -> None:
        """Add an event; the state moves with it."""
        if not isinstance(event, _SILENT):
            self.state = stream.evolve(self.state, event, at)
        self.events.append((Timed(at, event), parsed))

    def absorb(self, state: Any) -> None:
        """Take a read model's new state."""
        self.state = state

    def advance(self, stream: Stream[Any], to: datetime, origin: str) -> None:
        """Let all timers act that are due up to a time, one after another."""
        advance = stream.advance
        if advance is None:
            return
        before, mark = self.state, len(self.events)
        while self.state is not None and (due := advance(self.state, to)):
            for timed in due:
                self.add(stream, timed.event, timed.at, None)
            if len(self.events) > _MOST_TIMERS:
                raise RuntimeError(f"the clock of {self.subject} does not move on: {to} is never reached")
        if stream.rows is not None and len(self.events) > mark:
            new = [timed for timed, _ in self.events[mark:]]
            self.change(stream, Change(None, self.subject, before, self.state, new, origin))

    def change(self, stream: Stream[Any], change: Change[Any]) -> None:
        """Take the rows of the service's own that change as well."""
        assert stream.rows is not None
        self.writes.extend(stream.rows(change))


_OPERATOR = "operator"
_TIMER = str(SYSTEM)
_ACTORS: dict[Actor, str] = {}


def _actor_text(actor: Actor) -> str:
    text = _ACTORS.get(actor)
    if text is None:
        if len(_ACTORS) > 10_000:
            _ACTORS.clear()
        text = _ACTORS[actor] = str(actor)
    return text


def _refused(parsed: Parsed, version: int) -> CommandRefused | None:
    """Refuse what the runtime itself can: a stale version, a clock that is not the actor's to move."""
    body = parsed.body
    if body is None:
        return None
    if isinstance(body, AdvanceClock) and parsed.actor.role != _OPERATOR:
        return CommandRefused(
            command=body.wire_type, reason="actor.not_allowed", detail="Only an operator may look at a clock."
        )
    if parsed.version_seen is None or parsed.version_seen == version:
        return None
    return CommandRefused(
        command=body.wire_type,
        reason="version.stale",
        detail=f"You saw version {parsed.version_seen}; it is {version} now.",
    )


def _trace_id(traceparent: str) -> str:
    parts = traceparent.split("-")
    if len(parts) == 4 and len(parts[1]) == 32 and not parts[1].strip("0123456789abcdef"):
        return parts[1]
    return ""


def _brief(error: BaseException) -> str:
    return f"{type(error).__name__}: {str(error)[:200]}"
