"""The terms of an agreement as elements: who pays what when, who stands in, and what follows a default.

Parties stand here by their place in the case: an agreement travels, and raw data never do.
Source: 人民调解法 art 29(3); 法释〔2021〕23号 art 19 (as of 2022-01-01).
"""

from datetime import date
from typing import Annotated

from pydantic import Field

from shared.contracts.elements import Part
from shared.contracts.fields import PARTY
from shared.contracts.kinds import Code, Fen, Party
from shared.contracts.words import Coded, Unit, Words


class OnDefault(Coded, zh="违约后果", en="On default", seen_by=PARTY):
    """What is due once the payer is in default."""

    ALL = "all", "全部未付款项立即到期", "All that is unpaid falls due at once"
    DUE_ONLY = "due_only", "各期仍按原定日期到期", "Each instalment stays due on its own day"


class Costs(Coded, zh="费用负担", en="Costs", seen_by=PARTY):
    """Who bears what the dispute has cost so far."""

    OWN = "own", "各自负担", "Each side its own"
    PAYER = "payer", "由付款方负担", "The payer"
    HALVES = "halves", "双方各半", "Half each"


class DecisionReason(Coded, zh="裁决理由", en="Reason of a decision", seen_by=PARTY):
    """What a quick decision rests on."""

    NOT_PROMPTED = "not_prompted", "息费条款未提示说明", "Terms on interest or fees were not prompted"
    CHARGED_WRONGLY = "charged_wrongly", "收费错误或者重复", "Charged wrongly or twice"
    NOT_AUTHORISED = "not_authorised", "非消费者本人交易", "Not the consumer's own transaction"
    SERVICE_FAULT = "service_fault", "服务存在过错", "A fault of the service"
    SHARED_FAULT = "shared_fault", "双方均有过错", "Both sides were at fault"
    NO_FAULT = "no_fault", "机构没有过错", "The institution is not at fault"
    EQUITY = "equity", "公平合理补偿", "Fair compensation"


class Instalment(Part):
    """One payment of the plan.

    Attributes:
        pay_on: The last day on which it is in time; a day off rolls to the next working day.
    """

    pay_on: Annotated[date, Words("应付日", "Pay on"), PARTY]
    pay_fen: Annotated[int, Field(ge=1, le=10**15), Words("应付金额", "To pay"), Unit.FEN, PARTY]


class Terms(Part):
    """What is agreed, beside the amount and the form.

    Attributes:
        payer: Which party pays.
        guarantors: Parties who are jointly liable with the payer, each for all of it (连带责任).
        instalments: In the order of their days; together they are the agreed amount.
        waived_fen: Interest and charges that the payee waives.
        default_after: How many instalments are overdue at one time when the payer is in default; the last
            instalment's day ends the patience in any case.
    """

    payer: Annotated[Party, Words("付款方", "Pays")]
    instalments: Annotated[
        tuple[Instalment, ...],
        Field(min_length=1, max_length=600),
        Words("付款计划", "Instalments"),
        PARTY,
    ]
    guarantors: Annotated[tuple[Party, ...], Field(max_length=8), Words("连带担保人", "Jointly liable")] = ()
    waived_fen: Annotated[Fen, Words("减免息费", "Waived"), Unit.FEN, PARTY] = 0
    on_default: OnDefault = OnDefault.ALL
    default_after: Annotated[
        int, Field(ge=1, le=12), Words("违约期数", "In default after"), Unit.PERIODS, PARTY
    ] = 1
    costs: Costs = Costs.OWN

    @property
    def total_fen(self) -> int:
        """What all instalments come to, fen."""
        return sum(one.pay_fen for one in self.instalments)


AgreedTerms = Annotated[Terms, Words("协议条款", "Terms"), PARTY]
TextVersion = Annotated[Code, Words("文本版本", "Text version"), PARTY]
