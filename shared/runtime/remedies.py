"""Redrive and discard: the way back from the dead letters, in order and with one effect."""

import traceback
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from shared.casework.protocol import Routed
from shared.contracts.common import DiscardDeadLetters, RedriveDeadLetters
from shared.contracts.topics import Identity
from shared.runtime import deadletters
from shared.runtime.draft import OPERATOR, brief
from shared.runtime.mongo import Document
from shared.runtime.records import Fault, Parsed
from shared.runtime.slots import UNREADABLE, Slot

if TYPE_CHECKING:
    from shared.runtime.batch import Batch


class Remedies:
    """What an operator asks for dead letters, within a batch.

    Args:
        batch: The batch in which the request came.
    """

    def __init__(self, batch: "Batch") -> None:
        self._batch = batch
        self._letters = batch.letters
        self._parser = batch.engine.parser

    def take(self, parsed: Parsed) -> None:
        """Try the letters of a subject again in their order, or give them up."""
        if self._batch.loaded.handled(parsed):
            self._batch.count("repeated")
            return
        self._batch.remember(parsed)
        if parsed.actor.role != OPERATOR:
            self._batch.bury(parsed, Fault("actor.not_allowed", "only an operator may"), subject="", order=0)
            return
        body = parsed.body
        assert isinstance(body, RedriveDeadLetters | DiscardDeadLetters)
        named = {parsed.subject, *body.letters}
        waiting = self._letters.waiting()
        if isinstance(body, DiscardDeadLetters):
            letters = [
                r for r in waiting if r["_id"] in named or (not body.letters and r["subject"] in named)
            ]
            for row in letters:
                self._discard(row)
            self._settle(letters)
            return
        # A letter is never tried before those that wait in front of it in its subject.
        subjects = {row["subject"] for row in waiting if row["_id"] in named} | {parsed.subject}
        blocked = [row for row in waiting if row["subject"] and row["subject"] in subjects]
        self._redrive(blocked)
        self._settle(blocked)
        # These come as new messages do, so behind what waits of their subjects.
        for row in waiting:
            if not row["subject"] and row["_id"] in named:
                self._come_again(row)

    # -- redrive -----------------------------------------------------------------------------

    def _redrive(self, letters: Sequence[Document]) -> None:
        """Try the letters of blocked subjects in their order, each subject up to the first that fails."""
        stopped: set[str] = set()
        for row in letters:
            if row["subject"] in stopped:
                continue
            parsed, routed = self._read(row)
            fault = parsed.fault
            if fault is None and routed is not None:
                fault = self._again(self._batch.slot(routed), routed, parsed)
            if fault is None:
                self._close(row, deadletters.REDRIVEN)
            else:
                stopped.add(row["subject"])
                self._failed(row, fault)

    def _again(self, slot: Slot, routed: Routed, parsed: Parsed) -> Fault | None:
        """Apply a dead letter to its subject; return why it cannot be."""
        if slot.unreadable:
            return Fault(UNREADABLE, slot.unreadable)
        origin = deadletters.letter_id(parsed.record).rpartition(":")[0]
        try:
            self._batch.apply(slot, routed.message, parsed, origin)
        except Exception as error:  # noqa: BLE001 - it stays a dead letter, with its new reason
            return Fault("decision.raised", brief(error), traceback.format_exc(limit=-12))
        if parsed.rule.identity is Identity.SEQUENCE:
            slot.seen[parsed.source] = max(slot.seen.get(parsed.source, 0), parsed.sequence or 0)
            slot.changed = True
        elif parsed.rule.identity is Identity.ID:
            self._batch.remember(parsed)
        return None

    def _come_again(self, row: Document) -> None:
        """Take a letter without a subject as the message that it is: applied, held, or buried again."""
        parsed, routed = self._read(row)
        if parsed.fault is not None:
            self._failed(row, parsed.fault)
            return
        self._close(row, deadletters.REDRIVEN)
        if routed is not None:
            origin = deadletters.letter_id(parsed.record).rpartition(":")[0]
            self._batch.deliver(self._batch.slot(routed), routed, parsed, origin)

    def _failed(self, row: Document, fault: Fault) -> None:
        self._letters.failed(row, fault)
        self._batch.count("redrive_failed")

    # -- discard -----------------------------------------------------------------------------

    def _discard(self, row: Document) -> None:
        """Give a letter up; if it has a number, what follows it no longer waits for it."""
        parsed, _ = self._read(row)
        self._close(row, deadletters.DISCARDED)
        subject = row["subject"] or parsed.subject
        if parsed.rule.identity is not Identity.SEQUENCE or not subject or not parsed.sequence:
            return
        slot = self._batch.known_slot(subject)
        if row["subject"]:
            if slot is not None:
                slot.seen[parsed.source] = max(slot.seen.get(parsed.source, 0), parsed.sequence)
                slot.changed = True
            return
        slot = slot or self._batch.new_slot(subject)
        if parsed.source and parsed.sequence not in slot.held.get(parsed.source, ()):
            self._batch.slots[subject] = slot
            slot.give_up(parsed.source, parsed.sequence)
            self._batch.release(slot, parsed.source, "")

    # -- both --------------------------------------------------------------------------------

    def _read(self, row: Document) -> tuple[Parsed, Routed | None]:
        parsed = self._parser.parse(deadletters.raw(row["record"]), at=deadletters.time_of(row))
        return parsed, self._batch.engine.routed(parsed)

    def _close(self, row: Document, status: str) -> None:
        self._letters.close(row, status, self._batch.now)
        self._batch.count(status)

    def _settle(self, letters: Iterable[Document]) -> None:
        """Unblock the subjects whose last letter is gone, and take what was held behind it."""
        waiting = {row["subject"] for row in self._letters.waiting()}
        for subject in dict.fromkeys(row["subject"] for row in letters if row["subject"] not in waiting):
            slot = self._batch.known_slot(subject) if subject else None
            if slot is None or slot.parked is None:
                continue
            slot.unblock(self._batch.now)
            for source in [*slot.held, *slot.discarded]:
                self._batch.release(slot, source, "")
