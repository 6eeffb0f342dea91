"""What the portal knows of a series of weekly counts: its alerts."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from shared.casework.protocol import State
from shared.casework.table import Table

KEPT: Final = 60
"""How many weeks of alerts a series keeps in its state; the rows of all stay."""


class Alert(State):
    """One alert. Times are ISO 8601 in UTC."""

    institution: str
    cause: str
    issue: str
    week: str
    count: int
    expected: float
    bound: float
    alpha: float
    method: str
    raised_at: str
    acknowledged_at: str = ""
    acknowledged_by: str = ""


class SeriesView(State):
    """The alerts of one series by the Monday of their week.

    Attributes:
        changed: The week whose alert the last event changed; empty for none.
    """

    alerts: Mapping[str, Alert] = {}
    changed: str = ""

    def alert_of(self, week: date) -> Alert | None:
        """Return the alert of a week, if it is kept."""
        return self.alerts.get(week.isoformat())

    def with_alert(self, alert: Alert) -> "SeriesView":
        """Return the view with an alert new or changed; the oldest above ``KEPT`` goes."""
        kept = dict(sorted({**self.alerts, alert.week: alert}.items())[-KEPT:])
        return self.but(alerts=kept, changed=alert.week)

    def unchanged(self) -> "SeriesView":
        """Return the view after an event that changed no alert."""
        return self.but(changed="") if self.changed else self


_EMPTY = SeriesView()

# The portal decides about no series: the table has no act, so a request is refused.
series: Table[SeriesView, None] = Table("series", SeriesView, blank=lambda _: _EMPTY)
