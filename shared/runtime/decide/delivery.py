"""Delivering a message to its subject in its turn: repeats are skipped, early ones wait, dead ones block."""

from shared.casework.protocol import Routed
from shared.contracts.topics import Identity
from shared.runtime.base import limits
from shared.runtime.base.records import Fault, Parsed
from shared.runtime.decide import resequencer
from shared.runtime.decide.batch import Batch
from shared.runtime.decide.subject import LoadedSubject


def deliver(batch: Batch, subject: LoadedSubject, routed: Routed, parsed: Parsed, origin: str) -> None:
    """Apply a message, or put it where it belongs: a repeat, an early one, one behind a dead letter."""
    identity = parsed.rule.identity
    if identity is Identity.SEQUENCE:
        if subject.refuses(parsed.source):
            what = f"{subject.id} hears {limits.SOURCES} sources already"
            return batch.bury(parsed, Fault("message.too_many_sources", what))
        if subject.counted_in_part:
            subject.catch_up(parsed.source, parsed.sequence or 0)
            resequencer.release(batch, subject, parsed.source)
        turn = _turn(batch, subject, parsed, origin)
        if turn > 0:
            resequencer.hold(batch, subject, parsed)
        elif turn < 0 and subject.straggles(parsed.source, parsed.sequence or 0):
            first = subject.baseline[parsed.source]["first"]
            detail = f"number {parsed.sequence} came after {first}, with which this reader began"
            batch.block(subject, parsed, Fault("sequence.before_baseline", detail))
        if turn != 0:
            return
    elif identity is Identity.ID:
        if batch.loaded.handled(parsed):
            batch.count("repeated")
            return
        batch.remember(parsed)
    if subject.backlog is not None:
        resequencer.queue(batch, subject, parsed)
        return
    if subject.blocked is not None:
        batch.block(subject, parsed, batch.behind(subject))
    else:
        batch.attempt(subject, routed, parsed, origin)
    if identity is Identity.SEQUENCE and (subject.held or subject.discarded):
        resequencer.release(batch, subject, parsed.source)


def _turn(batch: Batch, subject: LoadedSubject, parsed: Parsed, origin: str) -> int:
    """Return whether a sequenced message is a repeat (-1), next (0) or early (1)."""
    seen = subject.expected(parsed.source)
    sequence = parsed.sequence or 0
    if seen is None:
        if sequence > 1 and origin in batch.loaded.baselines:
            batch.count("baseline")
            subject.baseline[parsed.source] = {"first": sequence, "late": []}
            return 0
        seen = 0
    given_up = subject.discarded.get(parsed.source)
    if sequence <= seen or (given_up is not None and sequence in given_up):
        if not subject.is_before_baseline(parsed.source, sequence):
            batch.count("repeated")
        return -1
    return 0 if sequence == seen + 1 else 1


def take_faulty(batch: Batch, parsed: Parsed, fault: Fault, origin: str) -> None:
    """Bury what is no valid message; block its subject where its place in the order is known."""
    # What proves nothing takes no place in the order: it could stop any case.
    placed = parsed.subject and parsed.source and parsed.sequence and not parsed.unproven
    if parsed.rule.identity is Identity.SEQUENCE and placed and not batch.router.records(parsed.subject):
        known = batch.known_subject(parsed.subject)
        subject = known or batch.new_subject(parsed.subject)
        if subject.refuses(parsed.source):
            return batch.bury(parsed, fault)
        turn = _turn(batch, subject, parsed, origin)
        if turn == 0:
            batch.subjects[parsed.subject] = subject
            if subject.backlog is not None:
                resequencer.queue(batch, subject, parsed)
                return
            batch.block(subject, parsed, fault)
            if subject.held or subject.discarded:
                resequencer.release(batch, subject, parsed.source)
            return
        if known is not None:
            if turn > 0:
                resequencer.hold(batch, subject, parsed)
            return
    batch.bury(parsed, fault)
