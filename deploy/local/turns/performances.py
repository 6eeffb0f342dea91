"""What follows an agreement with a plan: performed, disputed, in default.

Source: 人民调解法 art 31; 民事诉讼法 (2023) arts 206, 250.
"""

from datetime import date
from typing import Final

from deploy.local.turns import ways
from deploy.local.turns.ends import applied
from deploy.local.turns.script import Case, Script, see
from deploy.local.turns.story import story
from shared.contracts.agreements import AgreementDrafted, DraftAgreement
from shared.contracts.kinds import End, Party
from shared.contracts.performance import (
    AgreementDefaulted,
    AgreementPerformed,
    DefaultLifted,
    EnforcementClosed,
    EnforcementOpened,
    InstalmentMissed,
    InstalmentsScheduled,
    ObjectionSettled,
    RecordRepayment,
    RepaymentDisputed,
    RepaymentRecorded,
    SettleObjection,
)
from shared.contracts.terms import Instalment, Terms

_FIRST, _SECOND = date(2026, 4, 30), date(2026, 5, 29)
_HALF: Final = 1_000_000
_PLAN: Final = Terms(
    payer=Party.RESPONDENT,
    instalments=(Instalment(pay_on=_FIRST, pay_fen=_HALF), Instalment(pay_on=_SECOND, pay_fen=_HALF)),
    waived_fen=400_000,
)


def _in_force(case: Case) -> ways.Part:
    """An agreement with two instalments is in force, and confirmed."""
    yield from ways.agreed(case)
    yield case.mediator(DraftAgreement(amount_fen=2 * _HALF, terms=_PLAN))
    draft = yield see(AgreementDrafted)
    yield from ways.signed(case, draft.body.digest)
    scheduled = yield see(InstalmentsScheduled)
    yield from ways.confirmed(case)
    return scheduled


def _paid(payment: str, on: date, fen: int = _HALF) -> RecordRepayment:
    return RecordRepayment(payment=payment * 64, paid_on=on, paid_fen=fen)


@story("分两期履行完毕", "performed in two instalments", applied, end=End.AGREEMENT)
def performed(case: Case) -> Script:
    yield from _in_force(case)
    yield ways.on(_FIRST, case.bank(_paid("1", _FIRST)))
    yield see(RepaymentRecorded)
    yield ways.on(_SECOND, case.bank(_paid("2", _SECOND)))
    yield see(AgreementPerformed)


@story(
    "付款不符计划，异议后计入",
    "a payment that does not fit, and counts",
    applied,
    end=End.AGREEMENT,
)
def disputed(case: Case) -> Script:
    yield from _in_force(case)
    yield ways.on(_FIRST, case.bank(_paid("1", _FIRST, _HALF // 2)))
    found = yield see(RepaymentDisputed)
    yield case.clerk(SettleObjection(payment=found.body.payment, counts=True))
    yield see(ObjectionSettled)


@story("逾期违约，可申请执行", "in default, and open to enforcement", applied, end=End.AGREEMENT)
def in_default(case: Case) -> Script:
    scheduled = yield from _in_force(case)
    first = scheduled.body.deadlines[0]
    yield case.clock(first.pay_by + ways.DAYS * 20)
    yield see(InstalmentMissed)
    yield see(AgreementDefaulted)
    opened = yield see(EnforcementOpened)
    assert opened.body.enforce_by.year == scheduled.body.deadlines[-1].pay_by.year + 2


@story("按期付款、事后入账，违约撤销", "paid in time, recorded after the default", applied, end=End.AGREEMENT)
def lifted(case: Case) -> Script:
    scheduled = yield from _in_force(case)
    yield case.clock(scheduled.body.deadlines[0].pay_by + ways.DAYS * 20)
    yield see(EnforcementOpened)
    yield case.bank(_paid("1", _FIRST))
    yield see(DefaultLifted)
    yield see(EnforcementClosed)
