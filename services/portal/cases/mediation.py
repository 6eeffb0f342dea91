"""What mediation's events tell of a case."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from services.portal.cases.facts import facts_of, only
from services.portal.cases.filing import repeated
from services.portal.cases.quick_decisions import NO_TEXT
from services.portal.cases.state import CaseView
from services.portal.rules import Status
from services.portal.rules.places import iso
from shared.contracts import earlier
from shared.contracts.agreements import (
    AgreementCountersigned,
    AgreementDrafted,
    AgreementEffective,
    AgreementSealed,
    AgreementSigned,
)
from shared.contracts.clocks import PeriodExtended, PeriodPaused, PeriodResumed
from shared.contracts.co_mediators import CoMediatorDesignated, CoMediatorLeft, PresidingChosen
from shared.contracts.duplicates import MediationReopened
from shared.contracts.kinds import DeadlineKind, End
from shared.contracts.mediation import (
    AssignmentAccepted,
    AssignmentDeclined,
    AssignmentLapsed,
    DeadlineCorrected,
    DesignationOverdue,
    MediationEnded,
    MediationOpened,
    MediatorDesignated,
)
from shared.contracts.parties import InquiryOverdue
from shared.contracts.recusal import MediatorReplaced, RecusalDecided
from shared.contracts.transfers import CaseTransferred

_VACATED: Final = {"mediator": "", "agreement_signed": (), "agreement_sealed": False, **NO_TEXT}


@facts_of(MediationOpened, status=Status.MEDIATING, figure="mediated")
def opened(view: CaseView, event: MediationOpened) -> Mapping[str, Any]:
    return {**_opened(view, event), "opened_at": iso(event.opened_at)}


@facts_of(earlier.MediationOpened, status=Status.MEDIATING, figure="mediated")
def opened_with_its_period(view: CaseView, event: earlier.MediationOpened) -> Mapping[str, Any]:
    return {
        **_opened(view, event),
        "opened_at": iso(event.accepted_at),
        "due_at": iso(event.due_at),
        "due_provisional": event.due_provisional,
    }


def _opened(view: CaseView, event: MediationOpened | earlier.MediationOpened) -> dict[str, Any]:
    return {**repeated(view, event), "tier": event.tier.value, "organisation": event.organisation}


@facts_of(DeadlineCorrected)
def corrected(view: CaseView, event: DeadlineCorrected) -> Mapping[str, Any]:
    if event.deadline is DeadlineKind.DECISION:
        return {"accept_by": iso(event.after)}
    if event.deadline is not DeadlineKind.PERIOD:
        return {}
    return {"due_at": iso(event.after), "due_provisional": event.provisional}


@facts_of(PeriodExtended, figure="extended")
def extended(view: CaseView, event: PeriodExtended) -> Mapping[str, Any]:
    return _due(event)


@facts_of(PeriodPaused, figure="paused")
def paused(view: CaseView, event: PeriodPaused) -> Mapping[str, Any]:
    return {"due_at": "", "due_provisional": False, "paused": event.ground.value}


@facts_of(PeriodResumed)
def resumed(view: CaseView, event: PeriodResumed) -> Mapping[str, Any]:
    return {**_due(event), "paused": ""} if event.due_at is not None else {}


def _due(event: AssignmentAccepted | PeriodExtended | PeriodResumed) -> dict[str, Any]:
    if event.due_at is None:
        return {}
    return {"due_at": iso(event.due_at), "due_provisional": event.due_provisional}


@facts_of(MediatorDesignated, status=Status.DESIGNATED, figure="designated")
def designated(view: CaseView, event: MediatorDesignated) -> Mapping[str, Any]:
    return {"organisation": event.organisation, "mediator": event.mediator}


@facts_of(MediationReopened)
def reopened(view: CaseView, event: MediationReopened) -> Mapping[str, Any]:
    return {**_VACATED, "agreement_countersigned": False, "due_at": "", "due_provisional": False}


only(DesignationOverdue, figure="designation_overdue")
only(InquiryOverdue, figure="inquiry_overdue")


@facts_of(AssignmentAccepted, status=Status.ACCEPTED, figure="accepted")
def accepted(view: CaseView, event: AssignmentAccepted) -> Mapping[str, Any]:
    """The period begins; in cases of before it began with the referral."""
    return _due(event)


@facts_of(AssignmentDeclined, figure="declined")
def declined(view: CaseView, event: AssignmentDeclined) -> Mapping[str, Any]:
    return {"mediator": ""}


@facts_of(AssignmentLapsed, figure="lapsed")
def lapsed(view: CaseView, event: AssignmentLapsed) -> Mapping[str, Any]:
    return {"mediator": ""}


@facts_of(RecusalDecided)
def recusal_decided(view: CaseView, event: RecusalDecided) -> Mapping[str, Any]:
    return _VACATED if event.recused else {}


@facts_of(MediatorReplaced)
def replaced(view: CaseView, event: MediatorReplaced) -> Mapping[str, Any]:
    """What the mediator drafted is void."""
    return _VACATED


@facts_of(CoMediatorDesignated, figure="co_designated")
def second(view: CaseView, event: CoMediatorDesignated) -> Mapping[str, Any]:
    return {"co_mediator": event.mediator}


@facts_of(CoMediatorLeft)
def second_left(view: CaseView, event: CoMediatorLeft) -> Mapping[str, Any]:
    return {"co_mediator": ""} if view.co_mediator == event.mediator else {}


@facts_of(PresidingChosen)
def presides(view: CaseView, event: PresidingChosen) -> Mapping[str, Any]:
    return {"mediator": event.mediator, "co_mediator": event.beside}


@facts_of(CaseTransferred, figure="transferred")
def transferred(view: CaseView, event: CaseTransferred) -> Mapping[str, Any]:
    return {**_VACATED, "organisation": event.receiver, "co_mediator": ""}


@facts_of(AgreementDrafted)
def drafted(view: CaseView, event: AgreementDrafted) -> Mapping[str, Any]:
    """A new draft voids what was signed."""
    return {
        "agreement_digest": event.digest,
        "agreement_fen": event.amount_fen,
        "agreement_signed": (),
        "agreement_countersigned": False,
        "agreement_sealed": False,
        "agreement_form": event.form.value,
        "agreement_terms": {} if event.terms is None else event.terms.model_dump(mode="json"),
        "agreement_text": event.text_version or "",
    }


@facts_of(AgreementSigned)
def signed(view: CaseView, event: AgreementSigned) -> Mapping[str, Any]:
    return {"agreement_signed": (*view.agreement_signed, event.party.value)}


@facts_of(AgreementCountersigned)
def countersigned(view: CaseView, event: AgreementCountersigned) -> Mapping[str, Any]:
    return {"agreement_countersigned": True}


@facts_of(AgreementSealed)
def sealed(view: CaseView, event: AgreementSealed) -> Mapping[str, Any]:
    return {"agreement_sealed": True}


only(AgreementEffective, status=Status.EFFECTIVE, figure="effective")


def _end(view: CaseView, event: MediationEnded, at: datetime) -> Mapping[str, int]:
    if event.merged_into:
        return {"ended": 0}
    counts = {f"ended_{event.end.value}": 1}
    if event.end is End.AGREEMENT:
        counts |= {"settled": 1, "settled_fen": event.settled_fen, "agreed_fen": event.agreement_fen}
    if view.opened_at:
        open_for = at - datetime.fromisoformat(view.opened_at)
        counts |= {"timed": 1, "open_seconds": max(0, int(open_for.total_seconds()))}
    return counts


@facts_of(MediationEnded, status=Status.ENDED, figure="ended", adds=_end)
def ended(view: CaseView, event: MediationEnded) -> Mapping[str, Any]:
    """A case that ends with an agreement is settled; one that came twice does not end."""
    if event.merged_into:
        return {**repeated(view, event), "status": view.status or Status.MEDIATING}
    changes = {
        **repeated(view, event),
        "organisation": event.organisation,
        "mediator": event.mediator or view.mediator,
        "end": event.end.value,
        "settled_fen": event.settled_fen,
        "agreed_fen": event.agreement_fen,
    }
    return {**changes, "status": Status.SETTLED} if event.end is End.AGREEMENT else changes
