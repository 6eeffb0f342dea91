"""Each party speaks for itself; one refusal goes to the court."""

import pytest

from shared.contracts.envelope import Actor
from shared.contracts.intake import (
    ConsentGiven,
    ConsentRefused,
    GiveConsent,
    RefuseConsent,
)
from shared.contracts.kinds import Party, Route
from tests.support.spec import given
from tests.unit.intake.mother import (
    APPLICANT,
    BANK,
    CASE,
    CLERK,
    COURT_CLERK,
    FULL,
    MON,
    OPPONENT,
    OTHER_BANK,
    OTHER_CLERK,
    REGISTERED,
    RESPONDENT,
    SCREENED,
    STREAM,
    TUE,
    complaint,
    explained,
    filed,
    gone,
    new,
    referred,
    taken,
)


def test_the_second_consent_refers_an_explained_dispute() -> None:
    explained().when(GiveConsent(party=OPPONENT), at=TUE, actor=RESPONDENT).then(
        ConsentGiven(party=OPPONENT), referred()
    )


def test_consent_before_the_explanation_is_recorded_but_does_not_refer() -> None:
    filed().when(GiveConsent(party=OPPONENT), at=TUE, actor=CLERK).then(ConsentGiven(party=OPPONENT))


def test_consent_again_changes_nothing() -> None:
    filed().when(GiveConsent(party=APPLICANT), at=TUE, actor=BANK).then_nothing()
    gone().when(GiveConsent(party=OPPONENT), at=TUE, actor=CLERK).then_nothing()


@pytest.mark.parametrize(
    ("party", "actor"),
    [
        (OPPONENT, BANK),
        (APPLICANT, OTHER_BANK),
        (APPLICANT, RESPONDENT),
        (OPPONENT, Actor("sy1other", "", "party")),
        (OPPONENT, Actor("parties", FULL.party_token, "party")),
        (OPPONENT, OTHER_CLERK),
        (OPPONENT, COURT_CLERK),
    ],
)
def test_nobody_consents_for_somebody_else(party: Party, actor: Actor) -> None:
    explained().when(GiveConsent(party=party), at=TUE, actor=actor).then_refused("actor.not_allowed")
    explained().when(RefuseConsent(party=party), at=TUE, actor=actor).then_refused("actor.not_allowed")


def test_a_refusal_of_mediation_goes_to_the_court() -> None:
    explained().when(RefuseConsent(party=OPPONENT), at=TUE, actor=RESPONDENT).then(
        ConsentRefused(party=OPPONENT), referred(Route.COURT, consents=(APPLICANT,))
    )


def test_consent_can_be_taken_back_before_the_referral() -> None:
    filed().when(RefuseConsent(party=APPLICANT), at=TUE, actor=BANK).then(
        ConsentRefused(party=APPLICANT), referred(Route.COURT, explained=False, consents=())
    )


def test_a_refusal_again_changes_nothing() -> None:
    given(
        STREAM,
        (REGISTERED, MON),
        (SCREENED, MON),
        (ConsentRefused(party=OPPONENT), MON),
        (referred(Route.COURT, consents=(APPLICANT,)), MON),
        subject=CASE,
    ).when(RefuseConsent(party=OPPONENT), at=TUE, actor=CLERK).then_nothing()


def test_what_is_with_mediation_is_refused_there() -> None:
    gone().when(RefuseConsent(party=OPPONENT), at=TUE, actor=CLERK).then_refused("case.referred")


def test_consent_comes_too_late_once_the_dispute_is_with_the_court() -> None:
    given(
        STREAM,
        (REGISTERED, MON),
        (SCREENED, MON),
        (ConsentRefused(party=OPPONENT), MON),
        (referred(Route.COURT, consents=()), MON),
        subject=CASE,
    ).when(GiveConsent(party=OPPONENT), at=TUE, actor=CLERK).then_refused("case.referred")


def test_no_consent_is_asked_for_guidance() -> None:
    past = new().when(taken(complaint()), at=MON).events
    clerk = given(STREAM, *((event, MON) for event in past), subject=CASE)
    clerk.when(GiveConsent(party=OPPONENT), at=TUE, actor=CLERK).then_refused("case.not_for_mediation")
