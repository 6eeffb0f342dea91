"""The tables of agreements: their terms, their plan, and the repayments of a bank file."""

from typing import Final

from cli.display.column import Column, Facts, Kind, Table

AGREEMENT: Final = Facts(
    "agreement",
    "调解协议",
    "Agreement",
    (
        Column("id", "案件", "Case", Kind.ID),
        Column("agreement_fen", "协议金额(元)", "Agreed (CNY)", Kind.YUAN),
        Column("reasons", "裁决理由", "Reasons of the decision", Kind.TEXT),
        Column("accept_by", "接受期限", "Accept by", Kind.INSTANT),
        Column("agreement_form", "协议形式", "Form", words="agreement_form"),
        Column("payer", "付款方", "Pays", words="party"),
        Column("guarantors", "连带担保人", "Jointly liable", Kind.TEXT),
        Column("waived_fen", "减免息费(元)", "Waived (CNY)", Kind.YUAN),
        Column("on_default", "违约后果", "On default", words="on_default"),
        Column("default_after", "违约期数", "In default after", Kind.COUNT),
        Column("costs", "费用负担", "Costs", words="costs"),
        Column("agreement_digest", "协议摘要", "Digest", Kind.TEXT),
    ),
    ("agreement",),
)
INSTALMENTS: Final = Table(
    "agreement-plan",
    "付款计划",
    "Instalments",
    (
        Column("number", "期", "No.", Kind.COUNT),
        Column("pay_on", "应付日", "Pay on"),
        Column("pay_fen", "应付金额(元)", "To pay (CNY)", Kind.YUAN),
    ),
    ("agreement",),
)
