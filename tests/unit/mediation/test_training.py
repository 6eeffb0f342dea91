"""A training lists a mediator for some years: an alarm before its end, a suspension at it."""

from datetime import date, datetime, timedelta

import pytest

from shared.casework.calendar import SHANGHAI
from shared.casework.protocol import Timed
from shared.contracts.kinds import Cause
from shared.contracts.mediation import PlaceTaken
from shared.contracts.rosters import (
    AddMediator,
    ChangeMediator,
    MediatorAdded,
    MediatorResumed,
    MediatorSuspended,
    ResumeMediator,
    RosterChanged,
    SuspensionGround,
    TrainingDueSoon,
)
from tests.support.spec import Given, given
from tests.unit.mediation.mother import CLERK, MON, ORGANISATION, made, request

STREAM = made({"id": "m01", "capacity": 1}).roster
JANUARY = date(2026, 1, 5)
END = datetime(2028, 1, 6, tzinfo=SHANGHAI)
"""Two years after the training: 5 January is the last day."""
ALARM = END - timedelta(days=30)
SUSPENDED = MediatorSuspended(mediator="m99", ground=SuspensionGround.TRAINING_DUE)
SOON = TrainingDueSoon(mediator="m99", trained_on=JANUARY, trained_until=END)


def add(trained_on: date | None = JANUARY, id: str = "m99") -> AddMediator:
    return AddMediator(
        mediator=id,
        shown_as="调解员新",
        specialities=tuple(Cause),
        weight=1,
        capacity=9,
        trained_on=trained_on,
    )


def roster(*added: AddMediator, at: datetime = MON) -> Given:
    run = given(STREAM, subject=ORGANISATION)
    for one in added or (add(),):
        run = run.when(one, at=at, actor=CLERK)
    return run


def test_the_end_of_a_training_is_told_once_and_suspends_once():
    run = roster().until(END + timedelta(days=900))
    run.then(Timed(ALARM, SOON), Timed(END, SUSPENDED))
    run.until(END + timedelta(days=2000)).then_nothing()
    assert run.state.mediators.suspended == {"m99": SuspensionGround.TRAINING_DUE}


def test_who_is_suspended_for_training_gets_no_case_and_those_of_the_network_file_go_on():
    run = roster().until(END).when(request("a"), at=END)
    assert [one.mediator for one in run.events if isinstance(one, PlaceTaken)] == ["m01"]
    waits = run.when(request("b"), at=END)
    assert not any(isinstance(one, PlaceTaken) for one in waits.events)


def test_who_is_trained_again_is_listed_again_from_the_level_of_the_others():
    run = roster().until(END).when(request("a"), at=END).when(request("b"), at=END)
    again = ChangeMediator(mediator="m99", trained_on=date(2028, 1, 4))
    resumed = run.when(again, at=END, actor=CLERK)
    assert [type(one) for one in resumed.events[1:3]] == [MediatorResumed, RosterChanged]
    assert [one.case for one in resumed.events if isinstance(one, PlaceTaken)] == ["b"]
    later = resumed.until(datetime(2030, 1, 1, tzinfo=SHANGHAI))
    assert [type(timed.event) for timed in later.new] == [TrainingDueSoon]


def test_a_training_in_time_moves_the_end_and_is_told_anew():
    run = roster().until(ALARM)
    run = run.when(
        ChangeMediator(mediator="m99", trained_on=date(2027, 12, 20)),
        at=ALARM + timedelta(days=20),
        actor=CLERK,
    )
    later = run.until(datetime(2029, 12, 1, tzinfo=SHANGHAI))
    assert [type(timed.event) for timed in later.new] == [TrainingDueSoon]
    assert later.state.mediators.suspended == {}


def test_a_training_that_ends_soon_is_told_with_the_entry():
    soon = add(date(2024, 3, 10))
    added, told = roster(soon).events[:2]
    assert isinstance(added, MediatorAdded)
    assert isinstance(told, TrainingDueSoon)
    assert told.trained_until == datetime(2026, 3, 11, tzinfo=SHANGHAI)


def test_a_training_on_a_leap_day_ends_with_february():
    run = roster(add(date(2024, 2, 29)), at=datetime(2024, 3, 4, tzinfo=SHANGHAI))
    run = run.until(datetime(2027, 1, 1, tzinfo=SHANGHAI))
    assert run.new[-1] == Timed(datetime(2026, 3, 1, tzinfo=SHANGHAI), SUSPENDED)


@pytest.mark.parametrize("day", [date(2024, 3, 1), date(2020, 1, 1)])
def test_a_training_that_is_over_lists_nobody(day):
    run = given(STREAM, subject=ORGANISATION)
    run.when(add(day), at=MON, actor=CLERK).then_refused("mediator.training_expired")
    assert run.when(add(date(2024, 3, 2)), at=MON, actor=CLERK).events


def test_a_training_that_is_over_is_not_just_resumed():
    run = roster().until(END)
    run.when(ResumeMediator(mediator="m99"), at=END, actor=CLERK).then_refused("mediator.training_expired")


def test_of_several_each_is_suspended_at_its_own_end():
    run = roster(add(), add(date(2026, 2, 2), "m98")).until(datetime(2029, 1, 1, tzinfo=SHANGHAI))
    ends = [
        (timed.at.date(), timed.event.mediator)
        for timed in run.new
        if isinstance(timed.event, MediatorSuspended)
    ]
    assert ends == [(date(2028, 1, 6), "m99"), (date(2028, 2, 3), "m98")]
