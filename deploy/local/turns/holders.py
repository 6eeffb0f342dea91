"""Who holds a case: declined, silent, recused, replaced. Source: 法释〔2021〕23号 arts 12-14."""

from typing import Final

from deploy.local.turns import ways
from deploy.local.turns.ends import applied
from deploy.local.turns.script import Case, File, Script, see
from deploy.local.turns.story import story
from shared.contracts.agreements import DraftAgreement
from shared.contracts.choices import ChoiceEnded, ChoiceOpened, ChoiceOutcome, ChooseMediator
from shared.contracts.co_mediators import AskForCoMediator, CoMediatorAccepted, CoMediatorDesignated
from shared.contracts.intake import ConsentGiven, DisputeScreened, GiveConsent, GiveExplanation, PriorSteps
from shared.contracts.kinds import DeclineReason, End, Party
from shared.contracts.mediation import (
    AcceptAssignment,
    AssignmentAccepted,
    AssignmentLapsed,
    DeclineAssignment,
    EndMediation,
    MediationEnded,
    MediationOpened,
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

_CHOSEN: Final = {"people-mediation": "m02", "banking-mediation": "m13"}


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
    yield from ways.confirmed(case)


@story(
    "披露利害后由全体当事人同意留任",
    "an interest disclosed, and all parties agree to go on",
    applied,
    end=End.AGREEMENT,
    refuses=("recusal.not_waived", "interest.not_waived"),
)
def kept(case: Case) -> Script:
    yield from ways.agreed(case)
    yield case.mediator(DiscloseInterest(ground=InterestGround.OTHER_RELATION))
    yield see(InterestDisclosed)
    yield case.bank(KeepMediator())
    yield case.clerk(DecideRecusal(recused=False))
    yield case.mediator(DraftAgreement(digest=ways.TEXT, amount_fen=2_000_000))
    yield case.party(KeepMediator())
    yield case.clerk(DecideRecusal(recused=False))
    yield see(RecusalDecided)
    yield from ways.drafted(case)
    yield from ways.signed(case)
    yield from ways.confirmed(case)


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
    yield from ways.confirmed(case)


@story("双方共同选定调解员", "a mediator whom both sides chose", applied, end=End.LARGE_DIVERGENCE)
def chosen(case: Case) -> Script:
    yield from _both_agreed(case)
    yield case.bank(ChooseMediator(mediator=_CHOSEN[case.organisation]))
    yield case.party(ChooseMediator(mediator=_CHOSEN[case.organisation]))
    ended = yield see(ChoiceEnded)
    assert ended.body.outcome is ChoiceOutcome.CHOSEN
    yield from ways.designated(case)
    assert case.holder == _CHOSEN[case.organisation]
    yield case.mediator(AcceptAssignment())
    yield see(AssignmentAccepted)
    yield from ways.gone(case, End.LARGE_DIVERGENCE)


@story("期满未能共同选定", "no choice in time, and the court designates", applied, end=End.OTHER)
def not_chosen(case: Case) -> Script:
    open_ = yield from _both_agreed(case)
    yield case.bank(ChooseMediator(mediator=_CHOSEN[case.organisation]))
    yield case.clock(open_.body.choose_by)
    ended = yield see(ChoiceEnded)
    assert ended.body.outcome is ChoiceOutcome.NOT_CHOSEN
    yield from ways.designated(case)
    yield case.clerk(EndMediation(end=End.OTHER))
    yield see(MediationEnded)


def _both_agreed(case: Case) -> ways.Part:
    """Both sides agreed before the referral."""
    yield File(case.filing.model_copy(update={"prior": PriorSteps()}))
    yield see(DisputeScreened)
    yield case.party(GiveConsent(party=Party.RESPONDENT))
    yield see(ConsentGiven, lambda body: body.party is Party.RESPONDENT)
    yield case.bank(GiveExplanation(content_version="rights-2025.1", channel="phone"))
    opened = yield see(MediationOpened)
    case.organisation = opened.body.organisation
    return (yield see(ChoiceOpened))


@story("当事人要求两人调解", "two mediators, at a party's wish", applied, end=End.LARGE_DIVERGENCE)
def two_mediators(case: Case) -> Script:
    yield from ways.agreed(case)
    yield case.party(AskForCoMediator())
    second = yield see(CoMediatorDesignated)
    assert second.body.mediator != case.holder
    presiding, case.holder = case.holder, second.body.mediator
    yield case.mediator(AcceptAssignment())
    yield see(CoMediatorAccepted)
    case.holder = presiding
    yield from ways.gone(case, End.LARGE_DIVERGENCE)
