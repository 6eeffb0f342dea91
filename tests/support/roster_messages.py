"""What a roster hears of a case beside requests and ends, for its walk."""

from shared.contracts.co_mediators import CoMediatorRequested, PresidingChosen, TeamGround
from shared.contracts.complaints import ComplaintDecided, ComplaintGround, Measure
from shared.contracts.kinds import Cause
from shared.contracts.transfers import CaseTransferred, TransferGround
from tests.unit.mediation import mother as mediation


def asks_for_second(case: str) -> CoMediatorRequested:
    return CoMediatorRequested(
        organisation=mediation.ORGANISATION,
        case=case,
        round=1,
        cause=Cause.CREDIT_CARD,
        excluded=(),
        team_ground=TeamGround.ASKED,
    )


def decided(case: str, measure: Measure) -> ComplaintDecided:
    return ComplaintDecided(
        organisation=mediation.ORGANISATION,
        case=case,
        complaint=1,
        mediator="m01",
        breach=ComplaintGround.COERCION,
        upheld=True,
        measure=measure,
    )


def passes(case: str) -> CaseTransferred:
    return CaseTransferred(
        organisation=mediation.ORGANISATION,
        case=case,
        round=1,
        receiver=mediation.OTHER,
        ground=TransferGround.COURT,
    )


def exchanges(case: str) -> PresidingChosen:
    return PresidingChosen(organisation=mediation.ORGANISATION, case=case, mediator="m01", beside="m02")
