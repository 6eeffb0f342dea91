"""Who is in a case: guarantors, and agents with the reach of their authority."""

from typing import Final

from deploy.local.turns import ways
from deploy.local.turns.ends import applied
from deploy.local.turns.filings import guarantor, loan
from deploy.local.turns.script import Case, Script, see
from deploy.local.turns.story import story
from shared.contracts.agents import AgentAppointed, AgentsRecorded, AppointAgent, Authority, DismissAgent
from shared.contracts.agreements import SignAgreement
from shared.contracts.intake import FileDispute, GiveConsent
from shared.contracts.kinds import End, LeaveReason, Party
from shared.contracts.mediation import MediationEnded
from shared.contracts.parties import ConsentReceived, LeaveMediation

_LAWYER: Final = "respondent.agent-1"


def guaranteed(number: int) -> FileDispute:
    """A loan with two guarantors."""
    others = (guarantor(10_000 + 2 * number), guarantor(10_001 + 2 * number))
    return loan(number, f"TURN-{number}", other_parties=others)


@story("两名担保人均签署", "two guarantors agree and sign", guaranteed, end=End.AGREEMENT)
def two_guarantors(case: Case) -> Script:
    yield from ways.agreed(case)
    yield from ways.drafted(case, amount_fen=40_000_000)
    yield from ways.signed(case)
    yield from ways.confirmed(case)


@story("一名担保人退出", "one of two guarantors leaves", guaranteed, end=End.PARTY_UNWILLING)
def guarantor_leaves(case: Case) -> Script:
    yield from ways.agreed(case)
    yield from ways.drafted(case, amount_fen=40_000_000)
    yield case.bank(SignAgreement(party=Party.APPLICANT, digest=ways.TEXT))
    yield case.party(LeaveMediation(reason=LeaveReason.UNWILLING), "respondent-3")
    yield see(MediationEnded)


@story(
    "代理人按授权行事",
    "an agent acts as far as its authority goes",
    applied,
    end=End.PARTY_UNWILLING,
    refuses=("agent.not_authorised", "agent.not_authorised"),
)
def agent(case: Case) -> Script:
    yield from ways.accepted(case)
    yield case.party(AppointAgent(number=1, authority=Authority.GENERAL, letter="b1" * 32))
    yield see(AgentAppointed)
    yield case.party(GiveConsent(party=Party.RESPONDENT), _LAWYER)
    yield case.party(AppointAgent(number=1, authority=Authority.SPECIAL, letter="b2" * 32))
    yield see(AgentsRecorded, lambda body: body.agents[0].authority is Authority.SPECIAL)
    yield case.party(GiveConsent(party=Party.RESPONDENT), _LAWYER)
    yield see(ConsentReceived)
    yield case.party(DismissAgent(number=1))
    yield see(AgentsRecorded, lambda body: not body.agents)
    yield case.party(LeaveMediation(reason=LeaveReason.UNWILLING), _LAWYER)
    yield case.party(LeaveMediation(reason=LeaveReason.UNWILLING))
    yield see(MediationEnded)
