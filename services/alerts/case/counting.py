"""计数: a dispute is counted when it is registered, and never again, whatever becomes of it later.

One that turns out to be another that came before counts no more, and again if that was wrong.
"""

from collections.abc import Iterable

from services.alerts.case.state import Counted, case
from services.alerts.rules import Context
from shared.casework.case_ids import series_id
from shared.casework.guards import Facts
from shared.contracts.alerts import DisputeCounted, DisputeUncounted
from shared.contracts.duplicates import DisputesMerged, MergeUndone
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
    return Counted(series=event.series, first=event)


@case.on(DisputesMerged)
def uncount(dispute: Counted, merged: DisputesMerged, facts: Facts[Context]) -> Iterable[Event]:
    """The kept one counts for both."""
    if dispute.first is not None and not dispute.merged:
        yield DisputeUncounted(series=dispute.series, week=dispute.first.week)


@case.after(DisputeUncounted)
def uncounted(dispute: Counted, event: DisputeUncounted) -> Counted:
    return dispute.but(merged=True)


@case.on(MergeUndone)
def count_again(dispute: Counted, undone: MergeUndone, facts: Facts[Context]) -> Iterable[Event]:
    """It counts where it counted."""
    if dispute.first is not None and dispute.merged:
        yield dispute.first
