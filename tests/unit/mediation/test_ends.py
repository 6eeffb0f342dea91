"""The eight coded ends, and what comes after one. Source: 法释〔2021〕23号 arts 24, 25."""

import pytest

from shared.casework.protocol import Timed
from shared.contracts.agreements import DraftAgreement, SealAgreement, SignAgreement
from shared.contracts.envelope import Actor
from shared.contracts.intake import GiveConsent
from shared.contracts.kinds import ContactMeans, DeclineReason, End, Party
from shared.contracts.mediation import AcceptAssignment, DeclineAssignment, EndMediation
from shared.contracts.parties import ContactRecorded
from tests.support.spec import given
from tests.unit.mediation.mother import (
    AGENT,
    ASSIGNED,
    CLERK,
    DRAFTED,
    DUE,
    HELD,
    REFERRED,
    TEXT,
    TUE,
    at,
    ended,
    made,
    mediator,
)

STREAM = made().case
BY_PEOPLE = [end for end in End if end not in (End.AGREEMENT, End.EXPIRED, End.SETTLED_OR_WITHDRAWN)]


@pytest.mark.parametrize("actor", [mediator(), CLERK], ids=["mediator", "clerk"])
@pytest.mark.parametrize("end", BY_PEOPLE)
def test_each_of_the_ends_that_people_bring_about_ends_the_mediation(end, actor):
    sought = ContactRecorded(party=Party.RESPONDENT, means=ContactMeans.PHONE, reached=False)
    past = (*DRAFTED, Timed(TUE, sought))
    given(STREAM, *past).when(EndMediation(end=end), at=TUE, actor=actor).then(ended(end))


@pytest.mark.parametrize("past", [HELD, DRAFTED], ids=["held", "drafted"])
def test_a_period_that_still_runs_has_not_expired(past):
    given(STREAM, *past).when(EndMediation(end=End.EXPIRED), at=TUE, actor=mediator()).then_refused(
        "end.period_runs"
    )


@pytest.mark.parametrize("actor", [mediator(), CLERK], ids=["mediator", "clerk"])
@pytest.mark.parametrize("past", [REFERRED, HELD, DRAFTED], ids=["referred", "held", "drafted"])
def test_a_withdrawal_is_the_applicants_own_act_and_nobody_elses_word(past, actor):
    if past is REFERRED and actor.role == "mediator":
        actor = CLERK
    given(STREAM, *past).when(EndMediation(end=End.SETTLED_OR_WITHDRAWN), at=TUE, actor=actor).then_refused(
        "end.by_the_applicant"
    )


def test_nobody_refuses_to_sign_what_was_not_drafted():
    given(STREAM, *HELD).when(EndMediation(end=End.REFUSED_TO_SIGN), at=TUE, actor=mediator()).then_refused(
        "end.nothing_to_sign"
    )


def test_a_clerk_ends_a_case_that_nobody_holds():
    given(STREAM, *REFERRED).when(EndMediation(end=End.OTHER), at=TUE, actor=CLERK).then(
        ended(End.OTHER, None)
    )


def test_an_agreement_is_not_declared_by_command():
    given(STREAM, *DRAFTED).when(EndMediation(end=End.AGREEMENT), at=TUE, actor=mediator()).then_refused(
        "agreement.not_in_force"
    )


@pytest.mark.parametrize(
    ("actor", "reason"),
    [
        (mediator("m02"), "assignment.not_held"),
        (Actor("banking-mediation", "p-banking-1", "organisation_clerk"), "actor.not_allowed"),
        (AGENT, "actor.not_allowed"),
    ],
)
def test_who_may_not_end_a_mediation(actor, reason):
    given(STREAM, *HELD).when(EndMediation(end=End.OTHER), at=TUE, actor=actor).then_refused(reason)


def test_a_mediator_accepts_before_ending():
    given(STREAM, *ASSIGNED).when(EndMediation(end=End.OTHER), at=TUE, actor=mediator()).then_refused(
        "assignment.not_accepted"
    )


def test_the_same_end_again_changes_nothing():
    past = (*HELD, Timed(TUE, ended(End.OTHER)))
    given(STREAM, *past).when(EndMediation(end=End.OTHER), at=TUE, actor=mediator()).then_nothing()


AFTER = [
    (AcceptAssignment(), mediator()),
    (DeclineAssignment(reason=DeclineReason.OTHER), mediator()),
    (DraftAgreement(digest=TEXT, amount_fen=1), mediator()),
    (SignAgreement(party=Party.APPLICANT, digest=TEXT), AGENT),
    (SealAgreement(digest=TEXT), CLERK),
    (EndMediation(end=End.UNREACHABLE), CLERK),
]


@pytest.mark.parametrize(("body", "actor"), AFTER)
def test_after_the_end_everything_is_refused(body, actor):
    past = (*DRAFTED, Timed(TUE, ended(End.OTHER)))
    given(STREAM, *past).when(body, at=TUE, actor=actor).then_refused("case.closed")


def test_the_period_ends_the_mediation_at_its_own_instant_whenever_we_look():
    given(STREAM, *HELD).until(at(9, 1)).then(Timed(DUE, ended(End.EXPIRED)))


def test_the_last_day_still_counts():
    given(STREAM, *HELD).until(at(4, 1, 23, 59)).then_nothing()


def test_after_the_period_nothing_is_due_any_more():
    given(STREAM, *HELD).until(at(9, 1)).until(at(12, 1)).then_nothing()


@pytest.mark.parametrize(("body", "actor"), AFTER)
def test_a_command_about_no_case_is_refused(body, actor):
    given(STREAM).when(body, at=TUE, actor=actor).then_refused("case.unknown")


def test_a_command_of_another_service_is_refused():
    given(STREAM, *HELD).when(GiveConsent(party=Party.APPLICANT), at=TUE, actor=AGENT).then_refused(
        "command.unexpected"
    )
