"""The court suspends an organisation: it takes no case, its queue passes on, and its shares stay."""

import pytest

from services.mediation.handlers import handlers
from shared.contracts.envelope import Actor
from shared.contracts.kinds import Cause
from shared.contracts.mediation import DesignationQueued, PlaceFreed, PlaceTaken
from shared.contracts.rosters import (
    ChangeMediator,
    OrganisationGround,
    OrganisationResumed,
    OrganisationSuspended,
    ResumeOrganisation,
    RosterChanged,
    SuspendOrganisation,
)
from tests.support.spec import Given, given
from tests.unit.mediation.mother import CLERK, MON, ORGANISATION, made, over, request, two_organisations

STREAM = made({"id": "m01", "capacity": 1}, {"id": "m02", "capacity": 1}).roster
COURT = Actor("court", "p-court-1", "court_clerk")
SUSPEND = SuspendOrganisation(ground=OrganisationGround.ASSESSMENT)


def roster(*bodies: object) -> Given:
    run = given(STREAM, subject=ORGANISATION)
    for body in bodies:
        run = run.when(body, at=MON)
    return run


def takes(run: Given) -> list[tuple[str, str]]:
    return [(one.case, one.mediator) for one in run.events if isinstance(one, PlaceTaken)]


def queued(case: str, waiting: int, cause: Cause = Cause.CREDIT_CARD) -> DesignationQueued:
    return DesignationQueued(case=case, round=1, cause=cause, excluded=(), waiting=waiting, eligible=0)


def test_each_case_that_waits_is_told_that_nobody_may_take_it():
    run = roster(*map(request, "abcd")).when(SUSPEND, at=MON, actor=COURT)
    run.then(OrganisationSuspended(ground=OrganisationGround.ASSESSMENT), queued("c", 2), queued("d", 2))
    run.when(SUSPEND, at=MON, actor=COURT).then_nothing()


def test_a_suspended_organisation_gives_no_seat_and_keeps_those_it_gave():
    run = roster(request("a"), request("b")).when(SUSPEND, at=MON, actor=COURT)
    waits = run.when(request("c"), at=MON).then(queued("c", 1))
    waits.when(over("a", "m01"), at=MON).then(PlaceFreed(case="a", mediator="m01"))
    assert run.state.holder("b") == "m02"


def test_a_resumed_organisation_serves_who_waits_from_the_level_where_it_was():
    run = roster(request("a")).when(SUSPEND, at=MON, actor=COURT).when(request("c"), at=MON)
    back = run.when(ResumeOrganisation(), at=MON, actor=COURT)
    back.then(OrganisationResumed(), back.events[1])
    assert takes(back) == [("c", "m02")]
    assert (back.state.terms, back.state.started) == (run.state.terms, {})
    back.when(ResumeOrganisation(), at=MON, actor=COURT).then_refused("organisation.takes_cases")


def test_what_changed_meanwhile_holds_from_the_resumption_on():
    run = roster(request("a"), request("b")).when(SUSPEND, at=MON, actor=COURT).when(request("c"), at=MON)
    changed = run.when(ChangeMediator(mediator="m01", capacity=2), at=MON, actor=CLERK)
    assert len(changed.events) == 1
    back = changed.when(ResumeOrganisation(), at=MON, actor=COURT)
    assert [type(one) for one in back.events] == [OrganisationResumed, RosterChanged, PlaceTaken]


@pytest.mark.parametrize("body", [SUSPEND, ResumeOrganisation()], ids=repr)
def test_only_the_court_suspends_and_resumes(body):
    roster().when(body, at=MON, actor=CLERK).then_refused("actor.not_allowed")


def test_an_organisation_starts_with_taking_cases_and_another_one_is_not_touched():
    both = handlers(two_organisations(({"id": "m01"},), ({"id": "m11"},)))
    run = given(both.roster, subject=ORGANISATION).when(SUSPEND, at=MON, actor=COURT)
    other = Given(both.roster, run.state.__class__(), "banking-mediation").when(request("a"), at=MON)
    assert takes(other) == [("a", "m11")]
