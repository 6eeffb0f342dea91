"""重复案件: a mediation of a dispute that came twice ends, and is reopened where that was wrong.

It is no end of the dispute, which is mediated under the other id: nothing follows it, and nothing counts it.
Source: practice of the platform (诉源治理: a dispute counts once).
"""

from collections.abc import Iterable

from services.mediation.case.choosing import NOT_OFFERED
from services.mediation.case.clock import UNTOUCHED, left
from services.mediation.case.pause import span
from services.mediation.case.recusal import vacated
from services.mediation.case.state import Mediation, case, ended, request
from services.mediation.rules import Context
from shared.casework.guards import Facts
from shared.contracts.duplicates import DisputesMerged, MediationReopened, MergeUndone
from shared.contracts.kinds import End
from shared.contracts.mediation import MediationEnded
from shared.contracts.message import Event


@case.on(DisputesMerged)
def merge(mediation: Mediation, merged: DisputesMerged, facts: Facts[Context]) -> Iterable[MediationEnded]:
    """What is over stays as it ended."""
    if mediation.end is None:
        yield ended(mediation, End.OTHER, merged_into=merged.kept)


@case.on(MergeUndone)
def undo(mediation: Mediation, undone: MergeUndone, facts: Facts[Context]) -> Iterable[Event]:
    """Who left it for good is not asked again; anybody else may be. The days that were used stay used.

    Source: 法释〔2021〕23号 arts 10, 24: only all parties make the period longer.
    """
    if not mediation.merged_into:
        return
    event = MediationReopened(organisation=mediation.organisation, left_days=_left(mediation, facts))
    yield event
    yield request(case.evolve(mediation, event, facts.at, facts.context), facts)


def _left(mediation: Mediation, facts: Facts[Context]) -> int | None:
    """Return the days that were left when it was merged; ``None`` where the period had not begun."""
    clock = mediation.clock
    running = span(mediation, facts.context.book.at(mediation.rules_version))
    if running is None or clock.merged_at is None:
        return clock.days
    since, days = running
    return days if clock.pauses else left(since, days, clock.merged_at)


@case.after(MediationReopened)
def reopened(mediation: Mediation, event: MediationReopened) -> Mediation:
    """Nobody holds it, and what was drafted is void; the time while it was merged counts for nobody."""
    return vacated(mediation).but(
        end=None,
        merged_into="",
        accepted_at=None,
        due_at=None,
        due_provisional=False,
        clock=UNTOUCHED.but(days=event.left_days),
        co=mediation.co.empty(),
        choice=NOT_OFFERED,
        talks=mediation.talks.reopened(),
    )
