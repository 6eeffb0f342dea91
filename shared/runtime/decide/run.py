"""Deciding one batch, entry by entry: what is skipped, what waits, and which path each entry takes.

The order of the checks for each message is the mechanism of docs/architecture.md.
"""

from collections.abc import Sequence
from datetime import timedelta

from shared.contracts.common import AcceptMissing
from shared.runtime.base.records import Fault
from shared.runtime.decide import closing, missing, operations, resequencer
from shared.runtime.decide.batch import Batch
from shared.runtime.decide.delivery import deliver, take_faulty
from shared.runtime.decide.entries import ABOUT_LETTERS, Item
from shared.runtime.decide.rules import adopt
from shared.runtime.decide.uncommitted import UncommittedChanges, brief

_CLOCK_RETRY = timedelta(minutes=10)


def run(batch: Batch, items: Sequence[Item]) -> None:
    """Take all entries in their order."""
    watermarks, bounds = batch.loaded.watermarks, batch.loaded.looked_ms
    step = batch.router.step
    batch.room = max(step - len(items), step // 5, 1)
    waiting: set[int] = set()
    for item in items:
        batch.origin = item.origin
        if item.alone:
            batch.room = 0
        if item.offset >= 0:
            if item.offset <= watermarks[item.origin]:
                batch.count("skipped")
                continue
            if bounds and _comes_too_soon(batch, item, waiting):
                batch.outcome.postponed.append(item)
                continue
            watermarks[item.origin] = item.offset
        parsed = item.parsed
        if item.adopts:
            adopt(batch, item)
        elif item.closes is not None:
            closing.close(batch, item)
        elif parsed is None and item.at is None:
            _resume(batch, item)
        elif parsed is None:
            _tick(batch, item)
        elif item.routed is not None:
            routed = batch.placed(item.routed)
            deliver(batch, batch.subject(routed), routed, parsed, item.origin)
        elif parsed.fault is not None:
            take_faulty(batch, parsed, parsed.fault, item.origin)
        elif isinstance(parsed.body, ABOUT_LETTERS):
            operations.take(batch, parsed)
        elif isinstance(parsed.body, AcceptMissing):
            missing.accept(batch, parsed, parsed.body)
    batch.outcome.row_ids = [row["_id"] for row in batch.unit.rows]
    batch.outcome.held = list(batch.unit.early)


def _comes_too_soon(batch: Batch, item: Item, waiting: set[int]) -> bool:
    """Return whether a message would let a deadline pass that an earlier one may still meet.

    A clock moves no further than the time up to which all sibling partitions are known. What follows in
    any of them waits as well, so that their order stays that of their times.
    """
    group = item.group
    if group in waiting:
        return True
    if item.routed is None or item.seen_ms <= batch.loaded.looked_ms.get(group, item.seen_ms):
        return False
    subject = batch.subject(batch.placed(item.routed))
    if subject.due is None or subject.blocked is not None or subject.due > item.routed.message.at:
        return False
    waiting.add(group)
    return True


def _resume(batch: Batch, item: Item) -> None:
    """Go on with a redrive, a discard or a release: a step, or one message where a step cannot be stored."""
    if item.alone:
        batch.room = 1
    if item.failed:
        batch.rejected = Fault("store.rejected", item.failed)
    subject = batch.known_subject(item.idle)
    if subject is not None and subject.blocked is not None:
        operations.proceed(batch, subject)
    if subject is not None and subject.backlog is not None:
        resequencer.proceed(batch, subject)


def _tick(batch: Batch, item: Item) -> None:
    """Advance an idle subject to the time of the timer tick."""
    subject = batch.known_subject(item.idle)
    at = item.at
    assert at is not None
    if subject is None or subject.blocked is not None or subject.backlog is not None:
        return
    if subject.awaits is None and (subject.due is None or subject.due > at):
        return
    error = item.failed
    if not error:
        changes = UncommittedChanges(subject)
        try:
            changes.advance(subject.stream, at, item.origin)
            return batch.keep(subject, changes)
        except Exception as raised:  # noqa: BLE001 - a clock that raises must not stop the others
            error = brief(raised)
    # The deadline stands: the next message finds it, and the ticker tries again later.
    batch.count("clock_errors")
    batch.outcome.clock_errors[subject.id] = error
    subject.retry, subject.changed = batch.now + _CLOCK_RETRY, True
