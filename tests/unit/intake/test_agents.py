"""A party entrusts one or two agents, and each goes as far as its letter says (民事诉讼法 arts 61, 62)."""

import pytest
from pydantic import ValidationError

from shared.contracts.agents import (
    Agent,
    AgentAppointed,
    AgentDismissed,
    AppointAgent,
    Authority,
    DismissAgent,
)
from shared.contracts.elements import PersonalData
from shared.contracts.envelope import Actor
from shared.contracts.intake import ConsentGiven, DisputeReferred, GiveConsent, PriorSteps, RefuseConsent
from shared.contracts.kinds import Party
from tests.unit.intake.mother import (
    APPLICANT,
    BANK,
    CASE,
    CLERK,
    EXPLAIN,
    OPPONENT,
    OTHER_BANK,
    RESPONDENT,
    TUE,
    card,
    filed,
    gone,
    taken,
    unexplained,
)

LETTER, OTHER_LETTER = "1" * 64, "2" * 64
LAWYER = Actor(CASE, "respondent.agent-1", "party")


def appoint(authority: Authority = Authority.SPECIAL, number: int = 1, letter: str = LETTER) -> AppointAgent:
    return AppointAgent(number=number, authority=authority, letter=letter)


def appointed(
    party: Party = OPPONENT, authority: Authority = Authority.SPECIAL, letter: str = LETTER
) -> AgentAppointed:
    return AgentAppointed(party=party, number=1, authority=authority, letter=letter)


@pytest.mark.parametrize(("actor", "party"), [(RESPONDENT, OPPONENT), (BANK, APPLICANT)])
def test_each_party_entrusts_its_own_agent(actor: Actor, party: Party) -> None:
    filed().when(appoint(), at=TUE, actor=actor).then(appointed(party))


@pytest.mark.parametrize("stranger", [OTHER_BANK, CLERK, Actor(CASE, "respondent-3", "party"), LAWYER])
def test_nobody_entrusts_an_agent_for_another_and_no_agent_entrusts_one(stranger: Actor) -> None:
    filed().when(appoint(), at=TUE, actor=RESPONDENT).when(appoint(), at=TUE, actor=stranger).then_refused(
        "actor.not_allowed"
    )


def test_an_agent_with_special_authority_consents_for_its_party() -> None:
    gone().when(appoint(), at=TUE, actor=RESPONDENT).when(
        GiveConsent(party=OPPONENT), at=TUE, actor=LAWYER
    ).then(ConsentGiven(party=OPPONENT))


@pytest.mark.parametrize("body", [GiveConsent(party=OPPONENT), RefuseConsent(party=OPPONENT)])
def test_an_agent_with_general_authority_answers_for_nobody(body) -> None:
    gone().when(appoint(Authority.GENERAL), at=TUE, actor=RESPONDENT).when(
        body, at=TUE, actor=LAWYER
    ).then_refused("agent.not_authorised")


def test_an_agent_of_one_party_does_not_answer_for_another() -> None:
    gone().when(appoint(), at=TUE, actor=RESPONDENT).when(
        GiveConsent(party=APPLICANT), at=TUE, actor=LAWYER
    ).then_refused("agent.not_authorised")


@pytest.mark.parametrize(
    "person", ["respondent.agent-2", "respondent-2.agent-1", "agent-1", "respondent.agent-"]
)
def test_who_only_calls_itself_an_agent_is_none(person: str) -> None:
    told = gone().when(appoint(), at=TUE, actor=RESPONDENT)
    told.when(GiveConsent(party=OPPONENT), at=TUE, actor=Actor(CASE, person, "party")).then_refused(
        "actor.not_allowed" if person == "agent-1" else "agent.not_authorised"
    )


def test_another_letter_replaces_what_the_agent_could_do_before() -> None:
    general = gone().when(appoint(Authority.GENERAL), at=TUE, actor=RESPONDENT)
    special = general.when(appoint(letter=OTHER_LETTER), at=TUE, actor=RESPONDENT)
    special.then(appointed(letter=OTHER_LETTER))
    special.when(GiveConsent(party=OPPONENT), at=TUE, actor=LAWYER).then(ConsentGiven(party=OPPONENT))


def test_the_same_letter_again_changes_nothing() -> None:
    filed().when(appoint(), at=TUE, actor=RESPONDENT).when(appoint(), at=TUE, actor=RESPONDENT).then_nothing()


def test_a_dismissed_agent_speaks_for_nobody_any_more() -> None:
    told = gone().when(appoint(), at=TUE, actor=RESPONDENT)
    dismissed = told.when(DismissAgent(number=1), at=TUE, actor=RESPONDENT)
    dismissed.then(AgentDismissed(party=OPPONENT, number=1))
    dismissed.when(GiveConsent(party=OPPONENT), at=TUE, actor=LAWYER).then_refused("agent.not_authorised")
    dismissed.when(DismissAgent(number=1), at=TUE, actor=RESPONDENT).then_refused("agent.none")


def test_agents_of_before_the_referral_go_along_with_it() -> None:
    told = unexplained().when(appoint(), at=TUE, actor=RESPONDENT).when(EXPLAIN, at=TUE, actor=BANK)
    referred = told.events[-1]
    assert isinstance(referred, DisputeReferred)
    assert referred.agents == (Agent(party=OPPONENT, number=1, authority=Authority.SPECIAL),)


def test_an_amendment_that_names_another_person_ends_the_authority_of_the_former_ones_agent() -> None:
    told = unexplained().when(appoint(), at=TUE, actor=RESPONDENT).when(appoint(), at=TUE, actor=BANK)
    other = PersonalData(name="赵六", id_number="C-0009")
    amended = told.when(taken(card(amends=True, party=other, prior=PriorSteps())), at=TUE, actor=BANK)
    assert [one.party for one in amended.state.agents] == [APPLICANT]


def test_a_party_has_two_agents_at_most() -> None:
    with pytest.raises(ValidationError):
        appoint(number=3)
