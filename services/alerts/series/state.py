"""What a series knows, or a sum over several: its alerts."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import Field

from services.alerts.rules import Context
from shared.casework.protocol import State
from shared.casework.table import Table
from shared.contracts.kinds import Cause


class Alert(State):
    """An alert, by the week that it was raised for. Times are ISO 8601.

    Attributes:
        low: Nine in ten quiet weeks have this count or more; ``None`` before version 2 of the event.
        high: Likewise, or less.
        probability: Calibrated; ``None`` before version 2.
        rate: The promised share of false alerts; ``None`` where the series was judged alone.
        tested: Series that were judged together.
        level: The nominal level of the bound.
        raised_at: Business time of the alarm.
        last_week: Monday of the last week that stood out.
        last_count: Its count; 0 while it is the first.
        ended_at: When the series was as usual again; empty before.
        acknowledged_at: When the institution saw it; empty before.
        explained_at: When the institution said why; empty before.
        referred: Referrals that it was given to.
        received_on: When an explanation came that was recorded by hand; empty for one on the platform.
        means: How that one came.
        followed_up: What was made of it: the kind, a space, and the number.
        answer_by: The first instant after the time for an answer; empty without a limit.
        answer_provisional: A calendar that is still to come may move it.
        timely: Whether the first answer was in time; ``None`` before it, and without a limit.
        members: Series of a sum, those with the most disputes first, when it was raised.
        others: How many more there were.
        shares: Disputes of each institution in a sum over several, of its last week that stood out; packed.
    """

    count: int
    expected: float
    bound: float
    low: float | None = None
    high: float | None = None
    probability: float | None = None
    rate: float | None = None
    tested: int = 1
    level: float
    method: str
    rules_version: str
    raised_at: str
    last_week: str = ""
    last_count: int = 0
    ended_at: str = ""
    acknowledged_at: str = ""
    explanation: str = ""
    explained_at: str = ""
    received_on: str = ""
    means: str = ""
    followed_up: tuple[str, ...] = ()
    referred: tuple[str, ...] = ()
    answer_by: str = ""
    answer_provisional: bool = False
    timely: bool | None = None
    members: tuple[str, ...] = ()
    others: int = 0
    shares: str = ""


class Series(State):
    """The alerts of one institution, cause and issue; of a sum, what it does not name is ``None``.

    Attributes:
        alerts: By the Monday of the week that each was raised for.
        lasting: The week of the one that is not over.
    """

    institution: str | None
    cause: Cause | None
    issue: str | None
    alerts: Mapping[str, Alert] = Field(default_factory=dict)
    lasting: date | None = None

    def alert_of(self, week: date) -> Alert | None:
        """Return the alert of a week."""
        return self.alerts.get(week.isoformat())

    def with_alert(self, week: date, alert: Alert) -> "Series":
        """Return the series with the alert of a week new or changed."""
        return self.but(alerts={**self.alerts, week.isoformat(): alert})

    def changed(self, week: date, **fields: Any) -> "Series":
        """Return the series with fields of an alert changed."""
        return self.with_alert(week, self.alerts[week.isoformat()].but(**fields))


def _upgraded(version: int, state: dict[str, Any]) -> dict[str, Any]:
    """Keep the alerts of a series of before: one for each week, and each over with its week."""
    for week, alert in state.get("alerts", {}).items():
        if "alpha" in alert:
            alert["level"] = alert.pop("alpha")
            alert |= {"last_week": week, "ended_at": alert["raised_at"]}
    return {name: state[name] for name in ("institution", "cause", "issue", "alerts") if name in state}


# Version 1 counted the weeks of its own series.
series: Table[Series, Context] = Table(
    "series", Series, unknown="series.unknown", version=2, upgrade=_upgraded
)
