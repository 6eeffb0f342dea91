"""An agreement is in force with the last signature and the seal. Source: 法释〔2021〕23号 art 19."""

from itertools import permutations

import pytest

from shared.casework.protocol import Timed
from shared.contracts.envelope import Actor
from shared.contracts.kinds import Cause, End, Party
from shared.contracts.mediation import (
    AgreementDrafted,
    AgreementEffective,
    AgreementSealed,
    AgreementSigned,
    DraftAgreement,
    SealAgreement,
    SignAgreement,
)
from tests.support.spec import given
from tests.unit.mediation.mother import (
    AGENT,
    ASSIGNED,
    CLERK,
    DRAFTED,
    HELD,
    MON,
    OPENED,
    OTHER_TEXT,
    PARTY,
    TEXT,
    TUE,
    ended,
    made,
    mediator,
)

STREAM = made().case
DRAFT = DraftAgreement(digest=TEXT, amount_fen=800_000)
BY_APPLICANT = SignAgreement(party=Party.APPLICANT, digest=TEXT)
BY_RESPONDENT = SignAgreement(party=Party.RESPONDENT, digest=TEXT)
SEAL = SealAgreement(digest=TEXT)
STEPS = {
    "applicant": (BY_APPLICANT, AGENT, AgreementSigned(party=Party.APPLICANT, digest=TEXT)),
    "respondent": (BY_RESPONDENT, PARTY, AgreementSigned(party=Party.RESPONDENT, digest=TEXT)),
    "seal": (SEAL, CLERK, AgreementSealed(digest=TEXT)),
}
IN_FORCE = (
    AgreementEffective(digest=TEXT, amount_fen=800_000),
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
def test_whatever_the_order_the_last_step_puts_it_in_force(order):
    run = given(STREAM, *DRAFTED)
    for name in order[:-1]:
        body, actor, event = STEPS[name]
        run = run.when(body, at=TUE, actor=actor).then(event)
    body, actor, event = STEPS[order[-1]]
    run = run.when(body, at=TUE, actor=actor).then(event, *IN_FORCE)
    for again, who, _ in STEPS.values():
        run = run.when(again, at=TUE, actor=who).then_nothing()


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
    for name in ("applicant", "seal"):
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
    given(STREAM, *HELD).when(
        DraftAgreement(digest=TEXT, amount_fen=1_000_000), at=TUE, actor=mediator()
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
    assert run.state.signed == ()


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
    ],
)
def test_nobody_signs_or_seals_for_another(body, actor):
    given(STREAM, *DRAFTED).when(body, at=TUE, actor=actor).then_refused("actor.not_allowed")
