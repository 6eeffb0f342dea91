"""What a series knows: its weeks, closed and open, and its alerts."""

from datetime import date, timedelta
from typing import Final

from pydantic import Field

from services.alerts.rules import Context
from shared.casework.protocol import State
from shared.casework.table import Table
from shared.contracts.kinds import Cause

WEEK: Final = timedelta(days=7)


class Alert(State):
    """An alarm of one week.

    Attributes:
        raised_at: Business time of the alarm, ISO 8601.
        acknowledged_at: When the institution saw it, ISO 8601; empty before.
    """

    count: int
    expected: float
    bound: float
    alpha: float
    method: str
    rules_version: str
    raised_at: str
    acknowledged_at: str = ""


class Series(State):
    """The weekly counts of one institution, cause and issue.

    Attributes:
        first: Monday of the first week.
        closed: Counts of all closed weeks from the first on, empty weeks included.
        open: Counts of the weeks that are not closed yet, by their Monday.
        alerts: By the Monday of their week.
    """

    institution: str
    cause: Cause
    issue: str
    first: date
    closed: tuple[int, ...] = ()
    open: dict[str, int] = Field(default_factory=dict)
    alerts: dict[str, Alert] = Field(default_factory=dict)

    @property
    def next_week(self) -> date:
        """Monday of the first week that is not closed."""
        return self.first + len(self.closed) * WEEK

    def count(self, week: date) -> int:
        """Return the disputes of a week so far, whether it is closed or not."""
        index = self.index(week)
        if index < 0:
            return 0
        return self.closed[index] if index < len(self.closed) else self.open.get(week.isoformat(), 0)

    def index(self, week: date) -> int:
        """Return the position of a week in the series; negative before its beginning."""
        return (week - self.first).days // 7

    def alert_of(self, week: date) -> Alert | None:
        """Return the alert of a week."""
        return self.alerts.get(week.isoformat())

    def with_alert(self, week: date, alert: Alert) -> "Series":
        """Return the series with the alert of a week new or changed."""
        return self.but(alerts={**self.alerts, week.isoformat(): alert})


series: Table[Series, Context] = Table("series", Series, unknown="series.unknown")
