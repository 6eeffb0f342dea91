"""What the panel knows: which partitions have passed which week, and what stands out."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from services.alerts.rules import Context
from shared.casework.protocol import State
from shared.casework.table import Table
from shared.contracts.counts import WeekJudged
from shared.contracts.groups import GroupsJudged

WEEK: Final = timedelta(days=7)


class Lasting(State):
    """A series, or a sum over several, that stands out.

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
        lasting: The series and sums that stand out, by id.
        sums: What was said of the sums of weeks that are not judged, by Monday.
    """

    partitions: int = 0
    passed: Mapping[str, date] = {}
    closing: date | None = None
    next_week: date | None = None
    judged: Mapping[str, Mapping[str, WeekJudged]] = {}
    lasting: Mapping[str, Lasting] = {}
    sums: Mapping[str, GroupsJudged] = {}


_EMPTY = Panel()


def _upgraded(version: int, state: dict[str, Any]) -> dict[str, Any]:
    """Leave out the groups that stood out: those that still do are raised again, as alerts with a life."""
    return {name: value for name, value in state.items() if name != "groups"}


# Version 1 kept the alerts of groups itself.
panel: Table[Panel, Context] = Table("panel", Panel, blank=lambda _: _EMPTY, version=2, upgrade=_upgraded)
