"""How a case is explored that passes to another organisation, and one that two mediators mediate."""

from collections.abc import Hashable, Iterable

from services.mediation.case import Mediation
from services.mediation.handlers import handlers
from shared.contracts.co_mediators import ChoosePresiding
from shared.contracts.envelope import Actor
from shared.contracts.kinds import Cause, DeclineReason, End, Party, Tier, Way
from shared.contracts.mediation import (
    AcceptAssignment,
    DeclineAssignment,
    DesignationQueued,
    EndMediation,
    PlaceTaken,
)
from shared.contracts.recusal import (
    DecideRecusal,
    DiscloseInterest,
    InterestGround,
    KeepMediator,
    RequestRecusal,
    RequestReplacement,
)
from shared.contracts.transfers import TransferCase
from tests.support.explore import Reached, Sample, Walk
from tests.unit.mediation import mother as mediation

COURT = Actor("court", "p-court-1", "court_clerk")
_TWO = mediation.two_organisations(({"id": "m01"},), ({"id": "m11"},))


def _queued(round: int, eligible: int) -> DesignationQueued:
    return DesignationQueued(
        case=mediation.CASE,
        round=round,
        cause=Cause.CREDIT_CARD,
        excluded=(),
        waiting=1,
        eligible=eligible,
    )


_TRANSFER_SAMPLES = (
    Sample(mediation.referral(way=Way.APPLIED)),
    *(Sample(_queued(round, eligible)) for round in (1, 2) for eligible in (0, 1)),
    Sample(mediation.place("m01", 1)),
    Sample(mediation.place("m11", 2)),
    Sample(AcceptAssignment(), mediation.mediator("m01")),
    Sample(AcceptAssignment(), mediation.mediator("m11", mediation.OTHER)),
    *(Sample(TransferCase(receiver=to), COURT) for to in (mediation.OTHER, mediation.ORGANISATION)),
    *(
        Sample(EndMediation(end=End.OTHER), Actor(organisation, "p-1", "organisation_clerk"))
        for organisation in (mediation.OTHER, mediation.ORGANISATION)
    ),
)


def _may_come(reached: Reached) -> Iterable[Sample]:
    known = reached.state is not None
    return (one for one in _TRANSFER_SAMPLES if known or not isinstance(one.body, PlaceTaken))


def _phase(state: Mediation) -> Hashable:
    standing = (state.mediator, state.accepted, state.end is None, state.designate_by is None)
    return (state.organisation, min(len(state.left), 2), min(state.round, 3), standing)


def _label(state: Mediation | None) -> str:
    if state is None:
        return ""
    if state.end is not None:
        return "已结束 over"
    where = "已移转 at another organisation" if state.left else "原组织 at the first organisation"
    return where if state.mediator is None else f"{where}，有调解员 with a mediator"


TRANSFER = Walk(
    "移转调解组织 · a mediation that passes to another organisation",
    handlers(_TWO, mediation.QUIET).case,
    mediation.CASE,
    mediation.MON,
    _may_come,
    (COURT, Actor(mediation.OTHER, "p-1", "organisation_clerk")),
    _phase,
    _label,
)


# A second mediator ------------------------------------------------------------------------------

_M1, _M2 = mediation.mediator("m01"), mediation.mediator("m02")
_GROUND = InterestGround.OTHER_RELATION


def _second(who: str, round: int) -> PlaceTaken:
    return mediation.place(who, round).model_copy(update={"second": True})


_TEAM_SAMPLES = (
    Sample(mediation.referral(tier=Tier.COMPLEX, consents=(Party.APPLICANT,))),
    Sample(mediation.place("m01", 1)),
    Sample(_second("m02", 1)),
    Sample(AcceptAssignment(), _M1),
    Sample(AcceptAssignment(), _M2),
    Sample(DeclineAssignment(reason=DeclineReason.NOT_MY_FIELD), _M2),
    Sample(DiscloseInterest(ground=_GROUND), _M2),
    *(
        Sample(body, actor)
        for mediator in (None, "m02")
        for body, actor in (
            (RequestRecusal(ground=_GROUND, mediator=mediator), mediation.PARTY),
            (KeepMediator(mediator=mediator), mediation.PARTY),
            (DecideRecusal(recused=True, mediator=mediator), mediation.CLERK),
            (RequestReplacement(mediator=mediator), mediation.PARTY),
        )
    ),
    *(Sample(ChoosePresiding(mediator="m02"), actor) for actor in (mediation.PARTY, mediation.AGENT)),
    Sample(EndMediation(end=End.OTHER), _M1),
)


def _team_may_come(reached: Reached) -> Iterable[Sample]:
    known = reached.state is not None
    return (one for one in _TEAM_SAMPLES if known or not isinstance(one.body, PlaceTaken))


def _team_phase(state: Mediation) -> Hashable:
    co = state.co
    one = (state.mediator, state.accepted, state.end is None)
    return one, (co.mediator, co.accepted, co.asked, min(co.round, 2), co.recusal is not None)


def _team_label(state: Mediation | None) -> str:
    if state is None:
        return ""
    if state.end is not None:
        return "已结束 over"
    presides = "有人主持 one presides" if state.accepted else "无人主持 nobody presides yet"
    if state.co.mediator is None:
        return presides
    beside = "协同调解 another beside" if state.co.accepted else "已指定协同 another designated"
    return f"{presides}，{beside}"


TEAM = Walk(
    "两人调解 · a mediation by two mediators",
    mediation.made().case,
    mediation.CASE,
    mediation.MON,
    _team_may_come,
    (_M2, mediation.PARTY),
    _team_phase,
    _team_label,
)
