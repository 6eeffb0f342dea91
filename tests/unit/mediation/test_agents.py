"""An agent speaks for its party as far as its authority goes (民事诉讼法 arts 61, 62)."""

import pytest

from shared.contracts.agents import Agent, AgentAppointed, AgentDismissed, AgentsRecorded, Authority
from shared.contracts.agreements import AgreementSigned, SignAgreement
from shared.contracts.envelope import SYSTEM, Actor
from shared.contracts.kinds import End, Language, LeaveReason, Party
from shared.contracts.message import Message
from shared.contracts.parties import LeaveMediation, PartyLeft
from shared.contracts.performance import Objection, ObjectRepayment, RepaymentDisputed
from shared.contracts.recusal import (
    AskForLanguage,
    InterestGround,
    LanguageAsked,
    RecusalRequested,
    RequestRecusal,
    RequestReplacement,
)
from tests.support.agreed import EFFECT, TERMS, after, digest, on, payment, signed_once
from tests.support.spec import Given, given
from tests.unit.mediation.mother import CASE, DRAFTED, PARTY, TEXT, TUE, ended, made, referral

STREAM = made().case
LAWYER = Actor(CASE, "respondent.agent-1", "party")
SIGN = SignAgreement(party=Party.RESPONDENT, digest=TEXT)
LEAVE = LeaveMediation(reason=LeaveReason.UNWILLING)


def with_agent(authority: Authority) -> Given:
    told = AgentAppointed(party=Party.RESPONDENT, number=1, authority=authority, letter="1" * 64)
    return given(STREAM, *DRAFTED).when(told, at=TUE)


def agent(authority: Authority) -> Agent:
    return Agent(party=Party.RESPONDENT, number=1, authority=authority)


def test_whom_a_party_entrusts_while_the_mediation_runs_may_speak_from_then_on():
    with_agent(Authority.SPECIAL).then(AgentsRecorded(agents=(agent(Authority.SPECIAL),)))


def test_with_special_authority_the_agent_signs_and_leaves_for_its_party():
    told = with_agent(Authority.SPECIAL)
    told.when(SIGN, at=TUE, actor=LAWYER).then(AgreementSigned(party=Party.RESPONDENT, digest=TEXT))
    told.when(LEAVE, at=TUE, actor=LAWYER).then(
        PartyLeft(party=Party.RESPONDENT, reason=LeaveReason.UNWILLING), ended(End.PARTY_UNWILLING, "m01")
    )


@pytest.mark.parametrize("body", [SIGN, LEAVE, RequestReplacement()])
def test_with_general_authority_the_agent_disposes_of_nothing(body):
    with_agent(Authority.GENERAL).when(body, at=TUE, actor=LAWYER).then_refused("agent.not_authorised")


def test_general_authority_is_enough_to_ask_for_a_language_or_a_recusal():
    told = with_agent(Authority.GENERAL)
    told.when(AskForLanguage(language=Language.KOREAN), at=TUE, actor=LAWYER).then(
        LanguageAsked(language=Language.KOREAN)
    )
    told.when(RequestRecusal(ground=InterestGround.OTHER_RELATION), at=TUE, actor=LAWYER).then(
        RecusalRequested(mediator="m01", party=Party.RESPONDENT, ground=InterestGround.OTHER_RELATION)
    )


@pytest.mark.parametrize("body", [SIGN, LEAVE, AskForLanguage(language=Language.KOREAN)])
def test_nobody_is_an_agent_by_its_own_word(body):
    given(STREAM, *DRAFTED).when(body, at=TUE, actor=LAWYER).then_refused("agent.not_authorised")


def test_a_dismissed_agent_signs_no_more_and_what_it_signed_stands():
    signed = with_agent(Authority.SPECIAL).when(SIGN, at=TUE, actor=LAWYER)
    gone = signed.when(AgentDismissed(party=Party.RESPONDENT, number=1), at=TUE)
    gone.then(AgentsRecorded(agents=()))
    assert gone.state.signed == (Party.RESPONDENT,)
    gone.when(LEAVE, at=TUE, actor=LAWYER).then_refused("agent.not_authorised")


def test_who_is_dismissed_after_the_end_changes_nothing():
    over = with_agent(Authority.SPECIAL).when(LEAVE, at=TUE, actor=LAWYER)
    over.when(AgentDismissed(party=Party.RESPONDENT, number=1), at=TUE).then_nothing()


def test_who_is_dismissed_while_an_agreement_is_performed_objects_no_more_and_a_new_agent_may():
    told = AgentAppointed(party=Party.RESPONDENT, number=1, authority=Authority.GENERAL, letter="1" * 64)
    run = given(STREAM, *signed_once()).when(told, at=TUE)
    run = run.when(SignAgreement(party=Party.RESPONDENT, digest=digest(TERMS)), at=EFFECT, actor=PARTY)
    run = after(run, "a", 300_000, on(3, 20))
    gone = after_effect(run, AgentDismissed(party=Party.RESPONDENT, number=1)).then(AgentsRecorded(agents=()))
    objects = ObjectRepayment(payment=payment("a"), objection=Objection.OTHER_AMOUNT)
    after_effect(gone, objects, LAWYER).then_refused("agent.not_authorised")
    again = after_effect(gone, told)
    assert isinstance(after_effect(again, objects, LAWYER).events[-1], RepaymentDisputed)


def after_effect(run: Given, body: Message, actor: Actor = SYSTEM) -> Given:
    return Given(STREAM, run.state, CASE).when(body, at=on(3, 21), actor=actor)


def test_agents_of_before_the_referral_come_with_it():
    opened = given(STREAM).when(referral(agents=(agent(Authority.SPECIAL),)), at=TUE)
    assert opened.state.agents == (agent(Authority.SPECIAL),)


def test_a_place_that_is_not_in_the_case_has_no_say_in_its_language():
    ask = AskForLanguage(language=Language.KOREAN)
    given(STREAM, *DRAFTED).when(ask, at=TUE, actor=Actor(CASE, "respondent-4", "party")).then_refused(
        "actor.not_allowed"
    )
