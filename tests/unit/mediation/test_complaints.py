"""A party complains of a mediator, the court decides, and the roster carries out what follows."""

import pytest

from shared.casework.protocol import Timed
from shared.contracts.complaints import (
    ComplainOfMediator,
    ComplaintDecided,
    ComplaintGround,
    DecideComplaint,
    Measure,
    MediatorComplainedOf,
)
from shared.contracts.envelope import Actor
from shared.contracts.kinds import End, Party
from shared.contracts.mediation import PlaceFreed, PlaceTaken
from shared.contracts.rosters import (
    MediatorRemoved,
    MediatorResumed,
    MediatorSuspended,
    RemovalGround,
    ResumeMediator,
    RosterChanged,
    SuspendMediator,
    SuspensionGround,
)
from tests.support.spec import Given, given
from tests.unit.mediation.mother import (
    AGENT,
    ASSIGNED,
    CASE,
    CLERK,
    HELD,
    MON,
    ORGANISATION,
    PARTY,
    REFERRED,
    TUE,
    at,
    ended,
    made,
    mediator,
    over,
    request,
    requested,
)

STREAM = made().case
COURT = Actor("court", "p-court-1", "court_clerk")
WED = at(3, 4)
FORCED = ComplainOfMediator(breach=ComplaintGround.COERCION, mediator="m01")
FILED = MediatorComplainedOf(
    complaint=1, mediator="m01", party=Party.RESPONDENT, breach=ComplaintGround.COERCION
)


def decided(measure: Measure, who: str = "m01") -> ComplaintDecided:
    return ComplaintDecided(
        organisation=ORGANISATION,
        case=CASE,
        complaint=1,
        mediator=who,
        breach=ComplaintGround.COERCION,
        upheld=measure is not Measure.NONE,
        measure=measure,
    )


# The case ---------------------------------------------------------------------------------------


def test_a_party_complains_of_its_mediator_once_for_each_ground():
    run = given(STREAM, *HELD).when(FORCED, at=WED, actor=PARTY).then(FILED)
    run.when(FORCED, at=WED, actor=PARTY).then_nothing()
    run.when(ComplainOfMediator(breach=ComplaintGround.COERCION), at=WED, actor=PARTY).then_nothing()
    other = run.when(ComplainOfMediator(breach=ComplaintGround.FAVOURS), at=WED, actor=PARTY)
    other.then(FILED.model_copy(update={"complaint": 2, "breach": ComplaintGround.FAVOURS}))
    run.when(FORCED, at=WED, actor=AGENT).then(
        FILED.model_copy(update={"complaint": 2, "party": Party.APPLICANT})
    )


def test_who_left_the_case_is_complained_of_as_well_and_so_after_the_end():
    past = (*HELD, Timed(TUE, requested(2, "m01")), Timed(TUE, ended(End.OTHER)))
    given(STREAM, *past).when(FORCED, at=WED, actor=PARTY).then(FILED)


def test_nobody_complains_of_a_stranger_or_for_somebody_else():
    stranger = FORCED.model_copy(update={"mediator": "m02"})
    given(STREAM, *HELD).when(stranger, at=WED, actor=PARTY).then_refused("complaint.stranger")
    given(STREAM, *REFERRED).when(FORCED, at=WED, actor=PARTY).then_refused("complaint.stranger")
    nobody = ComplainOfMediator(breach=ComplaintGround.COERCION)
    given(STREAM, *REFERRED).when(nobody, at=WED, actor=PARTY).then_refused("complaint.stranger")
    given(STREAM, *ASSIGNED).when(FORCED, at=WED, actor=mediator()).then_refused("actor.not_allowed")


def test_the_court_decides_each_complaint_once():
    run = given(STREAM, *HELD, Timed(WED, FILED))
    decide = DecideComplaint(complaint=1, upheld=True, measure=Measure.WARNED)
    after = run.when(decide, at=WED, actor=COURT).then(decided(Measure.WARNED))
    after.when(decide, at=WED, actor=COURT).then_refused("complaint.none")
    run.when(decide.model_copy(update={"complaint": 2}), at=WED, actor=COURT).then_refused("complaint.none")
    run.when(decide, at=WED, actor=CLERK).then_refused("actor.not_allowed")
    after.when(FORCED, at=WED, actor=PARTY).then(FILED.model_copy(update={"complaint": 2}))


@pytest.mark.parametrize(("upheld", "measure"), [(True, Measure.NONE), (False, Measure.WARNED)])
def test_a_measure_goes_with_a_complaint_that_is_true_and_with_no_other(upheld, measure):
    run = given(STREAM, *HELD, Timed(WED, FILED))
    decide = DecideComplaint(complaint=1, upheld=upheld, measure=measure)
    run.when(decide, at=WED, actor=COURT).then_refused("complaint.measure")


# The roster -------------------------------------------------------------------------------------


def roster() -> Given:
    run = given(made({"id": "m01", "capacity": 1}, {"id": "m02", "capacity": 1}).roster, subject=ORGANISATION)
    return run.when(request("a"), at=MON)


def test_a_warning_and_a_complaint_that_is_not_true_change_no_roster():
    roster().when(decided(Measure.WARNED), at=WED).then_nothing()
    roster().when(decided(Measure.NONE), at=WED).then_nothing()
    roster().when(decided(Measure.REMOVED, "m77"), at=WED).then_nothing()


def test_who_is_suspended_gets_no_case_until_resumed():
    run = roster().when(decided(Measure.SUSPENDED, "m02"), at=WED)
    run.then(
        MediatorSuspended(mediator="m02", ground=SuspensionGround.COMPLAINT),
        RosterChanged(listed=(), left=("m02",)),
    )
    run.when(decided(Measure.SUSPENDED, "m02"), at=WED).then_nothing()
    waits = run.when(request("b"), at=WED)
    assert not any(isinstance(event, PlaceTaken) for event in waits.events)
    back = waits.when(ResumeMediator(mediator="m02"), at=WED, actor=CLERK)
    assert [event.case for event in back.events if isinstance(event, PlaceTaken)] == ["b"]


def test_who_is_dismissed_leaves_at_once_or_with_the_last_case():
    free = roster().when(decided(Measure.REMOVED, "m02"), at=WED)
    assert free.events[0] == MediatorRemoved(mediator="m02", ground=RemovalGround.DISMISSED)
    holds = roster().when(decided(Measure.REMOVED), at=WED)
    assert holds.events[0] == MediatorSuspended(mediator="m01", ground=SuspensionGround.DISMISSAL)
    holds.when(over("a", "m01"), at=WED).then(
        PlaceFreed(case="a", mediator="m01"),
        MediatorRemoved(mediator="m01", ground=RemovalGround.DISMISSED),
    )


def test_only_the_court_takes_a_dismissal_back():
    holds = roster().when(decided(Measure.REMOVED), at=WED)
    resume = ResumeMediator(mediator="m01")
    holds.when(resume, at=WED, actor=CLERK).then_refused("mediator.dismissed")
    again = SuspendMediator(mediator="m01", ground=SuspensionGround.LEAVE)
    holds.when(again, at=WED, actor=CLERK).then_refused("mediator.dismissed")
    holds.when(decided(Measure.SUSPENDED), at=WED).then_nothing()
    assert holds.when(resume, at=WED, actor=COURT).events[0] == MediatorResumed(mediator="m01")
