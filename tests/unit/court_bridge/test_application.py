"""Confirmation is applied for by all parties, each itself, within the time. Source: CPL art 205."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.court_bridge.handlers import case_stream
from services.court_bridge.rules import BOOK
from shared.casework.protocol import Timed
from shared.casework.rulebook import RuleBook
from shared.contracts.agents import Agent, AgentsRecorded, Authority
from shared.contracts.court import (
    ConfirmationApplied,
    ConfirmationLapsed,
    ConfirmationRequested,
    ConfirmationTimeNear,
    FilingSubmitted,
)
from shared.contracts.envelope import Actor
from shared.contracts.kinds import DocumentType, FilingStatus, Party
from tests.support.spec import Given
from tests.unit.court_bridge.mother import (
    AGENT,
    AGREED,
    AGREED_IN_SUIT,
    APPLY,
    BINDING,
    C2,
    CASE,
    CLERK,
    COMPLETED,
    DAY_30,
    DAY_31,
    EFFECTIVE,
    FAILED,
    IN_SUIT,
    LATER,
    MON,
    NETWORK,
    OPENED,
    PARTY,
    REJECTED,
    again,
    confirming,
    filing,
    hear,
    joined,
    review,
    told,
)

GUARANTEED = OPENED.model_copy(update={"others": (Party("respondent-2"),)})
GUARANTOR = Actor(CASE, "respondent-2", "party")
LAWYER = Actor(CASE, "respondent.agent-1", "party")
NEAR = DAY_31 - timedelta(days=7)


def agreed(opened=OPENED, effective=EFFECTIVE) -> Given:
    return told(opened, effective, AGREED)


def kinds(case: Given) -> list[type]:
    return [type(one) for one in case.events]


def test_nothing_goes_to_the_court_until_every_party_has_applied():
    case = told(GUARANTEED, EFFECTIVE, AGREED)
    for actor, party in ((PARTY, Party.RESPONDENT), (AGENT, Party.APPLICANT)):
        case = hear(case, APPLY, actor=actor).then(ConfirmationRequested(party=party))
        hear(case, again(), actor=CLERK).then_refused("confirmation.not_joint")
    last = hear(case, APPLY, actor=GUARANTOR)
    assert kinds(last) == [ConfirmationRequested, ConfirmationApplied, FilingSubmitted]


def test_who_has_applied_applies_once():
    case = hear(agreed(), APPLY, actor=AGENT)
    hear(case, APPLY, actor=AGENT).then_nothing()
    hear(confirming(), APPLY, actor=PARTY).then_nothing()


@pytest.mark.parametrize(
    ("actor", "why"),
    [
        (CLERK, "actor.not_allowed"),
        (Actor("abc", "p-abc-1", "institution_agent"), "actor.not_allowed"),
        (Actor("sy1other", "", "party"), "actor.not_allowed"),
        (GUARANTOR, "actor.not_allowed"),
        (LAWYER, "agent.not_authorised"),
    ],
)
def test_nobody_applies_in_a_partys_place(actor, why):
    hear(agreed(), APPLY, actor=actor).then_refused(why)


@pytest.mark.parametrize("authority", list(Authority))
def test_an_agent_applies_with_special_authority_also_one_entrusted_after_the_agreement(authority):
    agent = Agent(party=Party.RESPONDENT, number=1, authority=authority)
    case = hear(agreed(), AgentsRecorded(agents=(agent,)))
    done = hear(case, APPLY, actor=LAWYER)
    if authority is Authority.SPECIAL:
        done.then(ConfirmationRequested(party=Party.RESPONDENT))
    else:
        done.then_refused("agent.not_authorised")


def test_there_must_be_an_agreement_of_before_docketing():
    hear(told(OPENED), APPLY, actor=AGENT).then_refused("mediation.not_ended")
    hear(told(OPENED, FAILED), APPLY, actor=AGENT).then_refused("confirmation.no_agreement")
    hear(told(IN_SUIT, EFFECTIVE, AGREED_IN_SUIT), APPLY, actor=AGENT).then_refused(
        "confirmation.no_agreement"
    )


@pytest.mark.parametrize("effective", [EFFECTIVE, BINDING], ids=["complete", "not complete"])
@pytest.mark.parametrize("applied", [(), (AGENT,), (AGENT, PARTY)], ids=["nobody", "one", "all"])
def test_what_is_not_with_the_court_alarms_before_the_time_is_over_and_lapses_with_it(effective, applied):
    case = agreed(effective=effective)
    for actor in applied:
        case = hear(case, APPLY, at=MON, actor=actor)
    over = Given(case.stream, case.state, CASE).until(DAY_31 + timedelta(days=200))
    if len(applied) == 2 and effective is EFFECTIVE:
        over.then_nothing()
        return
    lacking = tuple(
        party
        for actor, party in ((AGENT, Party.APPLICANT), (PARTY, Party.RESPONDENT))
        if actor not in applied
    )
    over.then(
        Timed(
            NEAR,
            ConfirmationTimeNear(
                organisation="people-mediation",
                institution="ccb",
                apply_by=DAY_31,
                complete=effective is EFFECTIVE,
                lacking=lacking,
            ),
        ),
        Timed(DAY_31, ConfirmationLapsed(apply_by=DAY_31, rules_version=BOOK.current)),
    )


def test_on_day_30_it_is_in_time_and_on_day_31_it_is_late_for_everybody():
    one = hear(agreed(), APPLY, actor=AGENT)
    assert filing(hear(one, APPLY, at=DAY_30, actor=PARTY))
    late = hear(one, APPLY, at=DAY_31, actor=PARTY)
    assert [type(one) for one in late.events][:2] == [ConfirmationTimeNear, ConfirmationLapsed]
    hear(late, APPLY, at=DAY_31, actor=PARTY).then_refused("confirmation.late")
    hear(late, again(), at=DAY_31, actor=CLERK).then_refused("confirmation.late")


def test_a_seal_that_comes_after_the_time_brings_nothing_back():
    over = joined(agreed(effective=BINDING)).until(DAY_31)
    hear(over, COMPLETED, at=DAY_31 + timedelta(days=1)).then_nothing()


def test_what_the_court_turned_down_alarms_and_lapses_as_if_it_had_not_been_filed():
    down = hear(confirming(), review(REJECTED))
    assert kinds(down.until(DAY_31))[-2:] == [ConfirmationTimeNear, ConfirmationLapsed]
    again_ = hear(down, again(DocumentType.AGREEMENT), actor=CLERK)
    assert filing(again_).filing == C2
    assert kinds(again_.until(DAY_31)) == []


def test_what_is_turned_down_after_the_time_lapses_then_and_not_before():
    at = DAY_31 + timedelta(days=3)
    down = hear(confirming(), review(FilingStatus.CANCELLED), at=at)
    over = down.until(at)
    assert [(one.at, type(one.event)) for one in over.new] == [
        (at, ConfirmationTimeNear),
        (at, ConfirmationLapsed),
    ]


def test_under_the_rules_of_before_the_platform_applies_and_no_time_is_watched():
    before = RuleBook(BOOK.versions, "court-2026.1")
    case = Given(case_stream(NETWORK, before), None, CASE)
    for body in (OPENED, BINDING, AGREED):
        case = hear(case, body, at=MON)
    case.until(DAY_31).then_nothing()
    assert kinds(hear(case, COMPLETED)) == [ConfirmationApplied, FilingSubmitted]
    hear(case, APPLY, actor=AGENT).then_nothing()


def test_a_case_keeps_the_number_of_days_under_which_it_began():
    wider = replace(BOOK.now, version="city-1", confirmation_near_days=20)
    stream = case_stream(NETWORK, RuleBook({**BOOK.versions, wider.version: wider}, wider.version))
    old = Given(stream, agreed().state, CASE).until(DAY_31)
    assert old.new[0].at == NEAR
    new = Given(stream, None, CASE)
    for body in (OPENED, EFFECTIVE, AGREED):
        new = hear(new, body, at=MON)
    assert Given(stream, new.state, CASE).until(DAY_31).new[0].at == DAY_31 - timedelta(days=20)


def test_the_mediator_who_signs_late_but_in_time_completes_what_all_applied_for():
    waiting = joined(agreed(effective=BINDING))
    assert kinds(hear(waiting, COMPLETED, at=LATER)) == [ConfirmationApplied, FilingSubmitted]
