"""How the performance of an agreement with terms is explored: payments, objections, what is late."""

from collections.abc import Collection, Hashable, Iterable
from typing import Any

from shared.casework.calendar import local_day
from shared.contracts.agreements import CountersignAgreement, DraftAgreement, SealAgreement, SignAgreement
from shared.contracts.intake import ConsentGiven, DisputeReferred
from shared.contracts.kinds import DocumentType, End, FilingKind, Party
from shared.contracts.mediation import AcceptAssignment, DeclineAssignment, EndMediation, PlaceTaken
from shared.contracts.message import Message
from shared.contracts.performance import (
    AgreementDefaulted,
    DefaultLifted,
    Objection,
    ObjectRepayment,
    SettleObjection,
)
from shared.contracts.recusal import (
    DecideRecusal,
    DiscloseInterest,
    KeepMediator,
    RequestRecusal,
    RequestReplacement,
)
from tests.support.agreed import EFFECT, STREAM, TERMS, digest, paid, payment
from tests.support.explore import Reached, Sample, Walk
from tests.support.mediation_walks import CASE
from tests.unit.court_bridge import mother as court
from tests.unit.mediation import mother as mediation

_M1 = mediation.mediator("m01")
_SHORT_PLAN = TERMS.model_copy(
    update={"instalments": TERMS.instalments[:1] + TERMS.instalments[2:], "default_after": 1}
)
_BEFORE = (
    Sample(mediation.referral(consents=(Party.APPLICANT,))),
    Sample(ConsentGiven(party=Party.RESPONDENT)),
    Sample(AcceptAssignment(), _M1),
    Sample(DraftAgreement(amount_fen=_SHORT_PLAN.total_fen, terms=_SHORT_PLAN), _M1),
    Sample(SignAgreement(party=Party.APPLICANT, digest=digest(_SHORT_PLAN)), mediation.AGENT),
    Sample(SignAgreement(party=Party.RESPONDENT, digest=digest(_SHORT_PLAN)), mediation.PARTY),
    Sample(CountersignAgreement(digest=digest(_SHORT_PLAN)), _M1),
    Sample(SealAgreement(digest=digest(_SHORT_PLAN)), mediation.CLERK),
    Sample(EndMediation(end=End.OTHER), mediation.CLERK),
)
_ABOUT = tuple(
    Sample(body, actor)
    for name in ("part", "all")
    for body, actor in (
        (ObjectRepayment(payment=payment(name), objection=Objection.NOT_MADE), mediation.PARTY),
        (SettleObjection(payment=payment(name), counts=True), mediation.CLERK),
        (SettleObjection(payment=payment(name), counts=False), mediation.CLERK),
    )
)


_TURNS = (
    DisputeReferred,
    PlaceTaken,
    ConsentGiven,
    DeclineAssignment,
    DiscloseInterest,
    RequestRecusal,
    DecideRecusal,
    KeepMediator,
    RequestReplacement,
)
"""Who holds a case, and how it is asked for, have walks of their own."""


def as_elsewhere(reached: Reached, own: Collection[type[Message]]) -> Iterable[Sample]:
    """Yield what comes as in the walk of a mediation: all but a walk's own messages."""
    bodies = (*own, *_TURNS)
    yield from (sample for sample in CASE.samples(reached) if not isinstance(sample.body, bodies))
    if reached.state is not None:
        yield Sample(mediation.place("m01", 1))


def _may_come(reached: Reached) -> Iterable[Sample]:
    """Payments are of the day on which they are recorded."""
    yield from _BEFORE
    yield from as_elsewhere(reached, {type(sample.body) for sample in _BEFORE})
    today = local_day(reached.at)
    yield Sample(paid("part", 100_000, today), mediation.AGENT)
    yield Sample(paid("all", _SHORT_PLAN.total_fen, today), mediation.AGENT)
    yield Sample(paid(f"of {reached.at}", 1, today), mediation.AGENT)
    yield from _ABOUT


_NAMED = {payment("part"), payment("all")}


def _phase(state: Any) -> Hashable:
    plan = state.plan
    payments = frozenset(
        (one.payment, bool(one.counted_fen), one.disputed) for one in plan.payments if one.payment in _NAMED
    )
    return (
        (state.mediator, state.accepted, state.unasked, state.digest, frozenset(state.signed), state.end),
        (payments, plan.told, plan.performed, plan.defaulted),
    )


def _label(state: Any) -> str:
    if state is None:
        return ""
    if state.end is None:
        return "协议待签 agreement on the table" if state.digest is not None else "调解中 in mediation"
    if not state.plan.deadlines:
        return "无协议结束 ended without agreement"
    if state.plan.performed:
        return "已履行 performed"
    if state.plan.defaulted:
        return "违约 in default"
    return "逾期 instalment missed" if state.plan.told else "履行中 being performed"


PERFORMANCE = Walk(
    "协议履行 · the performance of an agreement",
    STREAM,
    mediation.CASE,
    EFFECT,
    _may_come,
    (_M1, mediation.CLERK, mediation.AGENT, mediation.PARTY),
    _phase,
    _label,
)


_BARRED = court.RULES.barred[FilingKind.CONFIRMATION]
_FITTING = tuple(one for one in DocumentType if one not in _BARRED)
_TO_COURT = (
    *(Sample(body) for body in (court.OPENED, court.EFFECTIVE, court.AGREED)),
    Sample(AgreementDefaulted(due_fen=1, open_fen=1, last_pay_by=court.LATER)),
    Sample(DefaultLifted(open_fen=0)),
    *(Sample(body, court.THE_COURT, court.COURT) for body in (court.docketed(), court.granted())),
    Sample(court.again(*_FITTING), court.CLERK),
    *(Sample(court.APPLY, actor) for actor in (court.AGENT, court.PARTY)),
)

ENFORCING = Walk(
    "违约之后 · what a default opens",
    court.STREAM,
    court.CASE,
    court.MON,
    lambda _: _TO_COURT,
    (court.CLERK, court.AGENT, court.PARTY),
    lambda state: (
        state.end,
        state.attempt,
        state.case_number,
        state.ruling,
        state.default is None,
        frozenset(state.applied),
    ),
    lambda state: (
        ""
        if state is None
        else "违约 in default"
        if state.default is not None
        else "已确认 confirmed"
        if state.ruling is not None
        else "未违约 not in default"
    ),
)
