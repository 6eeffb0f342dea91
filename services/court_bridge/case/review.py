"""The court reviews a filing. Source: OASIS LegalXML ECF 5 (NotifyFilingReviewComplete)."""

from collections.abc import Iterable
from datetime import datetime

from services.court_bridge.case.answers import TURNED_DOWN, contradiction, misplaced
from services.court_bridge.case.state import CourtCase, case
from services.court_bridge.case.statement import resumed
from services.court_bridge.rules import Context
from shared.casework.guards import Facts
from shared.contracts.court import FilingReviewCompleted, FilingReviewed
from shared.contracts.kinds import FilingStatus
from shared.contracts.message import Event

_OPEN = (None, FilingStatus.RECEIVED)


@case.on(FilingReviewCompleted)
def take_review(
    court_case: CourtCase, answer: FilingReviewCompleted, facts: Facts[Context]
) -> Iterable[Event]:
    """One decision; a receipt that comes after it is no news."""
    if (elsewhere := misplaced(court_case, answer, facts)) is not None:
        return elsewhere
    if answer.status is court_case.status:
        return []
    if answer.status is FilingStatus.RECEIVED and court_case.status is not None:
        return []
    taken_on = bool(court_case.case_number) or court_case.ruling is not None
    if court_case.status not in _OPEN or (taken_on and answer.status in TURNED_DOWN):
        return contradiction(court_case, answer)
    reviewed_ = FilingReviewed(filing=answer.filing, status=answer.status, documents=answer.documents)
    return [reviewed_, *resumed(court_case, answer)]


@case.after(FilingReviewed)
def reviewed(court_case: CourtCase, event: FilingReviewed, at: datetime) -> CourtCase:
    down = at if event.status in TURNED_DOWN else None
    return court_case.but(status=event.status, turned_down_at=down)
