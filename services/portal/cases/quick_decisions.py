"""What is told of a quick decision: its text for who answers it, and until when."""

from collections.abc import Mapping
from typing import Any, Final

from services.portal.cases.facts import facts_of
from services.portal.cases.state import CaseView
from services.portal.rules.places import iso
from shared.contracts.kinds import AgreementForm
from shared.contracts.quick_decisions import (
    QuickDecisionAccepted,
    QuickDecisionIssued,
    QuickDecisionRejected,
)

NO_TEXT: Final = {
    "agreement_digest": "",
    "agreement_fen": 0,
    "agreement_terms": {},
    "agreement_text": "",
    "decision_reasons": (),
    "accept_by": "",
}
"""What a case says of its agreement while there is neither a draft nor a decision."""


@facts_of(QuickDecisionIssued, figure="quick_decision_issued")
def issued(view: CaseView, event: QuickDecisionIssued) -> Mapping[str, Any]:
    return {
        "agreement_digest": event.digest,
        "agreement_fen": event.amount_fen,
        "agreement_form": AgreementForm.PLATFORM.value,
        "agreement_terms": {} if event.terms is None else event.terms.model_dump(mode="json"),
        "agreement_text": event.text_version,
        "decision_reasons": tuple(one.value for one in event.decision_reasons),
        "accept_by": iso(event.accept_by),
    }


@facts_of(QuickDecisionAccepted, figure="quick_decision_accepted")
def accepted(view: CaseView, event: QuickDecisionAccepted) -> Mapping[str, Any]:
    return {"accept_by": ""}


@facts_of(QuickDecisionRejected, figure="quick_decision_rejected")
def rejected(view: CaseView, event: QuickDecisionRejected) -> Mapping[str, Any]:
    """It binds nobody; the mediation goes on."""
    return NO_TEXT
