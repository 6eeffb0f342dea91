"""What an operator asks for dead letters: taken in their order, in steps, on the path of every message."""

from typing import Final

from shared.contracts.common import DiscardDeadLetters, RedriveDeadLetters
from shared.runtime.base.documents import Document
from shared.runtime.base.records import Fault, Parsed
from shared.runtime.decide import deadletters, resequencer
from shared.runtime.decide.batch import Batch
from shared.runtime.decide.discard import discard
from shared.runtime.decide.redrive import come_again, redrive
from shared.runtime.decide.subject import LoadedSubject
from shared.runtime.decide.uncommitted import OPERATOR

_REDRIVE: Final = "redrive"
_DISCARD: Final = "discard"


def take(batch: Batch, parsed: Parsed) -> None:
    """Try the letters of a subject again in their order, or give them up."""
    if batch.loaded.handled(parsed):
        batch.count("repeated")
        return
    batch.remember(parsed)
    if parsed.actor.role != OPERATOR:
        batch.bury(parsed, Fault("actor.not_allowed", "only an operator may"))
        return
    body = parsed.body
    assert isinstance(body, RedriveDeadLetters | DiscardDeadLetters)
    named = dict.fromkeys((parsed.subject, *body.letters))
    found = [row for id_ in named if (row := batch.letters.get(id_)) is not None]
    found.sort(key=deadletters.place_of)
    meant = {row["_id"] for row in found}
    if isinstance(body, RedriveDeadLetters) or not body.letters:
        with_letters = {parsed.subject, *(row["subject"] for row in found)} - {""}
        meant |= {row["_id"] for id_ in with_letters for row in batch.letters.of(id_)}
    _carry_out(batch, parsed, body, found)
    batch.answer(parsed, len(meant), sum(batch.letters.get(id_) is None for id_ in meant))


def _carry_out(
    batch: Batch, parsed: Parsed, body: RedriveDeadLetters | DiscardDeadLetters, found: list[Document]
) -> None:
    if isinstance(body, DiscardDeadLetters):
        for row in found:
            discard(batch, row)
        for id_ in dict.fromkeys(row["subject"] for row in found):
            # Whether these were the last is seen once all are looked at.
            _ask(batch, id_, _DISCARD, upto=0)
        if not body.letters:
            _ask(batch, parsed.subject, _DISCARD)
        return
    # A letter is never tried before those that wait in front of it in its subject.
    for id_ in sorted({parsed.subject, *(row["subject"] for row in found)}):
        _ask(batch, id_, _REDRIVE)
    # Letters without a subject are applied after blocked ones.
    for row in found:
        if not row["subject"]:
            come_again(batch, row)


def _ask(batch: Batch, id_: str, what: str, upto: int | None = None) -> None:
    """Note what is asked for the letters of a subject, and do of it what there is room for.

    Args:
        batch: The batch in which it was asked.
        id_: Whose letters.
        what: Redrive or discard.
        upto: Place of the last letter that is meant; ``None`` for the last that there is now.
    """
    subject = batch.known_subject(id_) if id_ else None
    if subject is None or subject.blocked is None or not subject.blocked["letters"]:
        return
    last = subject.blocked["letters"] if upto is None else upto
    asked = [*subject.blocked.get("remedies", ()), {"what": what, "upto": last}]
    subject.blocked = {**subject.blocked, "remedies": asked}
    subject.changed = True
    proceed(batch, subject)


def proceed(batch: Batch, subject: LoadedSubject) -> None:
    """Go on with what was asked for the letters of a subject, as far as there is room.

    To redrive or discard thousands takes many steps. Whatever comes meanwhile waits behind the letters, as
    it does behind every letter, so the order stays; a redrive takes it along, a discard does not.
    """
    while subject.blocked is not None and (asked := subject.blocked.get("remedies")):
        if not _step(batch, subject, **asked[0]):
            return
        subject.blocked = {**subject.blocked, "remedies": asked[1:]}
        subject.changed = True
        _settle(batch, subject)


def _step(batch: Batch, subject: LoadedSubject, what: str, upto: int) -> bool:
    """Take letters of a subject in their order; return whether what was asked is done."""
    complete = batch.loaded.partial.get(subject.id)
    for row in batch.letters.of(subject.id):
        if complete is not None and row["order"] > complete:
            return False  # it was asked for by its id, and others wait before it
        if what == _DISCARD and row["order"] > upto:
            return True
        if not batch.room:
            return False
        batch.room -= 1
        if what == _DISCARD:
            discard(batch, row)
        elif not redrive(batch, row):
            return True
    return subject.id not in batch.loaded.partial


def _settle(batch: Batch, subject: LoadedSubject) -> None:
    """Unblock a subject whose last letter is gone, and take what was held behind it."""
    if subject.blocked is None or not subject.blocked["letters"]:
        return
    if batch.letters.of(subject.id) or subject.id in batch.loaded.partial:
        return
    subject.unblock(batch.now)
    for source in [*subject.held, *subject.discarded]:
        resequencer.release(batch, subject, source)
