"""The ids of the rules that speak in events and refusals, each with its sentence in both languages.

An id never changes its meaning: a rule that says something else gets another one. What a rule looks at, its
limits and its source stand in the rules of its service.
"""

from typing import Final

from shared.contracts.reasons import text
from shared.contracts.words import Words, file_of

RULES: Final[dict[str, Words]] = {
    # Intake screens a filing.
    "SCR-001": Words("标的额不超过 5 万元", "The claim is at most CNY 50,000"),
    "SCR-002": Words(
        "标的额超过 5 万元、不超过 100 万元", "The claim is over CNY 50,000 and at most CNY 1,000,000"
    ),
    "SCR-003": Words("标的额超过 100 万元", "The claim is over CNY 1,000,000"),
    "SCR-004": Words("标的额在本省小额诉讼限额以内", "The claim is within the province's small-claim limit"),
    "SCR-005": Words(
        "标的额超过小额诉讼限额，可约定适用",
        "The claim is over the small-claim limit, within that by agreement",
    ),
    "SCR-006": Words(
        "标的额超过约定上限、不超过 100 万元",
        "The claim is over the small-claim limit by agreement and at most CNY 1,000,000",
    ),
    "SCR-010": Words("息费条款未提示说明", "Interest and fee terms were not prompted"),
    "SCR-011": Words("年利率超过 24%", "The yearly rate is over 24 %"),
    "SCR-012": Words("已宣布提前到期", "The loan was accelerated"),
    "SCR-013": Words(
        "利息及各项费用合计超过年 24%", "Interest and charges together are over 24 % of the principal a year"
    ),
    "SCR-020": Words("主张解除融资租赁合同", "The lessor terminates"),
    "SCR-021": Words("解除时欠租未达两期或 15%", "Termination below two unpaid periods and 15 % of the rent"),
    "SCR-022": Words(
        "以欠租解除，欠租未达两期且未达 15%",
        "Termination for unpaid rent below two periods and 15 % of the rent",
    ),
    "SCR-023": Words("催告后未经合理期限即解除", "Termination without a reasonable time after the demand"),
    "SCR-080": Words("当事人在负面清单上", "The party is on the negative list"),
    "SCR-090": Words("消费投诉以引导答复，不进入调解", "A consumer complaint gets advice, not mediation"),
    "SCR-100": Words("适宜调解的先行调解", "What is fit for mediation is mediated first"),
    # Mediation refuses.
    "mediation.explanation-first": Words(
        "先释明，后分流到调解", "A dispute is explained before it is referred to mediation"
    ),
    "mediation.consent-of-all": Words("调解须经全部当事人同意", "Mediation needs the consent of every party"),
    "mediation.agreement-in-force": Words(
        "协议经全部当事人签名并盖章后生效", "An agreement is in force with every signature and the seal"
    ),
    "mediation.grounds-to-decline": Words(
        "利益冲突、非本人专长或其他不宜受理的情形方可谢绝指定",
        "A designation is declined for a conflict of interest, another field, or what else makes it unsuited",
    ),
    "mediation.within-the-claim": Words(
        "调解协议金额不超过申请标的额", "An agreement settles for no more than was claimed"
    ),
    "mediation.expired-when-over": Words(
        "调解期限届满时案件自行结束", "A mediation expires by itself, when its period is over"
    ),
    "mediation.refused-with-draft": Words(
        "有待签协议方可拒绝签署", "A signature is refused only where there is a draft to sign"
    ),
    # A roster leaves out.
    "roster.not-again": Words(
        "谢绝、逾期未答复、回避或被更换的调解员不再指定于同一案件",
        "Who declined, did not answer, was recused or replaced is not designated for that case again",
    ),
    "roster.interest": Words(
        "与案件金融机构有已披露利害关系的，不予指定",
        "Who disclosed an interest with the institution of the case is not designated",
    ),
    "roster.language": Words(
        "所需语言不通的，不予指定", "Who does not speak the language asked for is not designated"
    ),
    # Court bridge refuses.
    "民事诉讼法 (2023) art 205": Words(
        "自协议生效之日起三十日内申请司法确认", "Confirmation is applied for within 30 days of the effect"
    ),
}
"""Every rule by its id."""


def sentence(rule: str) -> Words:
    """Return the sentence of a rule; the id of a rule from a later version speaks for itself."""
    return RULES.get(rule, Words(rule, rule))


def check(rule: str) -> None:
    """Check that a rule has a sentence.

    Raises:
        TypeError: It has none.
    """
    if rule not in RULES:
        raise TypeError(
            f'the rule {rule} has no sentence: write "{rule}": Words("中文", "English") in {file_of(check)}'
        )


def told(reason: str, rule: str = "") -> dict[str, str]:
    """Return why something is refused, as the API and the CLI tell it.

    Args:
        reason: Code of the reason.
        rule: Id of the rule that refused, where one did; its sentence is told with it.
    """
    words = text(reason)
    out = {"code": reason, "rule": rule, "zh": words.zh, "en": words.en}
    if rule:
        said = sentence(rule)
        out |= {"rule_zh": said.zh, "rule_en": said.en}
    return out
