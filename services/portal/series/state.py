"""What the portal knows of a series of weekly counts: its alerts."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from shared.casework.protocol import State
from shared.casework.table import Table

KEPT: Final = 60
"""How many weeks of alerts a series keeps in its state; the rows of all stay."""


class Alert(State):
    """One alert, of a series or a sum; what is not named is summed. Times are ISO 8601 in UTC.

    Attributes:
        low: Nine in ten quiet weeks have this count or more; ``None`` before version 2 of the event.
        high: Likewise, or less.
        probability: Calibrated: of such a count in a quiet week; likewise.
        rate: The promised share of false alerts; ``None`` where the series was judged alone.
        alpha: The nominal level of the bound. It is no rate of false alarms.
        last_week: Monday of the last week that stood out.
        ended_at: When the series was as usual again; empty before.
        members: Series of a sum, those with the most disputes first.
        others: How many more there are.
    """

    institution: str | None
    cause: str | None
    issue: str | None
    week: str
    count: int
    expected: float
    bound: float
    low: float | None = None
    high: float | None = None
    probability: float | None = None
    rate: float | None = None
    tested: int = 1
    alpha: float
    method: str
    raised_at: str
    last_week: str = ""
    ended_at: str = ""
    acknowledged_at: str = ""
    acknowledged_by: str = ""
    explanation: str = ""
    followed_up: tuple[str, ...] = ()
    answer_by: str = ""
    timely: bool | None = None
    members: tuple[str, ...] = ()
    others: int = 0


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
