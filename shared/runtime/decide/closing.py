"""A day of history in a batch: it is closed once, whichever replica comes first."""

import hashlib

from shared.runtime.decide.batch import Batch
from shared.runtime.decide.days import KIND, Days, follows
from shared.runtime.decide.entries import Item
from shared.runtime.decide.uncommitted import UncommittedChanges


def close(batch: Batch, item: Item) -> None:
    """Close a day, unless another replica did meanwhile."""
    event, at = item.closes, item.at
    assert event is not None
    assert at is not None
    subject = batch.known_subject(item.idle)
    if subject is None:
        subject = batch.new_subject(item.idle)
        subject.stream = batch.router.streams[KIND]
        subject.first = item.idle
        subject.trace = hashlib.sha256(item.idle.encode()).hexdigest()[:32]
        batch.subjects[item.idle] = subject
    before = subject.state if isinstance(subject.state, Days) else Days()
    if subject.blocked is not None or not follows(batch.router.service, before, event):
        return
    changes = UncommittedChanges(subject)
    changes.add(subject.stream, event, at, None)
    batch.keep(subject, changes)
