"""Going on without messages that never came: an operator lets a subject pass over their numbers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from shared.contracts.common import AcceptMissing
from shared.contracts.envelope import Actor
from shared.runtime.base.documents import Document
from shared.runtime.base.records import Parsed
from shared.runtime.decide import resequencer
from shared.runtime.decide.batch import Batch

CASE: Final = "case"
PASSED: Final = "passed"


def accept(batch: Batch, parsed: Parsed, body: AcceptMissing) -> None:
    """Give up what is missing before a number that waits, and release what waits behind it.

    Nothing happens where that number waits no longer: what was missing came after all, or somebody else
    asked for the same.
    """
    if batch.loaded.handled(parsed):
        batch.count("repeated")
        return
    batch.remember(parsed)
    subject = batch.known_subject(parsed.subject)
    runs: Sequence[Sequence[int]] = ()
    if subject is not None and body.before in subject.held.get(body.source, ()):
        runs = subject.give_up_missing(body.source, body.before)
    missing = sum(last - first + 1 for first, last in runs)
    batch.answer(parsed, missing, missing)
    if subject is not None and runs:
        batch.unit.gaps.append(case_row(parsed, body, runs, batch.now))
        batch.count("missing_accepted")
        resequencer.release(batch, subject, body.source)


def case_row(parsed: Parsed, body: AcceptMissing, runs: Sequence[Sequence[int]], now: datetime) -> Document:
    """Return the row of a case that goes on without messages: found, accepted and passed in one."""
    return {
        "_id": f"case:{parsed.identity}",
        "kind": CASE,
        "origin": "",
        "code": "gap.sequence",
        "first": runs[0][0],
        "resume": body.before,
        "missing": sum(last - first + 1 for first, last in runs),
        "detail": f"{parsed.subject} misses numbers before {body.before} of {body.source}",
        "topic_id": "",
        "subject": parsed.subject,
        "source": body.source,
        "command": parsed.id,
        "status": PASSED,
        "by": person(parsed.actor),
        "why": body.reason,
        "found_at": now,
        "accepted_at": now,
        "passed_at": now,
    }


def person(actor: Actor) -> Document:
    """Return who let a gap go, as it is kept."""
    return {"organisation": actor.organisation, "person": actor.person, "role": actor.role}
