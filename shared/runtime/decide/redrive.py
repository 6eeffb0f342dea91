"""Redrive: a dead letter is tried again, on the same path as every message, and has its effect once."""

import traceback

from shared.casework.protocol import Routed
from shared.contracts.topics import Identity
from shared.runtime.base.documents import Document
from shared.runtime.base.records import Fault, Parsed
from shared.runtime.decide import deadletters
from shared.runtime.decide.batch import Batch
from shared.runtime.decide.delivery import deliver
from shared.runtime.decide.subject import UNREADABLE, LoadedSubject
from shared.runtime.decide.uncommitted import brief


def redrive(batch: Batch, row: Document) -> bool:
    """Try the first letter of a blocked subject again; return whether it is one no more."""
    parsed, routed = read(batch, row)
    fault = parsed.fault or batch.take_rejected()
    if fault is None and routed is not None:
        fault = _apply(batch, batch.subject(routed), routed, parsed)
    if fault is not None:
        _failed(batch, row, fault)
        return False
    close(batch, row, deadletters.REDRIVEN)
    return True


def come_again(batch: Batch, row: Document) -> None:
    """Take a letter without a subject as the message that it is: applied, held, or buried again."""
    parsed, routed = read(batch, row)
    if parsed.fault is not None:
        _failed(batch, row, parsed.fault)
        return
    close(batch, row, deadletters.REDRIVEN)
    if routed is not None:
        deliver(batch, batch.subject(routed), routed, parsed, _origin(parsed))


def _apply(batch: Batch, subject: LoadedSubject, routed: Routed, parsed: Parsed) -> Fault | None:
    """Apply a dead letter to its subject; return why it cannot be."""
    if subject.unreadable:
        return Fault(UNREADABLE, subject.unreadable)
    try:
        batch.apply(subject, routed, parsed, _origin(parsed))
    except Exception as error:  # noqa: BLE001 - it stays a dead letter, with its new reason
        return Fault("decision.raised", brief(error), traceback.format_exc(limit=-12))
    if parsed.rule.identity is Identity.SEQUENCE:
        subject.seen[parsed.source] = max(subject.seen.get(parsed.source, 0), parsed.sequence or 0)
        subject.changed = True
    elif parsed.rule.identity is Identity.ID:
        batch.remember(parsed)
    return None


def _failed(batch: Batch, row: Document, fault: Fault) -> None:
    batch.letters.failed(row, fault)
    batch.count("redrive_failed")


def _origin(parsed: Parsed) -> str:
    return deadletters.letter_id(parsed.record).rpartition(":")[0]


def read(batch: Batch, row: Document) -> tuple[Parsed, Routed | None]:
    """Return a letter as the message that it is, and the stream that it leads to."""
    parsed = batch.router.parser.parse(deadletters.raw(row["record"]), at=deadletters.time_of(row))
    return parsed, batch.routed(parsed)


def close(batch: Batch, row: Document, status: str) -> None:
    """Note that a letter waits no longer."""
    batch.letters.close(row, status, batch.now)
    batch.count(status)
