"""The bundle: the documents of a filing, complete, or named as missing.

Source: 法释〔2021〕23号 art 21; 法释〔2016〕14号 arts 21-22 (concessions never reach the court).
"""

from collections.abc import Mapping

from services.court_bridge.case.state import CourtCase
from services.court_bridge.rules import BridgeRules, facts_digest
from shared.contracts.court import FilingSubmitted
from shared.contracts.kinds import DocumentType, FilingKind

_REPORTS = (
    DocumentType.MEDIATION_RECORD,  # what earlier versions called the report
    DocumentType.FAILURE_REPORT,
    DocumentType.PROOF_OF_MEDIATION,
)
"""What says how the mediation ended, coded: never what was said in it."""
Documents = Mapping[DocumentType, str]
"""Digests of documents by type."""


def bundle(
    court_case: CourtCase, subject: str, kind: FilingKind, rules: BridgeRules, brought: Documents
) -> Documents:
    """Return the documents that are there, those of the law's list first.

    A suit gets the facts that nobody disputes, where there are any; an agreement needs none.
    """
    own = _own(court_case, subject)
    facts = () if kind.of_agreement else (DocumentType.UNDISPUTED_FACTS,)
    listed = {type_: own[type_] for type_ in (*rules.documents(kind), *facts) if type_ in own}
    return {**listed, **court_case.added, **brought}


def missing(documents: Documents, kind: FilingKind, rules: BridgeRules) -> tuple[DocumentType, ...]:
    """Return the types without which nothing is filed, and that are not there."""
    return tuple(type_ for type_ in rules.documents(kind) if type_ not in documents)


def added_by_people(court_case: CourtCase, subject: str, event: FilingSubmitted) -> Documents:
    """Return those documents of a filing that are not the platform's own."""
    if court_case.end is None:  # filed on the end of the mediation itself: nobody had a hand in it
        return court_case.added
    own = _own(court_case, subject)
    return {one.type: one.digest for one in event.documents if own.get(one.type) != one.digest}


def _own(court_case: CourtCase, subject: str) -> dict[DocumentType, str]:
    """Return the documents that the platform renders itself, by the facts that each states."""
    who = (subject, court_case.institution, court_case.cause)
    own: dict[DocumentType, str] = {}

    def state(type_: DocumentType, *facts: object) -> None:
        own[type_] = facts_digest(type_, *who, *facts)

    if court_case.opened:
        state(DocumentType.APPLICANT_MATERIAL, court_case.claim_fen)
        state(DocumentType.MEDIATION_APPLICATION, court_case.claim_fen, court_case.organisation)
        state(DocumentType.NOTICE_OF_RIGHTS, court_case.organisation)
    if court_case.agreement:
        own[DocumentType.AGREEMENT] = court_case.agreement
        state(DocumentType.CONFIRMATION_APPLICATION, court_case.agreement, court_case.amount_fen)
    if court_case.facts:
        own[DocumentType.UNDISPUTED_FACTS] = court_case.facts
    if court_case.end is not None:
        for report in _REPORTS:
            state(report, court_case.end, court_case.organisation)
        state(DocumentType.HANDOVER_LETTER, court_case.end, court_case.organisation)
    return own
