"""Going on without messages that never came: an operator lets a subject pass over their numbers."""

from typing import TYPE_CHECKING

from shared.contracts.common import AcceptMissing
from shared.runtime import resequencer
from shared.runtime.gaps import case_row
from shared.runtime.records import Parsed

if TYPE_CHECKING:
    from shared.runtime.batch import Batch


def accept(batch: "Batch", parsed: Parsed, body: AcceptMissing) -> None:
    """Give up what is missing before a number that waits, and release what waits behind it.

    Nothing happens where that number waits no longer: what was missing came after all, or somebody else
    asked for the same.
    """
    if batch.loaded.handled(parsed):
        batch.count("repeated")
        return
    batch.remember(parsed)
    slot = batch.known_slot(parsed.subject)
    if slot is None or body.before not in slot.held.get(body.source, ()):
        return
    runs = slot.give_up_missing(body.source, body.before)
    if runs:
        batch.ledger.gaps.append(case_row(parsed, body, runs, batch.now))
        batch.count("missing_accepted")
        resequencer.release(batch, slot, body.source)
