"""What the panel knows: which partitions have passed which week, and which series stand out."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from services.alerts.rules import Context
from shared.casework.protocol import State
from shared.casework.table import Table
from shared.contracts.counts import WeekJudged
from shared.contracts.groups import GroupAlertRaised, GroupsJudged

WEEK: Final = timedelta(days=7)


class Lasting(State):
    """A series that stands out.

    Attributes:
        since: The week with which it began.
        last: The last week that stood out.
        calm: So many weeks in a row it has been as usual.
    """

    since: date
    last: date
    calm: int = 0


class GroupAlert(State):
    """A group that stands out: its alert, and how it goes on.

    Attributes:
        alert: As it was raised.
        last: The last week that stood out.
        last_count: Its count.
        calm: So many weeks in a row it has been as usual.
        raised_at: When it was raised.
        ended_at: When it was over; empty before.
    """

    alert: GroupAlertRaised
    last: date
    last_count: int
    calm: int = 0
    raised_at: str = ""
    ended_at: str = ""


class Panel(State):
    """The weeks on their way.

    Attributes:
        partitions: How many must pass the end of a week.
        passed: The last week that each has passed, by its number.
        closing: The first week that was not asked for yet.
        next_week: The first week that is not judged.
        judged: What the shards said of weeks that are not judged, by Monday and shard.
        lasting: The series that stand out, by id.
        sums: What was said of the sums of weeks that are not judged, by Monday.
        groups: The groups that stand out, by id.
    """

    partitions: int = 0
    passed: Mapping[str, date] = {}
    closing: date | None = None
    next_week: date | None = None
    judged: Mapping[str, Mapping[str, WeekJudged]] = {}
    lasting: Mapping[str, Lasting] = {}
    sums: Mapping[str, GroupsJudged] = {}
    groups: Mapping[str, GroupAlert] = {}


_EMPTY = Panel()

panel: Table[Panel, Context] = Table("panel", Panel, blank=lambda _: _EMPTY)
