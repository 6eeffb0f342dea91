"""A draft with terms: the platform makes its text, and what is not consistent is refused.

Source: 人民调解法 art 29(3); 法释〔2021〕23号 art 19.
"""

from datetime import date, timedelta

import pytest

from services.mediation.rules import CASE_RULES
from shared.casework.agreement_text import CURRENT, Agreement, digest_of
from shared.casework.protocol import Timed
from shared.contracts.agreements import (
    AgreementDrafted,
    AgreementEffective,
    AgreementSigned,
    DraftAgreement,
    SealAgreement,
    SignAgreement,
)
from shared.contracts.kinds import AgreementForm, Cause, Party
from shared.contracts.recusal import MediatorReplaced, RequestReplacement
from shared.contracts.terms import Instalment, Terms
from tests.support.spec import given
from tests.unit.mediation.mother import (
    AGENT,
    CASE,
    CLERK,
    HELD,
    MON,
    OPENED,
    ORGANISATION,
    OTHER_TEXT,
    PARTY,
    TUE,
    made,
    mediator,
)

STREAM = made().case
TODAY = TUE.date()
OTHERS = (Party.RESPONDENT_2, Party.RESPONDENT_3)


def plan(*amounts: int, first: date = date(2026, 3, 31)) -> tuple[Instalment, ...]:
    """Instalments thirty days apart."""
    return tuple(
        Instalment(pay_on=first + timedelta(days=30 * number), pay_fen=amount)
        for number, amount in enumerate(amounts)
    )


TERMS = Terms(payer=Party.RESPONDENT, instalments=plan(300_000, 500_000))
DRAFT = DraftAgreement(amount_fen=800_000, terms=TERMS)


def digest(terms: Terms = TERMS, amount_fen: int = 800_000) -> str:
    form = AgreementForm.PLATFORM
    return digest_of(
        Agreement(CASE, ORGANISATION, "ccb", Cause.CREDIT_CARD, amount_fen, form, terms), CURRENT
    )


DRAFTED = AgreementDrafted(digest=digest(), amount_fen=800_000, terms=TERMS, text_version=CURRENT)


def changed(**fields: object) -> DraftAgreement:
    return DRAFT.model_copy(update={"terms": TERMS.model_copy(update=fields)})


def test_the_platform_makes_the_text_of_the_terms_and_its_digest():
    given(STREAM, *HELD).when(DRAFT, at=TUE, actor=mediator()).then(DRAFTED)


def test_the_sender_may_name_the_same_digest():
    named = DRAFT.model_copy(update={"digest": digest()})
    given(STREAM, *HELD).when(named, at=TUE, actor=mediator()).then(DRAFTED)


def test_another_digest_is_refused():
    other = DRAFT.model_copy(update={"digest": OTHER_TEXT})
    given(STREAM, *HELD).when(other, at=TUE, actor=mediator()).then_refused("agreement.digest_differs")
    again = given(STREAM, *HELD, Timed(TUE, DRAFTED)).when(other, at=TUE, actor=mediator())
    again.then_refused("agreement.digest_differs")


def test_a_draft_without_terms_names_its_digest():
    nothing = DraftAgreement(amount_fen=800_000)
    given(STREAM, *HELD).when(nothing, at=TUE, actor=mediator()).then_refused("agreement.no_text")


def test_the_same_terms_again_change_nothing_on_whatever_day():
    run = given(STREAM, *HELD, Timed(TUE, DRAFTED))
    run.when(DRAFT, at=TUE + timedelta(days=28), actor=mediator()).then_nothing()


def test_one_changed_instalment_voids_every_signature():
    run = given(STREAM, *HELD, Timed(TUE, DRAFTED))
    run = run.when(SignAgreement(party=Party.APPLICANT, digest=digest()), at=TUE, actor=AGENT)
    run = run.when(SealAgreement(digest=digest()), at=TUE, actor=CLERK)
    other = changed(instalments=plan(300_001, 499_999))
    run = run.when(other, at=TUE, actor=mediator())
    assert (run.state.signed, run.state.sealed) == ((), False)
    run = run.when(SignAgreement(party=Party.RESPONDENT, digest=digest()), at=TUE, actor=PARTY)
    run.then_refused("agreement.other_digest")
    new = digest(other.terms)
    run = run.when(SignAgreement(party=Party.RESPONDENT, digest=new), at=TUE, actor=PARTY)
    run.then(AgreementSigned(party=Party.RESPONDENT, digest=new))


def test_with_both_signatures_it_is_in_force_as_any_other():
    run = given(STREAM, *HELD, Timed(TUE, DRAFTED))
    run = run.when(SignAgreement(party=Party.APPLICANT, digest=digest()), at=TUE, actor=AGENT)
    run = run.when(SignAgreement(party=Party.RESPONDENT, digest=digest()), at=TUE, actor=PARTY)
    assert AgreementEffective(digest=digest(), amount_fen=800_000, complete=False) in run.events


@pytest.mark.parametrize(
    ("draft", "reason"),
    [
        (changed(instalments=plan(300_000, 499_999)), "terms.sum_differs"),
        (changed(instalments=(*plan(500_000, first=date(2026, 5, 1)), *plan(300_000))), "terms.not_in_order"),
        (changed(instalments=(*plan(500_000), *plan(300_000))), "terms.not_in_order"),
        (changed(instalments=plan(800_000, first=TODAY - timedelta(days=1))), "terms.before_draft"),
        (changed(instalments=plan(*[800_000 - 60] + [1] * 60)), "terms.too_many"),
        (changed(payer=Party.RESPONDENT_2), "terms.not_a_party"),
        (changed(guarantors=OTHERS), "terms.not_a_party"),
        (changed(guarantors=(Party.RESPONDENT,)), "terms.guarantor"),
        (changed(guarantors=(Party.APPLICANT,)), "terms.guarantor"),
        (DraftAgreement(amount_fen=1_000_001, terms=TERMS), "agreement.above_claim"),
    ],
)
def test_terms_that_do_not_fit_are_refused(draft, reason):
    given(STREAM, *HELD).when(draft, at=TUE, actor=mediator()).then_refused(reason)


@pytest.mark.parametrize(
    "draft",
    [
        changed(instalments=plan(800_000, first=TODAY)),
        changed(instalments=plan(*[800_000 - 59] + [1] * 59)),
    ],
)
def test_the_day_of_the_draft_and_the_last_number_that_is_allowed_fit(draft):
    run = given(STREAM, *HELD).when(draft, at=TUE, actor=mediator())
    assert [type(event) for event in run.events] == [AgreementDrafted]


def test_two_guarantors_stand_in_and_are_named_once():
    opened = OPENED.model_copy(update={"others": OTHERS, "consents": (*OPENED.consents, *OTHERS)})
    past = (Timed(MON, opened), *HELD[1:])
    run = given(STREAM, *past).when(changed(guarantors=OTHERS), at=TUE, actor=mediator())
    assert run.events[0].terms.guarantors == OTHERS
    twice = changed(guarantors=(OTHERS[0], OTHERS[0]))
    given(STREAM, *past).when(twice, at=TUE, actor=mediator()).then_refused("terms.guarantor")


def test_how_many_instalments_there_may_be_is_data_of_the_version():
    assert CASE_RULES.now.most_instalments == 60
    earlier = OPENED.model_copy(update={"rules_version": "mediation-2026.2"})
    many = changed(instalments=plan(*[800_000 - 60] + [1] * 60))
    run = given(STREAM, Timed(MON, earlier), *HELD[1:]).when(many, at=TUE, actor=mediator())
    assert [type(event) for event in run.events] == [AgreementDrafted]


def test_what_a_mediator_drafted_who_is_replaced_is_void_terms_and_all():
    run = given(STREAM, *HELD, Timed(TUE, DRAFTED)).when(RequestReplacement(), at=TUE, actor=PARTY)
    assert isinstance(run.events[0], MediatorReplaced)
    assert run.state.plan.terms is None
