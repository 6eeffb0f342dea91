"""Each party speaks for itself; the applicants' consent refers, and one refusal is enough."""

from datetime import timedelta

import pytest

from shared.contracts.elements import PersonalData
from shared.contracts.envelope import Actor
from shared.contracts.intake import (
    ConsentGiven,
    ConsentRefused,
    DisputeReferred,
    DisputeRegistered,
    GiveConsent,
    PriorSteps,
    RefuseConsent,
)
from shared.contracts.kinds import Party, Route, Standing
from shared.contracts.parties import OtherParty
from tests.support.spec import given
from tests.unit.intake.mother import (
    ALL_STEPS,
    APPLICANT,
    BANK,
    CASE,
    CLERK,
    COURT_CLERK,
    EXPLAIN,
    EXPLAINED,
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
    card,
    complaint,
    explained,
    filed,
    gone,
    new,
    referred,
    taken,
    unexplained,
)

EVIDENCE = "e" * 64
CO_LENDER = OtherParty(standing=Standing.CO_CREDITOR, data=PersonalData(name="某行", id_number="C-0001"))
SPOUSE = OtherParty(standing=Standing.CO_DEBTOR, data=PersonalData(name="李四", id_number="C-0002"))
SURETY = OtherParty(standing=Standing.GUARANTOR, data=PersonalData(name="王五", id_number="C-0003"))


def test_the_applicants_consent_is_enough_to_refer_an_explained_dispute() -> None:
    unexplained().when(EXPLAIN, at=TUE, actor=BANK).then(EXPLAINED, referred())


def test_what_an_institution_claims_of_the_respondents_consent_counts_for_nothing() -> None:
    assert FULL.prior.respondent_consent
    assert new().when(FULL, at=MON).events[-1] == referred(consents=(APPLICANT,))


def test_consent_before_the_explanation_is_recorded_and_goes_along_with_the_referral() -> None:
    agreed = unexplained().when(GiveConsent(party=OPPONENT), at=TUE, actor=RESPONDENT)
    agreed.then(ConsentGiven(party=OPPONENT))
    later = TUE + timedelta(days=3)
    both = referred(consents=(APPLICANT, OPPONENT)).model_copy(update={"all_agreed_at": TUE})
    agreed.when(EXPLAIN, at=later, actor=BANK).then(EXPLAINED, both)


def test_consent_after_the_referral_is_recorded_with_its_evidence() -> None:
    gone().when(GiveConsent(party=OPPONENT, evidence=EVIDENCE), at=TUE, actor=RESPONDENT).then(
        ConsentGiven(party=OPPONENT, evidence=EVIDENCE)
    )


def test_consent_again_changes_nothing() -> None:
    filed().when(GiveConsent(party=APPLICANT), at=TUE, actor=BANK).then_nothing()
    agreed = gone().when(GiveConsent(party=OPPONENT), at=TUE, actor=RESPONDENT)
    agreed.when(GiveConsent(party=OPPONENT), at=TUE, actor=RESPONDENT).then_nothing()


@pytest.mark.parametrize(
    ("party", "actor", "reason"),
    [
        (OPPONENT, BANK, ""),
        (APPLICANT, OTHER_BANK, ""),
        (APPLICANT, RESPONDENT, ""),
        (OPPONENT, Actor("sy1other", "", "party"), ""),
        (OPPONENT, Actor("parties", FULL.party_token, "party"), ""),
        (OPPONENT, Actor(CASE, "respondent-2", "party"), ""),
        (Party.RESPONDENT_2, Actor(CASE, "respondent-2", "party"), "the case has one respondent"),
        (OPPONENT, Actor(CASE, "mother of the respondent", "party"), ""),
        (APPLICANT, Actor(CASE, "applicant", "party"), "an institution's agent comes from the network file"),
        (OPPONENT, CLERK, "a clerk speaks for nobody"),
        (OPPONENT, OTHER_CLERK, ""),
        (OPPONENT, COURT_CLERK, ""),
    ],
)
def test_nobody_consents_for_somebody_else(party: Party, actor: Actor, reason: str) -> None:
    explained().when(GiveConsent(party=party), at=TUE, actor=actor).then_refused("actor.not_allowed")
    explained().when(RefuseConsent(party=party), at=TUE, actor=actor).then_refused("actor.not_allowed")


def test_a_refusal_before_the_referral_goes_to_the_court() -> None:
    unexplained().when(RefuseConsent(party=OPPONENT), at=TUE, actor=RESPONDENT).then(
        ConsentRefused(party=OPPONENT), referred(Route.COURT, explained=False, consents=(APPLICANT,))
    )


def test_a_refusal_after_the_referral_is_told_to_the_mediation() -> None:
    gone().when(RefuseConsent(party=OPPONENT), at=TUE, actor=RESPONDENT).then(ConsentRefused(party=OPPONENT))


def test_consent_can_be_taken_back_before_the_referral() -> None:
    filed().when(RefuseConsent(party=APPLICANT), at=TUE, actor=BANK).then(
        ConsentRefused(party=APPLICANT), referred(Route.COURT, explained=False, consents=())
    )


def test_a_refusal_again_changes_nothing() -> None:
    for case in (unexplained(), gone()):
        refused = case.when(RefuseConsent(party=OPPONENT), at=TUE, actor=RESPONDENT)
        refused.when(RefuseConsent(party=OPPONENT), at=TUE, actor=RESPONDENT).then_nothing()


def test_who_has_answered_leaves_the_mediation_instead() -> None:
    agreed = gone().when(GiveConsent(party=OPPONENT), at=TUE, actor=RESPONDENT)
    agreed.when(RefuseConsent(party=OPPONENT), at=TUE, actor=RESPONDENT).then_refused("consent.answered")
    gone().when(RefuseConsent(party=APPLICANT), at=TUE, actor=BANK).then_refused("consent.answered")
    refused = gone().when(RefuseConsent(party=OPPONENT), at=TUE, actor=RESPONDENT)
    refused.when(GiveConsent(party=OPPONENT), at=TUE, actor=RESPONDENT).then_refused("consent.answered")


def test_consent_comes_too_late_once_the_dispute_is_with_the_court() -> None:
    refused = unexplained().when(RefuseConsent(party=OPPONENT), at=TUE, actor=RESPONDENT)
    refused.when(GiveConsent(party=OPPONENT), at=TUE, actor=RESPONDENT).then_refused("case.referred")


def test_no_consent_is_asked_for_guidance() -> None:
    past = new().when(taken(complaint()), at=MON).events
    advised = given(STREAM, *((event, MON) for event in past), subject=CASE)
    advised.when(GiveConsent(party=OPPONENT), at=TUE, actor=RESPONDENT).then_refused("case.not_for_mediation")


def test_every_party_of_a_case_has_a_place_and_only_applicants_decide_the_referral() -> None:
    filing = taken(card(other_parties=(SPOUSE, CO_LENDER, SURETY), prior=ALL_STEPS))
    case = new().when(filing, at=MON)
    registered = case.events[0]
    assert isinstance(registered, DisputeRegistered)
    assert [(one.party, one.standing, one.masked_name) for one in registered.other_parties] == [
        (Party.RESPONDENT_2, Standing.CO_DEBTOR, "李*"),
        (Party.APPLICANT_2, Standing.CO_CREDITOR, "某*"),
        (Party.RESPONDENT_3, Standing.GUARANTOR, "王*"),
    ]
    assert not any(isinstance(event, DisputeReferred) for event in case.events)
    agreed = case.when(
        GiveConsent(party=Party.APPLICANT_2), at=TUE, actor=Actor(CASE, "applicant-2", "party")
    )
    agreed.then(
        ConsentGiven(party=Party.APPLICANT_2),
        referred(consents=(APPLICANT, Party.APPLICANT_2)).model_copy(
            update={"others": (Party.RESPONDENT_2, Party.APPLICANT_2, Party.RESPONDENT_3)}
        ),
    )
    surety = Actor(CASE, "respondent-3", "party")
    agreed.when(GiveConsent(party=Party.RESPONDENT_3), at=TUE, actor=surety).then(
        ConsentGiven(party=Party.RESPONDENT_3)
    )


def test_a_consent_that_came_before_a_new_version_still_counts() -> None:
    """Events of before: both had agreed before the referral."""
    past = [REGISTERED, SCREENED, EXPLAINED, ConsentGiven(party=APPLICANT), ConsentGiven(party=OPPONENT)]
    case = given(STREAM, *((event, MON) for event in past), subject=CASE)
    assert case.state.consents == (APPLICANT, OPPONENT)


def test_a_filing_without_prior_steps_waits_for_its_explanation() -> None:
    events = new().when(taken(card(prior=PriorSteps())), at=MON).events
    assert not any(isinstance(event, DisputeReferred) for event in events)
