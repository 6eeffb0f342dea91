"""A case on its way to the court: the bundle, the filing, and what the court answers. Pure."""

from datetime import datetime
from typing import Any

from services.court_bridge import rules as law
from services.court_bridge.model import answers, filing
from services.court_bridge.model.state import Case, Ruling
from services.court_bridge.rules import BridgeRules
from shared.casework.calendar import Calendar
from shared.casework.protocol import Received, refuse
from shared.contracts.court import (
    CaseDocketed,
    ConfirmationDecided,
    ConfirmationGranted,
    ConfirmationRefused,
    DocketingCompleted,
    FilingReviewCompleted,
    FilingReviewed,
    FilingSubmitted,
    SubmitFiling,
)
from shared.contracts.mediation import AgreementEffective, MediationEnded, MediationOpened
from shared.contracts.message import Command, Event
from shared.network.schema import Network

__all__ = ["Case", "Ruling", "absorb", "decide", "evolve"]


def decide(
    case: Case | None, message: Received, rules: BridgeRules, network: Network, calendar: Calendar
) -> list[Event]:
    """Say what an end of mediation, an answer of the court or a request leads to.

    Args:
        case: The case so far; ``None`` before its first message.
        message: The message, with its business time.
        rules: The rules of the version that the case started under.
        network: Which court it is.
        calendar: What is known about working days.

    Raises:
        ValueError: The end of the mediation and the agreement in force name different amounts.
    """
    match message.body:
        case MediationEnded() as ended:
            return filing.after_mediation(case or Case(), ended, message, rules, network.court.id, calendar)
        case FilingReviewCompleted() | DocketingCompleted() | ConfirmationDecided() as answer:
            return answers.take(case or Case(), answer, message, rules, network.court)
        case SubmitFiling() as command:
            return filing.submit(case, command, message, rules, network.court.id, calendar)
        case Command():
            return refuse(message, "command.unexpected")
        case _:
            return []


def absorb(case: Case | None, message: Received, version: str, network: Network) -> Case | None:
    """Remember what mediation said, and a grant that came before the case number.

    Args:
        case: The case after its own events.
        message: The message.
        version: Rules version for a case that starts now.
        network: Which court it is.
    """
    match message.body:
        case MediationOpened() as opened:
            facts = filing.facts_of_opening(opened)
        case AgreementEffective() as effective:
            facts = {
                "agreement": effective.digest,
                "amount_fen": effective.amount_fen,
                "effective_at": message.at,
            }
        case MediationEnded() as ended if case is None or case.end is None:
            facts = filing.facts_of_end(ended)
        case ConfirmationDecided() as ruling if answers.is_early_grant(case, ruling, message, network.court):
            facts = {"granted_early": True}
        case _:
            return case
    if case is None:
        case = Case(rules_version=version)
    return case.model_copy(update=facts)


def evolve(case: Case | None, event: Event, at: datetime) -> Case:
    """Give the case after an event of its own."""
    case = case or Case()
    update: dict[str, Any] = {}
    match event:
        case FilingSubmitted():
            subject = event.filing.rpartition("-")[0]
            update = {
                "attempt": law.attempt_of(event.filing, subject, event.kind),
                "status": None,
                "added": filing.added_by_people(case, subject, event),
            }
        case FilingReviewed(status=status):
            update = {"status": status}
        case CaseDocketed(case_number=number):
            update = {"case_number": number}
        case ConfirmationGranted():
            update = {"ruling": Ruling.GRANTED, "granted_early": False}
        case ConfirmationRefused():
            update = {"ruling": Ruling.REFUSED}
    return case.model_copy(update=update) if update else case
