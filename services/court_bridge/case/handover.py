"""移送 and 司法确认申请: the end of a mediation leads to a filing, unless something is missing or too late.

Source: 法释〔2021〕23号 art 21 (as of 2022-01-01); 民事诉讼法 (2023) art 205.
"""

from collections.abc import Iterable

from services.court_bridge.case.bundle import bundle, missing
from services.court_bridge.case.filing import filed, is_too_late
from services.court_bridge.case.mediation import over
from services.court_bridge.case.state import CourtCase, case, rules_of
from services.court_bridge.rules import Context, apply_by
from shared.casework.guards import Facts
from shared.contracts.court import (
    ConfirmationApplied,
    ConfirmationLapsed,
    HandoverIncomplete,
    HandoverPrepared,
)
from shared.contracts.kinds import FilingKind
from shared.contracts.mediation import MediationEnded
from shared.contracts.message import Event


@case.on(MediationEnded)
def after_mediation(before: CourtCase, ended: MediationEnded, facts: Facts[Context]) -> Iterable[Event]:
    """What the end asks for is filed; what is missing is named.

    Raises:
        ValueError: The end of the mediation and the agreement in force name different amounts.
    """
    if before.end is not None:
        return []
    court_case = over(before, ended)
    kind = court_case.kind
    if kind is None:
        return []
    agreed_fen = ended.agreement_fen
    if kind is FilingKind.CONFIRMATION and before.agreement and agreed_fen != before.amount_fen:
        raise ValueError(f"{facts.subject}: ended with {agreed_fen} fen, but agreed {before.amount_fen} fen")
    rules = rules_of(before, facts.context)
    documents = bundle(court_case, facts.subject, kind, rules, {})
    if lacks := missing(documents, kind, rules):
        return [HandoverIncomplete(kind=kind, missing=lacks)]
    if is_too_late(court_case, facts):
        assert court_case.effective_at is not None
        by = apply_by(court_case.effective_at, rules, facts.context.calendar)
        return [ConfirmationLapsed(apply_by=by.at, apply_by_provisional=by.provisional)]
    return filed(court_case, kind, documents, facts)


case.unchanged_by(HandoverIncomplete, HandoverPrepared, ConfirmationApplied, ConfirmationLapsed)
