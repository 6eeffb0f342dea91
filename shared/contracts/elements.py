"""The parts of a filing: the other party's raw data, and the elements (要素) of each cause.

Every field is a column of a bulk filing too: its words are the column's, and :class:`Column` says
where the column has another name.
"""

from datetime import date
from typing import Annotated

from pydantic import ConfigDict, Field

from shared.contracts.kinds import Cause, Fen, Label, LeaseClaim
from shared.contracts.message import Message
from shared.contracts.words import Audience, Column, Unit, Words

INTAKE, INSIDE = Audience.INTAKE, Audience.INSIDE

AsOf = Annotated[date, Words("计算截止日", "As of"), INSIDE]
PrincipalFen = Annotated[Fen, Words("本金", "Principal"), Unit.FEN, INSIDE]
InterestFen = Annotated[Fen, Words("利息", "Interest"), Unit.FEN, INSIDE]
PenaltyFen = Annotated[Fen, Words("违约金", "Penalty"), Unit.FEN, INSIDE]
OverdueSince = Annotated[date, Words("逾期日", "Overdue since"), INSIDE]
ContractBasis = Annotated[Label, Words("合同依据", "Contract basis"), INSIDE]
AnnualRate = Annotated[
    str, Field(pattern=r"^\d{1,3}(\.\d{1,4})?$"), Words("年利率", "Annual rate"), Unit.PERCENT, INSIDE
]


class Part(Message):
    """A part of a message; unknown fields are errors."""

    model_config = ConfigDict(extra="forbid")


class PersonalData(Part):
    """Raw data of the other party: for intake's own store alone, never on a shared topic."""

    name: Annotated[
        str, Field(min_length=1, max_length=60), Words("被申请人", "Respondent"), Column("party_name"), INTAKE
    ]
    id_number: Annotated[
        str,
        Field(min_length=4, max_length=40),
        Words("证件号码", "Id number"),
        Column("party_id_number"),
        INTAKE,
    ]
    phone: Annotated[str, Field(max_length=40), Words("电话", "Phone"), Column("party_phone"), INTAKE] = ""
    address: Annotated[
        str, Field(max_length=200), Words("地址", "Address"), Column("party_address"), INTAKE
    ] = ""
    account: Annotated[
        str, Field(max_length=40), Words("账号", "Account"), Column("party_account"), INTAKE
    ] = ""


class CreditCardElements(Part):
    """The main elements of a credit-card claim. Amounts in fen."""

    as_of: AsOf | None = None
    principal_fen: PrincipalFen | None = None
    interest_fen: InterestFen | None = None
    penalty_fen: PenaltyFen | None = None
    fees_fen: Annotated[Fen, Words("费用", "Fees"), Unit.FEN, INSIDE] | None = None
    overdue_since: OverdueSince | None = None
    terms_prompted: Annotated[bool, Words("格式条款已提示", "Terms prompted"), INSIDE] | None = None
    contract_basis: ContractBasis | None = None


class LoanElements(Part):
    """The main elements of a loan claim. Amounts in fen, the rate in percent a year."""

    as_of: AsOf | None = None
    principal_fen: PrincipalFen | None = None
    interest_fen: InterestFen | None = None
    penalty_fen: PenaltyFen | None = None
    annual_rate: AnnualRate | None = None
    disbursed_on: Annotated[date, Words("放款日", "Disbursed on"), INSIDE] | None = None
    overdue_since: OverdueSince | None = None
    accelerated: Annotated[bool, Words("提前到期", "Accelerated"), INSIDE] | None = None
    contract_basis: ContractBasis | None = None


class FinanceLeaseElements(Part):
    """The main elements of a finance-lease claim. Amounts in fen."""

    as_of: AsOf | None = None
    claim: Annotated[LeaseClaim, Column("lease_claim")] | None = None
    rent_due_fen: Annotated[Fen, Words("到期租金", "Rent due"), Unit.FEN, INSIDE] | None = None
    rent_not_due_fen: Annotated[Fen, Words("未到期租金", "Rent not due"), Unit.FEN, INSIDE] | None = None
    purchase_price_fen: Annotated[Fen, Words("留购价款", "Purchase price"), Unit.FEN, INSIDE] | None = None
    damages_fen: Annotated[Fen, Words("损失赔偿", "Damages"), Unit.FEN, INSIDE] | None = None
    rent_total_fen: Annotated[Fen, Words("租金总额", "Rent in total"), Unit.FEN, INSIDE] | None = None
    periods_unpaid: (
        Annotated[int, Field(ge=0, le=1200), Words("欠付期数", "Periods unpaid"), INSIDE] | None
    ) = None
    demanded_on: Annotated[date, Words("催告日", "Demanded on"), INSIDE] | None = None
    terminated_on: Annotated[date, Words("解除日", "Terminated on"), INSIDE] | None = None
    leased_object: Annotated[Label, Words("租赁物", "Leased object"), INSIDE] | None = None
    contract_basis: ContractBasis | None = None


class ComplaintElements(Part):
    """What a consumer complaint has: the product and what was wrong with it."""

    product: (
        Annotated[Label, Words("投诉产品", "Complaint product"), Column("complaint_product"), INSIDE] | None
    ) = None
    sub_issue: Annotated[Label, Words("投诉细项", "Sub-issue"), INSIDE] | None = None
    channel: (
        Annotated[Label, Words("投诉渠道", "Complaint channel"), Column("complaint_channel"), INSIDE] | None
    ) = None


class Elements(Part):
    """The elements of one cause: the block of the filing's own cause, and no other."""

    credit_card: Annotated[CreditCardElements, Cause.CREDIT_CARD.words, INSIDE] | None = None
    loan: Annotated[LoanElements, Cause.LOAN.words, INSIDE] | None = None
    finance_lease: Annotated[FinanceLeaseElements, Cause.FINANCE_LEASE.words, INSIDE] | None = None
    complaint: Annotated[ComplaintElements, Cause.COMPLAINT.words, INSIDE] | None = None
