"""What is told of an agreement's performance, and of what a default opens."""

from collections.abc import Mapping
from typing import Any

from services.portal.cases.facts import facts_of, only
from services.portal.cases.state import CaseView
from services.portal.rules import Performance
from services.portal.rules.places import iso
from shared.contracts.performance import (
    AgreementDefaulted,
    AgreementPerformed,
    DefaultLifted,
    EnforcementClosed,
    EnforcementOpened,
    InstalmentMissed,
    InstalmentsScheduled,
    ObjectionSettled,
    RepaymentRecorded,
)

only(InstalmentMissed, figure="instalment_missed")


@facts_of(InstalmentsScheduled)
def scheduled(view: CaseView, event: InstalmentsScheduled) -> Mapping[str, Any]:
    """Once more where a calendar puts deadlines right."""
    return {} if view.performance else {"performance": Performance.RUNNING, "unpaid_fen": view.agreement_fen}


@facts_of(RepaymentRecorded, figure="repayment_recorded")
def recorded(view: CaseView, event: RepaymentRecorded) -> Mapping[str, Any]:
    return {"unpaid_fen": event.open_fen}


@facts_of(ObjectionSettled)
def settled(view: CaseView, event: ObjectionSettled) -> Mapping[str, Any]:
    """What had counted and counts no more opens the plan again; AgreementPerformed may follow."""
    if event.open_fen <= view.unpaid_fen:
        return {"unpaid_fen": event.open_fen}
    again = Performance.IN_DEFAULT if view.in_default else Performance.RUNNING
    return {"unpaid_fen": event.open_fen, "performance": again}


@facts_of(AgreementPerformed, figure="performed")
def performed(view: CaseView, event: AgreementPerformed) -> Mapping[str, Any]:
    return {"performance": Performance.PERFORMED}


@facts_of(AgreementDefaulted, figure="defaulted")
def defaulted(view: CaseView, event: AgreementDefaulted) -> Mapping[str, Any]:
    return {"performance": Performance.IN_DEFAULT, "in_default": True, "unpaid_fen": event.open_fen}


@facts_of(DefaultLifted, figure="default_lifted")
def lifted(view: CaseView, event: DefaultLifted) -> Mapping[str, Any]:
    return {"performance": Performance.RUNNING, "in_default": False, "unpaid_fen": event.open_fen}


@facts_of(EnforcementClosed)
def closed(view: CaseView, event: EnforcementClosed) -> Mapping[str, Any]:
    return {"enforce_by": ""}


@facts_of(EnforcementOpened, figure="enforcement_opened")
def enforceable(view: CaseView, event: EnforcementOpened) -> Mapping[str, Any]:
    return {"enforce_by": iso(event.enforce_by)}
