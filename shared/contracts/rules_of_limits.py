"""The sentences of a mediation's limits: a part of ``rules.py``."""

from typing import Final

from shared.contracts.words import Words

LIMITS: Final[dict[str, Words]] = {
    "mediation.period": Words(
        "诉前调解期限，自调解员接受之日起算", "A mediation before filing lasts this long from its acceptance"
    ),
    "mediation.period-ordinary": Words(
        "立案后委托调解、适用普通程序的调解期限，自调解员接受之日起算",
        "A mediation in a suit of the ordinary procedure lasts this long from its acceptance",
    ),
    "mediation.period-summary": Words(
        "立案后委托调解、适用简易程序的调解期限，自调解员接受之日起算",
        "A mediation in a suit of the summary procedure lasts this long from its acceptance",
    ),
    "mediation.answer": Words("调解员在此期限内答复指定", "A designated mediator answers within this time"),
    "mediation.designation": Words("在此期限内指定调解员", "A mediator is designated within this time"),
    "mediation.inquiry": Words(
        "调解员接受后，在此期限内征询其他当事人意愿",
        "The other parties are asked within this time of the acceptance",
    ),
    "mediation.overflow": Words(
        "等待案件超过此数，或者逾期无人受理的，移转另一调解组织",
        "Where more cases wait than this, or nobody is designated in time, another organisation takes over",
    ),
    "mediation.choice": Words(
        "各方均已同意的，在此期限内共同选择调解员",
        "Parties that all agreed choose a mediator together within this time",
    ),
    "mediation.remind-first": Words(
        "调解期满前第一次提醒调解员", "The mediator is reminded for the first time before the period ends"
    ),
    "mediation.remind-second": Words(
        "调解期满前第二次提醒调解员", "The mediator is reminded for the second time before the period ends"
    ),
    "mediation.remind-last": Words(
        "调解期满前最后提醒调解员", "The mediator is reminded for the last time before the period ends"
    ),
    "mediation.remind-answer": Words(
        "答复期满前提醒被指定的调解员",
        "The designated mediator is reminded before the time to answer ends",
    ),
    "mediation.remind-pause": Words(
        "期限中止超过此天数的，提醒调解组织", "Of a clock that has stood for so long the organisation is told"
    ),
    "mediation.escalate": Words(
        "逾期报警后仍无人处理的，再过此期限报告法院",
        "The court is told of a missed limit so long after it, where nobody has acted on the alarm",
    ),
    "mediation.extension-by-all": Words(
        "全体当事人同意可延长调解期限，每次不超过此天数",
        "The period becomes longer where every party agrees, by no more than this at a time",
    ),
    "mediation.sessions": Words("每案安排调解的次数上限", "So many sessions of a case may be announced"),
    "mediation.sealed-offers": Words(
        "每方留存密封报价的次数上限", "So many sealed offers a side may leave, the last one counts"
    ),
    "mediation.concessions-kept": Words(
        "每案留存让步内容的件数上限", "So many concessions of a case may be kept"
    ),
    "intake.limitation": Words(
        "诉讼时效，自权利可行使或者最近一次中断之日起算",
        "A claim can be sued on for so long from when it could be exercised, or was last interrupted",
    ),
    "intake.limitation-near": Words(
        "诉讼时效届满前报警的天数", "So long before a claim can no longer be sued on there is an alarm"
    ),
    "court.limitation": Words(
        "调解终结之日起重新计算的诉讼时效",
        "After a mediation a claim can be sued on for so long from its end",
    ),
    "court.limitation-near": Words(
        "调解不成而未起诉的，时效届满前报警的天数",
        "So long before that ends there is an alarm, where nobody has sued",
    ),
}
"""By the id of the rule."""
