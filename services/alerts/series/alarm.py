"""潜在风险预警: the alarm of a week whose count is a surge."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Final

from services.alerts.rules import AlertRules
from services.alerts.series.state import Alert, Series, series
from shared.contracts.alerts import AlertRaised

METHOD: Final = "ears-c1"


def judged(
    state: Series, week: date, history: Sequence[int], count: int, rules: AlertRules
) -> Iterable[AlertRaised]:
    """Yield the alarm of a week, if its count is a surge after the weeks before it."""
    bound = rules.bound(history)
    if bound is None or not rules.is_surge(history, count):
        return
    yield AlertRaised(
        institution=state.institution,
        cause=state.cause,
        issue=state.issue,
        week=week,
        count=count,
        expected=bound.mean,
        bound=bound.upper,
        alpha=rules.alpha,
        method=METHOD,
        rules_version=rules.version,
    )


@series.after(AlertRaised)
def raised(state: Series, event: AlertRaised, at: datetime) -> Series:
    alert = Alert(
        count=event.count,
        expected=event.expected,
        bound=event.bound,
        alpha=event.alpha,
        method=event.method,
        rules_version=event.rules_version,
        raised_at=at.isoformat(),
    )
    return state.with_alert(event.week, alert)
