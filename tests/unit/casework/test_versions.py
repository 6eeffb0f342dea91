"""An earlier version of a message that is a subclass of today's is read as today's, by every table."""

from datetime import UTC, datetime

from shared.casework.protocol import Received
from shared.contracts import alerts, earlier, earlier_alerts
from shared.contracts.envelope import SYSTEM
from tests.unit.alerts.mother import SERIES, made, surge

BEFORE = earlier_alerts.SurgeFound(**{name: getattr(surge(), name) for name in surge().model_fields_set})
AT = datetime(2026, 3, 9, tzinfo=UTC)


def test_an_earlier_version_that_narrows_todays_leads_to_what_todays_leads_to() -> None:
    stream = made().series
    said = [
        stream.decide(None, Received(body, "m-1", "/test", SERIES, AT, SYSTEM)) for body in (surge(), BEFORE)
    ]
    assert said[0] == said[1] != []


def test_a_state_goes_on_with_the_events_of_before() -> None:
    stream = made().series
    (raised, _) = stream.decide(None, Received(surge(), "m-1", "/test", SERIES, AT, SYSTEM))
    narrow = earlier_alerts.AlertRaised(**{name: getattr(raised, name) for name in raised.model_fields_set})
    assert stream.evolve(None, narrow, AT) == stream.evolve(None, raised, AT)


def test_one_that_stands_by_itself_is_read_as_itself() -> None:
    assert earlier.AlertRaised.today is earlier.AlertRaised
    assert earlier_alerts.AlertRaised.today is alerts.AlertRaised.today is alerts.AlertRaised
