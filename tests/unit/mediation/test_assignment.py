"""Designation, acceptance, decline and silence. Source: 法释〔2021〕23号 arts 10, 12."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from shared.casework.protocol import Timed
from shared.contracts.envelope import Actor
from shared.contracts.kinds import DeclineReason, End
from shared.contracts.mediation import (
    AcceptAssignment,
    AssignmentAccepted,
    AssignmentDeclined,
    AssignmentLapsed,
    DeclineAssignment,
    DesignationDropped,
    DesignationOverdue,
    EndMediation,
    MediationEnded,
    MediatorDesignated,
    PlaceTaken,
)
from tests.support.spec import given
from tests.unit.mediation.mother import (
    ACCEPTED,
    ANSWER_BY,
    ASSIGNED,
    CASE,
    CLERK,
    DESIGNATE_BY,
    DUE,
    HELD,
    MON,
    ORGANISATION,
    REFERRED,
    TUE,
    at,
    designated,
    ended,
    made,
    mediator,
    place,
    requested,
)

STREAM = made().case
DECLINE = DeclineAssignment(reason=DeclineReason.CONFLICT_OF_INTEREST)


def dropped(who: str = "m01", round: int = 1) -> DesignationDropped:
    return DesignationDropped(organisation=ORGANISATION, case=CASE, mediator=who, round=round)


def declined(who: str = "m01", round: int = 1) -> AssignmentDeclined:
    return AssignmentDeclined(
        organisation=ORGANISATION, case=CASE, mediator=who, round=round, reason="conflict_of_interest"
    )


SECOND_BY = at(3, 12, 0)
"""Three working days after Friday, the day on which the first answer is late."""


def overdue(round: int, by: datetime) -> DesignationOverdue:
    return DesignationOverdue(organisation=ORGANISATION, round=round, designate_by=by)


def lapsed(who: str = "m01", round: int = 1) -> AssignmentLapsed:
    return AssignmentLapsed(organisation=ORGANISATION, case=CASE, mediator=who, round=round)


def test_a_place_designates_the_mediator_who_has_three_working_days():
    given(STREAM, *REFERRED).when(place(), at=MON).then(designated())


def test_the_answer_is_counted_across_the_spring_festival_and_its_make_up_days():
    # Friday 2026-02-13; Saturday 14 is a make-up day, work begins again on Tuesday 24 February.
    made_on = at(2, 13)
    event = given(STREAM, *REFERRED).when(place(), at=made_on).events[0]
    assert isinstance(event, MediatorDesignated)
    assert event.answer_by == at(2, 26, 0)


def test_the_same_place_again_changes_nothing():
    given(STREAM, *ASSIGNED).when(place(), at=TUE).then_nothing()


def test_a_second_place_goes_back_to_the_roster():
    given(STREAM, *ASSIGNED).when(place("m02"), at=TUE).then(dropped("m02"))


def test_a_place_of_another_round_goes_back():
    given(STREAM, *REFERRED).when(place(round=2), at=TUE).then(dropped(round=2))


def test_a_place_with_an_excluded_mediator_goes_back_and_the_case_asks_again():
    past = (*ASSIGNED, Timed(TUE, declined()), Timed(TUE, requested(2, "m01")))
    given(STREAM, *past).when(place(round=2), at=TUE).then(
        dropped(round=2), requested(3, "m01", by=at(3, 7, 0))
    )


def test_a_place_for_an_ended_case_goes_back():
    given(STREAM, *REFERRED, Timed(MON, ended(End.OTHER, None))).when(place(), at=TUE).then(dropped())


def test_a_place_that_comes_late_is_taken_all_the_same():
    late = given(STREAM, *REFERRED).when(place(), at=DUE)
    assert [type(event) for event in late.events] == [DesignationOverdue, MediatorDesignated]


def test_a_place_for_a_case_that_never_asked_is_a_fault():
    with pytest.raises(LookupError):
        given(STREAM).when(place(), at=MON)


def test_the_designated_mediator_accepts():
    given(STREAM, *ASSIGNED).when(AcceptAssignment(), at=TUE, actor=mediator()).then(ACCEPTED)


def test_accepting_twice_changes_nothing():
    given(STREAM, *HELD).when(AcceptAssignment(), at=TUE, actor=mediator()).then_nothing()


@pytest.mark.parametrize("body", [AcceptAssignment(), DECLINE])
@pytest.mark.parametrize(
    "actor",
    [
        mediator("m02"),
        mediator("m01", "banking-mediation"),
        Actor(ORGANISATION, "", "mediator"),
    ],
    ids=["another mediator", "another organisation", "nobody"],
)
def test_only_the_designated_mediator_answers(body, actor):
    given(STREAM, *ASSIGNED).when(body, at=TUE, actor=actor).then_refused("assignment.not_held")


@pytest.mark.parametrize("body", [AcceptAssignment(), DECLINE])
def test_only_a_mediator_answers(body):
    clerk = Actor(ORGANISATION, "m01", "organisation_clerk")
    given(STREAM, *ASSIGNED).when(body, at=TUE, actor=clerk).then_refused("actor.not_allowed")


def test_nobody_holds_a_case_that_has_no_mediator_yet():
    given(STREAM, *REFERRED).when(AcceptAssignment(), at=TUE, actor=mediator()).then_refused(
        "assignment.not_held"
    )


def test_a_decline_asks_for_another_mediator():
    given(STREAM, *ASSIGNED).when(DECLINE, at=TUE, actor=mediator()).then(
        declined(), requested(2, "m01", by=at(3, 7, 0))
    )


def test_having_no_time_is_no_ground_to_decline():
    no_time = DeclineAssignment(reason=DeclineReason.NO_CAPACITY)
    given(STREAM, *ASSIGNED).when(no_time, at=TUE, actor=mediator()).then_refused("decline.no_ground")
    given(STREAM, *HELD).when(no_time, at=TUE, actor=mediator()).then_refused("assignment.already_accepted")


def test_declining_twice_changes_nothing():
    past = (*ASSIGNED, Timed(TUE, declined()), Timed(TUE, requested(2, "m01")))
    given(STREAM, *past).when(DECLINE, at=TUE, actor=mediator()).then_nothing()


def test_who_has_accepted_no_longer_declines():
    given(STREAM, *HELD).when(DECLINE, at=TUE, actor=mediator()).then_refused("assignment.already_accepted")


def test_silence_lapses_on_the_due_day_whenever_we_look():
    given(STREAM, *ASSIGNED).until(at(3, 20)).then(
        Timed(ANSWER_BY, lapsed()),
        Timed(ANSWER_BY, requested(2, "m01", by=SECOND_BY)),
        Timed(SECOND_BY, overdue(2, SECOND_BY)),
    )


def test_an_answer_at_the_last_minute_counts_and_a_minute_later_does_not():
    last = given(STREAM, *ASSIGNED).when(AcceptAssignment(), at=at(3, 5, 23, 59), actor=mediator())
    assert [type(event) for event in last.events] == [AssignmentAccepted]
    late = given(STREAM, *ASSIGNED).when(AcceptAssignment(), at=ANSWER_BY, actor=mediator())
    assert [type(event).__name__ for event in late.events] == [
        "AssignmentLapsed",
        "DesignationRequested",
        "CommandRefused",
    ]


def test_advancing_twice_lapses_once():
    given(STREAM, *ASSIGNED).until(at(3, 20)).until(at(3, 20)).then_nothing()


def test_an_accepted_assignment_does_not_lapse():
    given(STREAM, *HELD).until(at(3, 20)).then_nothing()


def test_the_next_round_excludes_all_earlier_mediators():
    second = (
        *ASSIGNED,
        Timed(TUE, declined()),
        Timed(TUE, requested(2, "m01")),
        Timed(TUE, designated("m02", 2)),
    )
    given(STREAM, *second).until(ANSWER_BY).then(lapsed("m02", 2), requested(3, "m01", "m02", by=SECOND_BY))


def test_an_answer_that_is_due_with_the_period_of_a_case_of_before_ends_with_it():
    state = given(STREAM, *REFERRED, Timed(at(3, 30), designated(by=DUE))).state.but(due_at=DUE)
    assert [timed.event for timed in STREAM.advance(state, DUE)] == [ended(End.EXPIRED)]


def test_the_next_timer_is_the_nearest_of_designation_answer_and_period():
    assert STREAM.due is not None
    assert STREAM.due(given(STREAM, *REFERRED).state) == DESIGNATE_BY
    assert STREAM.due(given(STREAM, *ASSIGNED).state) == ANSWER_BY
    assert STREAM.due(given(STREAM, *HELD).state) == DUE
    assert STREAM.due(given(STREAM, *HELD, Timed(TUE, ended(End.OTHER))).state) is None


STEPS = st.lists(
    st.tuples(
        st.integers(0, 5 * 24),
        st.one_of(
            st.builds(place, st.sampled_from(["m01", "m02", "m03"]), st.integers(1, 3)),
            st.just(AcceptAssignment()),
            st.just(DECLINE),
            st.builds(EndMediation, end=st.just(End.OTHER)),
        ),
        st.sampled_from(["m01", "m02", "m03"]),
    ),
    max_size=12,
)


@examples(STEPS)
def test_there_are_never_two_holders_and_every_other_place_goes_back(steps):
    """What the roster counts as taken is exactly what the case holds."""
    now, run = MON, given(STREAM, *REFERRED)
    given_once: set[tuple[str, int]] = set()
    taken: set[tuple[str, int]] = set()
    for hours, body, who in steps:
        now += timedelta(hours=hours)
        if isinstance(body, PlaceTaken):
            if body.round > run.state.round:
                continue  # a roster answers what it was asked
            taken |= {(body.mediator, body.round)} - given_once
            given_once |= taken
        actor = CLERK if isinstance(body, EndMediation) else mediator(who)
        run = run.when(body, at=now, actor=actor)
        for event in run.events:
            if isinstance(event, AssignmentDeclined | AssignmentLapsed | DesignationDropped):
                taken.discard((event.mediator, event.round))
            if isinstance(event, MediationEnded):
                taken.discard((event.mediator, run.state.round))
        holds = run.state.end is None and run.state.mediator is not None
        assert taken == ({(run.state.mediator, run.state.round)} if holds else set())
        assert run.state.mediator not in run.state.excluded
