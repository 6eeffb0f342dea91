"""Nobody is out of reach by mere assertion: an attempt is on record first."""

import pytest

from shared.casework.protocol import Timed
from shared.contracts.envelope import Actor
from shared.contracts.kinds import ContactMeans, End, Party
from shared.contracts.mediation import EndMediation
from shared.contracts.parties import ContactRecorded, RecordContact
from shared.contracts.privacy import ContactDataOpened, ReadContactData
from tests.support.spec import given
from tests.unit.mediation.mother import (
    AGENT,
    ASKED,
    ASSIGNED,
    CLERK,
    HELD,
    MON,
    OPENED,
    PARTY,
    TUE,
    ended,
    made,
    mediator,
)

CASE = made().case
OTHER_CLERK = Actor("banking-mediation", "p-banking-1", "organisation_clerk")
UNREACHABLE = EndMediation(end=End.UNREACHABLE)


def sought(reached: bool = False, party: Party = Party.RESPONDENT) -> RecordContact:
    return RecordContact(party=party, means=ContactMeans.PHONE, reached=reached)


def test_an_attempt_that_failed_is_the_ground_of_the_end():
    tried = given(CASE, *ASKED).when(sought(), at=TUE, actor=mediator())
    tried.then(ContactRecorded(party=Party.RESPONDENT, means=ContactMeans.PHONE, reached=False))
    tried.when(UNREACHABLE, at=TUE, actor=mediator()).then(ended(End.UNREACHABLE))


def test_without_an_attempt_nobody_is_out_of_reach():
    given(CASE, *ASKED).when(UNREACHABLE, at=TUE, actor=mediator()).then_refused("end.not_sought")


def test_who_answered_in_the_end_is_in_reach():
    tried = given(CASE, *ASKED).when(sought(), at=TUE, actor=mediator())
    answered = tried.when(sought(reached=True), at=TUE, actor=CLERK)
    answered.when(UNREACHABLE, at=TUE, actor=mediator()).then_refused("end.not_sought")


def test_every_attempt_is_recorded_however_often():
    tried = given(CASE, *ASKED).when(sought(), at=TUE, actor=mediator())
    again = tried.when(sought(), at=TUE, actor=mediator())
    assert len(again.events) == 1
    assert again.state.unreached == (Party.RESPONDENT,)


def test_a_case_of_an_earlier_version_keeps_the_mediators_word():
    opened = Timed(MON, OPENED.model_copy(update={"rules_version": "mediation-2026.1"}))
    given(CASE, opened, *HELD[1:]).when(UNREACHABLE, at=TUE, actor=mediator()).then(ended(End.UNREACHABLE))


@pytest.mark.parametrize(
    ("past", "command", "actor", "reason"),
    [
        (ASKED, sought(party=Party.RESPONDENT_2), mediator(), "contact.no_party"),
        (ASSIGNED, sought(), mediator(), "assignment.not_accepted"),
        (ASKED, sought(), mediator("m02"), "assignment.not_held"),
        (ASKED, sought(), AGENT, "actor.not_allowed"),
        (ASKED, sought(), PARTY, "actor.not_allowed"),
        (
            ASKED,
            sought(),
            Actor("banking-mediation", "p-banking-1", "organisation_clerk"),
            "actor.not_allowed",
        ),
    ],
)
def test_what_is_no_contact_of_this_case(past, command, actor, reason):
    given(CASE, *past).when(command, at=TUE, actor=actor).then_refused(reason)


def test_whoever_mediates_may_reach_the_parties_and_each_time_is_recorded():
    asked = given(CASE, *ASKED).when(ReadContactData(), at=TUE, actor=mediator(), id="c-7")
    asked.then(ContactDataOpened(reader="people-mediation/m01/mediator", reading="c-7"))
    assert asked.state == given(CASE, *ASKED).state


@pytest.mark.parametrize(
    ("past", "actor", "reason"),
    [
        (ASKED, mediator("m02"), "assignment.not_held"),
        (ASKED, CLERK, "actor.not_allowed"),
        (ASKED, PARTY, "actor.not_allowed"),
        (ASSIGNED, mediator(), "assignment.not_accepted"),
        ((*ASKED, Timed(TUE, ended(End.OTHER))), mediator(), "case.closed"),
    ],
)
def test_nobody_else_and_not_before_or_after_it(past, actor, reason):
    given(CASE, *past).when(ReadContactData(), at=TUE, actor=actor).then_refused(reason)
