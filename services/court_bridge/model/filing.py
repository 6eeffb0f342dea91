"""The bundle and its filing: complete, or refused with the names of what is missing.

Source: 法释〔2021〕23号 art 21; 法释〔2016〕14号 arts 21-22 (concessions never reach the court).
"""

from collections.abc import Mapping
from typing import Any

from services.court_bridge import rules as law
from services.court_bridge.model.state import Case
from services.court_bridge.rules import BridgeRules
from shared.casework.calendar import Calendar
from shared.casework.protocol import Received, refuse
from shared.contracts.court import (
    ConfirmationApplied,
    ConfirmationLapsed,
    Document,
    FilingSubmitted,
    HandoverIncomplete,
    HandoverPrepared,
    SubmitFiling,
)
from shared.contracts.kinds import DocumentType, FilingKind, FilingStatus
from shared.contracts.mediation import MediationEnded, MediationOpened
from shared.contracts.message import Event

_TAKEN = (FilingStatus.ACCEPTED, FilingStatus.PARTIALLY_ACCEPTED)
_UNDER_REVIEW = (None, FilingStatus.RECEIVED)


def facts_of_opening(opened: MediationOpened) -> dict[str, Any]:
    """Give the fields that the opening of a mediation fills."""
    return {
        "institution": opened.institution,
        "organisation": opened.organisation,
        "cause": opened.cause,
        "claim_fen": opened.claim_fen,
        "opened": True,
    }


def facts_of_end(ended: MediationEnded) -> dict[str, Any]:
    """Give the fields that the end of a mediation fills."""
    return {
        "institution": ended.institution,
        "organisation": ended.organisation,
        "cause": ended.cause,
        "claim_fen": ended.claim_fen,
        "end": ended.end,
    }


def after_mediation(
    case: Case,
    ended: MediationEnded,
    message: Received,
    rules: BridgeRules,
    court: str,
    calendar: Calendar,
) -> list[Event]:
    """File what the end asks for; name what is missing; say so when it is too late."""
    if case.end is not None:
        return []
    over = case.model_copy(update=facts_of_end(ended))
    kind = over.kind
    if kind is None:
        return []
    if kind is FilingKind.CONFIRMATION and case.agreement and ended.settled_fen != case.amount_fen:
        raise ValueError(
            f"{message.subject}: settled {ended.settled_fen} fen, but agreed {case.amount_fen} fen"
        )
    documents = _bundle(over, message.subject, kind, rules, {})
    if missing := _missing(documents, kind, rules):
        return [HandoverIncomplete(kind=kind, missing=missing)]
    if _too_late(over, kind, message, rules, calendar):
        assert over.effective_at is not None
        by = law.apply_by(over.effective_at, rules, calendar)
        return [ConfirmationLapsed(apply_by=by.at, apply_by_provisional=by.provisional)]
    return _file(over, message.subject, kind, documents, court)


def submit(
    case: Case | None,
    command: SubmitFiling,
    message: Received,
    rules: BridgeRules,
    court: str,
    calendar: Calendar,
) -> list[Event]:
    """File again after a rejection, or at last once the bundle is complete."""
    if case is None:
        return refuse(message, "case.unknown")
    if message.actor.role != "organisation_clerk" or message.actor.organisation != case.organisation:
        return refuse(message, "actor.not_allowed")
    kind = case.kind
    if reason := _not_to_file(case, kind, command):
        return refuse(message, reason)
    assert kind is not None
    if case.attempt and case.status in _UNDER_REVIEW:
        return []
    barred = sorted(d.type.value for d in command.documents if d.type in rules.barred[kind])
    if barred:
        return refuse(message, "bundle.confidential", f"Leave out: {', '.join(barred)}.")
    documents = _bundle(case, message.subject, kind, rules, {d.type: d.digest for d in command.documents})
    if missing := _missing(documents, kind, rules):
        return refuse(message, "bundle.incomplete", f"Missing: {', '.join(missing)}.")
    if _too_late(case, kind, message, rules, calendar):
        return refuse(message, "confirmation.late", rule="民事诉讼法 (2023) art 205")
    return _file(case, message.subject, kind, documents, court)


def added_by_people(case: Case, subject: str, event: FilingSubmitted) -> Mapping[DocumentType, str]:
    """Give those documents of a filing that are not the platform's own."""
    if case.end is None:  # filed on the end of the mediation itself: nobody had a hand in it
        return case.added
    own = _own(case, subject)
    return {one.type: one.digest for one in event.documents if own.get(one.type) != one.digest}


def _not_to_file(case: Case, kind: FilingKind | None, command: SubmitFiling) -> str:
    if case.end is None:
        return "mediation.not_ended"
    if kind is None:
        return "filing.nothing"
    if kind is not command.kind:
        return "filing.wrong_kind"
    if case.case_number or case.ruling or case.status in _TAKEN:
        return "filing.accepted"
    return ""


def _too_late(
    case: Case, kind: FilingKind, message: Received, rules: BridgeRules, calendar: Calendar
) -> bool:
    """Confirmation is applied for within 30 days of effect. Source: 民事诉讼法 (2023) art 205."""
    if kind is not FilingKind.CONFIRMATION or case.effective_at is None:
        return False
    return not law.in_time(case.effective_at, message.at, rules, calendar)


def _file(
    case: Case, subject: str, kind: FilingKind, documents: Mapping[DocumentType, str], court: str
) -> list[Event]:
    typed = tuple(Document(type=type_, digest=digest) for type_, digest in documents.items())
    confirmation = kind is FilingKind.CONFIRMATION
    submitted = FilingSubmitted(
        filing=law.filing_id(subject, kind, case.attempt + 1),
        kind=kind,
        court=court,
        institution=case.institution,
        cause=case.cause,
        amount_fen=case.amount_fen if confirmation else case.claim_fen,
        documents=typed,
    )
    if case.attempt:
        return [submitted]
    assert case.end is not None
    first: Event = (
        ConfirmationApplied(amount_fen=case.amount_fen)
        if confirmation
        else HandoverPrepared(documents=typed, end=case.end.value)
    )
    return [first, submitted]


def _bundle(
    case: Case,
    subject: str,
    kind: FilingKind,
    rules: BridgeRules,
    brought: Mapping[DocumentType, str],
) -> dict[DocumentType, str]:
    """Give the documents that are there, those of the law's list first, each with its digest."""
    own = _own(case, subject)
    listed = {type_: own[type_] for type_ in rules.bundle[kind] if type_ in own}
    return {**listed, **case.added, **brought}


def _missing(
    documents: Mapping[DocumentType, str], kind: FilingKind, rules: BridgeRules
) -> tuple[DocumentType, ...]:
    return tuple(type_ for type_ in rules.bundle[kind] if type_ not in documents)


def _own(case: Case, subject: str) -> dict[DocumentType, str]:
    """Give the documents that the platform renders itself, by the facts that each states."""
    who = (subject, case.institution, case.cause)
    own: dict[DocumentType, str] = {}

    def state(type_: DocumentType, *facts: object) -> None:
        own[type_] = law.facts_digest(type_, *who, *facts)

    if case.opened:
        state(DocumentType.APPLICANT_MATERIAL, case.claim_fen)
        state(DocumentType.MEDIATION_APPLICATION, case.claim_fen, case.organisation)
        state(DocumentType.NOTICE_OF_RIGHTS, case.organisation)
    if case.agreement:
        own[DocumentType.AGREEMENT] = case.agreement
        state(DocumentType.CONFIRMATION_APPLICATION, case.agreement, case.amount_fen)
    if case.end is not None:
        state(DocumentType.MEDIATION_RECORD, case.end, case.organisation)
        state(DocumentType.HANDOVER_LETTER, case.end, case.organisation)
    return own
