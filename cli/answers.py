"""What becomes of the filings of a table: read from the institution's own topic, by the id of each filing."""

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, NamedTuple, Self

from cli import output

if TYPE_CHECKING:
    from shared.runtime.base.records import Parsed
    from shared.runtime.base.settings import Settings

NEW: Final = "new"
AMENDED: Final = "amended"
KNOWN: Final = "known"
RETURNED: Final = "returned"
REJECTED: Final = "rejected"
SENT: Final = "sent"

_WORDS: Final = {
    NEW: ("新登记", "New"),
    KNOWN: ("已登记", "Known"),
    AMENDED: ("已更正", "Amended"),
    RETURNED: ("退回补正", "Returned"),
    REJECTED: ("拒收", "Rejected"),
    SENT: ("尚无答复", "No answer yet"),
}
_ALWAYS: Final = (NEW, KNOWN)
IDS: Final = "file."
"""How the id of every filing of a table begins."""


class Answer(NamedTuple):
    """What became of a filing.

    Attributes:
        outcome: One of the words above.
        code: Why; empty where there is nothing to say.
        case: Id of the case; empty where none is known.
    """

    outcome: str
    code: str = ""
    case: str = ""


class Answers:
    """Follows what the institution is told of its cases and messages, from now on.

    Args:
        settings: Where Kafka is.
        institution: Who files.
        wait_s: How long nothing may come before those that are left count as unanswered.
    """

    def __init__(self, settings: "Settings", institution: str, wait_s: float) -> None:
        from shared.contracts.topics import cases_topic
        from shared.runtime.serve.client import EventReader

        self._reader = EventReader(settings, (cases_topic(institution),), from_beginning=False)
        self._wait_s = wait_s
        self._begun: dict[str, str] = {}
        self._found: dict[str, Answer] = {}

    async def __aenter__(self) -> Self:
        """Connect, before the first filing is sent."""
        await self._reader.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Disconnect."""
        await self._reader.__aexit__()

    async def of(self, ids: set[str], *, wait: bool) -> dict[str, Answer]:
        """Return the answers to some filings as far as they have come.

        Args:
            ids: Of the filings.
            wait: Whether to wait for those that are still to come.
        """
        last = time.monotonic()
        while not ids <= self._found.keys():
            batch = await self._reader.batch(200 if wait else 1)
            for parsed in batch:
                self._take(parsed)
            if batch:
                last = time.monotonic()
            elif not wait or time.monotonic() - last >= self._wait_s:
                break
        return {id: self._found.pop(id) for id in ids & self._found.keys()}

    def _take(self, parsed: "Parsed") -> None:
        from shared.contracts.told import CaseEventTold

        told = parsed.body
        if not isinstance(told, CaseEventTold) or not told.reply_to.startswith(IDS):
            return
        id, case, found = told.reply_to, parsed.subject, self._found
        data = told.data.model_dump()
        reasons = [one["code"] for one in data.get("reasons", ())]
        match told.event.split(".")[-2]:  # what is registered or amended is screened, or returned
            case "dispute-registered":
                self._begun[id] = NEW
            case "filing-amended":
                self._begun[id] = AMENDED
            case "dispute-screened":
                found[id] = Answer(self._begun.pop(id, NEW), "", case)
            case "filing-returned":
                self._begun.pop(id, None)
                found[id] = Answer(RETURNED, " ".join(dict.fromkeys(reasons)), case)
            case "filing-not-taken":
                found[id] = Answer(RETURNED if reasons else KNOWN, data["reason"], case)
            case "message-rejected":
                found[id] = Answer(REJECTED, data["reason"])


def told(counts: Mapping[str, int]) -> list[str]:
    """Return how many filings have which answer, in words; what was new and known is always said."""
    return [
        f"{output.told(*words)} {counts.get(outcome, 0)}"
        for outcome, words in _WORDS.items()
        if outcome in _ALWAYS or outcome in counts
    ]
