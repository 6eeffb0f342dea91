"""In force with the last party's signature, complete with the mediator's and the seal.

Source: 法释〔2021〕23号 art 19; 人民调解法 art 29.
"""

from itertools import permutations

import pytest

from shared.casework.protocol import Timed
from shared.contracts.agreements import (
    AgreementCompleted,
    AgreementCountersigned,
    AgreementDrafted,
    AgreementEffective,
    AgreementSealed,
    AgreementSigned,
    CountersignAgreement,
    DraftAgreement,
    SealAgreement,
    SignAgreement,
)
from shared.contracts.envelope import Actor
from shared.contracts.kinds import AgreementForm, Cause, End, Party
from shared.contracts.message import Event
from tests.support.spec import given
from tests.unit.mediation.mother import (
    AGENT,
    ASKED,
    ASSIGNED,
    CASE,
    CLERK,
    DRAFTED,
    HELD,
    MET,
    MON,
    OPENED,
    OTHER_TEXT,
    PARTY,
    TEXT,
    TUE,
    at,
    ended,
    made,
    mediator,
)

STREAM = made().case
DRAFT = DraftAgreement(digest=TEXT, amount_fen=800_000)
BY_APPLICANT = SignAgreement(party=Party.APPLICANT, digest=TEXT)
BY_RESPONDENT = SignAgreement(party=Party.RESPONDENT, digest=TEXT)
COUNTERSIGN = CountersignAgreement(digest=TEXT)
SEAL = SealAgreement(digest=TEXT)
STEPS = {
    "applicant": (BY_APPLICANT, AGENT, AgreementSigned(party=Party.APPLICANT, digest=TEXT)),
    "respondent": (BY_RESPONDENT, PARTY, AgreementSigned(party=Party.RESPONDENT, digest=TEXT)),
    "mediator": (COUNTERSIGN, mediator(), AgreementCountersigned(mediator="m01", digest=TEXT)),
    "seal": (SEAL, CLERK, AgreementSealed(digest=TEXT)),
}
PARTIES = {"applicant", "respondent"}


def in_force(complete: bool) -> tuple[Event, ...]:
    return (
        AgreementEffective(digest=TEXT, amount_fen=800_000, complete=complete),
        ended(End.AGREEMENT, agreed_fen=800_000),
    )


def test_the_mediator_drafts():
    given(STREAM, *HELD).when(DRAFT, at=TUE, actor=mediator()).then(
        AgreementDrafted(digest=TEXT, amount_fen=800_000)
    )


def test_the_same_draft_again_changes_nothing_and_voids_nothing():
    past = (*DRAFTED, Timed(TUE, AgreementSealed(digest=TEXT)))
    given(STREAM, *past).when(DRAFT, at=TUE, actor=mediator()).then_nothing()


@pytest.mark.parametrize(
    ("past", "actor", "reason"),
    [
        (ASSIGNED, mediator(), "assignment.not_accepted"),
        (HELD, mediator("m02"), "assignment.not_held"),
        (HELD, CLERK, "actor.not_allowed"),
    ],
)
def test_who_may_not_draft(past, actor, reason):
    given(STREAM, *past).when(DRAFT, at=TUE, actor=actor).then_refused(reason)


@pytest.mark.parametrize("order", list(permutations(STEPS)), ids="-".join)
def test_the_last_partys_signature_puts_it_in_force_and_the_last_mark_completes_it(order):
    run, done = given(STREAM, *DRAFTED), set()
    for name in order:
        body, actor, event = STEPS[name]
        binds, done = done >= PARTIES, done | {name}
        follows = ()
        if not binds and done >= PARTIES:
            follows = in_force(complete=done == set(STEPS))
        elif done == set(STEPS):
            follows = (AgreementCompleted(digest=TEXT),)
        run = run.when(body, at=TUE, actor=actor).then(event, *follows)
    for again, who, _ in STEPS.values():
        run = run.when(again, at=TUE, actor=who).then_nothing()


@pytest.mark.parametrize("order", list(permutations(STEPS)), ids="-".join)
def test_a_peoples_mediation_agreement_takes_effect_with_all_of_them(order):
    form = AgreementForm.PEOPLES_MEDIATION
    run = given(STREAM, *HELD).when(DRAFT.model_copy(update={"form": form}), at=TUE, actor=mediator())
    for name in order[:-1]:
        body, actor, event = STEPS[name]
        run = run.when(body, at=TUE, actor=actor).then(event)
    body, actor, event = STEPS[order[-1]]
    run.when(body, at=TUE, actor=actor).then(event, *in_force(complete=True))


@pytest.mark.parametrize("order", list(permutations(("applicant", "respondent", "seal"))), ids="-".join)
def test_under_earlier_rules_it_takes_effect_with_both_signatures_and_the_seal(order):
    opened = OPENED.model_copy(update={"rules_version": "mediation-2022.2", "consents": None})
    run = given(STREAM, Timed(MON, opened), *DRAFTED[1:])
    for name in order[:-1]:
        body, actor, event = STEPS[name]
        run = run.when(body, at=TUE, actor=actor).then(event)
    body, actor, event = STEPS[order[-1]]
    run.when(body, at=TUE, actor=actor).then(event, *in_force(complete=True))


def test_an_agreement_with_two_guarantors_needs_every_signature():
    others = (Party.RESPONDENT_2, Party.RESPONDENT_3)
    opened = OPENED.model_copy(update={"others": others, "consents": (*OPENED.consents, *others)})
    run = given(STREAM, Timed(MON, opened), *DRAFTED[1:])
    for party, actor in (
        (Party.RESPONDENT_3, Actor(CASE, "respondent-3", "party")),
        (Party.APPLICANT, AGENT),
        (Party.RESPONDENT, PARTY),
    ):
        run = run.when(SignAgreement(party=party, digest=TEXT), at=TUE, actor=actor)
        run.then(AgreementSigned(party=party, digest=TEXT))
    last = SignAgreement(party=Party.RESPONDENT_2, digest=TEXT)
    run = run.when(last, at=TUE, actor=Actor(CASE, "respondent-2", "party"))
    assert isinstance(run.events[1], AgreementEffective)


def test_nobody_drafts_before_all_have_agreed_to_talk():
    given(STREAM, *ASKED).when(DRAFT, at=TUE, actor=mediator()).then_refused("consent.missing")


@pytest.mark.parametrize("name", STEPS)
def test_each_step_twice_changes_nothing(name):
    body, actor, event = STEPS[name]
    given(STREAM, *DRAFTED, Timed(TUE, event)).when(body, at=TUE, actor=actor).then_nothing()


@pytest.mark.parametrize("name", STEPS)
def test_there_is_nothing_to_sign_before_a_draft(name):
    body, actor, _ = STEPS[name]
    given(STREAM, *HELD).when(body, at=TUE, actor=actor).then_refused("agreement.none")


@pytest.mark.parametrize("name", STEPS)
def test_another_text_is_not_signed(name):
    body, actor, _ = STEPS[name]
    other = body.model_copy(update={"digest": OTHER_TEXT})
    given(STREAM, *DRAFTED).when(other, at=TUE, actor=actor).then_refused("agreement.other_digest")


def test_a_new_draft_voids_signatures_and_seal():
    run = given(STREAM, *DRAFTED)
    for name in ("applicant", "mediator", "seal"):
        body, actor, _ = STEPS[name]
        run = run.when(body, at=TUE, actor=actor)
    new = DraftAgreement(digest=OTHER_TEXT, amount_fen=700_000)
    run = run.when(new, at=TUE, actor=mediator())
    run.when(BY_RESPONDENT, at=TUE, actor=PARTY).then_refused("agreement.other_digest")
    respondent = SignAgreement(party=Party.RESPONDENT, digest=OTHER_TEXT)
    run.when(respondent, at=TUE, actor=PARTY).then(AgreementSigned(party=Party.RESPONDENT, digest=OTHER_TEXT))


def test_nobody_settles_for_more_than_was_claimed():
    above = DraftAgreement(digest=TEXT, amount_fen=1_000_001)
    given(STREAM, *HELD).when(above, at=TUE, actor=mediator()).then_refused("agreement.above_claim")
    given(STREAM, *MET).when(
        DraftAgreement(digest=TEXT, amount_fen=1_000_000), at=at(3, 6), actor=mediator()
    ).then(AgreementDrafted(digest=TEXT, amount_fen=1_000_000))


def test_a_complaint_claims_no_sum_and_may_be_made_good_with_one():
    complaint = OPENED.model_copy(update={"cause": Cause.COMPLAINT, "claim_fen": 0})
    past = (Timed(MON, complaint), *HELD[1:])
    given(STREAM, *past).when(DRAFT, at=TUE, actor=mediator()).then(
        AgreementDrafted(digest=TEXT, amount_fen=800_000)
    )


def test_a_corrected_amount_is_a_new_draft():
    past = (*DRAFTED, Timed(TUE, AgreementSigned(party=Party.APPLICANT, digest=TEXT)))
    corrected = DraftAgreement(digest=TEXT, amount_fen=1)
    run = given(STREAM, *past).when(corrected, at=TUE, actor=mediator())
    assert (run.state.signed, run.state.countersigned, run.state.sealed) == ((), False, False)


@pytest.mark.parametrize(
    ("body", "actor"),
    [
        (BY_APPLICANT, PARTY),
        (BY_RESPONDENT, AGENT),
        (BY_RESPONDENT, Actor("sy1other", "", "party")),
        (BY_APPLICANT, Actor("abc", "p-abc-1", "institution_agent")),
        (BY_APPLICANT, mediator()),
        (SEAL, mediator()),
        (SEAL, Actor("banking-mediation", "p-banking-1", "organisation_clerk")),
        (BY_RESPONDENT, Actor(CASE, "respondent-2", "party")),
        (BY_APPLICANT, Actor(CASE, "applicant", "party")),
    ],
)
def test_nobody_signs_or_seals_for_another(body, actor):
    given(STREAM, *DRAFTED).when(body, at=TUE, actor=actor).then_refused("actor.not_allowed")
