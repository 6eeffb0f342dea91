"""The rules of what an agreement says and how it is performed, each with its sentence."""

from typing import Final

from shared.contracts.words import Guard, Words

_ONLINE: Final = "法释〔2021〕23号"

AGREEMENTS: Final[dict[str, Words]] = {
    "mediation.instalments": Words("协议分期的最多期数", "So many instalments at most an agreement has"),
    "mediation.terms": Guard(
        "协议条款相符：各期之和为协议金额，日期有序且不早于拟定之日，各方均为本案当事人",
        "Terms agree with themselves: instalments add up, days are in order and none before the draft, "
        "and whoever pays or stands in is a party",
        "mediation",
        f"人民调解法 art 29; {_ONLINE} art 19",
    ),
    "mediation.text-of-the-terms": Guard(
        "协议文本由平台按条款生成，所签即所列",
        "The platform makes the text of the terms, so what is signed is what is listed",
        "mediation",
        f"{_ONLINE} art 19",
    ),
    "mediation.decision-time": Words(
        "消费者在此期限内决定是否接受快速裁决",
        "A consumer accepts a quick decision within this time, or not at all",
    ),
    "mediation.decision-by-yes": Guard(
        "快速裁决经消费者接受即对机构生效，无须机构签名：机构加入时已承诺；不接受的，对各方均无约束力",
        "A quick decision binds the institution by the consumer's yes, without its signature, since it "
        "undertook so as a member; without that yes it binds nobody",
        "mediation",
        "practice of the organisations: 小额纠纷快速解决机制",
    ),
    "mediation.decision-not-revoked": Guard(
        "快速裁决作出后，在消费者答复期限内，机构不得撤回其承诺",
        "Once a quick decision is given, the institution does not take its undertaking back within the time "
        "to accept",
        "mediation",
        "民法典 art 476(1); practice of the organisations: 小额纠纷快速解决机制",
    ),
    "mediation.tolerance": Words("还款金额的容差", "By so much what is paid may be off"),
    "mediation.grace": Words(
        "分期届满后的宽限", "So long after an instalment's last day a default may still be turned away"
    ),
    "mediation.time-to-object": Words(
        "还款登记后，在此期限内可以提出异议", "A party may object to a payment within this time of its record"
    ),
    "mediation.oldest-first": Guard(
        "还款先抵充最早到期的一期，余额转入下期，一笔只计一次",
        "A payment counts once, for the oldest unpaid instalment; what is over is carried forward",
        "mediation",
        "民法典 art 560; 人民调解法 art 31",
    ),
    "mediation.objection-settled": Guard(
        "还款与计划不符或者当事人有异议的，由调解组织核定是否计入",
        "Where a payment does not fit or a party objects, the organisation says whether it counts",
        "mediation",
        "人民调解法 art 31(2)",
    ),
    "mediation.instalment-due": Guard(
        "各期应在应付日（遇法定休假日顺延）届满前付清",
        "An instalment is paid by its last day, which rolls over days off",
        "mediation",
        "民事诉讼法 (2023) art 85; 法释〔2021〕23号 art 19",
    ),
    "mediation.default": Guard(
        "逾期期数达到协议约定，或者最后一期届满未付清的，为违约",
        "The payer is in default once as many instalments are overdue as agreed, or the last one is over",
        "mediation",
        "人民调解法 arts 31, 32",
    ),
    "court.enforcement": Words(
        "经确认的协议，自最后一期届满之日起在此期间内申请执行",
        "A confirmed agreement is enforced within this time of the last instalment's day",
    ),
    "court.no-enforcement-unconfirmed": Guard(
        "未经司法确认的协议不能强制执行，可以就协议起诉",
        "An agreement that is not confirmed is not enforced; a party may sue on it",
        "court_bridge",
        "人民调解法 arts 32, 33; 民事诉讼法 (2023) art 206",
    ),
}
