"""The resequencer: early messages wait for their predecessor, and are released in bounded steps.

A hold of thousands is not released in one transaction. What goes beyond a step is left for the next one
(``resumption.py``), which any owner of the subject can take; until the last, everything new of the subject
waits behind it in the order in which it came (the *backlog*), as if all had been released at once.
"""

from collections.abc import Iterable, Mapping

from shared.contracts.topics import Identity
from shared.runtime.base.documents import Document
from shared.runtime.base.records import Parsed
from shared.runtime.decide import deadletters
from shared.runtime.decide.batch import Batch
from shared.runtime.decide.ranges import Ranges, run_end
from shared.runtime.decide.subject import LoadedSubject

BACKLOG = ""
"""Source of a hold that waits for the end of a release, and not for a number of its source."""


def hold(batch: Batch, subject: LoadedSubject, parsed: Parsed) -> None:
    """Put an early message aside until its predecessor has come."""
    held = subject.held.get(parsed.source)
    if held is None:
        held = subject.held[parsed.source] = Ranges()
    sequence = parsed.sequence or 0
    if sequence in held:
        batch.count("repeated")
        return
    held.add(sequence)
    subject.changed = True
    _keep(batch, subject, parsed, parsed.source, sequence)


def queue(batch: Batch, subject: LoadedSubject, parsed: Parsed) -> None:
    """Put a message behind the release that is under way."""
    number = subject.queue()
    if parsed.rule.identity is Identity.SEQUENCE:
        subject.expect(parsed.source, parsed.sequence or 0)
    _keep(batch, subject, parsed, BACKLOG, number)


def _keep(batch: Batch, subject: LoadedSubject, parsed: Parsed, source: str, number: int) -> None:
    document = deadletters.hold(parsed, subject.id, source, number, batch.now)
    batch.unit.early[document["_id"]] = (document, parsed)
    batch.count("held")


def release(batch: Batch, subject: LoadedSubject, source: str) -> None:
    """Take what was held for a subject and source, as far as it is next now and there is room for it."""
    if subject.backlog is None and not _release(batch, subject, source):
        subject.begin_backlog()


def proceed(batch: Batch, subject: LoadedSubject) -> None:
    """Take the next step of a release: what is held, then what came meanwhile, in its order."""
    while subject.backlog is not None:
        for source in [*subject.held, *subject.discarded]:
            if not _release(batch, subject, source):
                return
        number = subject.next_queued()
        if number is None:
            subject.end_backlog()
            return
        if not _at_hand(batch, subject, BACKLOG, number):
            return
        subject.take_queued()
        parsed = _taken(batch, subject, BACKLOG, number)
        if parsed is not None:
            batch.apply_early(subject, parsed)


def _release(batch: Batch, subject: LoadedSubject, source: str) -> bool:
    """Release a run of numbers; return whether its end was reached."""
    subject.pass_over(source)
    waiting = subject.held.get(source)
    while waiting:
        following = (subject.reached(source) or 0) + 1
        for late in waiting.cut_to(following - 1):
            _drop(batch, subject, source, late)
        if following not in waiting:
            break
        if not _at_hand(batch, subject, source, following):
            return False
        waiting.cut_to(following)
        subject.changed = True
        parsed = _taken(batch, subject, source, following)
        if parsed is None:
            break
        batch.apply_early(subject, parsed)
        batch.count("released")
        subject.pass_over(source)
    if not waiting:
        subject.held.pop(source, None)
    return True


def _at_hand(batch: Batch, subject: LoadedSubject, source: str, number: int) -> bool:
    """Return whether a hold can be taken in this step: there is room, and it was loaded or is new."""
    id_ = deadletters.hold_id(subject.id, source, number)
    known = id_ in batch.unit.early or id_ in batch.loaded.asked
    if not known or not batch.room:
        return False
    batch.room -= 1
    return True


def _taken(batch: Batch, subject: LoadedSubject, source: str, number: int) -> Parsed | None:
    """Take a held message out of the rows of this batch, or of the loaded ones; ``None`` if it is lost.

    A hold whose row somebody deleted is no hold: the subject waits for the message itself again.
    """
    id_ = deadletters.hold_id(subject.id, source, number)
    fresh = batch.unit.early.pop(id_, None)
    if fresh is not None:
        return fresh[1]
    document = batch.loaded.early.get(id_)
    if document is None:
        batch.count("holds_lost")
        return None
    batch.unit.released.append(id_)
    return batch.router.parser.parse(deadletters.raw(document["record"]), at=deadletters.time_of(document))


def _drop(batch: Batch, subject: LoadedSubject, source: str, sequence: int) -> None:
    """Forget a held message whose number has had its turn."""
    id_ = deadletters.hold_id(subject.id, source, sequence)
    subject.changed = True
    if batch.unit.early.pop(id_, None) is None:
        batch.unit.released.append(id_)


def next_early(
    document: Document, numbers: Mapping[str, Iterable[int]], most: int, *, in_part: bool = False
) -> list[str]:
    """Return the ids of the holds that a batch may release of a subject, in their order.

    Args:
        document: The subject as it is stored.
        numbers: The numbers of its messages in the batch, by source.
        most: Most ids.
        in_part: Whether a message may go over numbers that are not here: an older version left some
            uncounted, or an operator gives them up.
    """
    blocked = document.get("parked") or {"seen": {}}
    out: list[str] = []
    for source, runs in (document.get("held") or {}).items():
        held = Ranges(runs)
        given_up = Ranges((document.get("discarded") or {}).get(source, ()))
        reached = max(document["seen"].get(source, 0), blocked["seen"].get(source, 0))
        at = reached
        starts = {reached, *numbers.get(source, ())}
        if in_part:
            starts |= {first - 1 for first, _ in held.stored()}
        for start in sorted(starts):
            at = max(at, start)
            while len(out) < most:
                if at + 1 in held:
                    at += 1
                    out.append(deadletters.hold_id(document["_id"], source, at))
                elif at + 1 in given_up:
                    at = run_end(at, given_up)
                else:
                    break
    backlog = document.get("backlog")
    if backlog is not None:
        last = min(backlog["last"], backlog["first"] + most - len(out) - 1)
        numbers_ = range(backlog["first"], last + 1)
        out += [deadletters.hold_id(document["_id"], BACKLOG, number) for number in numbers_]
    return out
