"""A log line for each dead letter and each held message; where there are too many, how many more."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from shared.runtime.base import logs
from shared.runtime.decide.resequencer import BACKLOG

LINES: Final = 10
"""Most lines of a kind in one window."""
WINDOW_S: Final = 10.0

_log = logs.get("runtime")


@dataclass(slots=True)
class _Window:
    """What was logged of one kind since a time."""

    since: float
    lines: int = 0
    more: int = 0


class Incidents:
    """Logs what becomes of single messages.

    A topic full of garbage would else fill the disk with log; the letters themselves name every one.

    Args:
        now: A monotonic clock, seconds.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._windows: dict[str, _Window] = {}

    def buried(self, id_: str, reason: str, subject: str) -> None:
        """Tell of a dead letter."""
        if self._room("runtime.letters.more"):
            _log.warning("runtime.letter.buried", id=id_, code=reason, subject=subject)

    def held(self, id_: str) -> None:
        """Tell of a message that waits for its predecessor."""
        subject, _, rest = id_.partition("|")
        source, _, number = rest.rpartition("|")
        if source == BACKLOG:
            return  # it waits for the end of a release, which goes on by itself
        if self._room("runtime.holds.more"):
            _log.info("runtime.message.held", subject=subject, source=source, sequence=int(number))

    def tell(self) -> None:
        """Tell how many more there were in the windows that are over; to be called now and then."""
        now = self._now()
        for event, window in list(self._windows.items()):
            if now - window.since < WINDOW_S:
                continue
            del self._windows[event]
            if window.more:
                _log.warning(event, more=window.more, seconds=round(now - window.since))

    def _room(self, more: str) -> bool:
        """Say whether another line may be written; count it otherwise, under the event that tells of it."""
        self.tell()
        window = self._windows.setdefault(more, _Window(self._now()))
        if window.lines < LINES:
            window.lines += 1
            return True
        window.more += 1
        return False
