"""The rules by which intake screens a filing, and their numbers, each with its sentence."""

from typing import Final

from shared.contracts.words import Words

SCREENING: Final[dict[str, Words]] = {
    # Intake screens a filing.
    "SCR-001": Words("标的额不超过简案限额", "The claim is within the limit of simple cases"),
    "SCR-002": Words(
        "标的额超过简案限额、不超过普通案件限额",
        "The claim is over the limit of simple cases and within that of ordinary ones",
    ),
    "SCR-003": Words("标的额超过普通案件限额", "The claim is over the limit of ordinary cases"),
    "SCR-004": Words("标的额在本省小额诉讼限额以内", "The claim is within the province's small-claim limit"),
    "SCR-005": Words(
        "标的额超过小额诉讼限额，可约定适用",
        "The claim is over the small-claim limit, within that by agreement",
    ),
    "SCR-006": Words(
        "标的额超过约定上限、不超过普通案件限额",
        "The claim is over the small-claim limit by agreement and within that of ordinary cases",
    ),
    "SCR-010": Words("息费条款未提示说明", "Interest and fee terms were not prompted"),
    "SCR-011": Words("年利率超过上限", "The yearly rate is over the highest that is supported in full"),
    "SCR-012": Words("已宣布提前到期", "The loan was accelerated"),
    "SCR-013": Words(
        "利息及各项费用合计超过年上限",
        "Interest and charges together are over the yearly ceiling, of the principal",
    ),
    "SCR-020": Words("主张解除融资租赁合同", "The lessor terminates"),
    "SCR-021": Words(
        "解除时欠租期数和比例均未达标准",
        "Termination below both the unpaid periods and the share of the rent that it needs",
    ),
    "SCR-022": Words(
        "以欠租解除，欠租期数和比例均未达标准",
        "Termination for unpaid rent below both the unpaid periods and the share of the rent that it needs",
    ),
    "SCR-023": Words("催告后未经合理期限即解除", "Termination without a reasonable time after the demand"),
    "SCR-030": Words("当事人可分期还款", "The party can pay in instalments"),
    "SCR-031": Words("当事人无还款能力", "The party cannot pay"),
    "SCR-032": Words("当事人有特殊困难", "The party is in hardship"),
    "SCR-033": Words("证据清单中没有合同", "The list of evidence lacks the contract"),
    "SCR-070": Words("合同约定仲裁", "The contract agrees on arbitration"),
    "SCR-071": Words("合同约定由其他法院管辖", "The contract agrees on another court"),
    "SCR-072": Words("不适宜在线调解", "Not suitable for mediation online"),
    "SCR-082": Words("标的额重大，由法院自行调解", "A very large claim is mediated by the court itself"),
    "SCR-084": Words(
        "曾违反和解协议，由法院自行调解", "Who broke an earlier agreement is mediated by the court itself"
    ),
    "SCR-086": Words("小额消费投诉快速裁决", "A small claim of a consumer is decided quickly"),
    "SCR-080": Words("当事人在负面清单上", "The party is on the negative list"),
    "SCR-090": Words("消费投诉以引导答复，不进入调解", "A consumer complaint gets advice, not mediation"),
    "SCR-100": Words("适宜调解的先行调解", "What is fit for mediation is mediated first"),
    # The numbers of intake's rules.
    "intake.small-claim": Words("简案的标的额上限", "The largest claim that is simple by its amount"),
    "intake.ordinary-claim": Words(
        "普通案件的标的额上限", "The largest claim that is ordinary by its amount"
    ),
    "intake.annual-rate": Words("受支持的最高年利率", "The highest yearly rate that courts support in full"),
    "intake.charges": Words(
        "利息及各项费用合计的年上限", "The ceiling of interest and charges together, of the principal a year"
    ),
    "intake.free-days": Words(
        "信用卡逾期前的最长免息期", "The longest time without interest before a card is overdue"
    ),
    "intake.demand-days": Words("催告后的合理期限", "A reasonable time after a lessor's demand"),
    "intake.quick-decision": Words(
        "快速裁决的消费投诉标的额上限", "The largest claim of a complaint that is decided quickly"
    ),
    "intake.court-mediation": Words(
        "调解组织受案的标的额上限", "The largest claim that an organisation mediates"
    ),
    "intake.lease-periods": Words("可解除租赁的欠租期数", "Unpaid periods from which a lessor may terminate"),
    "intake.lease-share": Words(
        "可解除租赁的欠租比例", "The unpaid share of all rent from which a lessor may terminate"
    ),
}
