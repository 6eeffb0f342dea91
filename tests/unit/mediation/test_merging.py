"""A mediation of a dispute that came twice ends without following, and is reopened where that was wrong."""

from datetime import timedelta

import pytest

from services.mediation.case import Mediation
from services.mediation.handlers import handlers
from shared.casework.calendar import library_calendar
from shared.contracts.clocks import (
    AgreeExtension,
    PauseGround,
    PauseMediation,
    PeriodPaused,
    ProposeExtension,
)
from shared.contracts.common import CommandRefused
from shared.contracts.duplicates import MediationReopened
from shared.contracts.kinds import DeclineReason, End, LeaveReason
from shared.contracts.mediation import (
    AcceptAssignment,
    AssignmentAccepted,
    DeclineAssignment,
    DesignationRequested,
    EndMediation,
    MediationEnded,
)
from shared.contracts.parties import LeaveMediation
from tests.support.duplicate_walks import OTHER, merged, undone
from tests.support.spec import Given, given
from tests.unit.mediation.mother import (
    AGENT,
    ASSIGNED,
    CASE,
    CHOOSING,
    CLERK,
    DRAFTED,
    HELD,
    MON,
    PARTY,
    REFERRED,
    TUE,
    ended,
    made,
    mediator,
    network,
    place,
    referral,
    requested,
)

STREAM = made().case
MERGED, UNDONE = merged(CASE, OTHER), undone(CASE, OTHER)
WEEKS_LATER = TUE + timedelta(days=45)


def held(past: tuple = HELD) -> Given:
    return given(STREAM, *past, subject=CASE)


@pytest.mark.parametrize("past", [REFERRED, ASSIGNED, HELD, DRAFTED])
def test_a_merged_dispute_is_mediated_no_more_and_its_end_names_the_kept_one(past) -> None:
    who = None if past is REFERRED else "m01"
    end = ended(End.OTHER, who).model_copy(update={"merged_into": OTHER})
    held(past).when(MERGED, at=TUE).then(end)


def test_what_is_over_stays_as_it_ended() -> None:
    over = held().when(LeaveMediation(reason=LeaveReason.PAID), at=TUE, actor=AGENT)
    over.when(MERGED, at=TUE).then_nothing()
    over.when(MERGED, at=TUE).when(UNDONE, at=TUE).then_nothing()


def test_a_dispute_that_never_came_to_mediation_is_merged_without_it() -> None:
    given(STREAM, subject=CASE).when(MERGED, at=TUE).then_nothing()


@pytest.mark.parametrize(
    ("command", "actor"),
    [
        (LeaveMediation(reason=LeaveReason.UNWILLING), PARTY),
        (EndMediation(end=End.PARTY_UNWILLING), CLERK),
    ],
)
def test_whoever_acts_on_it_is_told_where_it_goes_on(command, actor) -> None:
    (event,) = held().when(MERGED, at=TUE).when(command, at=TUE, actor=actor).events
    assert isinstance(event, CommandRefused)
    assert event.reason == "case.merged"
    assert OTHER in event.detail


def test_undone_it_is_open_again_and_asks_for_a_mediator() -> None:
    back = held().when(MERGED, at=TUE).when(UNDONE, at=MON)
    back.then(MediationReopened(organisation="people-mediation", left_days=30), requested(2))
    assert isinstance(back.state, Mediation)
    assert (back.state.end, back.state.mediator, back.state.round) == (None, None, 2)


def test_its_period_runs_anew_from_the_next_acceptance() -> None:
    back = held().when(MERGED, at=TUE).when(UNDONE, at=WEEKS_LATER).when(place("m02", 2), at=WEEKS_LATER)
    (event,) = back.when(AcceptAssignment(), at=WEEKS_LATER, actor=mediator("m02")).events
    assert isinstance(event, AssignmentAccepted)
    assert event.due_at is not None
    assert event.due_at > WEEKS_LATER + timedelta(days=29)


@pytest.mark.parametrize("used", [0, 10, 29])
def test_the_days_that_were_used_before_the_merge_stay_used(used: int) -> None:
    merged_at = TUE + timedelta(days=used)
    back = held().when(MERGED, at=merged_at).when(UNDONE, at=WEEKS_LATER)
    reopened = next(one for one in back.events if isinstance(one, MediationReopened))
    assert reopened.left_days == 30 - used
    taken = back.when(place("m02", 2), at=WEEKS_LATER).when(
        AcceptAssignment(), at=WEEKS_LATER, actor=mediator("m02")
    )
    (event,) = taken.events
    assert isinstance(event, AssignmentAccepted)
    assert event.limit_days == 30 - used
    calendar = library_calendar()
    assert event.due_at == calendar.after_days(WEEKS_LATER, 30 - used).at
    over = taken.until(event.due_at)
    assert [(one.at, type(one.event)) for one in over.new] == [(event.due_at, MediationEnded)]


def test_what_was_paused_when_it_was_merged_has_the_days_that_were_left_then() -> None:
    five_days = TUE + timedelta(days=5)
    appraisal = PauseMediation(ground=PauseGround.APPRAISAL)
    paused = held().when(appraisal, at=five_days, actor=mediator())
    back = paused.when(MERGED, at=TUE + timedelta(days=20)).when(UNDONE, at=WEEKS_LATER)
    assert back.events[0] == MediationReopened(organisation="people-mediation", left_days=25)


def test_an_extension_that_all_agreed_to_counts_after_the_merge_too() -> None:
    longer = (
        held()
        .when(ProposeExtension(days=10), at=TUE, actor=AGENT)
        .when(AgreeExtension(days=10), at=TUE, actor=PARTY)
    )
    back = longer.when(MERGED, at=TUE + timedelta(days=5)).when(UNDONE, at=WEEKS_LATER)
    assert back.events[0] == MediationReopened(organisation="people-mediation", left_days=35)


def test_merged_twice_it_has_no_day_more() -> None:
    back = held().when(MERGED, at=TUE + timedelta(days=10)).when(UNDONE, at=WEEKS_LATER)
    again = back.when(MERGED, at=WEEKS_LATER).when(UNDONE, at=WEEKS_LATER + timedelta(days=30))
    assert again.events[0] == MediationReopened(organisation="people-mediation", left_days=20)


def test_who_declined_it_is_not_asked_again() -> None:
    declined = given(STREAM, *ASSIGNED, subject=CASE).when(
        DeclineAssignment(reason=DeclineReason.NOT_MY_FIELD), at=MON, actor=mediator("m01")
    )
    back = declined.when(MERGED, at=TUE).when(UNDONE, at=TUE)
    assert back.events[1].model_dump()["excluded"] == ("m01",)


def test_every_message_twice_ends_and_reopens_it_once() -> None:
    once = held().when(MERGED, at=TUE)
    once.when(MERGED, at=TUE).then_nothing()
    back = once.when(UNDONE, at=TUE)
    back.when(UNDONE, at=TUE).then_nothing()
    assert [type(one) for one in once.events] == [MediationEnded]


def test_undone_it_is_neither_paused_nor_longer_than_any_that_begins() -> None:
    appraisal = PauseGround.APPRAISAL
    paused = held().when(PauseMediation(ground=appraisal), at=TUE, actor=mediator())
    back = paused.when(MERGED, at=TUE).when(UNDONE, at=WEEKS_LATER).when(place("m02", 2), at=WEEKS_LATER)
    again = back.when(AcceptAssignment(), at=WEEKS_LATER, actor=mediator("m02"))
    five_days = WEEKS_LATER + timedelta(days=5)
    (*_, stopped) = again.when(PauseMediation(ground=appraisal), at=five_days, actor=mediator("m02")).events
    assert stopped == PeriodPaused(ground=appraisal, left_days=25)


def test_undone_after_a_choice_that_was_under_way_the_time_to_designate_begins_anew() -> None:
    stream = handlers(network(), CHOOSING).case
    chosen = given(stream, subject=CASE).when(referral(), at=MON).when(MERGED, at=TUE)
    (_, asked) = chosen.when(UNDONE, at=WEEKS_LATER).events[-2:]
    assert isinstance(asked, DesignationRequested)
    assert asked.designate_by is not None
    assert asked.designate_by > WEEKS_LATER
