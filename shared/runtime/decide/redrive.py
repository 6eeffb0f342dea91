"""Redrive and discard: the way back from the dead letters, in order and with one effect."""

import traceback
from typing import TYPE_CHECKING, Final

from shared.casework.protocol import Routed
from shared.contracts.common import DiscardDeadLetters, RedriveDeadLetters
from shared.contracts.topics import Identity
from shared.runtime.base.documents import Document
from shared.runtime.base.records import Fault, Parsed
from shared.runtime.decide import deadletters, resequencer
from shared.runtime.decide.subject import UNREADABLE, Slot
from shared.runtime.decide.uncommitted import OPERATOR, brief

if TYPE_CHECKING:
    from shared.runtime.decide.batch import Batch

_REDRIVE: Final = "redrive"
_DISCARD: Final = "discard"


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
        named = dict.fromkeys((parsed.subject, *body.letters))
        found = [row for id_ in named if (row := self._letters.get(id_)) is not None]
        found.sort(key=deadletters.place_of)
        if isinstance(body, DiscardDeadLetters):
            for row in found:
                self._discard(row)
            for subject in dict.fromkeys(row["subject"] for row in found):
                # Whether these were the last is seen once all are looked at.
                self._ask(subject, _DISCARD, upto=0)
            if not body.letters:
                self._ask(parsed.subject, _DISCARD)
            return
        # A letter is never tried before those that wait in front of it in its subject.
        for subject in sorted({parsed.subject, *(row["subject"] for row in found)}):
            self._ask(subject, _REDRIVE)
        # These come as new messages do, so behind what waits of their subjects.
        for row in found:
            if not row["subject"]:
                self._come_again(row)

    # -- a subject's letters, in steps -------------------------------------------------------

    def _ask(self, subject: str, what: str, upto: int | None = None) -> None:
        """Note what is asked for the letters of a subject, and do of it what there is room for.

        Args:
            subject: Whose letters.
            what: Redrive or discard.
            upto: Place of the last letter that is meant; ``None`` for the last that there is now.
        """
        slot = self._batch.known_slot(subject) if subject else None
        if slot is None or slot.parked is None or not slot.parked["letters"]:
            return
        last = slot.parked["letters"] if upto is None else upto
        remedies = [*slot.parked.get("remedies", ()), {"what": what, "upto": last}]
        slot.parked = {**slot.parked, "remedies": remedies}
        slot.changed = True
        self.proceed(slot)

    def proceed(self, slot: Slot) -> None:
        """Go on with what was asked for the letters of a subject, as far as there is room.

        A remedy of thousands takes many steps. Whatever comes meanwhile waits behind the letters, as it
        does behind every letter, so the order stays; a redrive takes it along, a discard does not.
        """
        while slot.parked is not None and (remedies := slot.parked.get("remedies")):
            if not self._step(slot, **remedies[0]):
                return
            slot.parked = {**slot.parked, "remedies": remedies[1:]}
            slot.changed = True
            self._settle(slot)

    def _step(self, slot: Slot, what: str, upto: int) -> bool:
        """Take letters of a subject in their order; return whether the remedy is done."""
        complete = self._batch.loaded.partial.get(slot.subject)
        for row in self._letters.of(slot.subject):
            if complete is not None and row["order"] > complete:
                return False  # it was asked for by its id, and others wait before it
            if what == _DISCARD and row["order"] > upto:
                return True
            if not self._batch.room:
                return False
            self._batch.room -= 1
            if what == _DISCARD:
                self._discard(row)
            elif not self._redrive(row):
                return True
        return slot.subject not in self._batch.loaded.partial

    # -- redrive -----------------------------------------------------------------------------

    def _redrive(self, row: Document) -> bool:
        """Try a letter of a blocked subject; return whether it is one no more."""
        parsed, routed = self._read(row)
        fault = parsed.fault or self._batch.take_rejected()
        if fault is None and routed is not None:
            fault = self._again(self._batch.slot(routed), routed, parsed)
        if fault is not None:
            self._failed(row, fault)
            return False
        self._close(row, deadletters.REDRIVEN)
        return True

    def _again(self, slot: Slot, routed: Routed, parsed: Parsed) -> Fault | None:
        """Apply a dead letter to its subject; return why it cannot be."""
        if slot.unreadable:
            return Fault(UNREADABLE, slot.unreadable)
        origin = deadletters.letter_id(parsed.record).rpartition(":")[0]
        try:
            self._batch.apply(slot, routed, parsed, origin)
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
            resequencer.release(self._batch, slot, parsed.source)

    # -- both --------------------------------------------------------------------------------

    def _read(self, row: Document) -> tuple[Parsed, Routed | None]:
        parsed = self._parser.parse(deadletters.raw(row["record"]), at=deadletters.time_of(row))
        return parsed, self._batch.engine.routed(parsed)

    def _close(self, row: Document, status: str) -> None:
        self._letters.close(row, status, self._batch.now)
        self._batch.count(status)

    def _settle(self, slot: Slot | None) -> None:
        """Unblock a subject whose last letter is gone, and take what was held behind it."""
        if slot is None or slot.parked is None or not slot.parked["letters"]:
            return
        if self._letters.of(slot.subject) or slot.subject in self._batch.loaded.partial:
            return
        slot.unblock(self._batch.now)
        for source in [*slot.held, *slot.discarded]:
            resequencer.release(self._batch, slot, source)
