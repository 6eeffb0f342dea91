"""What alerts' events tell of a series."""

from services.portal.rules.places import iso
from services.portal.series.state import Alert, SeriesView, series
from shared.casework.guards import Facts
from shared.contracts.alerts import AlertAcknowledged, AlertRaised, CountCorrected
from shared.contracts.message import Event


@series.takes(AlertRaised)
def raised(view: SeriesView, event: AlertRaised, facts: Facts[None]) -> SeriesView:
    """A week has an alert."""
    alert = Alert(
        institution=event.institution,
        cause=event.cause.value,
        issue=event.issue,
        week=event.week.isoformat(),
        count=event.count,
        expected=event.expected,
        bound=event.bound,
        alpha=event.alpha,
        method=event.method,
        raised_at=iso(facts.at),
    )
    return view.with_alert(alert)


@series.takes(AlertAcknowledged, opens=False)
def acknowledged(view: SeriesView, event: AlertAcknowledged, facts: Facts[None]) -> SeriesView:
    """The institution has seen the alert."""
    alert = view.alert_of(event.week)
    if alert is None:
        return view.unchanged()
    return view.with_alert(alert.but(acknowledged_at=iso(facts.at), acknowledged_by=facts.actor.organisation))


@series.takes(CountCorrected, opens=False)
def corrected(view: SeriesView, event: CountCorrected, facts: Facts[None]) -> SeriesView:
    """The count of a week with an alert is another."""
    alert = view.alert_of(event.week)
    return view.unchanged() if alert is None else view.with_alert(alert.but(count=event.count))


@series.takes(Event, opens=False)
def happened(view: SeriesView, event: Event, facts: Facts[None]) -> SeriesView:
    """No other event changes an alert."""
    return view.unchanged()
