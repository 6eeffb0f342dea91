"""Discard: a dead letter is given up; if it has a number, what follows no longer waits for it."""

from shared.contracts.topics import Identity
from shared.runtime.base.documents import Document
from shared.runtime.decide import deadletters, resequencer
from shared.runtime.decide.batch import Batch
from shared.runtime.decide.redrive import close, read


def discard(batch: Batch, row: Document) -> None:
    """Discard a letter."""
    parsed, _ = read(batch, row)
    close(batch, row, deadletters.DISCARDED)
    id_ = row["subject"] or parsed.subject
    if parsed.unproven and not row["subject"]:
        return  # its number is what somebody says who may not
    if parsed.rule.identity is not Identity.SEQUENCE or not id_ or not parsed.sequence:
        return
    subject = batch.known_subject(id_)
    if row["subject"]:
        if subject is not None:
            subject.seen[parsed.source] = max(subject.seen.get(parsed.source, 0), parsed.sequence)
            subject.changed = True
        return
    subject = subject or batch.new_subject(id_)
    if parsed.source and parsed.sequence not in subject.held.get(parsed.source, ()):
        batch.subjects[id_] = subject
        subject.give_up(parsed.source, parsed.sequence)
        resequencer.release(batch, subject, parsed.source)
