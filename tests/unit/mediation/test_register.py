"""Who stands on a roster is said by events above the network file."""

from datetime import date

import pytest

from services.mediation.roster import Roster
from shared.contracts.envelope import Actor
from shared.contracts.kinds import Cause, Language
from shared.contracts.mediation import PlaceTaken
from shared.contracts.message import Command
from shared.contracts.rosters import (
    AddMediator,
    ChangeMediator,
    Listed,
    MediatorAdded,
    MediatorChanged,
    MediatorEntry,
    MediatorRemoved,
    MediatorResumed,
    MediatorSuspended,
    RemovalGround,
    RemoveMediator,
    ResumeMediator,
    RosterChanged,
    SuspendMediator,
    SuspensionGround,
)
from tests.support.spec import Given, given
from tests.unit.mediation.mother import CLERK, MON, ORGANISATION, TUE, made, mediator, over, request

COURT = Actor("court", "p-court-1", "court_clerk")
NEW = AddMediator(
    mediator="m09",
    shown_as="调解员新",
    specialities=(Cause.LOAN,),
    weight=1,
    capacity=2,
    trained_on=date(2026, 2, 1),
    languages=(Language.MANDARIN, Language.CANTONESE),
    interests=("ccb",),
)
ENTRY = MediatorEntry(**dict(NEW), trained=True)


def roster(*mediators: dict) -> Given:
    return given(made(*(mediators or ({"id": "m01", "capacity": 1},))).roster, subject=ORGANISATION)


def listed(id: str, capacity: int = 2, started: int = 0) -> Listed:
    return Listed(mediator=id, weight=1, capacity=capacity, started=started)


def does(run: Given, *commands: Command, actor: Actor = CLERK) -> Given:
    for command in commands:
        run = run.when(command, at=MON, actor=actor)
    return run


def test_who_is_added_serves_the_cases_that_wait():
    run = roster()
    for case in "ab":
        run = run.when(request(case, cause=Cause.LOAN), at=MON)
    run = does(run, NEW)
    added, changed, taken = run.events
    assert added == MediatorAdded(entry=ENTRY)
    assert changed == RosterChanged(listed=(listed("m09", started=1),))
    assert isinstance(taken, PlaceTaken)
    assert (taken.case, taken.mediator) == ("b", "m09")
    does(run, NEW).then_nothing()


def test_the_court_keeps_the_register_as_well_and_no_other_organisation_does():
    assert does(roster(), NEW, actor=COURT).events[0] == MediatorAdded(entry=ENTRY)
    does(roster(), NEW, actor=Actor("another", "p-1", "organisation_clerk")).then_refused("actor.not_allowed")
    does(roster(), NEW, actor=mediator("m01")).then_refused("actor.not_allowed")


def test_who_is_not_trained_is_registered_and_given_nothing_until_trained():
    untrained = NEW.model_copy(update={"trained_on": None})
    run = does(roster(), untrained)
    run = run.when(request("a", 1, "m01", cause=Cause.LOAN), at=MON)
    assert not [event for event in run.events if isinstance(event, PlaceTaken)]
    run = does(run, ChangeMediator(mediator="m09", trained_on=date(2026, 3, 1)))
    assert [(e.case, e.mediator) for e in run.events if isinstance(e, PlaceTaken)] == [("a", "m09")]


def test_a_training_that_is_still_to_come_is_refused():
    ahead = NEW.model_copy(update={"trained_on": date(2026, 3, 3)})
    does(roster(), ahead).then_refused("mediator.training_ahead")
    roster().when(ahead, at=TUE, actor=CLERK)


def test_an_id_means_one_person_for_ever():
    does(roster(), NEW.model_copy(update={"mediator": "m01"})).then_refused("mediator.id_taken")
    run = does(roster(), NEW, RemoveMediator(mediator="m09", ground=RemovalGround.RESIGNED))
    does(run, NEW).then_refused("mediator.id_taken")


def test_a_change_says_the_whole_entry_and_stands_above_the_network_file():
    run = does(roster(), ChangeMediator(mediator="m01", capacity=3, interests=("ccb",)))
    (said, changed) = run.events
    assert isinstance(said, MediatorChanged)
    assert (said.entry.capacity, said.entry.weight, said.entry.interests) == (3, 1, ("ccb",))
    assert isinstance(changed, RosterChanged)
    does(run, ChangeMediator(mediator="m01", capacity=3)).then_nothing()
    does(run, ChangeMediator(mediator="m01")).then_nothing()
    later = given(made({"id": "m01", "capacity": 9}).roster, subject=ORGANISATION)
    later.state = run.state
    does(later, ChangeMediator(mediator="m01", capacity=3)).then_nothing()


def test_interests_are_replaced_or_taken_out_altogether():
    run = does(roster(), NEW, ChangeMediator(mediator="m09", interests=("abc",)))
    assert run.state.mediators.entries["m09"].interests == ("abc",)
    run = does(run, ChangeMediator(mediator="m09", no_interests=True))
    assert run.state.mediators.entries["m09"].interests == ()


def test_who_is_suspended_keeps_the_cases_and_is_given_no_more():
    suspend = SuspendMediator(mediator="m01", ground=SuspensionGround.LEAVE)
    run = roster({"id": "m01", "capacity": 9}).when(request("a"), at=MON)
    run = does(run, suspend).then(
        MediatorSuspended(mediator="m01", ground=SuspensionGround.LEAVE),
        RosterChanged(listed=(), left=("m01",)),
    )
    does(run, suspend).then_nothing()
    assert run.state.held["m01"] == {"a": 1}
    run = run.when(request("b"), at=MON)
    assert list(run.state.waiting) == ["b"]
    run = does(run, ResumeMediator(mediator="m01"))
    resumed, changed, taken = run.events
    assert resumed == MediatorResumed(mediator="m01")
    assert isinstance(changed, RosterChanged)
    assert isinstance(taken, PlaceTaken)
    does(run, ResumeMediator(mediator="m01")).then_nothing()


def test_who_comes_back_from_a_suspension_makes_up_for_nothing():
    run = roster({"id": "m01"}, {"id": "m02"})
    run = does(run, SuspendMediator(mediator="m01", ground=SuspensionGround.LEAVE))
    for number in range(20):
        run = run.when(request(f"a{number}"), at=MON)
    run = does(run, ResumeMediator(mediator="m01"))
    for number in range(20):
        run = run.when(request(f"b{number}"), at=MON)
    assert len(run.state.held["m01"]) == 10


def test_who_holds_a_case_is_not_removed():
    remove = RemoveMediator(mediator="m01", ground=RemovalGround.RESIGNED)
    run = roster().when(request("a"), at=MON)
    does(run, remove).then_refused("mediator.holds_cases")
    run = does(run.when(over("a", "m01"), at=MON), remove)
    assert run.events[0] == MediatorRemoved(mediator="m01", ground=RemovalGround.RESIGNED)
    does(run, remove).then_nothing()
    does(run, ResumeMediator(mediator="m01")).then_refused("mediator.unknown")


@pytest.mark.parametrize(
    "command",
    [
        ChangeMediator(mediator="m77", weight=2),
        SuspendMediator(mediator="m77", ground=SuspensionGround.OTHER),
        ResumeMediator(mediator="m77"),
        RemoveMediator(mediator="m77", ground=RemovalGround.OTHER),
    ],
    ids=lambda command: type(command).__name__,
)
def test_nobody_changes_a_stranger(command):
    does(roster(), command).then_refused("mediator.unknown")


def test_a_roster_of_events_survives_storage_and_gives_the_same_seats():
    run = does(roster(), NEW, SuspendMediator(mediator="m01", ground=SuspensionGround.LEAVE))
    again = given(run.stream, subject=ORGANISATION)
    again.state = Roster.model_validate_json(run.state.model_dump_json())
    assert again.state == run.state
    asks = request("a", cause=Cause.LOAN)
    assert again.when(asks, at=MON).events == run.when(asks, at=MON).events
