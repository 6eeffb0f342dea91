"""What intake's events tell of a case, and what others repeat of the dispute."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.portal.cases.facts import facts_of, only
from services.portal.cases.state import CaseView
from services.portal.rules import Status
from shared.contracts import earlier
from shared.contracts.counts import DisputeCounted
from shared.contracts.court import FilingSubmitted
from shared.contracts.delegation import PreSuitRegistered, SuitRegistered
from shared.contracts.duplicates import DisputesMerged, DuplicateJoined, DuplicateParted, MergeUndone
from shared.contracts.intake import (
    DisputeReferred,
    DisputeRegistered,
    DisputeScreened,
    ExplanationGiven,
    FilingAmended,
    FilingReturned,
)
from shared.contracts.mediation import MediationEnded, MediationOpened
from shared.contracts.parties import DisputeWithdrawn


def _claim(view: CaseView, event: DisputeRegistered, at: datetime) -> Mapping[str, int]:
    return {"claim_fen": event.claim_fen}


@facts_of(DisputeRegistered, status=Status.REGISTERED, figure="filed", adds=_claim)
def registered(view: CaseView, event: DisputeRegistered) -> Mapping[str, Any]:
    return {"institution": event.institution, "reference": event.reference or "", **_filed(event)}


def _claim_moved(view: CaseView, event: FilingAmended, at: datetime) -> Mapping[str, int]:
    return {"claim_fen": event.claim_fen - view.claim_fen}


@facts_of(FilingAmended, status=Status.REGISTERED, figure="amended", adds=_claim_moved)
def amended(view: CaseView, event: FilingAmended) -> Mapping[str, Any]:
    return _filed(event)


only(FilingReturned, status=Status.RETURNED, figure="returned")


def _screened_before(view: CaseView, event: DisputeScreened, at: datetime) -> Mapping[str, int]:
    """An amendment is screened anew; the dispute counts once."""
    return {"screened": 0} if view.route else {}


@facts_of(DisputeScreened, status=Status.SCREENED, figure="screened", adds=_screened_before)
def screened(view: CaseView, event: DisputeScreened) -> Mapping[str, Any]:
    return {"tier": event.tier.value, "route": event.route.value}


only(ExplanationGiven, figure="explained")


@facts_of(DisputeReferred, status=Status.REFERRED, figure="referred")
def referred(view: CaseView, event: DisputeReferred) -> Mapping[str, Any]:
    # Mediation knows better: the case may have passed to another organisation by then.
    later = view.organisation if "mediation" in view.versions else ""
    organisation = later or event.organisation or view.organisation
    return {**repeated(view, event), "tier": event.tier.value, "organisation": organisation}


@facts_of(SuitRegistered, figure="suit_registered")
def in_suit(view: CaseView, event: SuitRegistered) -> Mapping[str, Any]:
    return with_number(view, event.case_number)


@facts_of(PreSuitRegistered, figure="pre_suit_registered")
def numbered(view: CaseView, event: PreSuitRegistered) -> Mapping[str, Any]:
    return with_number(view, event.case_number)


only(DisputeWithdrawn, status=Status.WITHDRAWN, figure="withdrawn")


@facts_of(DisputesMerged)
def merged(view: CaseView, event: DisputesMerged) -> Mapping[str, Any]:
    return {"merged_into": event.kept}


@facts_of(MergeUndone)
def undone(view: CaseView, event: MergeUndone) -> Mapping[str, Any]:
    return {"merged_into": ""}


@facts_of(DuplicateJoined)
def joined(view: CaseView, event: DuplicateJoined) -> Mapping[str, Any]:
    return {"joined": (*view.joined, event.merged)}


@facts_of(DuplicateParted)
def parted(view: CaseView, event: DuplicateParted) -> Mapping[str, Any]:
    return {"joined": tuple(one for one in view.joined if one != event.merged)}


@facts_of(DisputeCounted)
def counted(view: CaseView, event: DisputeCounted) -> Mapping[str, Any]:
    return repeated(view, event)


@facts_of(earlier.DisputeCounted)
def counted_before(view: CaseView, event: earlier.DisputeCounted) -> Mapping[str, Any]:
    return repeated(view, event)


def repeated(
    view: CaseView,
    event: DisputeReferred
    | MediationOpened
    | earlier.MediationOpened
    | MediationEnded
    | FilingSubmitted
    | DisputeCounted
    | earlier.DisputeCounted,
) -> Mapping[str, Any]:
    """What other events repeat of the dispute; what is known already stands before it."""
    if view.institution and view.cause:
        return {}
    return {"institution": event.institution, "cause": event.cause.value}


def with_number(view: CaseView, number: str) -> Mapping[str, Any]:
    """Return the numbers of a case with one more, in one order whichever topic tells first."""
    return {"case_numbers": tuple(sorted({*view.case_numbers, number}))}


def _filed(event: DisputeRegistered | FilingAmended) -> Mapping[str, Any]:
    return {
        "cause": event.cause.value,
        "issue": event.issue,
        "product": event.product or "",
        "claim_fen": event.claim_fen,
        "masked_name": event.masked_name,
    }
