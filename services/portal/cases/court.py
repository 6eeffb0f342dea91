"""What court_bridge's events tell of a case."""

from collections.abc import Mapping
from typing import Any

from services.portal.cases.facts import facts_of, only
from services.portal.cases.filing import repeated, with_number
from services.portal.cases.state import CaseView
from services.portal.rules import Status
from shared.contracts.court import (
    CaseDocketed,
    ConfirmationApplied,
    ConfirmationGranted,
    ConfirmationRefused,
    CourtAnswerRejected,
    FilingSubmitted,
    HandoverIncomplete,
    HandoverPrepared,
    StatementIssued,
    StatementRefused,
    SuitSuggested,
    SuitWithdrawn,
    TrialResumed,
)

only(HandoverPrepared, status=Status.HANDED_OVER, figure="handed_over")
only(HandoverIncomplete, figure="incomplete")
only(SuitSuggested, figure="suit_suggested")
only(ConfirmationApplied, status=Status.APPLIED, figure="applied")


@facts_of(FilingSubmitted, status=Status.SUBMITTED, figure="submitted")
def submitted(view: CaseView, event: FilingSubmitted) -> Mapping[str, Any]:
    return repeated(view, event)


@facts_of(CaseDocketed, status=Status.DOCKETED, figure="docketed")
def docketed(view: CaseView, event: CaseDocketed) -> Mapping[str, Any]:
    return with_number(view, event.case_number)


@facts_of(ConfirmationGranted, status=Status.CONFIRMED, figure="confirmed")
def confirmed(view: CaseView, event: ConfirmationGranted) -> Mapping[str, Any]:
    return with_number(view, event.case_number)


only(ConfirmationRefused, status=Status.NOT_CONFIRMED, figure="not_confirmed")
only(StatementIssued, status=Status.STATED, figure="stated")
only(SuitWithdrawn, status=Status.SUIT_WITHDRAWN, figure="suit_withdrawn")
only(StatementRefused, status=Status.RESUMED, figure="not_stated")
only(TrialResumed, status=Status.RESUMED, figure="resumed")
only(CourtAnswerRejected, figure="court_rejected")
