"""Reasons for which mediation refuses what belongs to its talks."""

from typing import Final

from shared.contracts.reasons.reason import Reason

TALKS: Final[dict[str, Reason]] = {
    # Sessions.
    "party.not_in_case": Reason(
        "该案没有此当事方。请核对当事方。", "The case has no such party. Check the party."
    ),
    "session.apart": Reason(
        "分别调解须经各方当事人同意。请取得同意后注明，或安排共同调解。",
        "Parties are talked to apart only where all agree. Have them agree and say so, or invite all.",
    ),
    "session.nowhere": Reason(
        "音视频调解须有会议号，现场调解须有地点。请补充。",
        "A session online needs its meeting code, one on site its place. Add it.",
    ),
    "session.past": Reason(
        "调解时间须在当前时间之后。请另定时间。", "The session lies in the past. Choose a time ahead."
    ),
    "session.after_period": Reason(
        "调解时间在期限届满之后。请提前，或先由各方同意延长期限。",
        "The session lies behind the end of the period. Choose an earlier time, or have all extend it first.",
    ),
    "session.too_many": Reason(
        "本案安排的调解已达次数上限。请结束调解，或由调解组织处理。",
        "As many sessions of the case were announced as may be. End the mediation, or ask the organisation.",
    ),
    "session.unknown": Reason(
        "没有该场次，或已取消、改期。请核对场次号。",
        "No such session is announced, or it was called off or moved. Check its number.",
    ),
    "session.not_yet": Reason(
        "该场次尚未到时间，不能记录。请在调解之后记录。",
        "The session's time has not come. Record it once it was held.",
    ),
    "session.party_twice": Reason(
        "同一当事方记录了两次。请每方只记一次。", "A party is recorded twice. Record each once."
    ),
    "session.party_missing": Reason(
        "共同调解须各方到场。请另行安排，或征得各方同意后分别调解。",
        "A session with all parties needs all of them. Hold it another time, or apart where all agree.",
    ),
    "session.not_alone": Reason(
        "该场次只与一方单独会谈。请只记录该方。",
        "The session is with one party alone. Record that party, and nobody else.",
    ),
    "session.unidentified": Reason(
        "到场方的身份未经核实。请先核实身份。",
        "The identity of somebody who attended was not checked. Check it first.",
    ),
    "session.not_warned": Reason(
        "未告知虚假调解的法律后果。请先告知。",
        "Somebody who attended was not warned of false mediation. Warn first.",
    ),
    # What is said in confidence.
    "sealed.unreadable": Reason(
        "密封内容无法打开：须由本人就本案以调解服务的现行公钥密封。请通过门户重新提交。",
        "What was sealed does not open: the sender seals it for this case, with mediation's current key. "
        "Send it again by the portal.",
    ),
    "sealed.key_lost": Reason(
        "保密内容无法解密。请运维核对 SUYUAN_SEALING_KEYS。",
        "What was told in confidence cannot be decrypted. Have an operator check SUYUAN_SEALING_KEYS.",
    ),
    "sealing.unavailable": Reason(
        "暂时无法取得密封公钥，内容未发送。请稍后再试。",
        "Mediation's public key is not to be had now, and nothing was sent. Try again soon.",
    ),
    "offer.no_side": Reason(
        "密封报价由金融机构和主被申请人各自留存。请由其提出。",
        "Sealed offers are left by the institution and by the main respondent. Let them do so.",
    ),
    "offer.met": Reason(
        "双方报价已相合，中点已告知双方。请就中点拟定协议。",
        "The offers have met, and both sides know the midpoint. Draft an agreement on it.",
    ),
    "offer.too_often": Reason(
        "密封报价次数已用完，最后一次报价仍然有效。请与调解员商谈。",
        "You have left as many sealed offers as you may, and the last one stands. Talk to the mediator.",
    ),
    "offer.not_in_rules": Reason(
        "本案适用的规则版本没有密封报价。请与调解员商谈。",
        "The rules of this case know no sealed offers. Talk to the mediator.",
    ),
    "offer.above_claim": Reason(
        "报价超过申请标的额。请核对金额（以分计）。",
        "The offer is for more than was claimed. Check the amount; it is in fen.",
    ),
    "concession.not_in_rules": Reason(
        "本案适用的规则版本不留存让步内容。请与调解员商谈。",
        "The rules of this case keep no concessions. Talk to the mediator.",
    ),
    "concession.too_many": Reason(
        "本案留存的让步内容已达上限。请与调解员商谈。",
        "As many concessions of the case are kept as may be. Talk to the mediator.",
    ),
    "concession.none": Reason("本案没有留存的让步内容。", "Nothing was told in confidence in this case."),
    "concession.not_recorded": Reason(
        "查阅记录尚未完成，内容未显示。请稍后再试。",
        "The reading is not recorded yet, so nothing is shown. Try again soon.",
    ),
    # False mediation.
    "doubt.suspended": Reason(
        "涉嫌虚假调解，调解已中止。请等待法院或者调解组织的核查结论。",
        "The mediation is suspended, since it may be false. Wait for what the court or the organisation "
        "decides.",
    ),
    "doubt.none": Reason(
        "没有待核查的虚假调解报告。请先报告。",
        "No report of a false mediation is to be decided. Report first.",
    ),
    "doubt.own_report": Reason(
        "报告人不能自行认定。请由他人决定。",
        "Who reported it does not decide about it. Let somebody else do so.",
    ),
    # Undisputed facts.
    "facts.no_session": Reason(
        "尚未开展调解，不能确认无争议事实。请先开展调解。",
        "No session was held, so no facts can be confirmed. Hold one first.",
    ),
    "facts.none": Reason(
        "没有待确认的无争议事实。请由调解员先行记载。",
        "There are no facts to confirm. The mediator records them first.",
    ),
    "facts.other_digest": Reason(
        "无争议事实文本已变更。请核对当前文本。",
        "The text of the facts is another by now. Look at the current one.",
    ),
}
