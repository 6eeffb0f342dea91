"""The period's clock: longer where all agree, stopped while an appraisal runs, right to the day.

Source: 法释〔2021〕23号 arts 24, 26; 民事诉讼法 (2023) art 85.
"""

from datetime import timedelta

import pytest

from services.mediation.case.clock import UNTOUCHED
from services.mediation.case.pause import paused, resumed
from services.mediation.rules import CASE_RULES, Context
from shared.casework.calendar import library_calendar
from shared.casework.guards import Facts
from shared.casework.protocol import Timed
from shared.contracts import mediation as say
from shared.contracts.clocks import (
    AgreeExtension,
    ExtensionAgreed,
    ExtensionProposed,
    ExtensionRefused,
    PauseGround,
    PauseMediation,
    PeriodExtended,
    PeriodPaused,
    PeriodResumed,
    ProposeExtension,
    RefuseExtension,
    ResumeMediation,
)
from shared.contracts.envelope import Actor
from shared.contracts.kinds import End, LeaveReason, Party, Procedure, Way
from shared.contracts.mediation import AcceptAssignment
from shared.contracts.parties import LeaveMediation
from shared.contracts.recusal import RequestReplacement
from tests.support.spec import Given, given
from tests.unit.mediation.mother import (
    AGENT,
    ASKED,
    ASSIGNED,
    CASE,
    CLERK,
    DUE,
    HELD,
    MON,
    OPENED,
    PARTY,
    TUE,
    at,
    ended,
    made,
    mediator,
    place,
)

STREAM = made().case
LIBRARY = library_calendar()
CONTEXT = Context(CASE_RULES, LIBRARY, {}, {})
M1, M2 = mediator("m01"), mediator("m02")
APPRAISAL, CHECK = PauseGround.APPRAISAL, PauseGround.FALSE_MEDIATION_CHECK
PAUSE, RESUME = PauseMediation(ground=APPRAISAL), ResumeMediation(ground=APPRAISAL)
TEN = ProposeExtension(days=10)
LONGER = PeriodExtended(days=10, limit_days=40, due_at=at(4, 14, 0))
"""Ten days more: Sunday 12 April rolls to Monday."""


def held() -> Given:
    return given(STREAM, *HELD)


def extended() -> Given:
    return held().when(TEN, at=TUE, actor=AGENT).when(AgreeExtension(days=10), at=TUE, actor=PARTY)


# Longer -----------------------------------------------------------------------------------------


def test_a_period_is_longer_once_every_party_has_agreed():
    asked = held().when(TEN, at=at(3, 9), actor=M1).then(ExtensionProposed(days=10))
    one = asked.when(AgreeExtension(days=10), at=at(3, 10), actor=AGENT)
    one.then(ExtensionAgreed(party=Party.APPLICANT, days=10))
    one.when(AgreeExtension(days=10), at=at(3, 11), actor=PARTY).then(
        ExtensionAgreed(party=Party.RESPONDENT, days=10), LONGER
    )


def test_who_proposes_has_agreed():
    asked = held().when(TEN, at=TUE, actor=PARTY).then(ExtensionProposed(days=10, party=Party.RESPONDENT))
    asked.when(AgreeExtension(days=10), at=TUE, actor=AGENT).then(
        ExtensionAgreed(party=Party.APPLICANT, days=10), LONGER
    )


def test_who_proposes_the_same_agrees():
    asked = held().when(TEN, at=TUE, actor=PARTY).when(TEN, at=TUE, actor=AGENT)
    assert asked.events == [ExtensionAgreed(party=Party.APPLICANT, days=10), LONGER]


def test_a_longer_period_ends_at_its_new_end():
    long = extended()
    long.until(DUE + timedelta(days=2)).then_nothing()
    long.until(at(9, 1)).then(Timed(at(4, 14, 0), ended(End.EXPIRED)))


def test_without_the_last_agreement_the_period_ends_as_it_would_have():
    held().when(TEN, at=TUE, actor=AGENT).until(at(9, 1)).then(Timed(DUE, ended(End.EXPIRED)))


def test_a_guarantor_has_to_agree_too():
    opened = ASSIGNED[0].event
    assert isinstance(opened, say.MediationOpened)
    three = opened.model_copy(
        update={"others": (Party.RESPONDENT_2,), "consents": (*opened.consents, Party.RESPONDENT_2)}
    )
    case = given(STREAM, Timed(ASSIGNED[0].at, three), *HELD[1:]).when(TEN, at=TUE, actor=AGENT)
    two = case.when(AgreeExtension(days=10), at=TUE, actor=PARTY)
    two.then(ExtensionAgreed(party=Party.RESPONDENT, days=10))
    guarantor = Actor(CASE, "respondent-2", "party")
    all_ = two.when(AgreeExtension(days=10), at=TUE, actor=guarantor)
    all_.then(ExtensionAgreed(party=Party.RESPONDENT_2, days=10), LONGER)


def test_one_refusal_takes_the_proposal_off_and_leaves_the_period():
    off = held().when(TEN, at=TUE, actor=M1).when(RefuseExtension(), at=TUE, actor=PARTY)
    off.then(ExtensionRefused(party=Party.RESPONDENT, days=10))
    off.when(AgreeExtension(days=10), at=TUE, actor=AGENT).then_refused("extension.none")
    off.when(RefuseExtension(), at=TUE, actor=PARTY).then_nothing()
    off.when(TEN, at=TUE, actor=AGENT).then(ExtensionProposed(days=10, party=Party.APPLICANT))
    assert off.state.due_at == DUE


def test_another_proposal_takes_the_place_of_the_first_with_what_was_agreed():
    first = held().when(TEN, at=TUE, actor=M1).when(AgreeExtension(days=10), at=TUE, actor=PARTY)
    other = first.when(ProposeExtension(days=20), at=TUE, actor=AGENT)
    other.when(AgreeExtension(days=10), at=TUE, actor=PARTY).then_refused("extension.other_days")
    agreed = other.when(AgreeExtension(days=20), at=TUE, actor=PARTY)
    assert [type(event) for event in agreed.events] == [ExtensionAgreed, PeriodExtended]


def test_an_extension_may_follow_another_of_the_same_length():
    again = extended().when(TEN, at=TUE, actor=AGENT)
    again.then(ExtensionProposed(days=10, party=Party.APPLICANT))
    (_, event) = again.when(AgreeExtension(days=10), at=TUE, actor=PARTY).events
    assert event == PeriodExtended(days=10, limit_days=50, due_at=at(4, 23, 0))


@pytest.mark.parametrize(
    ("body", "actor"), [(TEN, AGENT), (AgreeExtension(days=10), PARTY)], ids=["proposed", "agreed"]
)
def test_what_is_said_twice_changes_nothing(body, actor):
    asked = held().when(TEN, at=TUE, actor=AGENT)
    said = asked if body is TEN else asked.when(body, at=TUE, actor=actor)
    said.when(body, at=TUE, actor=actor).then_nothing()


def test_one_extension_is_for_no_more_than_the_rules_say():
    most = ProposeExtension(days=30)
    held().when(most, at=TUE, actor=M1).then(ExtensionProposed(days=30))
    held().when(ProposeExtension(days=31), at=TUE, actor=M1).then_refused("extension.too_long")


def test_a_case_under_earlier_rules_is_extended_as_its_parties_agree():
    opened = ASSIGNED[0].event.model_copy(update={"rules_version": "mediation-2026.2"})
    case = given(STREAM, Timed(ASSIGNED[0].at, opened), *HELD[1:])
    case.when(ProposeExtension(days=90), at=TUE, actor=M1).then(ExtensionProposed(days=90))


@pytest.mark.parametrize(
    ("body", "actor", "reason"),
    [
        (TEN, M2, "assignment.not_held"),
        (TEN, Actor("abc", "p-1", "institution_agent"), "actor.not_allowed"),
        (TEN, CLERK, "actor.not_allowed"),
        (AgreeExtension(days=10), AGENT, "extension.none"),
        (RefuseExtension(), AGENT, "extension.none"),
        (AgreeExtension(days=10), M1, "actor.not_allowed"),
    ],
)
def test_who_may_not_and_what_is_not_there(body, actor, reason):
    held().when(body, at=TUE, actor=actor).then_refused(reason)


@pytest.mark.parametrize(("body", "actor"), [(TEN, AGENT), (PAUSE, CLERK)])
def test_before_the_acceptance_no_period_runs(body, actor):
    given(STREAM, *ASSIGNED).when(body, at=TUE, actor=actor).then_refused("period.not_begun")


# Stopped ----------------------------------------------------------------------------------------


def test_the_days_of_an_appraisal_are_not_counted():
    stopped = held().when(PAUSE, at=at(3, 13), actor=M1).then(PeriodPaused(ground=APPRAISAL, left_days=20))
    assert stopped.state.due_at is None
    goes_on = stopped.when(RESUME, at=at(3, 23), actor=M1)
    goes_on.then(PeriodResumed(ground=APPRAISAL, limit_days=20, due_at=at(4, 14, 0)))
    goes_on.until(at(9, 1)).then(Timed(at(4, 14, 0), ended(End.EXPIRED)))


def test_a_period_cannot_end_while_it_is_paused():
    held().when(PAUSE, at=at(3, 13), actor=M1).until(at(12, 1)).then_nothing()


def test_a_pause_within_one_day_costs_nothing():
    same = held().when(PAUSE, at=at(3, 13, 9), actor=M1).when(RESUME, at=at(3, 13, 23), actor=M1)
    assert same.state.due_at == DUE


def test_a_pause_over_midnight_is_a_day():
    same = held().when(PAUSE, at=at(3, 13, 23), actor=M1).when(RESUME, at=at(3, 14, 1), actor=M1)
    assert same.state.due_at == DUE + timedelta(days=1)


def test_on_the_last_day_there_is_still_a_day_to_stop():
    case = held().when(PAUSE, at=at(4, 2, 23), actor=M1).then(PeriodPaused(ground=APPRAISAL, left_days=0))
    back = case.when(RESUME, at=at(4, 8), actor=CLERK)
    back.then(PeriodResumed(ground=APPRAISAL, limit_days=0, due_at=at(4, 9, 0)))


def test_a_pause_that_holds_is_not_begun_again_and_what_runs_is_not_resumed():
    held().when(RESUME, at=TUE, actor=M1).then_nothing()
    held().when(PAUSE, at=TUE, actor=M1).when(PAUSE, at=at(3, 4), actor=M1).then_nothing()


def test_a_paused_period_becomes_longer_too():
    asked = held().when(PAUSE, at=at(3, 13), actor=M1).when(TEN, at=at(3, 14), actor=AGENT)
    longer = asked.when(AgreeExtension(days=10), at=at(3, 14), actor=PARTY)
    longer.then(ExtensionAgreed(party=Party.RESPONDENT, days=10), PeriodExtended(days=10))
    (event,) = longer.when(RESUME, at=at(3, 23), actor=M1).events
    assert event == PeriodResumed(ground=APPRAISAL, limit_days=30, due_at=at(4, 23, 0))


def test_a_check_for_false_mediation_is_no_command_of_the_mediator():
    held().when(PauseMediation(ground=CHECK), at=TUE, actor=M1).then_refused("pause.by_check")


def test_in_a_suit_an_appraisal_stops_no_clock_since_only_all_parties_make_that_time_longer():
    """Art 26 speaks of a mediation before docketing; in a suit the court has appraised."""
    opening = OPENED.model_copy(update={"way": Way.DOCKETED, "procedure": Procedure.SUMMARY})
    in_suit = given(STREAM, Timed(MON, opening), *HELD[1:])
    for actor in (M1, CLERK):
        in_suit.when(PAUSE, at=at(3, 4), actor=actor).then_refused("pause.in_suit")
    longer = in_suit.when(TEN, at=at(3, 4), actor=AGENT).when(
        AgreeExtension(days=10), at=at(3, 5), actor=PARTY
    )
    assert isinstance(longer.events[-1], PeriodExtended)


def test_of_two_grounds_the_last_lets_the_clock_go_on():
    stopped = held().when(PAUSE, at=at(3, 13), actor=M1)
    # Another act of the case says so of another ground, with what this room offers to it.
    (event,) = paused(stopped.state, CHECK, Facts(CONTEXT, at(3, 14), M1))
    assert event == PeriodPaused(ground=CHECK, left_days=20)
    both = Given(STREAM, STREAM.evolve(stopped.state, event, at(3, 14)), CASE)
    one = both.when(RESUME, at=at(3, 16), actor=M1).then(PeriodResumed(ground=APPRAISAL))
    assert (one.state.due_at, one.state.clock.pauses) == (None, (CHECK,))
    (last,) = resumed(one.state, CHECK, Facts(CONTEXT, at(3, 23), M1))
    assert last == PeriodResumed(ground=CHECK, limit_days=20, due_at=at(4, 14, 0))
    assert STREAM.evolve(one.state, last, at(3, 23)).due_at == at(4, 14, 0)


def test_what_no_period_has_is_neither_stopped_nor_resumed():
    state = given(STREAM, *ASSIGNED).state
    assert not [*paused(state, CHECK, Facts(CONTEXT, TUE, M1))]
    assert not [*resumed(held().state, CHECK, Facts(CONTEXT, TUE, M1))]


def test_nothing_is_paused_before_all_have_agreed_to_mediate():
    given(STREAM, *ASKED).when(PAUSE, at=TUE, actor=M1).then_refused("consent.missing")


@pytest.mark.parametrize("actor", [AGENT, PARTY], ids=lambda one: one.role)
def test_a_party_leaves_a_paused_mediation_all_the_same(actor):
    stopped = held().when(PAUSE, at=at(3, 13), actor=M1)
    left = stopped.when(LeaveMediation(reason=LeaveReason.UNWILLING), at=at(3, 14), actor=actor)
    assert left.state.end is End.PARTY_UNWILLING


def test_a_new_mediator_begins_no_new_period_in_a_pause():
    stopped = held().when(PAUSE, at=at(3, 13), actor=M1)
    again = stopped.when(RequestReplacement(), at=at(3, 14), actor=PARTY).when(place("m02", 2), at=at(3, 14))
    (accepted,) = again.when(AcceptAssignment(), at=at(3, 16), actor=M2).events
    assert accepted == say.AssignmentAccepted(mediator="m02")


def test_an_untouched_case_has_nothing_of_it_in_its_state():
    assert held().state.clock is UNTOUCHED


def test_a_clerk_of_another_organisation_stops_nothing():
    other = Actor("banking-mediation", "p-banking-1", "organisation_clerk")
    held().when(PAUSE, at=TUE, actor=other).then_refused("actor.not_allowed")
