"""How a case is explored that passes from one organisation to another."""

from collections.abc import Hashable, Iterable

from services.mediation.case import Mediation
from services.mediation.handlers import handlers
from shared.contracts.envelope import Actor
from shared.contracts.kinds import Cause, End, Way
from shared.contracts.mediation import AcceptAssignment, DesignationQueued, EndMediation, PlaceTaken
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
    handlers(_TWO).case,
    mediation.CASE,
    mediation.MON,
    _may_come,
    (COURT, Actor(mediation.OTHER, "p-1", "organisation_clerk")),
    _phase,
    _label,
)
