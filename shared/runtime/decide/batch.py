"""The batch in hand: the subjects that it touches, and what is added to its one transaction.

No I/O and no clock in here: what a batch needs was loaded, what it yields is written in one go. A message
that raises leaves nothing behind but a dead letter. In which order messages come is decided above:
``delivery`` and ``resequencer`` for one subject, ``run`` for the batch.
"""

import hashlib
import traceback
from dataclasses import replace
from datetime import datetime

from shared.casework.protocol import Change, Put, Routed, Timed
from shared.contracts.common import AdvanceClock, CommandUnchanged
from shared.contracts.envelope import Actor
from shared.contracts.message import Command, Event
from shared.contracts.topics import Identity
from shared.runtime.base.documents import Document
from shared.runtime.base.records import Fault, Parsed
from shared.runtime.decide import deadletters, keeping
from shared.runtime.decide.entries import Loaded, Outcome
from shared.runtime.decide.history import digest_of, row_id, span_of
from shared.runtime.decide.letters import Letters
from shared.runtime.decide.router import Router
from shared.runtime.decide.subject import UNKNOWN, UNREADABLE, LoadedSubject
from shared.runtime.decide.uncommitted import (
    TIMER,
    UncommittedChanges,
    actor_text,
    brief,
    refused,
    trace_id,
)
from shared.runtime.decide.unit_of_work import UnitOfWork


class Batch:
    """One batch on its way.

    Attributes:
        subjects: The subjects that it touches, by id.
        unit: The rows that it adds.
        room: How many held messages and letters it may still take.
        origin: Topic-partition of the entry that it is at.
        rejected: Why the message that is next in a release or redrive cannot be stored; ``None`` if it may.
    """

    def __init__(self, router: Router, loaded: Loaded, now: datetime) -> None:
        self.router = router
        self.loaded = loaded
        self.now = now
        self.subjects: dict[str, LoadedSubject] = {}
        self.outcome = Outcome()
        self.letters = Letters(loaded.letters, router.vault)
        self.unit = UnitOfWork(self.letters, router.vault)
        self.room = 0
        self.origin = ""
        self.rejected: Fault | None = None
        self._last_at: datetime | None = None
        self._last_text = ""

    # -- subjects ----------------------------------------------------------------------------

    def subject(self, routed: Routed) -> LoadedSubject:
        """Return the subject that a message leads to; a new one if it is unknown."""
        id_ = routed.message.subject
        subject = self.subjects.get(id_)
        if subject is None:
            document = self.loaded.documents.get(id_)
            subject = self._taken(LoadedSubject(routed.stream, id_, document, self.router.partitions))
        elif subject.stream is UNKNOWN and not subject.unreadable:
            subject.stream = routed.stream
        return subject

    def routed(self, parsed: Parsed) -> Routed | None:
        """Return the way of a message that was kept."""
        routed = self.router.routed(parsed)
        return None if routed is None else self.placed(routed)

    def placed(self, routed: Routed) -> Routed:
        """Return the way to where a message's subject stands: under its former id, if it began under that.

        A row without a state is no subject: a command about anything leaves one.
        """
        formerly = routed.formerly
        if formerly is None or (self.loaded.documents.get(formerly.subject) or {}).get("state") is None:
            return routed
        return formerly.way()

    def known_subject(self, id_: str) -> LoadedSubject | None:
        """Return a subject that is stored or was met in this batch."""
        subject = self.subjects.get(id_)
        if subject is None:
            document = self.loaded.documents.get(id_)
            if document is None:
                return None
            stream = self.router.streams.get(document["kind"], UNKNOWN)
            subject = self._taken(LoadedSubject(stream, id_, document, self.router.partitions))
        return subject

    def new_subject(self, id_: str) -> LoadedSubject:
        """Return a subject of which nothing is stored; it is kept once it is entered in ``subjects``."""
        return LoadedSubject(UNKNOWN, id_, None, self.router.partitions)

    def _taken(self, subject: LoadedSubject) -> LoadedSubject:
        """Block a subject whose state cannot be read; let go on one whose state can be read again."""
        self.subjects[subject.id] = subject
        if subject.unreadable:
            if subject.blocked is None:
                subject.block(UNREADABLE, self.now)
                self.outcome.blocked[subject.id] = subject.unreadable
        elif subject.blocked is not None and not subject.blocked["letters"]:
            subject.unblock(self.now)
            self.outcome.unblocked.append(subject.id)
        return subject

    # -- one message -------------------------------------------------------------------------

    def take_rejected(self) -> Fault | None:
        """Return why the next message cannot be stored, if that was tried."""
        fault, self.rejected = self.rejected, None
        return fault

    def apply_early(self, subject: LoadedSubject, parsed: Parsed) -> None:
        """Take a message whose turn has come after it was held."""
        routed = self.routed(parsed)
        if routed is not None and subject.stream is UNKNOWN and not subject.unreadable:
            subject.stream = routed.stream
        fault = parsed.fault or self.take_rejected()
        if fault is not None:
            self.block(subject, parsed, fault)
        elif subject.blocked is not None:
            self.block(subject, parsed, self.behind(subject))
        elif routed is not None:
            self.attempt(subject, routed, parsed, self.origin)
        elif parsed.rule.identity is Identity.SEQUENCE:
            subject.reach(parsed.source, parsed.sequence or 0)

    def behind(self, subject: LoadedSubject) -> Fault:
        """Return what a message of a blocked subject waits for."""
        letters = (subject.blocked or {"letters": 0})["letters"]
        if letters:
            return Fault("case.parked", f"{letters} dead letters before it")
        return Fault(UNREADABLE, subject.unreadable)

    def attempt(self, subject: LoadedSubject, routed: Routed, parsed: Parsed, origin: str) -> bool:
        """Apply a message; one that raises becomes a dead letter and blocks its subject."""
        fault = parsed.fault
        if fault is None:
            try:
                self.apply(subject, routed, parsed, origin)
            except Exception as error:  # noqa: BLE001 - whatever it is, only this case stops
                fault = Fault("decision.raised", brief(error), traceback.format_exc(limit=-12))
        if fault is not None:
            self.block(subject, parsed, fault)
            return False
        if parsed.rule.identity is Identity.SEQUENCE:
            subject.reach(parsed.source, parsed.sequence or 0)
        return True

    def apply(self, subject: LoadedSubject, routed: Routed, parsed: Parsed, origin: str) -> None:
        """Advance, decide, evolve; nothing of it stays when something raises."""
        stream, message = subject.stream, routed.message
        if not subject.trace:
            subject.trace = (
                trace_id(parsed.traceparent) or hashlib.sha256(subject.id.encode()).hexdigest()[:32]
            )
            subject.first = parsed.correlation or parsed.id
        changes = UncommittedChanges(subject)
        if subject.awaits is not None or (subject.due is not None and subject.due <= message.at):
            changes.advance(stream, message.at, origin)
        body = message.body
        before, mark = changes.state, len(changes.events)
        # Timer events fired just now count as unseen by the actor.
        refusal = refused(parsed, subject.version + mark) if isinstance(body, Command) else None
        if refusal is not None:
            changes.add(stream, refusal, message.at, parsed)
        elif isinstance(body, AdvanceClock):
            pass
        else:
            for event in stream.decide(changes.state, message):
                changes.add(stream, event, message.at, parsed)
            if stream.absorb is not None:
                changes.absorb(stream.absorb(changes.state, message))
        if parsed.rule.identity is Identity.ID and isinstance(body, Command) and len(changes.events) == mark:
            changes.add(stream, CommandUnchanged(command=body.wire_type), message.at, parsed)
        if stream.rows is not None:
            new = [timed for timed, _ in changes.events[mark:]]
            change = Change(message, subject.id, before, changes.state, new, origin, routed.kept)
            changes.change(stream, change)
        if (row := self._told(parsed)) is not None:
            changes.writes.append(row)
        self.keep(subject, changes)

    def _told(self, parsed: Parsed) -> Put | None:
        """Return what a message says of a case that is held or erased, unless it comes from outside."""
        if parsed.body is None or parsed.rule.entry:
            return None
        return keeping.told(parsed.subject, parsed.body, self.now)

    def keep(self, subject: LoadedSubject, changes: UncommittedChanges) -> None:
        """Make a message's changes the subject's new state, its events history rows and messages."""
        outgoing, publication = self.outcome.outgoing, self.router.publication
        # What a subject awaits is asked anew each time, so that nothing stale is looked at for ever.
        changed = bool(changes.events) or changes.state is not subject.state or subject.awaits is not None
        due, awaits = subject.due, subject.awaits
        if changed:
            next_due, waits = subject.stream.due, subject.stream.awaits
            due = next_due(changes.state) if next_due is not None and changes.state is not None else None
            awaits = waits(changes.state) if waits is not None and changes.state is not None else None
        version, tip, rows, messages = subject.version, subject.tip, len(self.unit.rows), len(outgoing)
        try:
            for timed, parsed in changes.events:
                row = self._row(subject, timed, parsed)
                self.unit.rows.append(row)
                outgoing.extend(publication.outgoing(row, timed.event))
        except Exception:
            subject.version, subject.tip = version, tip
            del self.unit.rows[rows:], outgoing[messages:]
            raise
        if changed:
            subject.changed = True
            subject.state = changes.state
            subject.due = due
            subject.awaits = awaits
            subject.retry = None
        for write in changes.writes:
            self.unit.write(write)
        self.count("applied")

    def _row(self, subject: LoadedSubject, timed: Timed, parsed: Parsed | None) -> Document:
        subject.version += 1
        event = timed.event
        row: Document = {
            "_id": row_id(subject.id, subject.version),
            "type": event.wire_type,
            "time": self._text_of(timed.at),
            "partition": subject.partition,
            "correlation": subject.first if parsed is None else parsed.correlation or parsed.id,
            "causation": subject.id if parsed is None else parsed.id,
            "actor": TIMER if parsed is None else actor_text(_told_actor(event, parsed.actor)),
            "value": event.__pydantic_serializer__.to_json(event).decode(),
            "before": subject.tip,
        }
        digest = digest_of(row)
        row["digest"] = subject.tip = digest
        row["trace"] = f"00-{subject.trace}-{span_of(digest)}-01"
        return row

    def _text_of(self, at: datetime) -> str:
        """Return a time in text; the events of one message mostly have the same."""
        if at is not self._last_at:
            self._last_at, self._last_text = at, at.isoformat()
        return self._last_text

    def remember(self, parsed: Parsed) -> None:
        """Note that a command has had its effect, for this batch and for good."""
        self.loaded.commands.add(parsed.identity)
        self.unit.remember(parsed, self.now)

    def answer(self, parsed: Parsed, found: int, settled: int) -> None:
        """Tell an operator what came of a request; it is kept with it, so that it goes out for sure."""
        command = self.unit.commands[parsed.identity]
        record = parsed.record
        command["answer"] = {
            "command": parsed.type,
            "found": found,
            "settled": settled,
            "organisation": parsed.actor.organisation,
            "place": f"{record.topic}.{record.partition}.{record.offset}",
        }
        self.outcome.answer_ids.append(parsed.identity)
        self.outcome.outgoing.append(self.router.answer_to(command))

    # -- dead letters ------------------------------------------------------------------------

    def block(self, subject: LoadedSubject, parsed: Parsed, fault: Fault) -> None:
        """Make a message a dead letter behind which all others of its subject wait."""
        blocked = subject.block(fault.code, self.now)
        order = blocked["letters"] + 1
        subject.blocked = {**blocked, "letters": order}
        subject.changed = True
        if parsed.rule.identity is Identity.SEQUENCE:
            subject.reach(parsed.source, parsed.sequence or 0)
        if (row := self._told(parsed)) is not None:
            self.unit.write(row)  # the letters that it is about are those before it
        self.bury(parsed, fault, subject=subject.id, order=order)
        self.count("parked")

    def bury(self, parsed: Parsed, fault: Fault, *, subject: str = "", order: int = 0) -> None:
        """Make a message a dead letter, on the topic as in the collection."""
        about = () if subject else self.router.cases_of(parsed)
        row = deadletters.letter(parsed, fault, subject=subject, order=order, now=self.now, about=about)
        row = self.letters.bury(row)
        self.outcome.letter_ids.append(row["_id"])
        self.outcome.buried.append((row["_id"], fault.code, subject))
        self.outcome.outgoing.extend(self.router.messages_of(row))
        self.count("dead")

    def count(self, name: str) -> None:
        """Count what happened, for log and metrics."""
        counts = self.outcome.counts
        counts[name] = counts.get(name, 0) + 1


def _told_actor(event: Event, actor: Actor) -> Actor:
    """Return who acted; of what is read outside the platform the person is left out."""
    return replace(actor, person="") if event.aside and actor.person else actor
