"""What a dispute at intake knows of the time in which it can be sued on."""

from datetime import date, datetime
from typing import Final

from shared.casework.protocol import State
from shared.contracts.limitation import Limitation


class SueClock(State):
    """The limitation of a claim, while the dispute waits.

    Attributes:
        sue_by: Its last day; ``None`` where nothing tells one, and where it had passed before the filing.
        since: When the filing told it.
        alarmed: Whether the alarm before it came.
    """

    sue_by: date | None = None
    since: datetime | None = None
    alarmed: bool = False


NO_LIMIT: Final = SueClock()


def clock_of(limitation: Limitation | None, before: SueClock, at: datetime) -> SueClock:
    """Return the clock after a filing, or its amendment, told a limitation at a time."""
    if limitation is None or limitation.passed:
        return NO_LIMIT
    if limitation.sue_by == before.sue_by:
        return before
    return SueClock(sue_by=limitation.sue_by, since=at)
