"""How a quick decision is explored: given, accepted or not, and the mediation that goes on after a no."""

from collections.abc import Hashable, Iterable
from dataclasses import replace

from services.mediation.case import Mediation
from shared.casework.agreement_text import DECISION, Agreement, digest_of
from shared.contracts.agreements import (
    CountersignAgreement,
    DraftAgreement,
    SealAgreement,
    SignAgreement,
)
from shared.contracts.intake import ConsentGiven
from shared.contracts.kinds import AgreementForm, Cause, End, Party, Route
from shared.contracts.mediation import AcceptAssignment, EndMediation
from shared.contracts.quick_decisions import AcceptQuickDecision, GiveQuickDecision, RejectQuickDecision
from shared.contracts.terms import DecisionReason
from tests.support.explore import Reached, Sample
from tests.support.mediation_walks import CASE
from tests.support.performance_walks import as_elsewhere
from tests.unit.mediation import mother as mediation

_M1 = mediation.mediator("m01")
_GIVE = GiveQuickDecision(amount_fen=0, decision_reasons=(DecisionReason.NO_FAULT,))
_DIGEST = digest_of(
    Agreement(
        case=mediation.CASE,
        organisation=mediation.ORGANISATION,
        institution="ccb",
        cause=Cause.COMPLAINT,
        amount_fen=0,
        form=AgreementForm.PLATFORM,
        terms=None,
        reasons=_GIVE.decision_reasons,
    ),
    DECISION,
)
_SAMPLES = (
    Sample(mediation.referral(to=Route.QUICK_DECISION, cause=Cause.COMPLAINT, consents=(Party.APPLICANT,))),
    Sample(AcceptAssignment(), _M1),
    Sample(_GIVE, _M1),
    Sample(AcceptQuickDecision(digest=_DIGEST), mediation.PARTY),
    Sample(RejectQuickDecision(), mediation.PARTY),
    Sample(ConsentGiven(party=Party.RESPONDENT)),
    Sample(DraftAgreement(digest=mediation.TEXT, amount_fen=1), _M1),
    *(
        Sample(body, actor)
        for digest in (mediation.TEXT, _DIGEST)
        for body, actor in (
            (SignAgreement(party=Party.RESPONDENT, digest=digest), mediation.PARTY),
            (SignAgreement(party=Party.APPLICANT, digest=digest), mediation.AGENT),
            (CountersignAgreement(digest=digest), _M1),
            (SealAgreement(digest=digest), mediation.CLERK),
        )
    ),
    Sample(EndMediation(end=End.OTHER), mediation.CLERK),
)


def _may_come(reached: Reached) -> Iterable[Sample]:
    yield from _SAMPLES
    yield from as_elsewhere(reached, {type(sample.body) for sample in _SAMPLES})


def _phase(state: Mediation) -> Hashable:
    return (
        (state.mediator, state.accepted, state.unasked, state.end, state.complete),
        (state.quick.over, state.quick.digest, state.digest, frozenset(state.signed), state.sealed),
    )


def _label(state: Mediation | None) -> str:
    if state is None:
        return ""
    if state.end is not None:
        return "达成协议 agreement" if state.end is End.AGREEMENT else "无协议结束 ended without agreement"
    if state.quick.over:
        return "协议待签 agreement on the table" if state.digest is not None else "转为调解 mediated"
    return "待消费者答复 the consumer is asked" if state.quick.digest else "待裁决 waits for its decision"


QUICK = replace(
    CASE,
    title="快速裁决 · a quick decision",
    samples=_may_come,
    actors=(_M1, mediation.CLERK, mediation.AGENT, mediation.PARTY),
    phase=_phase,
    label=_label,
)
