"""The text of an agreement says what its terms say, and an old text never gets other words."""

from dataclasses import replace
from datetime import date

import pytest

from shared.casework.agreement_text import CURRENT, TEMPLATES, digest_of, text_of
from shared.contracts.kinds import AgreementForm, Party
from shared.contracts.terms import Costs, Instalment, OnDefault, Terms
from tests.support.agreements import AGREEMENT, TERMS

TEXT = """\
调解协议书
案件：sy1test
案由：信用卡纠纷
金融机构：ccb
主持调解：people-mediation
被申请人向申请人支付人民币 8,000.50 元，分 2 期：
第 1 期：2026 年 4 月 30 日（含当日）前支付 3,000.50 元
第 2 期：2026 年 5 月 31 日（含当日）前支付 5,000.00 元
被申请人二、被申请人三对上述全部款项承担连带责任。
申请人减免利息及各项费用 123,456.78 元；按期付清的，双方就本纠纷再无其他给付。
有 2 期同时逾期未付，或者最后一期届满仍未付清的，为违约：全部未付款项立即到期。
已发生的费用：各自负担。
本协议自各方当事人签名之时起生效。
双方可以自本协议生效之日起三十日内共同向人民法院申请司法确认；经确认的，可以申请强制执行。未经确认而不履行的，可以就本协议起诉。"""


def test_the_text_that_was_signed_stays_as_it_was():
    assert text_of(AGREEMENT, "agreement-2026.1") == TEXT
    assert digest_of(AGREEMENT, "agreement-2026.1") == (
        "877437124edcd69f3342cf0f9defbf4d08eebaa3dc972f1ab216974186fcd734"
    )


def test_the_gloss_says_the_same_in_english():
    gloss = text_of(AGREEMENT, CURRENT, "en").splitlines()
    assert len(gloss) == len(TEXT.splitlines())
    assert gloss[5] == "Respondent pays Applicant CNY 8,000.50, in 2 parts:"
    assert gloss[6] == "1. CNY 3,000.50, by 2026-04-30 at the latest"


def test_nobody_stands_in_and_nothing_is_waived_where_the_terms_say_so():
    plain = replace(AGREEMENT, terms=TERMS.model_copy(update={"guarantors": (), "waived_fen": 0}))
    text = text_of(plain, CURRENT)
    assert "连带" not in text
    assert "减免" not in text


CHANGES = {
    "case": {"case": "sy1other"},
    "amount": {"amount_fen": 800_051},
    "form": {"form": AgreementForm.PEOPLES_MEDIATION},
    **{
        name: {"terms": TERMS.model_copy(update={name: value})}
        for name, value in {
            "payer": Party.APPLICANT,
            "guarantors": (Party.RESPONDENT_2,),
            "waived_fen": 1,
            "on_default": OnDefault.DUE_ONLY,
            "default_after": 3,
            "costs": Costs.PAYER,
            "instalments": (TERMS.instalments[0], Instalment(pay_on=date(2026, 6, 1), pay_fen=500_000)),
        }.items()
    },
}


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_is_agreed_otherwise_is_another_text(change):
    assert digest_of(replace(AGREEMENT, **CHANGES[change]), CURRENT) != digest_of(AGREEMENT, CURRENT)


@pytest.mark.parametrize("field", Terms.model_fields)
def test_every_element_of_the_terms_is_tried(field):
    assert field in CHANGES


@pytest.mark.parametrize("version", TEMPLATES)
@pytest.mark.parametrize("form", AgreementForm)
@pytest.mark.parametrize("tongue", ["zh", "en"])
def test_every_template_fills_every_place(version, form, tongue):
    text = text_of(replace(AGREEMENT, form=form), version, tongue)
    assert "{" not in text
    assert len(text) > 200
