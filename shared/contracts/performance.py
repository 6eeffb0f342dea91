"""The language of an agreement's performance: payments against its plan, objections, default."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from shared.contracts.fields import PARTY, Provisional, ReasonCode
from shared.contracts.kinds import Digest, Fen, Party, Role
from shared.contracts.message import Command, Event, Message
from shared.contracts.words import Coded, Unit, Words

PaymentId = Annotated[Digest, Words("付款凭证摘要", "Payment"), PARTY]
"""SHA-256 of what the bank knows a payment by; a payment with the same one is the same payment."""
PaidOn = Annotated[date, Words("付款日", "Paid on"), PARTY]
PaidFen = Annotated[int, Field(ge=1, le=10**15), Words("付款金额", "Paid"), Unit.FEN, PARTY]
CountedFen = Annotated[Fen, Words("计入金额", "Counted"), Unit.FEN, PARTY]
OpenFen = Annotated[Fen, Words("未付金额", "Unpaid"), Unit.FEN, PARTY]
DueFen = Annotated[Fen, Words("已到期未付金额", "Due and unpaid"), Unit.FEN, PARTY]
InstalmentNumber = Annotated[int, Field(ge=1), Words("期次", "Instalment"), PARTY]
PayBy = Annotated[datetime, Words("付款期限", "Pay by"), PARTY]
LastPayBy = Annotated[datetime, Words("最后一期期限", "Last instalment by"), PARTY]
EnforceBy = Annotated[datetime, Words("申请执行期限", "Enforce by"), PARTY]


class Objection(Coded, zh="异议", en="Objection", seen_by=PARTY):
    """What is said against a payment: the first four by the platform, the others by a party."""

    BEFORE_EFFECT = "before_effect", "付款日早于协议生效", "Paid before the agreement was in force"
    SHORT = "short", "少于应付金额", "Less than the oldest unpaid instalment"
    OVER = "over", "多于未付金额", "More than is unpaid"
    NOTHING_OPEN = "nothing_open", "已全部履行", "All was paid already"
    NOT_MADE = "not_made", "并未付款", "No such payment was made"
    OTHER_DEBT = "other_debt", "系其他债务的还款", "It was made for another debt"
    OTHER_AMOUNT = "other_amount", "金额不符", "Its amount is another"
    OTHER_DAY = "other_day", "日期不符", "Its day is another"

    @property
    def by_the_platform(self) -> bool:
        """Whether the plan itself speaks against the payment."""
        return self in _BY_THE_PLATFORM


_BY_THE_PLATFORM = (Objection.BEFORE_EFFECT, Objection.SHORT, Objection.OVER, Objection.NOTHING_OPEN)


class InstalmentDeadline(Message):
    """Until when an instalment is in time.

    Attributes:
        pay_by: The first instant after its last day; a last day off rolls to the next working day.
        provisional: A calendar that is still to come may move it.
    """

    pay_by: PayBy
    provisional: Provisional = False


class InstalmentsScheduled(Event, family="mediation", zh="付款期限确定", en="Instalments scheduled"):
    """The clocks of an agreement in force; once more where a calendar has put them right.

    Source: 民事诉讼法 (2023) art 85.

    Attributes:
        deadlines: Of all instalments, in their order.
    """

    deadlines: Annotated[
        tuple[InstalmentDeadline, ...], Words("各期付款期限", "Deadlines of the instalments"), PARTY
    ]


class RepaymentRecorded(Event, family="mediation", zh="还款入账", en="Repayment recorded"):
    """A payment under the agreement: for the oldest unpaid instalment, and what is over for the next.

    Attributes:
        paid_fen: What was paid.
        counted_fen: What of it counts for the agreement.
        open_fen: What is unpaid after it.
    """

    payment: PaymentId
    paid_on: PaidOn
    paid_fen: PaidFen
    counted_fen: CountedFen
    open_fen: OpenFen


class RepaymentDisputed(Event, family="mediation", zh="还款异议", en="Repayment disputed"):
    """A payment does not fit the plan, or a party objects to it: the organisation says whether it counts.

    Attributes:
        objector: Who objects; ``None`` for the platform.
    """

    payment: PaymentId
    objection: Objection
    objector: Annotated[Party, Words("异议方", "Objects")] | None = None


class ObjectionSettled(Event, family="mediation", zh="异议处理", en="Objection settled"):
    """The organisation says whether a disputed payment counts.

    Attributes:
        counted_fen: What of the payment counts from now on.
        open_fen: What is unpaid after it.
    """

    payment: PaymentId
    counted_fen: CountedFen
    open_fen: OpenFen


class InstalmentMissed(Event, family="mediation", zh="分期逾期", en="Instalment missed"):
    """An instalment is not paid on the day after its last day.

    Attributes:
        due_fen: What is unpaid of all that was due by then.
    """

    instalment: InstalmentNumber
    pay_by: PayBy
    due_fen: DueFen


class AgreementPerformed(Event, family="mediation", zh="协议履行完毕", en="Agreement performed"):
    """All instalments are paid. Source: 法释〔2021〕23号 art 19; 人民调解法 art 31.

    Attributes:
        open_fen: What is left unpaid within the tolerance.
    """

    open_fen: OpenFen = 0


class AgreementDefaulted(Event, family="mediation", zh="协议违约", en="Agreement in default"):
    """The payer is in default as the terms say it; the court's side says which way is open now.

    Attributes:
        due_fen: What may be claimed at once.
        open_fen: What is unpaid in all.
        last_pay_by: Until when the last instalment was in time: from then on the time to enforce runs.
        provisional: A calendar that is still to come may move that.
    """

    due_fen: DueFen
    open_fen: OpenFen
    last_pay_by: LastPayBy
    provisional: Provisional = False


class DefaultLifted(Event, family="mediation", zh="违约撤销", en="Default lifted"):
    """It turned out that enough was paid in time: the payer was not in default."""

    open_fen: OpenFen


class EnforcementClosed(Event, family="court", zh="违约后果撤销", en="Enforcement closed"):
    """What a default had opened is open no more, since there was none."""

    open_fen: OpenFen


class RecordRepayment(
    Command, family="mediation", zh="登记还款", en="Record a repayment", roles=(Role.INSTITUTION_AGENT,)
):
    """Record a payment under an agreement in force; the same payment again changes nothing.

    Attributes:
        paid_on: Not a day to come.
    """

    payment: PaymentId
    paid_on: PaidOn
    paid_fen: PaidFen


class ObjectRepayment(
    Command,
    family="mediation",
    zh="对还款提出异议",
    en="Object to a repayment",
    roles=(
        Role.INSTITUTION_AGENT,
        Role.PARTY,
    ),
):
    """Object to a payment that was recorded, in time.

    Attributes:
        objection: One of those that a party may raise.
    """

    payment: PaymentId
    objection: Objection


class SettleObjection(
    Command,
    family="mediation",
    zh="处理还款异议",
    en="Settle an objection",
    roles=(Role.ORGANISATION_CLERK,),
):
    """Say whether a disputed payment counts. Source: 人民调解法 art 31(2)."""

    payment: PaymentId
    counts: Annotated[bool, Words("计入", "Counts"), PARTY]


class EnforcementOpened(Event, family="court", zh="可申请强制执行", en="Enforcement open"):
    """A confirmed agreement is in default: the payee may ask the court to enforce it.

    Source: 民事诉讼法 (2023) arts 206, 250.

    Attributes:
        enforce_by: From this instant on it is too late: two years from the last instalment's day.
        provisional: A calendar that is still to come may move it.
    """

    due_fen: DueFen
    open_fen: OpenFen
    enforce_by: EnforceBy
    provisional: Provisional = False


class SuitOnAgreementOpened(Event, family="court", zh="可就协议起诉", en="Suit on the agreement open"):
    """An agreement without confirmation is in default: it is not enforced, and the payee may sue on it.

    Source: 人民调解法 art 32; 民事诉讼法 (2023) art 206.

    Attributes:
        reason: Why it is not enforced, and what may be done.
    """

    due_fen: DueFen
    open_fen: OpenFen
    reason: ReasonCode
