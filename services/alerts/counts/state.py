"""What a shard knows: the counts of its open weeks."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from services.alerts.rules import Context
from services.alerts.rules.packing import Key
from shared.casework.protocol import State
from shared.casework.table import Table

MOST_ASIDE: Final = 20_000
"""Cases set aside that a shard remembers; of later ones nothing is taken back."""


class Shard(State):
    """The open weeks of a part of all series.

    Attributes:
        started: The panel knows that there is something to judge.
        weeks: Counts by Monday, owner and issue; an owner is an institution and a cause.
        open_from: The first week that is not closed; ``None`` until one was.
        aside: Cases that were set aside.
        days: The counts of the open weeks again, by Monday, owner, and issue and day.
    """

    started: bool = False
    weeks: Mapping[str, Mapping[str, Mapping[str, int]]] = {}
    open_from: date | None = None
    aside: tuple[str, ...] = ()
    days: Mapping[str, Mapping[str, Mapping[str, int]]] = {}

    def is_closed(self, week: date) -> bool:
        """Return whether a week was told already."""
        return self.open_from is not None and week < self.open_from

    def issues(self, week: date, key: Key) -> Mapping[str, int]:
        """Return the counts of an owner's issues in an open week."""
        return self.weeks.get(week.isoformat(), {}).get(owner_of(key)[0], {})

    def count(self, week: date, key: Key) -> int:
        """Return the disputes of an open week."""
        return self.issues(week, key).get(owner_of(key)[1], 0)

    def of(self, week: date) -> dict[Key, int]:
        """Return the counts of all series in an open week."""
        return _flat(self.weeks.get(week.isoformat(), {}))

    def days_of(self, week: date) -> dict[Key, int]:
        """Return the same by day; the key ends with the number of the day."""
        return _flat(self.days.get(week.isoformat(), {}))

    def more(self, week: date, key: Key, day: int | None, by: int) -> "Shard":
        """Return the shard with more or fewer disputes of a series in an open week."""
        owner, issue = owner_of(key)
        weeks = _changed(self.weeks, week.isoformat(), owner, issue, by)
        if day is None:
            return self.but(weeks=weeks)
        days = _changed(self.days, week.isoformat(), owner, f"{issue}\t{day}", by)
        return self.but(weeks=weeks, days=days)


Nested = Mapping[str, Mapping[str, Mapping[str, int]]]


def _changed(counts: Nested, week: str, owner: str, issue: str, by: int) -> Nested:
    # Nested, so that a dispute copies the issues of its own owner and not of all.
    owners = counts.get(week, {})
    issues = dict(owners.get(owner, {}))
    issues[issue] = issues.get(issue, 0) + by
    if issues[issue] <= 0:
        del issues[issue]
    return {**counts, week: {**owners, owner: issues}}


def _flat(owners: Mapping[str, Mapping[str, int]]) -> dict[Key, int]:
    return {f"{owner}\t{issue}": count for owner, issues in owners.items() for issue, count in issues.items()}


def owner_of(key: Key) -> tuple[str, str]:
    """Return institution and cause of a series as one text, and its issue."""
    owner, _, issue = key.rpartition("\t")
    return owner, issue


_EMPTY = Shard()

counts: Table[Shard, Context] = Table("counts", Shard, blank=lambda _: _EMPTY)
