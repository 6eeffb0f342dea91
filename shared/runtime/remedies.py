"""Redrive and discard: the way back from the dead letters, in order and with one effect."""

import traceback
from collections.abc import Sequence
from typing import TYPE_CHECKING

from shared.casework.protocol import Routed
from shared.contracts.common import DiscardDeadLetters, RedriveDeadLetters
from shared.contracts.topics import Identity
from shared.runtime import deadletters
from shared.runtime.draft import OPERATOR, brief
from shared.runtime.mongo import Document
from shared.runtime.records import Fault, Parsed
from shared.runtime.slots import Slot

if TYPE_CHECKING:
    from shared.runtime.batch import Batch


class Remedies:
    """What an operator asks for dead letters, within a batch.

    Args:
        batch: The batch in which the request came.
    """

    def __init__(self, batch: "Batch") -> None:
        """Keep the batch."""
        self._batch = batch
        self._ledger = batch.ledger
        self._parser = batch.engine.parser

    def take(self, parsed: Parsed) -> None:
        """Try the letters of a subject again in their order, or give them up."""
        if parsed.id in self._batch.loaded.commands:
            self._batch.count("repeated")
            return
        self._batch.remember(parsed)
        if parsed.actor.role != OPERATOR:
            self._batch.bury(parsed, Fault("actor.not_allowed", "only an operator may"), subject="", order=0)
            return
        body = parsed.body
        assert isinstance(body, RedriveDeadLetters | DiscardDeadLetters)
        named = {parsed.subject, *body.letters}
        every = sorted((*self._batch.loaded.letters, *self._ledger.letters), key=deadletters.place_of)
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
            parsed = self._parser.parse(deadletters.raw(row["record"]), at=deadletters.time_of(row))
            routed = self._batch.engine.routed(parsed)
            fault = parsed.fault
            if fault is None and routed is not None:
                fault = self._again(self._batch.slot(routed), routed, parsed, subject)
            if fault is None:
                self._close(row, deadletters.REDRIVEN)
            else:
                stopped.add(subject)
                tries = self._ledger.letter_updates.get(row["_id"], {}).get("$inc", {}).get("tries", 0)
                self._ledger.letter_updates[row["_id"]] = {
                    "$set": {"reason": fault.code, "detail": fault.detail, "stack": fault.stack},
                    "$inc": {"tries": tries + 1},
                }
                self._batch.count("redrive_failed")

    def _again(self, slot: Slot, routed: Routed, parsed: Parsed, subject: str) -> Fault | None:
        """Apply a dead letter to its subject; a letter without one comes as a new message does."""
        origin = deadletters.letter_id(parsed.record).rpartition(":")[0]
        if not subject and not self._first_time(slot, parsed, origin):
            return None
        if slot.parked is not None and not subject:
            return Fault("case.parked", "the case has dead letters of its own: redrive them first")
        try:
            self._batch.apply(slot, routed.message, parsed, origin)
        except Exception as error:  # noqa: BLE001 - it stays a dead letter, with its new reason
            return Fault("decision.raised", brief(error), traceback.format_exc(limit=-12))
        if parsed.rule.identity is Identity.SEQUENCE:
            slot.seen[parsed.source] = max(slot.seen.get(parsed.source, 0), parsed.sequence or 0)
            slot.changed = True
            if slot.held and not subject:
                self._batch.release(slot, parsed.source, origin)
        elif parsed.rule.identity is Identity.ID:
            self._batch.remember(parsed)
        return None

    def _first_time(self, slot: Slot, parsed: Parsed, origin: str) -> bool:
        """Say whether a letter without a subject is to be applied now; hold it if it is early."""
        if parsed.rule.identity is Identity.ID:
            return parsed.id not in self._batch.loaded.commands
        if parsed.rule.identity is Identity.SEQUENCE:
            turn = self._batch.turn(slot, parsed, origin)
            if turn > 0:
                self._batch.hold(slot, parsed)
            return turn == 0
        return True

    def _discard(self, row: Document) -> None:
        parsed = self._parser.parse(deadletters.raw(row["record"]), at=deadletters.time_of(row))
        slot = self._batch.known_slot(row["subject"] or parsed.subject)
        if slot is not None and parsed.rule.identity is Identity.SEQUENCE:
            if not row["subject"] and self._batch.turn(slot, parsed, "") > 0:
                self._batch.count("discard_early")
                return
            slot.seen[parsed.source] = max(slot.seen.get(parsed.source, 0), parsed.sequence or 0)
            slot.changed = True
            if slot.held and not row["subject"]:
                self._batch.release(slot, parsed.source, "")
        self._close(row, deadletters.DISCARDED)

    def _close(self, row: Document, status: str) -> None:
        self._ledger.letter_updates[row["_id"]] = {"$set": {"status": status, "closed_at": self._batch.now}}
        self._batch.count(status)

    def _closed(self, row: Document) -> bool:
        return "status" in self._ledger.letter_updates.get(row["_id"], {}).get("$set", {})

    def _settle(self, letters: Sequence[Document]) -> None:
        """Unpark the subjects whose last letter is gone, and take what was held behind it."""
        waiting = {
            r["subject"] for r in (*self._batch.loaded.letters, *self._ledger.letters) if not self._closed(r)
        }
        for subject in {row["subject"] for row in letters} - waiting:
            slot = self._batch.known_slot(subject)
            if slot is None or slot.parked is None:
                continue
            slot.parked = None
            slot.changed = True
            for source in list(slot.held):
                self._batch.release(slot, source, "")
