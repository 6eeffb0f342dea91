"""计数: a dispute is counted when it is registered, and never again, whatever becomes of it later."""

from collections.abc import Iterable

from services.alerts.case.state import Counted, case
from services.alerts.rules import Context
from shared.casework.case_ids import series_id
from shared.casework.guards import Facts
from shared.contracts.alerts import DisputeCounted
from shared.contracts.intake import DisputeRegistered
from shared.contracts.message import Event


@case.opens(DisputeRegistered)
def count(dispute: DisputeRegistered, facts: Facts[Context]) -> Iterable[Event]:
    """Count the dispute in the week of its filing."""
    yield DisputeCounted(
        series=series_id(dispute.institution, dispute.cause, dispute.issue),
        institution=dispute.institution,
        cause=dispute.cause,
        issue=dispute.issue,
        week=dispute.week,
    )


@case.begins(DisputeCounted)
def counted(event: DisputeCounted) -> Counted:
    return Counted(series=event.series)
