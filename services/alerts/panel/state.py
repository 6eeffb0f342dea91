"""What the panel knows: which partitions have passed which week, and which series stand out."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from services.alerts.rules import Context
from shared.casework.protocol import State
from shared.casework.table import Table
from shared.contracts.counts import WeekJudged

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


class Panel(State):
    """The weeks on their way.

    Attributes:
        partitions: How many must pass the end of a week.
        passed: The last week that each has passed, by its number.
        closing: The first week that was not asked for yet.
        next_week: The first week that is not judged.
        judged: What the shards said of weeks that are not judged, by Monday and shard.
        lasting: The series that stand out, by id.
    """

    partitions: int = 0
    passed: Mapping[str, date] = {}
    closing: date | None = None
    next_week: date | None = None
    judged: Mapping[str, Mapping[str, WeekJudged]] = {}
    lasting: Mapping[str, Lasting] = {}


_EMPTY = Panel()

panel: Table[Panel, Context] = Table("panel", Panel, blank=lambda _: _EMPTY)
