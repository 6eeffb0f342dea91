"""The language in which a mediation is held."""

from shared.contracts.envelope import Actor
from shared.contracts.kinds import DeclineReason, Language
from shared.contracts.mediation import DeclineAssignment
from shared.contracts.recusal import AskForLanguage, LanguageAsked
from tests.support.spec import given
from tests.unit.mediation.mother import (
    AGENT,
    ASSIGNED,
    CLERK,
    MON,
    PARTY,
    REFERRED,
    TUE,
    made,
    mediator,
    requested,
)

STREAM = made().case
ASK = AskForLanguage(language=Language.KOREAN)


def test_a_case_that_waits_asks_its_roster_again_for_somebody_who_speaks_the_language():
    again = requested(2).model_copy(update={"language": Language.KOREAN})
    for actor in (PARTY, AGENT, CLERK):
        run = given(STREAM, *REFERRED).when(ASK, at=MON, actor=actor)
        run.then(LanguageAsked(language=Language.KOREAN), again)
        run.when(ASK, at=MON, actor=actor).then_nothing()


def test_a_designated_mediator_stays_and_the_next_round_asks_for_the_language():
    run = given(STREAM, *ASSIGNED).when(ASK, at=TUE, actor=PARTY)
    run.then(LanguageAsked(language=Language.KOREAN))
    decline = DeclineAssignment(reason=DeclineReason.NOT_MY_FIELD)
    _, again = run.when(decline, at=TUE, actor=mediator("m01")).events
    assert getattr(again, "language", None) is Language.KOREAN


def test_a_stranger_to_the_case_asks_for_nothing():
    for actor in (Actor("abc", "p-1", "institution_agent"), Actor("sy1other", "", "party"), mediator("m01")):
        given(STREAM, *REFERRED).when(ASK, at=MON, actor=actor).then_refused("actor.not_allowed")
