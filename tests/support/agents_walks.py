"""How a mediation is explored in which a party has an agent."""

from collections.abc import Hashable
from dataclasses import replace
from typing import Final

from services.mediation.case import Mediation
from shared.contracts.agents import AgentAppointed, AgentDismissed, Authority
from shared.contracts.agreements import DraftAgreement, SignAgreement
from shared.contracts.envelope import Actor
from shared.contracts.intake import ConsentGiven
from shared.contracts.kinds import Language, LeaveReason, Party
from shared.contracts.mediation import AcceptAssignment
from shared.contracts.parties import LeaveMediation
from shared.contracts.recusal import AskForLanguage
from tests.support.explore import Sample
from tests.support.mediation_walks import CASE
from tests.unit.mediation import mother

LAWYER: Final = Actor(mother.CASE, "respondent.agent-1", "party")
_SAMPLES: Final = (
    Sample(mother.referral(consents=(Party.APPLICANT,))),
    Sample(ConsentGiven(party=Party.RESPONDENT)),
    Sample(mother.place("m01", 1)),
    Sample(AcceptAssignment(), mother.mediator("m01")),
    Sample(DraftAgreement(digest=mother.TEXT, amount_fen=800_000), mother.mediator("m01")),
    *(
        Sample(AgentAppointed(party=Party.RESPONDENT, number=1, authority=one, letter="1" * 64))
        for one in Authority
    ),
    Sample(AgentDismissed(party=Party.RESPONDENT, number=1)),
    Sample(AskForLanguage(language=Language.TIBETAN), LAWYER),
    Sample(SignAgreement(party=Party.RESPONDENT, digest=mother.TEXT), LAWYER),
    Sample(LeaveMediation(reason=LeaveReason.UNWILLING), LAWYER),
)


def _phase(state: Mediation) -> Hashable:
    return state.mediator, state.accepted, state.digest, state.signed, state.agents, state.unasked, state.end


AGENTS: Final = replace(
    CASE,
    title="有代理人的调解 · a mediation with an agent",
    samples=lambda reached: (one for one in _SAMPLES if reached.state is not None or one is _SAMPLES[0]),
    actors=(LAWYER,),
    phase=_phase,
)
