"""The parts of a filing: the other party's raw data, and the elements (要素) of each cause.

Every field is a column of a bulk filing too: its words are the column's, and :class:`Column` says
where the column has another name. A field that several causes have stands in a class for all of them.
"""

from datetime import date
from typing import Annotated

from pydantic import ConfigDict, Field

from shared.contracts.claims import (
    AfterDate,
    Collateral,
    CollectionAct,
    Evidence,
    Forum,
    Hardship,
    LeaseClaim,
    OnlineObstacle,
    Ownership,
    Prompted,
    RepaymentAbility,
    RepaymentMethod,
    Surety,
    TerminationGround,
)
from shared.contracts.kinds import Cause, Fen, Label
from shared.contracts.message import Message
from shared.contracts.persons import NO_PERSON
from shared.contracts.words import Audience, Column, Unit, Words

INTAKE, INSIDE = Audience.INTAKE, Audience.INSIDE

FreeText = Annotated[Label, NO_PERSON]
"""A short text that people write."""

AsOf = Annotated[date, Words("计算截止日", "As of"), INSIDE]
PrincipalFen = Annotated[Fen, Words("本金", "Principal"), Unit.FEN, INSIDE]
InterestFen = Annotated[Fen, Words("利息", "Interest"), Unit.FEN, INSIDE]
PenaltyFen = Annotated[Fen, Words("违约金", "Penalty"), Unit.FEN, INSIDE]
DefaultInterestFen = Annotated[Fen, Words("罚息", "Default interest"), Unit.FEN, INSIDE]
CompoundFen = Annotated[Fen, Words("复利", "Compound interest"), Unit.FEN, INSIDE]
RepaidFen = Annotated[Fen, Words("已还金额", "Repaid"), Unit.FEN, INSIDE]
LastRepaidOn = Annotated[date, Words("最近还款日", "Last repaid on"), INSIDE]
InterestFrom = Annotated[date, Words("计息起始日", "Interest from"), INSIDE]
OverdueSince = Annotated[date, Words("逾期日", "Overdue since"), INSIDE]
SignedOn = Annotated[date, Words("合同签订日", "Signed on"), INSIDE]
ContractBasis = Annotated[FreeText, Words("合同依据", "Contract basis"), INSIDE]
Rate = Annotated[str, Field(pattern=r"^\d{1,3}(\.\d{1,4})?$"), Unit.PERCENT, INSIDE]
AnnualRate = Annotated[Rate, Words("年利率", "Annual rate")]
CourtCode = Annotated[str, Field(pattern=r"^[\u4e00-\u9fff](\d{2}|\d{4})$"), INSIDE]


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
    contract_number: Annotated[
        str,
        Field(max_length=64),
        Words("合同编号", "Contract number"),
        Column("party_contract_number"),
        INTAKE,
    ] = ""
    """Of the loan or lease contract, or of the card; not the account that it is paid from."""


class ClaimElements(Part):
    """What the forms of all claims in money ask for. Amounts in fen.

    Attributes:
        enforcement_cost_fen: 实现债权的费用: of lawyers, preservation, notices.
        after_date: What is claimed for the time after ``as_of``.
        agreed_court: Code of the court that the contract names, where ``forum`` is ``court``.
        collected_on: Last act of collection: it interrupts limitation (法释〔2021〕10号 art 3).
        online_obstacle: Why the dispute cannot be mediated online, where it cannot.
        earlier_default: Whether the party broke an earlier agreement with the institution.
    """

    currency: Annotated[str, Field(pattern="^[A-Z]{3}$"), Words("币种", "Currency"), INSIDE] | None = None
    enforcement_cost_fen: (
        Annotated[Fen, Words("实现债权的费用", "Cost of enforcing"), Unit.FEN, INSIDE] | None
    ) = None
    after_date: AfterDate | None = None
    legal_basis: Annotated[FreeText, Words("法律依据", "Legal basis"), INSIDE] | None = None
    forum: Forum | None = None
    agreed_court: Annotated[CourtCode, Words("约定管辖法院代码", "Agreed court")] | None = None
    preserved_on: Annotated[date, Words("诉前保全日", "Preserved on"), INSIDE] | None = None
    guarantee_claimed: Annotated[bool, Words("主张担保权利", "Guarantee claimed"), INSIDE] | None = None
    collateral: Collateral | None = None
    collateral_registered: Annotated[bool, Words("担保已登记", "Collateral registered"), INSIDE] | None = None
    secured_fen: Annotated[Fen, Words("担保金额", "Secured amount"), Unit.FEN, INSIDE] | None = None
    surety: Surety | None = None
    collected_on: Annotated[date, Words("最近催收日", "Collected on"), INSIDE] | None = None
    collection_acts: Annotated[tuple[CollectionAct, ...], Field(max_length=8)] = ()
    evidence: Annotated[tuple[Evidence, ...], Field(max_length=16)] = ()
    online_obstacle: OnlineObstacle | None = None
    repayment_ability: RepaymentAbility | None = None
    hardship: Hardship | None = None
    earlier_default: Annotated[bool, Words("曾有违约协议", "Earlier default"), INSIDE] | None = None


class CreditCardElements(ClaimElements):
    """The elements of a credit-card claim. Amounts in fen.

    Attributes:
        overdraft_fen: What was drawn on the card.
        terms_prompted: Whether the terms on interest and fees were pointed out; when and where, beside.
    """

    as_of: AsOf | None = None
    principal_fen: PrincipalFen | None = None
    interest_fen: InterestFen | None = None
    default_interest_fen: DefaultInterestFen | None = None
    compound_fen: CompoundFen | None = None
    late_fee_fen: Annotated[Fen, Words("滞纳金", "Late fee"), Unit.FEN, INSIDE] | None = None
    penalty_fen: PenaltyFen | None = None
    handling_fee_fen: Annotated[Fen, Words("手续费", "Handling fee"), Unit.FEN, INSIDE] | None = None
    fees_fen: Annotated[Fen, Words("费用", "Fees"), Unit.FEN, INSIDE] | None = None
    interest_from: InterestFrom | None = None
    overdue_since: OverdueSince | None = None
    opened_on: Annotated[date, Words("开卡日", "Opened on"), INSIDE] | None = None
    credit_limit_fen: Annotated[Fen, Words("信用额度", "Credit limit"), Unit.FEN, INSIDE] | None = None
    overdraft_fen: Annotated[Fen, Words("透支金额", "Overdraft"), Unit.FEN, INSIDE] | None = None
    repaid_fen: RepaidFen | None = None
    last_repaid_on: LastRepaidOn | None = None
    terms_prompted: Annotated[bool, Words("格式条款已提示", "Terms prompted"), INSIDE] | None = None
    prompted_on: Annotated[date, Words("提示日", "Prompted on"), INSIDE] | None = None
    prompted_where: Prompted | None = None
    contract_basis: ContractBasis | None = None


class LoanElements(ClaimElements):
    """The elements of a loan claim. Amounts in fen, rates in percent a year.

    Attributes:
        loan_fen: What the contract lends.
        due_on: Last day of the term.
        accelerated: Whether the lender called the whole loan; on which day, beside.
    """

    as_of: AsOf | None = None
    principal_fen: PrincipalFen | None = None
    interest_fen: InterestFen | None = None
    default_interest_fen: DefaultInterestFen | None = None
    compound_fen: CompoundFen | None = None
    penalty_fen: PenaltyFen | None = None
    annual_rate: AnnualRate | None = None
    default_rate: Annotated[Rate, Words("罚息利率", "Default rate")] | None = None
    loan_fen: Annotated[Fen, Words("借款金额", "Loan amount"), Unit.FEN, INSIDE] | None = None
    signed_on: SignedOn | None = None
    disbursed_on: Annotated[date, Words("放款日", "Disbursed on"), INSIDE] | None = None
    disbursed_fen: Annotated[Fen, Words("放款金额", "Disbursed"), Unit.FEN, INSIDE] | None = None
    repayment_method: RepaymentMethod | None = None
    due_on: Annotated[date, Words("到期日", "Due on"), INSIDE] | None = None
    interest_from: InterestFrom | None = None
    overdue_since: OverdueSince | None = None
    repaid_fen: RepaidFen | None = None
    last_repaid_on: LastRepaidOn | None = None
    accelerated: Annotated[bool, Words("提前到期", "Accelerated"), INSIDE] | None = None
    accelerated_on: Annotated[date, Words("宣布提前到期日", "Accelerated on"), INSIDE] | None = None
    contract_basis: ContractBasis | None = None


class FinanceLeaseElements(ClaimElements):
    """The elements of a finance-lease claim. Amounts in fen.

    Attributes:
        purchase_price_fen: 留购价款, claimed with all rent.
        late_damages_fen: 逾期违约金, claimed with rent or termination.
        object_value_fen: What the object is worth that comes back (法释〔2014〕3号 art 11).
        rent_total_fen: All rent of the term.
        termination_ground: What the termination rests on (法释〔2014〕3号 art 5).
        demanded_on: When the lessor demanded the rent.
    """

    as_of: AsOf | None = None
    claim: Annotated[LeaseClaim, Column("lease_claim")] | None = None
    rent_due_fen: Annotated[Fen, Words("到期租金", "Rent due"), Unit.FEN, INSIDE] | None = None
    rent_not_due_fen: Annotated[Fen, Words("未到期租金", "Rent not due"), Unit.FEN, INSIDE] | None = None
    purchase_price_fen: Annotated[Fen, Words("留购价款", "Purchase price"), Unit.FEN, INSIDE] | None = None
    damages_fen: Annotated[Fen, Words("损失赔偿", "Damages"), Unit.FEN, INSIDE] | None = None
    late_damages_fen: Annotated[Fen, Words("逾期违约金", "Late damages"), Unit.FEN, INSIDE] | None = None
    late_rate: Annotated[Rate, Words("违约金年利率", "Late rate")] | None = None
    rent_total_fen: Annotated[Fen, Words("租金总额", "Rent in total"), Unit.FEN, INSIDE] | None = None
    rent_paid_fen: Annotated[Fen, Words("已付租金", "Rent paid"), Unit.FEN, INSIDE] | None = None
    periods: Annotated[int, Field(ge=1, le=1200), Words("租金期数", "Periods"), INSIDE] | None = None
    periods_unpaid: (
        Annotated[int, Field(ge=0, le=1200), Words("欠付期数", "Periods unpaid"), INSIDE] | None
    ) = None
    signed_on: SignedOn | None = None
    lease_from: Annotated[date, Words("租赁起始日", "Lease from"), INSIDE] | None = None
    lease_until: Annotated[date, Words("租赁届满日", "Lease until"), INSIDE] | None = None
    delivered_on: Annotated[date, Words("交付日", "Delivered on"), INSIDE] | None = None
    overdue_since: OverdueSince | None = None
    acceleration_clause: Annotated[bool, Words("约定加速到期", "Acceleration clause"), INSIDE] | None = None
    termination_ground: TerminationGround | None = None
    demanded_on: Annotated[date, Words("催告日", "Demanded on"), INSIDE] | None = None
    terminated_on: Annotated[date, Words("解除日", "Terminated on"), INSIDE] | None = None
    return_claimed: Annotated[bool, Words("请求返还租赁物", "Return claimed"), INSIDE] | None = None
    object_value_fen: Annotated[Fen, Words("租赁物价值", "Value of the object"), Unit.FEN, INSIDE] | None = (
        None
    )
    ownership: Ownership | None = None
    leased_object: Annotated[FreeText, Words("租赁物", "Leased object"), INSIDE] | None = None
    contract_basis: ContractBasis | None = None


class ComplaintElements(Part):
    """What a consumer complaint has: the product and what was wrong with it."""

    product: (
        Annotated[FreeText, Words("投诉产品", "Complaint product"), Column("complaint_product"), INSIDE]
        | None
    ) = None
    sub_issue: Annotated[FreeText, Words("投诉细项", "Sub-issue"), INSIDE] | None = None
    channel: (
        Annotated[FreeText, Words("投诉渠道", "Complaint channel"), Column("complaint_channel"), INSIDE]
        | None
    ) = None


class Elements(Part):
    """The elements of one cause: the block of the filing's own cause, and no other."""

    credit_card: Annotated[CreditCardElements, Cause.CREDIT_CARD.words, INSIDE] | None = None
    loan: Annotated[LoanElements, Cause.LOAN.words, INSIDE] | None = None
    finance_lease: Annotated[FinanceLeaseElements, Cause.FINANCE_LEASE.words, INSIDE] | None = None
    complaint: Annotated[ComplaintElements, Cause.COMPLAINT.words, INSIDE] | None = None
