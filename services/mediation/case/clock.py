"""The clock of the period: how long it is, since when it runs, what stops it.

One rule counts its days, from whatever it began with last (the acceptance, or the end of a pause): the day on
which it begins is not counted, each later day is, and a last day off rolls to the next working day. So a day
on which the clock is stopped is counted, a day on which it goes on is not, and a pause within one day costs
nothing. The days of all its spans together are the days that were used.

Source: 法释〔2021〕23号 arts 24, 26; 民事诉讼法 (2023) art 85.
"""

from datetime import datetime
from typing import Final

from shared.casework.calendar import local_day
from shared.casework.protocol import State
from shared.contracts.clocks import PauseGround
from shared.contracts.kinds import Party


class Proposal(State):
    """A longer period that is, or was last, proposed.

    Attributes:
        days: By how many calendar days it would become longer.
        agreed: Parties that agreed.
        refused: Parties that did not; it is off with the first.
    """

    days: int
    agreed: tuple[Party, ...] = ()
    refused: tuple[Party, ...] = ()


class Clock(State):
    """What happened to the period; nothing in most cases.

    Attributes:
        since: With what it began last; ``None`` for the acceptance.
        days: How many days it has from there on, also while it is paused; ``None`` for those of the rules.
        pauses: What stops it now.
        paused_at: Since when it stands; ``None`` while it runs.
        merged_at: Since when the case was merged, so that nobody could mediate it; ``None`` for not.
        proposal: The last proposal of a longer one.
        reminded_at: Up to when reminders came, or can come no more, since the end of the period is another.
    """

    since: datetime | None = None
    days: int | None = None
    pauses: tuple[PauseGround, ...] = ()
    paused_at: datetime | None = None
    merged_at: datetime | None = None
    proposal: Proposal | None = None
    reminded_at: datetime | None = None


UNTOUCHED: Final = Clock()


def left(since: datetime, days: int, at: datetime) -> int:
    """Return the days that are left of a period; 0 once only days off are.

    Args:
        since: When the running span began.
        days: How many days it had then.
        at: When it is asked, not before `since`.
    """
    return max(0, days - (local_day(at) - local_day(since)).days)
