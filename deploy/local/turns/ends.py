"""The eight ends of a mediation, and what follows each. Source: 法释〔2021〕23号 arts 20, 21, 25."""

from deploy.local.turns import ways
from deploy.local.turns.filings import card
from deploy.local.turns.script import Case, File, Script, see
from deploy.local.turns.story import story
from shared.contracts.agreements import AgreementCompleted, AgreementEffective, SignAgreement
from shared.contracts.court import CaseDocketed, ChooseSuit, EndReported, SuitSuggested
from shared.contracts.delegation import (
    DelegateDispute,
    MaterialsReceived,
    NumberConfirmed,
    ReceiveMaterials,
    RegisterPreSuit,
)
from shared.contracts.intake import (
    DisputeReferred,
    DisputeScreened,
    FileDispute,
    FilingReturned,
    RefuseConsent,
)
from shared.contracts.kinds import ContactMeans, End, LeaveReason, Party, Way
from shared.contracts.mediation import (
    AcceptAssignment,
    AssignmentAccepted,
    EndMediation,
    MediationEnded,
    MediationOpened,
)
from shared.contracts.parties import (
    DisputeWithdrawn,
    InquiryOverdue,
    LeaveMediation,
    RecordContact,
    WithdrawDispute,
)


def applied(number: int) -> FileDispute:
    """A dispute that the institution applies for."""
    return card(number, f"TURN-{number}")


def delegated(number: int) -> FileDispute:
    """A dispute that was brought to the court."""
    return card(number, f"TURN-{number}", way=Way.DELEGATED)


def _through_the_court(case: Case) -> ways.Part:
    """The court registers the complaint, delegates it, and the organisation signs for the materials."""
    yield File(case.filing)
    yield see(DisputeScreened)
    number = int(case.filing.reference.removeprefix("TURN-"))
    yield case.court(RegisterPreSuit(case_number=f"（2026）京0106民诉前调{9000 + number}号"))
    yield see(NumberConfirmed)
    yield case.court(DelegateDispute(letter="d1" * 32))
    found = yield see(MediationOpened)
    case.organisation = found.body.organisation
    yield case.clerk(ReceiveMaterials())
    return (yield see(MaterialsReceived))


@story("达成协议并确认", "agreement, confirmed by the court", applied, end=End.AGREEMENT)
def agreement(case: Case) -> Script:
    yield from ways.agreed(case)
    yield from ways.drafted(case)
    yield from ways.signed(case)
    yield see(AgreementEffective)
    yield see(AgreementCompleted)
    yield from ways.confirmed(case)


@story(
    "已清偿，撤回，报告法院",
    "paid, and withdrawn; the court is told",
    delegated,
    end=End.SETTLED_OR_WITHDRAWN,
    refuses=("end.by_the_applicant",),
)
def paid(case: Case) -> Script:
    yield from _through_the_court(case)
    yield from ways.designated(case)
    yield case.mediator(AcceptAssignment())
    yield see(AssignmentAccepted)
    yield from ways.all_agree(case)
    yield case.mediator(EndMediation(end=End.SETTLED_OR_WITHDRAWN))
    yield case.bank(LeaveMediation(reason=LeaveReason.PAID))
    yield see(EndReported)


@story("无法联系", "a respondent out of reach", applied, end=End.UNREACHABLE, refuses=("end.not_sought",))
def unreachable(case: Case) -> Script:
    accepted = yield from ways.accepted(case)
    yield case.mediator(EndMediation(end=End.UNREACHABLE))
    yield case.mediator(RecordContact(party=Party.RESPONDENT, means=ContactMeans.PHONE, reached=False))
    assert accepted.body.ask_by is not None
    yield case.clock(accepted.body.ask_by)
    yield see(InquiryOverdue)
    yield case.mediator(EndMediation(end=End.UNREACHABLE))
    yield see(SuitSuggested)
    yield case.bank(ChooseSuit())
    yield see(CaseDocketed)


@story("一方不愿，法院立案", "a party unwilling; the court dockets", delegated, end=End.PARTY_UNWILLING)
def unwilling(case: Case) -> Script:
    yield from _through_the_court(case)
    yield from ways.designated(case)
    yield case.party(LeaveMediation(reason=LeaveReason.UNWILLING))
    yield see(CaseDocketed)


@story("分歧较大", "positions too far apart", applied, end=End.LARGE_DIVERGENCE)
def divergence(case: Case) -> Script:
    yield from ways.agreed(case)
    yield case.mediator(EndMediation(end=End.LARGE_DIVERGENCE))
    yield see(SuitSuggested)


@story("期满未同意延长", "the period is over", applied, end=End.EXPIRED, refuses=("end.period_runs",))
def expired(case: Case) -> Script:
    accepted = yield from ways.agreed(case)
    yield case.mediator(EndMediation(end=End.EXPIRED))
    yield case.clock(accepted.body.due_at)
    yield see(MediationEnded)


@story(
    "拒绝签署", "a party refuses to sign", applied, end=End.REFUSED_TO_SIGN, refuses=("end.nothing_to_sign",)
)
def not_signed(case: Case) -> Script:
    yield from ways.agreed(case)
    yield case.mediator(EndMediation(end=End.REFUSED_TO_SIGN))
    yield from ways.drafted(case)
    yield case.bank(SignAgreement(party=Party.APPLICANT, digest=ways.TEXT))
    yield case.mediator(EndMediation(end=End.REFUSED_TO_SIGN))
    yield see(MediationEnded)


@story("其他结束", "ended otherwise", delegated, end=End.OTHER)
def otherwise(case: Case) -> Script:
    yield from _through_the_court(case)
    yield from ways.designated(case)
    yield case.clerk(EndMediation(end=End.OTHER))
    yield see(CaseDocketed)


@story("分流前撤回", "withdrawn before the referral", delegated, end=None)
def withdrawn(case: Case) -> Script:
    yield File(case.filing)
    yield see(DisputeScreened)
    yield case.bank(WithdrawDispute(reason=LeaveReason.SETTLED))
    yield see(DisputeWithdrawn)


@story("分流前拒绝调解", "mediation refused before the referral", delegated, end=None)
def refused(case: Case) -> Script:
    yield File(case.filing)
    yield see(DisputeScreened)
    yield case.party(RefuseConsent(party=Party.RESPONDENT))
    yield see(DisputeReferred)


@story("退回后补正", "returned, amended, settled", applied, end=End.AGREEMENT)
def amended(case: Case) -> Script:
    whole = case.filing
    yield File(whole.model_copy(update={"claim_fen": whole.claim_fen + 1}))
    yield see(FilingReturned)
    case.filing = whole.model_copy(update={"amends": True})
    yield from ways.agreed(case)
    yield from ways.drafted(case)
    yield from ways.signed(case)
    yield from ways.confirmed(case)
