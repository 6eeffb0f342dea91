"""The ids of the rules that speak in events and refusals, each with its sentence in both languages.

An id never changes its meaning: a rule that says something else gets another one. A sentence names no number:
the limit belongs to the version, and a city may set its own. What a rule looks at, its limits and its source
stand in the rules of its service; a rule that is a guard of a stream has its source here.
"""

from typing import Final

from shared.contracts.reasons import text
from shared.contracts.rules_of_agreements import AGREEMENTS
from shared.contracts.rules_of_limits import LIMITS
from shared.contracts.rules_of_matching import MATCHING
from shared.contracts.rules_of_retention import RETENTION
from shared.contracts.rules_of_rosters import ROSTERS
from shared.contracts.rules_of_screening import SCREENING
from shared.contracts.rules_of_talks import TALKS
from shared.contracts.words import Guard, Words, file_of

__all__ = ["PLATFORM", "RULES", "Guard", "check", "sentence", "told"]


PLATFORM: Final = "platform"
"""Stands for all services."""
_ONLINE: Final = "法释〔2021〕23号"
_ELEMENTS: Final = "要素式起诉状 (法〔2024〕46号); 法释〔2021〕23号 art 8"

RULES: Final[dict[str, Words]] = {
    **MATCHING,
    **RETENTION,
    **TALKS,
    # Intake returns a filing that is not complete; each of its reasons names its rule.
    "intake.elements": Guard(
        "申报须写明该案由的要素",
        "A filing states the elements of its cause, and of no other",
        "intake",
        _ELEMENTS,
    ),
    "intake.sum": Guard("标的额等于各项金额之和", "The claim is the sum of its parts", "intake", _ELEMENTS),
    "intake.dates": Guard(
        "各日期不晚于申报日且先后合理",
        "No date lies after the filing, and they are in order",
        "intake",
        _ELEMENTS,
    ),
    "intake.rent-or-termination": Guard(
        "全部租金与解除合同须择一主张",
        "All rent or termination: a lessor chooses one",
        "intake",
        "法释〔2014〕3号, 法释〔2020〕17号 art 10 (finance lease)",
    ),
    "intake.for-courts": Guard(
        "纠纷属于人民法院受案范围", "The dispute is a matter for a court", "intake", f"{_ONLINE} art 9(1)"
    ),
    "intake.jurisdiction": Guard(
        "邀请调解的法院有管辖权", "The court that invites has jurisdiction", "intake", f"{_ONLINE} art 9(2)"
    ),
    "intake.online": Guard(
        "纠纷适宜在线调解", "The dispute is suitable for mediation online", "intake", f"{_ONLINE} art 9(3)"
    ),
    "intake.number-once": Guard(
        "一个案号只登记一件纠纷", "A case number stands for one dispute", "intake", "法〔2015〕137号"
    ),
    "intake.registered-once": Guard(
        "同一机构同一编号的纠纷只登记一次",
        "A dispute is registered once, by its institution and the institution's reference",
        "intake",
        "practice of the platform",
    ),
    "intake.amended-before-referral": Guard(
        "分流之前可以更正申报", "A filing may be amended until the dispute is referred", "intake", _ELEMENTS
    ),
    "intake.personal-data": Guard(
        "查阅敏感个人信息须有特定目的并留痕",
        "Sensitive personal data is read for a purpose that is recorded",
        "intake",
        "个人信息保护法 arts 28-29, 55",
    ),
    **SCREENING,
    **AGREEMENTS,
    **ROSTERS,
    **LIMITS,
    "mediation.choice": Words(
        "各方均已同意的，在此期限内共同选择调解员",
        "Parties that all agreed choose a mediator together within this time",
    ),
    "mediation.extension-by-all": Words(
        "全体当事人同意可延长调解期限，每次不超过此天数",
        "The period becomes longer where every party agrees, by no more than this at a time",
    ),
    # The alarm.
    "alerts.baseline": Words("作为基线的周数", "So many weeks before a week are its baseline"),
    "alerts.level": Words("名义误报率", "The nominal share of quiet weeks that alarm"),
    "alerts.least-count": Words("构成预警的最少件数", "The smallest weekly count that can be a surge"),
    "alerts.grace": Words("每周统计的宽限", "So long a week stays open for disputes on their way"),
    "alerts.promised-rate": Words(
        "每周全部预警中误报所占比例的承诺上限", "The promised share of false ones among all alerts of a week"
    ),
    "alerts.tail-power": Words(
        "极小的概率,其对数按此比例计",
        "Of a very small probability the logarithm counts by this share",
    ),
    "alerts.answer": Words(
        "金融机构在此期限内说明预警", "An institution says within this time where an alert comes from"
    ),
    "alerts.backlog": Words(
        "某日申报之集中,平常概率不高于此,且剔除后不再异常的,作集中申报,不作预警",
        "A day of at most this probability, without which nothing stands out, is a backlog and no alert",
    ),
    "alerts.request": Words(
        "案件中请求金融机构答复的事项,规则未另定期限的,在此期限内答复",
        "An institution answers what a case asks of it within this time, where no other rule says one",
    ),
    "alerts.referral": Words(
        "受移送单位在此期限内答复系统性问题",
        "Who gets a systemic issue referred answers within this time",
    ),
    "alerts.referral-extension": Words(
        "移送答复期限可延长一次，不超过此天数",
        "The time for an answer to a referral becomes longer once, by this",
    ),
    "alerts.referral-reminder": Words(
        "移送答复期限届满前此时提醒",
        "So long before the time for an answer to a referral ends there is an alarm",
    ),
    "alerts.calm-weeks": Words("连续平常周数达到即结束预警", "So many weeks as usual end an alert"),
    "alerts.issues": Words(
        "同一机构同一案由一周内计入的争议事项种类上限",
        "So many distinct issues of one institution and cause are counted in one week",
    ),
    # Mediation refuses.
    "mediation.explanation-first": Guard(
        "先释明，后分流到调解",
        "A dispute is explained before it is referred to mediation",
        "mediation",
        f"{_ONLINE} art 7",
    ),
    "mediation.consent-of-all": Guard(
        "调解须经全部当事人同意",
        "Mediation needs the consent of every party",
        "mediation",
        f"{_ONLINE} arts 10, 15",
    ),
    "mediation.agents": Guard(
        "当事人可委托一至二名代理人；同意、和解、签署、退出须有特别授权",
        "A party entrusts one or two agents; to agree, settle, sign or leave takes special authority",
        "mediation",
        "民事诉讼法 (2023) arts 61, 62",
    ),
    "mediation.consent-of-one": Guard(
        "申请人同意调解方可分流到调解",
        "A dispute is referred to mediation once the applicants agree",
        "mediation",
        f"{_ONLINE} art 10",
    ),
    "mediation.agreement-in-force": Guard(
        "协议经全部当事人签名并盖章后生效",
        "An agreement is in force with every signature and the seal",
        "mediation",
        f"{_ONLINE} art 19 (as it was read until mediation-2026.1)",
    ),
    "mediation.in-force-by-form": Guard(
        "协议签章达到其形式的要求时生效：在线协议为全部当事人签名",
        "An agreement binds once its form is fulfilled: on the platform, with all parties' signatures",
        "mediation",
        f"{_ONLINE} art 19; 人民调解法 art 29",
    ),
    "mediation.agreement-ends-itself": Guard(
        "协议生效即结案",
        "An agreement in force ends the mediation by itself",
        "mediation",
        f"{_ONLINE} arts 19, 20",
    ),
    "mediation.sought-first": Guard(
        "有联系未果的记录方可以无法联系结束",
        "A party is out of reach only where an attempt to reach it is on record",
        "mediation",
        f"{_ONLINE} arts 15, 25",
    ),
    "mediation.ends": Guard(
        "调解以法定的八种情形之一结束",
        "A mediation ends with one of the eight ends of the law",
        "mediation",
        f"{_ONLINE} art 25",
    ),
    "mediation.party-may-leave": Guard(
        "协议生效前，任何一方可随时退出",
        "Each party may leave at any time before an agreement is in force",
        "mediation",
        f"人民调解法 art 23(2); {_ONLINE} art 25",
    ),
    "mediation.delegated": Guard(
        "委派调解的，调解组织签收材料",
        "Of a delegated mediation the organisation signs for the materials",
        "mediation",
        "法释〔2016〕14号 arts 21-22",
    ),
    "mediation.disclosure": Guard(
        "调解员披露利害关系；各方知情仍同意的，可以继续",
        "A mediator discloses an interest, and may stay where all know and agree",
        "mediation",
        f"{_ONLINE} art 13",
    ),
    "mediation.replacement": Guard(
        "当事人可以请求更换调解员", "A party may ask for another mediator", "mediation", f"{_ONLINE} art 14"
    ),
    "mediation.recusal": Guard(
        "回避由调解组织决定",
        "The organisation decides on a recusal",
        "mediation",
        "法释〔2016〕14号 arts 15-16",
    ),
    "mediation.shares": Guard(
        "按专长、余量和权重指定调解员",
        "A mediator is designated by field, free seats and weight",
        "mediation",
        f"{_ONLINE} arts 10, 28",
    ),
    "mediation.grounds-to-decline": Guard(
        "利益冲突、非本人专长或其他不宜受理的情形方可谢绝指定",
        "A designation is declined for a conflict of interest, another field, or what else makes it unsuited",
        "mediation",
        f"{_ONLINE} art 12",
    ),
    "mediation.within-the-claim": Guard(
        "调解协议金额不超过申请标的额",
        "An agreement settles for no more than was claimed",
        "mediation",
        "practice of the court",
    ),
    "mediation.expired-when-over": Guard(
        "调解期限届满时案件自行结束",
        "A mediation expires by itself, when its period is over",
        "mediation",
        f"{_ONLINE} arts 24, 25",
    ),
    "mediation.time-not-counted": Guard(
        "鉴定评估及涉嫌虚假调解核查的时间不计入调解期限",
        "The time of an appraisal, or of a check for false mediation, does not count",
        "mediation",
        f"{_ONLINE} art 26; 法释〔2016〕14号 art 18",
    ),
    "mediation.refused-with-draft": Guard(
        "有待签协议方可拒绝签署",
        "A signature is refused only where there is a draft to sign",
        "mediation",
        f"{_ONLINE} art 25",
    ),
    "mediation.recused-unless-all-agree": Guard(
        "调解员披露利害关系的应当回避，全体当事人同意的除外",
        "Who disclosed an interest is recused, unless every party agrees to go on",
        "mediation",
        f"{_ONLINE} art 13; 法释〔2016〕14号 art 15",
    ),
    "mediation.waived-by-all": Guard(
        "调解员披露利害关系后，全体当事人同意由其继续之前，不得开展有赖其中立的调解活动",
        "After a disclosure nothing that rests on the mediator's neutrality is done until every party agrees",
        "mediation",
        f"{_ONLINE} art 13(2); 法释〔2016〕14号 art 15(2)",
    ),
    "mediation.withdrawn-by-the-applicant": Guard(
        "自行和解、撤回调解申请由申请人本人提出",
        "Only the applicant withdraws, or says that it was paid or settled",
        "mediation",
        f"{_ONLINE} art 25(2); 法释〔2016〕14号 art 26(2)",
    ),
    # Court bridge files and hears.
    "court.bundle": Guard(
        "向法院提交须材料齐备，不得附调解让步内容",
        "What goes to the court is complete, and shows no concession",
        "court_bridge",
        "法释〔2021〕23号 arts 18-21; 法释〔2016〕14号 arts 21-22",
    ),
    "court.suit-by-choice": Guard(
        "依申请调解不成的，由当事人选择是否起诉",
        "Where a mediation that was applied for fails, only the party chooses to sue",
        "court_bridge",
        f"{_ONLINE} art 21(1)",
    ),
    "court.joint-application": Guard(
        "司法确认由全体当事人共同申请，由本人或者其代理人提出",
        "Confirmation is applied for by all parties together, each itself or by its agent",
        "court_bridge",
        "民事诉讼法 (2023) art 205; 民诉法解释 (2022) art 351",
    ),
    "court.every-end-reported": Guard(
        "委派调解终止的，向委派法院报告；达成协议的，提交法院备案",
        "The court that delegated a dispute is told every end, and gets an agreement for its records",
        "court_bridge",
        "法释〔2016〕14号 arts 19, 26",
    ),
    "court.review": Guard(
        "法院逐件审查所提交的材料",
        "The court reviews what was filed, document by document",
        "court_bridge",
        "民事诉讼法 (2023) art 126; OASIS LegalXML ECF 5",
    ),
    "court.number": Guard(
        "案号由法院编立，其类型与申请相符",
        "The court alone gives a case number, of a type that fits what was filed",
        "court_bridge",
        "法〔2015〕137号",
    ),
    "court.statement": Guard(
        "立案后委托调解达成协议的，法院审查并制作调解书，或裁定准许撤诉；不予制作的，恢复审理",
        "Of an agreement after docketing the court makes a statement, or lets the suit be withdrawn; "
        "else the trial goes on",
        "court_bridge",
        "法释〔2016〕14号 art 20; 民事诉讼法 (2023) arts 99, 100, 102",
    ),
    "court.trial-resumed": Guard(
        "立案后委托调解未达成协议的，转入审判程序审理",
        "Without an agreement after docketing the trial goes on",
        "court_bridge",
        "法释〔2016〕14号 art 21; 法释〔2021〕23号 art 21",
    ),
    "court.grounds": Guard(
        "确认有效，或以法定理由驳回",
        "Confirmation is granted, or refused on a ground of the law",
        "court_bridge",
        "民事诉讼法 (2023) art 206; 民诉法解释 (2022) art 358",
    ),
    "alerts.counted-once": Guard(
        "每件纠纷在其申报周计数一次",
        "A dispute counts once, in the week of its filing",
        "alerts",
        "practice of the platform",
    ),
    "alerts.timely-answer": Guard(
        "案件中请求金融机构答复的事项均有期限，并公开其是否按时答复",
        "What a case asks of its institution has a limit, and whether it answered in time is public",
        "alerts",
        "practice of the platform; 民事诉讼法 (2023) art 85",
    ),
    # Any service refuses.
    "platform.authority": Guard(
        "请求只由有权的人提出", "A request is made by who may make it", PLATFORM, "practice of the platform"
    ),
    "platform.order": Guard(
        "请求须与案件现状相符",
        "A request fits where the case stands",
        PLATFORM,
        "practice of the platform",
    ),
    # Court bridge refuses.
    "民事诉讼法 (2023) art 205": Words(
        "自协议生效之日起在法定期限内申请司法确认",
        "Confirmation is applied for within the time that the law gives from the effect",
    ),
    "court.confirmation-near": Words(
        "司法确认申请期限届满前，提前此时间提醒",
        "So long before the time to apply for confirmation is over there is an alarm",
    ),
    "court.doubt": Words(
        "末日工作日历未公布时，在此期间内不视为逾期",
        "While the calendar of the last day is unknown, nothing is late for so long behind it",
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
