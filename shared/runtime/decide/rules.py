"""The city's own rules in a batch: what is recorded is known before anything is decided."""

import contextlib
import hashlib
from collections.abc import Mapping
from typing import Any

from shared.casework.own_rules import OwnRules, Recorded
from shared.contracts.errors import SuyuanError
from shared.runtime.base.documents import Document
from shared.runtime.decide import states
from shared.runtime.decide.batch import Batch
from shared.runtime.decide.entries import Item
from shared.runtime.decide.subject import LoadedSubject
from shared.runtime.decide.uncommitted import UncommittedChanges


def learn(rules: OwnRules[Any] | None, documents: Mapping[str, Document]) -> None:
    """Enter the versions that are recorded in the book that the service decides by."""
    if rules is None or (document := documents.get(rules.subject)) is None:
        return
    if document["version"] == len(rules.book.adopted):
        return
    rules.learn(recorded(rules, document))


def recorded(rules: OwnRules[Any], document: Document | None) -> Recorded | None:
    """Return what a stored document records.

    Raises:
        states.Unreadable: A later version of this program wrote it.
    """
    if document is None:
        return None
    state, _ = states.read(rules.stream, document)
    assert state is None or isinstance(state, Recorded)
    return state


def adopt(batch: Batch, item: Item) -> None:
    """Record the versions of the network file that are not recorded yet.

    Where the file contradicts what is recorded, nothing is: whoever asked looks again, and says why.
    """
    rules = batch.router.rules
    assert rules is not None
    assert item.at is not None
    subject = batch.known_subject(item.idle) or _new(batch, rules)
    if subject.blocked is not None:
        return
    changes = UncommittedChanges(subject)
    with contextlib.suppress(SuyuanError):
        for timed in rules.missing(changes.state, item.at):
            changes.add(rules.stream, timed.event, timed.at, None)
    if changes.events:
        batch.keep(subject, changes)


def _new(batch: Batch, rules: OwnRules[Any]) -> LoadedSubject:
    subject = batch.new_subject(rules.subject)
    subject.stream = rules.stream
    subject.first = rules.subject
    subject.trace = hashlib.sha256(rules.subject.encode()).hexdigest()[:32]
    batch.subjects[rules.subject] = subject
    return subject
