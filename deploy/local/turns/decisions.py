"""Quick decisions of small complaints: binding by the consumer's yes. Source: docs/mediation.md."""

from datetime import date

from deploy.local.turns import ways
from deploy.local.turns.filings import card
from deploy.local.turns.script import Case, Script, see
from deploy.local.turns.story import story
from shared.contracts.agreements import AgreementEffective
from shared.contracts.elements import ComplaintElements, Elements
from shared.contracts.intake import FileDispute
from shared.contracts.kinds import Cause, End, Party
from shared.contracts.quick_decisions import (
    AcceptQuickDecision,
    GiveQuickDecision,
    QuickDecisionIssued,
    QuickDecisionRejected,
    RejectQuickDecision,
)
from shared.contracts.terms import DecisionReason, Instalment, Terms

_FEN = 50_000
_GIVEN = GiveQuickDecision(
    amount_fen=_FEN,
    decision_reasons=(next(iter(DecisionReason)),),
    terms=Terms(payer=Party.APPLICANT, instalments=(Instalment(pay_on=date(2026, 4, 30), pay_fen=_FEN),)),
)


def small_complaint(number: int) -> FileDispute:
    """A consumer's complaint about a small sum."""
    elements = Elements(complaint=ComplaintElements(product="信用卡"))
    return card(number, f"TURN-{number}", cause=Cause.COMPLAINT, claim_fen=_FEN, elements=elements)


@story("快速裁决，消费者接受", "a quick decision, accepted", small_complaint, end=End.AGREEMENT)
def accepted(case: Case) -> Script:
    yield from ways.accepted(case)
    yield case.mediator(_GIVEN)
    issued = yield see(QuickDecisionIssued)
    yield case.party(AcceptQuickDecision(digest=issued.body.digest))
    yield see(AgreementEffective)


@story("快速裁决，消费者不接受", "a quick decision, rejected", small_complaint, end=End.OTHER)
def rejected(case: Case) -> Script:
    yield from ways.agreed(case)
    yield case.mediator(_GIVEN)
    yield see(QuickDecisionIssued)
    yield case.party(RejectQuickDecision())
    yield see(QuickDecisionRejected)
    yield from ways.gone(case, End.OTHER)
