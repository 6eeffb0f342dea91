"""Reasons for which any service, alerts or mediation refuses."""

from typing import Final

from shared.contracts.reasons.reason import Reason

REFUSALS: Final[dict[str, Reason]] = {
    # What a refusal says.
    "version.stale": Reason(
        "您看到的版本已过期。请刷新后再试。", "The version you saw is stale. Look again, then repeat."
    ),
    "case.unknown": Reason("没有该案件。请核对案件号。", "There is no such case. Check the id."),
    "case.closed": Reason("案件已结束。", "The case is closed."),
    "actor.not_allowed": Reason(
        "您无权执行该操作。", "You may not do this. Ask somebody with the right role."
    ),
    "agent.not_authorised": Reason(
        "代理人未受委托，或未获该事项的授权。请由当事人本人操作，"
        "或先提交含特别授权的授权委托书（suyuan do appoint-agent）。",
        "The agent is not entrusted, or not with this. Let the party act itself, or appoint the agent with "
        "special authority first (suyuan do appoint-agent).",
        rule="mediation.agents",
    ),
    "agent.none": Reason(
        "该当事人没有这名代理人。请核对代理人序号。", "The party has no such agent. Check the number."
    ),
    "command.unexpected": Reason("该主体不接受此命令。", "This subject does not take this command."),
    # What alerts refuses.
    "series.unknown": Reason("没有该统计序列。请核对序列号。", "There is no such series. Check the id."),
    "alert.none": Reason("该周没有预警。请核对周次。", "There is no alert for that week. Check the week."),
    "alert.over": Reason("该预警已结束。", "The alert is over."),
    "recipient.unknown": Reason(
        "网络文件中没有该受移送单位。请核对标识,或先登记。",
        "The network file has no such recipient. Check the id, or list it there first.",
    ),
    "systemic.unknown": Reason(
        "没有该移送,或与本单位无关。请核对移送编号。",
        "There is no such referral, or it is not for you. Check its id.",
    ),
    "systemic.over": Reason(
        "该移送已答复、撤回或被替代。如需再移送,请使用另一事项编号。",
        "The referral was answered, withdrawn or superseded. Refer what is new under another matter.",
    ),
    "systemic.itself": Reason(
        "移送不能替代自身。请使用另一事项编号。",
        "A referral cannot replace itself. Use another matter.",
    ),
    "systemic.replaces_unknown": Reason(
        "本序列的预警未曾以该编号移送,无可替代。请核对 replaces,或从曾移送的序列移送。",
        "No alert of this series was referred under that id. Check replaces, or refer one of its own series.",
    ),
    "systemic.extended": Reason(
        "该移送的答复期限已延长过一次。",
        "The time for an answer to the referral was extended once already.",
        rule="alerts.referral-extension",
    ),
    "systemic.no_extension": Reason(
        "该移送所据规则没有答复期限,或不允许延长。",
        "The rules of the referral have no limit for its answer, or no extension of it.",
        rule="alerts.referral-extension",
    ),
    "systemic.due_passed": Reason(
        "答复期限已过,不能再延长。",
        "The time for an answer has passed, and cannot be extended any more.",
        rule="alerts.referral",
    ),
    "systemic.no_measures": Reason("请写明采取的措施。", "Say which measures are taken."),
    "systemic.no_grounds": Reason("请写明不采纳的理由。", "Say on which grounds it is rejected."),
    # What alerts keeps out of its counts.
    "count.future": Reason(
        "申报周晚于登记时间,未计入统计。请核对来源的时钟。",
        "The week of the filing lies ahead of its registration. It counts in no series; check the clock.",
    ),
    "count.too_old": Reason(
        "申报周早于统计起点,未计入统计。请核对申报日期。",
        "The week of the filing lies before the first that is counted. It is in no series; check the date.",
    ),
    "count.no_week": Reason(
        "申报周不是星期一,未计入统计。",
        "The week of the filing is no Monday. The dispute counts in no series.",
    ),
    "count.unknown_institution": Reason(
        "网络文件中没有该金融机构,未计入统计。",
        "The network file has no such institution. The dispute counts in no series.",
    ),
    "count.too_many_issues": Reason(
        "该机构该案由一周内争议事项种类过多,未计入统计。请使用约定的事项代码。",
        "An institution and cause have too many distinct issues in one week: this one counts in no series. "
        "Use the agreed codes.",
    ),
    "region.malformed": Reason(
        "地区不是六位行政区划代码（GB/T 2260）,不计入地区统计。请填写如 110106。",
        "The region is no administrative division of six digits, and is not counted. Write it as 110106.",
    ),
    "region.unknown": Reason(
        "没有以此开头的省级或地级行政区划,不计入地区统计。请核对行政区划代码（GB/T 2260）。",
        "No division begins so, and the region is not counted. Check the code (GB/T 2260).",
    ),
    "series.too_many": Reason(
        "该机构该案由的序列已达上限,新事项不再单独判断。请使用约定的事项代码。",
        "The institution and cause have as many series as can be kept: this issue is not judged. "
        "Use the agreed codes.",
    ),
    # What mediation refuses.
    "referral.not_explained": Reason(
        "分流前没有释明记录。请先释明再分流。",
        "Nothing was explained before the referral. Record the explanation, then refer again.",
    ),
    "referral.consent_missing": Reason(
        "分流时没有申请人同意调解的记录。请取得申请人同意后再分流。",
        "No applicant has agreed to mediation. Record that consent, then refer again.",
    ),
    "roster.unknown": Reason(
        "网络文件中没有该调解组织。请先登记该组织再重投。",
        "The mediation organisation is not in the network file. Add it, then redrive.",
    ),
    "mediator.not_of_two": Reason(
        "本案没有两名已接受的调解员，或者所选不是其中一人。请核对标识。",
        "No two mediators have accepted the case, or the one named is none of them. Check the id.",
    ),
    "complaint.stranger": Reason(
        "该调解员未参与本案。请核对标识。", "This mediator has no part in the case. Check the id."
    ),
    "complaint.none": Reason(
        "没有该投诉，或者已处理。请核对序号。",
        "There is no such complaint, or it is decided. Check its number.",
    ),
    "complaint.measure": Reason(
        "处理与结论不符：查证属实的须有处理，不属实的不予处理。",
        "The measure does not fit: one that is true has a measure, one that is not has none.",
    ),
    "mediator.dismissed": Reason(
        "该调解员已被法院解聘，在办案件结束后出册。恢复须由法院决定。",
        "The court dismissed this mediator, who leaves the roster with the last case. "
        "Only the court takes that back.",
    ),
    "transfer.nowhere": Reason(
        "没有受理该案由的其他调解组织，或者所列组织不受理。请核对网络文件中的分流安排。",
        "No other organisation takes such disputes, or not the one named. "
        "See the routing of the network file.",
    ),
    "mediator.none_yet": Reason(
        "尚未指定调解员。请等待指定。", "Nobody is designated yet. Wait for the designation."
    ),
    "mediator.had_before": Reason(
        "该调解员正在或曾经经办本案，不能再选。请另选一人。",
        "This mediator holds the case, or has left it. Choose another one.",
    ),
    "recusal.none": Reason(
        "没有待决定的回避事项。请先由调解员披露或由当事人申请。",
        "There is no recusal to decide. A disclosure or a party's request comes first.",
    ),
    "recusal.not_waived": Reason(
        "调解员已披露利害关系，且并非全体当事人同意由其继续。请决定回避，或取得全体当事人同意。",
        "The mediator disclosed an interest, and not every party agrees to go on. Recuse, or let all agree.",
    ),
    "interest.not_waived": Reason(
        "调解员已披露利害关系，尚有当事人未同意由其继续，在全体同意或者更换之前不得开展调解。"
        "请当事人表示同意（keep-mediator）或者申请更换（request-replacement），或由组织决定回避。",
        "The mediator disclosed an interest, and a party has not agreed to go on: until all have, or another "
        "one is there, nothing that rests on neutrality is done. Let the parties agree (keep-mediator), ask "
        "for another (request-replacement), or let the organisation recuse.",
        rule="mediation.waived-by-all",
    ),
    "mediator.unknown": Reason(
        "名册中没有该调解员。请核对标识，或先登记。",
        "The register has no such mediator. Check the id, or add the mediator first.",
    ),
    "mediator.id_taken": Reason(
        "该标识已有人使用。请另用一个标识，或变更其登记。",
        "Somebody has this id, or had it. Choose another one, or change the entry.",
    ),
    "mediator.training_ahead": Reason(
        "培训日期尚未到来。请在培训完成后登记。",
        "The training is still to come. Register it once it has taken place.",
    ),
    "mediator.training_expired": Reason(
        "培训已过有效期。请在重新培训后登记新的培训日期。",
        "The training lists nobody any more. Train again, and register the new day.",
    ),
    "organisation.takes_cases": Reason(
        "该调解组织正常受案，无需恢复。", "The organisation takes cases; there is nothing to resume."
    ),
    "mediator.holds_cases": Reason(
        "该调解员尚有在办案件。请先停派，待案件结束后再除名。",
        "The mediator still holds cases. Suspend first, and remove when they have ended.",
    ),
    "assignment.not_held": Reason(
        "该案件未指派给您。请核对案件号或等待重新指派。",
        "You do not hold this case. Check the id, or wait for a designation.",
    ),
    "assignment.not_accepted": Reason(
        "您尚未接受指派。请先接受。", "You have not accepted the assignment. Accept it first."
    ),
    "assignment.already_accepted": Reason(
        "您已接受指派，不能再谢绝。请结束调解或申请回避。",
        "You have accepted this case and can no longer decline. End the mediation instead.",
    ),
    "decline.no_ground": Reason(
        "无余力不是谢绝理由：名册按额定件数指派。确需减少件数，请由组织调整额定件数。",
        "Having no time is no ground to decline: the roster goes by your capacity. "
        "Let your organisation lower it.",
    ),
    "choice.closed": Reason(
        "不在共同选择调解员的期限内。如需更换调解员，请申请更换。",
        "This is not the time to choose a mediator together. To have another one, ask for a replacement.",
    ),
    "period.not_begun": Reason(
        "调解期限尚未起算。请等待调解员接受指定。",
        "The period has not begun. Wait until a mediator has accepted.",
    ),
    "extension.none": Reason(
        "没有待同意的延长提议。请先提议延长。", "No extension is proposed. Propose one first."
    ),
    "extension.other_days": Reason(
        "所提议的延长天数已变更。请按现提议的天数同意，或另行提议。",
        "Another number of days is proposed by now. Agree to that one, or propose your own.",
    ),
    "extension.too_long": Reason(
        "一次延长的天数超过上限。请缩短天数；到期前可以再次提议。",
        "This is longer than one extension may be. Propose fewer days; another extension may follow.",
    ),
    "pause.by_check": Reason(
        "该事由由虚假调解核查的报告和决定中止或恢复计期，不能以本命令提出。",
        "A check for false mediation stops and resumes the clock by its own report and decision.",
    ),
    "pause.in_suit": Reason(
        "立案后的调解期限不因鉴定评估中止，鉴定由审理法院办理。需要更多时间的，请由各方当事人同意延长。",
        "After docketing an appraisal is the court's and stops no clock. "
        "If more time is needed, let all parties agree to an extension.",
    ),
    "agreement.none": Reason(
        "尚无调解协议。请等待调解员提交。", "There is no agreement yet. Wait for the draft."
    ),
    "agreement.other_digest": Reason(
        "协议文本已变更。请向调解员索取最新文本；其摘要见案件的 agreement.digest"
        "(GET /cases/案件号,或 suyuan case show 案件号)，一致后再操作。",
        "The agreement's text is another by now. Ask the mediator for the current one; its digest is "
        "agreement.digest of the case (GET /cases/ID, or suyuan case show ID). Repeat with that.",
    ),
    "agreement.not_in_force": Reason(
        "协议自全部当事人签名时生效并自行结案，不能以本命令结束。请签署，或选择其他结束方式。",
        "An agreement ends a mediation by itself, with the last signature. Choose another end, or sign.",
    ),
    "consent.missing": Reason(
        "尚有当事人未同意调解，不能开展调解。请先征询其意愿。",
        "A party has not agreed to mediation yet, so nothing can be negotiated. Ask it first.",
    ),
    "leave.not_applicant": Reason(
        "只有申请人可以撤回、和解撤案。不愿继续调解的，请选择“不愿继续调解”。",
        "Only an applicant can withdraw. If you do not want to go on, leave as unwilling.",
    ),
    "end.not_sought": Reason(
        "没有联系未果的记录，不能以无法联系结束。请先记录联系情况。",
        "No attempt to reach a party is on record that failed. Record it first (record-contact).",
    ),
    "contact.no_party": Reason(
        "该案没有此当事方。请核对当事方。", "The case has no such party. Check whom you sought."
    ),
    "end.not_all_agreed": Reason(
        "尚有当事人未同意调解，不能以分歧较大结束。请选择其他结束方式。",
        "A party has not agreed to mediation, so no positions diverged. Choose another end.",
    ),
    "agreement.above_claim": Reason(
        "协议金额超过申请标的额。请核对金额（以分计）。",
        "The agreement is for more than was claimed. Check the amount; it is in fen.",
    ),
    "agreement.no_text": Reason(
        "既未给出协议条款，也未给出文本摘要。请给出条款(terms)，由平台生成文本；或给出文本的摘要(digest)。",
        "There are neither terms nor a digest. Give terms, of which the platform makes the text, or the "
        "digest of a text of your own.",
    ),
    "agreement.digest_differs": Reason(
        "所给摘要与平台按条款生成的文本不符。请不填摘要，或核对条款后重新计算。",
        "The digest is not that of the text which the platform makes of these terms. Leave it out, or check "
        "the terms.",
        rule="mediation.text-of-the-terms",
    ),
    "terms.sum_differs": Reason(
        "各期金额之和不等于协议金额。请核对金额（以分计）。",
        "The instalments do not add up to the agreed amount. Check the amounts; they are in fen.",
        rule="mediation.terms",
    ),
    "terms.not_in_order": Reason(
        "各期日期未依次递增。请按日期先后排列，且每期日期不同。",
        "The instalments' days are not in order. List them by day, each day once.",
        rule="mediation.terms",
    ),
    "terms.before_draft": Reason(
        "首期日期早于拟定之日。请改为拟定当日或以后的日期。",
        "The first instalment's day lies before the draft. Choose the day of the draft, or a later one.",
        rule="mediation.terms",
    ),
    "terms.too_many": Reason(
        "分期数超过限额。请减少期数。",
        "There are more instalments than an agreement may have. Make them fewer.",
        rule="mediation.instalments",
    ),
    "terms.not_a_party": Reason(
        "付款方或担保人不是本案当事人。请核对当事方。",
        "Who pays or stands in is no party of this case. Check the parties.",
        rule="mediation.terms",
    ),
    "terms.guarantor": Reason(
        "担保人须与付款方同侧、不是付款方本人且不重复。请核对担保人。",
        "A guarantor stands on the payer's side, is not the payer, and is named once. Check the guarantors.",
        rule="mediation.terms",
    ),
    "decision.not_asked": Reason(
        "本案不在快速裁决之列，或者已转为调解。请拟定调解协议。",
        "This case did not come for a quick decision, or is mediated by now. Draft an agreement.",
    ),
    "decision.decides": Reason(
        "本案待快速裁决，不拟定调解协议。请作出裁决；消费者不接受的，再行调解。",
        "This case waits for a quick decision, so no agreement is drafted. Give the decision; if the "
        "consumer does not accept it, the case is mediated.",
    ),
    "decision.given": Reason(
        "裁决已经作出，只作出一次。请等待消费者答复。",
        "The decision is given, and it is given once. Wait for the consumer's answer.",
    ),
    "decision.no_terms": Reason(
        "裁决给付金额的，须列明付款条款。请给出条款(terms)。",
        "Something is to be paid, so terms say how. Give terms.",
    ),
    "decision.too_late": Reason(
        "调解期限不足以使消费者充分考虑。请先由各方同意延长期限，或者改以其他方式结束。",
        "The period of the mediation ends before the consumer could think it over. Have all agree to a "
        "longer one first, or end it otherwise.",
    ),
    "decision.waits": Reason(
        "快速裁决正在等待消费者答复，期间不能以本命令结束调解。请等待其接受、不接受或期限届满。",
        "A quick decision waits for the consumer's answer. Wait for a yes, a no, or the end of the time.",
    ),
    "decision.undertaken": Reason(
        "快速裁决已经作出，机构加入时承诺受其约束，在消费者答复期限内不能退出或者更换调解员。请等待消费者答复或者期限届满。",
        "The decision is given, and a member has undertaken to be bound: until the consumer has answered, or "
        "the time is over, the institution neither leaves nor has the mediator replaced.",
        rule="mediation.decision-not-revoked",
    ),
    "decision.none": Reason(
        "没有待答复的裁决。请等待调解员作出裁决。",
        "There is no decision to answer. Wait for the mediator to give one.",
    ),
    "decision.other_digest": Reason(
        "所指并非现有裁决。请阅读裁决全文，核对摘要后再答复。",
        "This is not the decision that was given. Read it, and answer with its digest.",
    ),
    "performance.none": Reason(
        "没有生效的、列明条款的协议，无履行可登记。请待协议生效；文本自拟的协议由双方自行对账。",
        "No agreement with terms is in force, so nothing is followed here. Wait for its effect; of a text of "
        "the mediator's own the parties keep account themselves.",
    ),
    "repayment.ahead": Reason(
        "付款日尚未到来。请核对日期，在付款后登记。",
        "The day of the payment is still to come. Check it, and record the payment once it was made.",
    ),
    "repayment.differs": Reason(
        "同一凭证已登记为另一日期或金额。请核对；原登记有误的，请提出异议，并以新凭证登记。",
        "This payment is on record with another day or amount. Check it; if the record is wrong, object to "
        "it and record the payment under another reference.",
        rule="mediation.oldest-first",
    ),
    "repayment.unknown": Reason(
        "本协议没有该笔还款的登记。请核对凭证摘要。",
        "This agreement has no such payment on record. Check its digest.",
    ),
    "repayment.objection_late": Reason(
        "已超过异议期限，登记不再变更。请与对方或调解组织联系。",
        "The time to object is over, and the record stands. Talk to the other side or the organisation.",
    ),
    "repayment.not_your_objection": Reason(
        "该理由由平台自行提出。请选择并未付款、系其他债务、金额不符或日期不符。",
        "The platform says this by itself. Choose not_made, other_debt, other_amount or other_day.",
    ),
    "repayment.not_disputed": Reason(
        "该笔还款没有待处理的异议。请核对凭证摘要。",
        "Nothing is disputed about this payment. Check its digest.",
    ),
    "end.by_the_applicant": Reason(
        "自行和解、撤回申请须由申请人本人提出（leave-mediation，并说明已清偿、和解或者撤回），不能由调解员代为记录。",
        "To withdraw, or to say that it was paid or settled, is the applicant's own act (leave-mediation); "
        "nobody records it in the applicant's place.",
        rule="mediation.withdrawn-by-the-applicant",
    ),
    "end.period_runs": Reason(
        "调解期限未届满，届满时案件自行结束。请选择其他结束方式。",
        "The period still runs, and ends the case by itself when it is over. Choose another end.",
    ),
    "end.nothing_to_sign": Reason(
        "没有待签的调解协议，不能以拒绝签署结束。请先拟定协议，或选择其他结束方式。",
        "There is no agreement to sign, so nobody refused to. Draft one, or choose another end.",
    ),
}
