"""What a batch that cannot be committed fails at: the message, and the reason that goes with it."""

import traceback

from shared.contracts.errors import SuyuanError
from shared.contracts.reasons import text
from shared.runtime.base.records import Fault
from shared.runtime.commit.mongo import Conflict, Refused
from shared.runtime.decide.entries import Item


def jumped(origin: str, last: int, offset: int) -> SuyuanError:
    """Say that offsets are missing between the last one that was applied and the next of a batch."""
    reason = text("offsets.jumped")
    what = f"{origin}: {offset} / {last}"
    return SuyuanError(
        code="offsets.jumped",
        zh=f"offsets.jumped:{what}。{reason.zh}",
        en=f"offsets.jumped: {origin}: {offset} would follow {last}. {reason.en}",
    )


def named_conflict(item: Item, tries: int, conflict: Conflict) -> SuyuanError:
    """Name the one message (or idle subject) that conflicts again and again."""
    what = f"{item.origin}:{item.offset}"
    what += f" (ce_id {item.parsed.id[:100]!r})" if item.parsed is not None else f" (subject {item.idle!r})"
    reason = text("commit.conflict")
    return SuyuanError(
        code="commit.conflict",
        zh=f"commit.conflict:{what} 已冲突 {tries} 次。{reason.zh}",
        en=f"commit.conflict: {what} met {tries} conflicts in a row ({conflict.en[:200]}). {reason.en}",
    )


def blame(item: Item, error: Exception) -> bool:
    """Note on the one message of a batch why it cannot be applied; say whether that is news."""
    parsed = item.parsed
    if parsed is None:
        news = not item.failed
        item.failed = f"{type(error).__name__}: {error}"[:300]
        return news
    if parsed.fault is not None:
        return False
    if isinstance(error, Refused):
        parsed.fault = Fault("store.rejected", error.en[:300])
    else:
        stack = "".join(traceback.format_exception(error, limit=-12))
        parsed.fault = Fault("decision.raised", f"{type(error).__name__}: {error}"[:300], stack)
    return True
