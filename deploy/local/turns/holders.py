"""Who holds a case: declined, silent, recused, replaced. Source: 法释〔2021〕23号 arts 12-14."""

from deploy.local.turns import ways
from deploy.local.turns.ends import applied
from deploy.local.turns.script import Case, Script, see
from deploy.local.turns.story import story
from shared.contracts.court import ConfirmationGranted
from shared.contracts.intake import GiveConsent
from shared.contracts.kinds import DeclineReason, End, Party
from shared.contracts.mediation import (
    AcceptAssignment,
    AssignmentAccepted,
    AssignmentLapsed,
    DeclineAssignment,
    MediationEnded,
)
from shared.contracts.parties import ConsentReceived
from shared.contracts.recusal import (
    DecideRecusal,
    DiscloseInterest,
    InterestDisclosed,
    InterestGround,
    KeepMediator,
    MediatorReplaced,
    RecusalDecided,
    RequestRecusal,
    RequestReplacement,
)
from shared.contracts.transfers import CaseTransferred, TransferCase


@story("谢绝与逾期未答复", "one declines, one is silent, the third accepts", applied, end=End.AGREEMENT)
def third_accepts(case: Case) -> Script:
    yield from ways.opened(case)
    yield from ways.designated(case)
    yield case.mediator(DeclineAssignment(reason=DeclineReason.CONFLICT_OF_INTEREST))
    silent = yield from ways.designated(case)
    yield case.clock(silent.body.answer_by)
    yield see(AssignmentLapsed)
    yield from ways.designated(case)
    yield case.mediator(AcceptAssignment())
    yield see(AssignmentAccepted)
    yield case.party(GiveConsent(party=Party.RESPONDENT))
    yield see(ConsentReceived)
    yield from ways.drafted(case)
    yield from ways.signed(case)
    yield see(ConfirmationGranted)


@story(
    "披露利害后由全体当事人同意留任",
    "an interest disclosed, and all parties agree to go on",
    applied,
    end=End.AGREEMENT,
    refuses=("recusal.not_waived",),
)
def kept(case: Case) -> Script:
    yield from ways.agreed(case)
    yield case.mediator(DiscloseInterest(ground=InterestGround.OTHER_RELATION))
    yield see(InterestDisclosed)
    yield case.bank(KeepMediator())
    yield case.clerk(DecideRecusal(recused=False))
    yield case.party(KeepMediator())
    yield case.clerk(DecideRecusal(recused=False))
    yield see(RecusalDecided)
    yield from ways.drafted(case)
    yield from ways.signed(case)
    yield see(ConfirmationGranted)


@story("申请回避", "a recusal that a party asks for", applied, end=End.LARGE_DIVERGENCE)
def recused(case: Case) -> Script:
    yield from ways.agreed(case)
    first = case.holder
    yield case.party(RequestRecusal(ground=InterestGround.INTEREST_IN_DISPUTE))
    yield case.clerk(DecideRecusal(recused=True))
    yield see(RecusalDecided)
    yield from ways.designated(case)
    assert case.holder != first
    yield case.mediator(AcceptAssignment())
    yield see(AssignmentAccepted)
    yield from ways.gone(case, End.LARGE_DIVERGENCE)


@story(
    "更换调解员后仍拒绝", "a mediator replaced, and the next one refused", applied, end=End.PARTY_UNWILLING
)
def replaced(case: Case) -> Script:
    yield from ways.accepted(case)
    yield case.party(RequestReplacement())
    yield see(MediatorReplaced)
    yield from ways.designated(case)
    yield case.party(RequestReplacement())
    yield see(MediationEnded)


@story("法院移转调解组织", "the court names another organisation", applied, end=End.AGREEMENT)
def transferred(case: Case) -> Script:
    yield from ways.accepted(case)
    first = case.organisation
    other = next(one for one in ("people-mediation", "banking-mediation") if one != first)
    yield case.court(TransferCase(receiver=other))
    yield see(CaseTransferred)
    yield from ways.designated(case)
    assert case.organisation == other
    yield case.mediator(AcceptAssignment())
    yield see(AssignmentAccepted)
    yield from ways.all_agree(case)
    yield from ways.drafted(case)
    yield from ways.signed(case)
    yield see(ConfirmationGranted)
