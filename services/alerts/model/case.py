"""A dispute counts once, in the series of its institution, cause and issue."""

from datetime import datetime

from shared.casework.case_ids import series_id
from shared.casework.protocol import Received, State
from shared.contracts.alerts import DisputeCounted
from shared.contracts.intake import DisputeRegistered
from shared.contracts.message import Event


class Counted(State):
    """A dispute that was counted."""

    series: str


def decide(state: Counted | None, message: Received) -> list[Event]:
    """Count a dispute when it is registered, and never again, whatever becomes of it later."""
    body = message.body
    if state is not None or not isinstance(body, DisputeRegistered):
        return []
    return [
        DisputeCounted(
            series=series_id(body.institution, body.cause, body.issue),
            institution=body.institution,
            cause=body.cause,
            issue=body.issue,
            week=body.week,
        )
    ]


def evolve(state: Counted | None, event: Event, at: datetime) -> Counted:
    """Give the dispute after an event."""
    if isinstance(event, DisputeCounted):
        return Counted(series=event.series)
    assert state is not None, f"a count cannot begin with {type(event).__name__}"
    return state
