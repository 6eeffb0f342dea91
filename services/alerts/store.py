"""Alerts' own collections: weekly counts and alerts, each row written by the stream of its series."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from services.alerts.series import Series
from shared.casework.protocol import Change, Put, Write
from shared.contracts.alerts import (
    AlertAcknowledged,
    AlertRaised,
    CountCorrected,
    DisputeCounted,
    DisputeUncounted,
)

WEEKLY_COUNTS: Final = "weekly_counts"
"""``_id`` series|Monday; series, institution, cause, issue, week (Monday, ISO 8601), count."""
ALERTS: Final = "alerts"
"""``_id`` series|Monday; series, institution, cause, issue, week, and the fields of the alert."""

INDEXES: Final[Mapping[str, Sequence[tuple[str, ...]]]] = {
    WEEKLY_COUNTS: (("institution", "week"),),
    ALERTS: (("institution", "-week"), ("-week",)),
}
"""The rows of one series need none: they are a range of ``_id``."""

_OF_AN_ALERT = (AlertRaised, AlertAcknowledged, CountCorrected)


def rows(change: Change[Series]) -> Iterable[Write]:
    """Yield the rows that change with a series: the week of a counted dispute, and its alerts.

    A week without disputes has no row.
    """
    series = change.after
    if series is None:
        return
    if change.received is not None and isinstance(change.received.body, DisputeCounted | DisputeUncounted):
        week = change.received.body.week
        yield Put(
            WEEKLY_COUNTS,
            f"{change.subject}|{week.isoformat()}",
            {**_labels(change.subject, series, week.isoformat()), "count": series.count(week)},
        )
    for timed in change.events:
        if isinstance(timed.event, _OF_AN_ALERT):
            week_text = timed.event.week.isoformat()
            alert = series.alert_of(timed.event.week)
            if alert is not None:
                labels = _labels(change.subject, series, week_text)
                yield Put(ALERTS, f"{change.subject}|{week_text}", {**labels, **alert.model_dump()})


def _labels(subject: str, series: Series, week: str) -> dict[str, Any]:
    return {
        "series": subject,
        "institution": series.institution,
        "cause": series.cause.value,
        "issue": series.issue,
        "week": week,
    }
