"""Reasons of intake, and of a row of a bulk filing."""

from typing import Final

from shared.contracts.reasons.reason import Reason

FILINGS: Final[dict[str, Reason]] = {
    # What intake says.
    "element.missing": Reason(
        "缺少必填要素。请补全。", "A required element is missing. Add it.", rule="intake.elements"
    ),
    "element.wrong_cause": Reason(
        "填写了其他案由的要素。请只填写本案由的要素。",
        "Elements of another cause stand here. Give those of this cause only.",
        rule="intake.elements",
    ),
    "amount.mismatch": Reason(
        "标的额与各项金额之和不符。请核对金额。",
        "The claim is not the sum of its parts. Check the amounts.",
        rule="intake.sum",
    ),
    "lease.rent_and_termination": Reason(
        "不能同时主张全部租金和解除合同（法释〔2014〕3号第十条，法释〔2020〕17号修正）。请择一主张。",
        "All rent and termination cannot be claimed together (finance-lease rules art 10). Choose one.",
        rule="intake.rent-or-termination",
    ),
    "amount.over_the_whole": Reason(
        "各项之和超过整体。请核对金额或期数。",
        "The parts are more than the whole. Check amounts and periods.",
        rule="intake.sum",
    ),
    "filing.arbitration_agreed": Reason(
        "合同约定仲裁，不属于人民法院受案范围。请向约定的仲裁机构申请仲裁；填写有误的，更正后重新申报。",
        "The contract agrees on arbitration, so this is no matter for a court. Apply to that arbitration "
        "body; if the field is wrong, amend it.",
        rule="intake.for-courts",
    ),
    "filing.other_court_agreed": Reason(
        "合同约定由其他法院管辖，邀请调解的法院无管辖权。请选择有管辖权的法院邀请的调解组织或调解员；"
        "填写有误的，更正后重新申报。",
        "The contract agrees on another court, and the one that invites here has no jurisdiction. Choose a "
        "mediation organisation that the other court invites; if the field is wrong, amend it.",
        rule="intake.jurisdiction",
    ),
    "filing.not_online": Reason(
        "纠纷不适宜在线调解。请到人民法院诉讼服务大厅现场办理调解或立案。",
        "The dispute is not suitable for mediation online. Go to the court's service hall for mediation "
        "there, or to file a suit.",
        rule="intake.online",
    ),
    "date.after_filing": Reason(
        "日期晚于申报日。请核对日期。", "The date lies after the filing. Check the date.", rule="intake.dates"
    ),
    "date.order": Reason(
        "日期先后矛盾。请核对日期。",
        "The date lies before one that must come first. Check the dates.",
        rule="intake.dates",
    ),
    "filing.returned": Reason(
        "申报已退回，尚未更正。请先更正：改正所列各项，加上 amends: true，以新的请求号重新发送。",
        "The filing was returned and is not corrected. Amend it first: correct what is named, set "
        "amends: true, send it with a new id.",
    ),
    "filing.not_amended": Reason(
        "该申报此前已退回，本次内容不同却未注明更正，未予采用。请加上 amends: true，以新的请求号重新发送。",
        "The filing was returned; this one differs and does not say that it corrects it. "
        "Send it again with amends: true and a new id.",
    ),
    "filing.too_late": Reason(
        "案件已分流，申报不能再更正，原内容不变。请在案件所在处办理。",
        "The dispute is referred already, so its filing is not amended; what was taken stands. "
        "Act where the case is now.",
    ),
    "filing.amendment_faulty": Reason(
        "更正内容有误，未予采用，原申报不变。请改正所列各项，以新的请求号重新发送。",
        "The amendment has faults and is not taken; what was filed before stands. "
        "Correct what is named, and send it with a new id.",
    ),
    "filing.unchanged": Reason(
        "该编号的纠纷已登记，本次申报未产生变化。无需处理。",
        "A dispute with this reference is registered already, and the filing changed nothing. "
        "There is nothing to do.",
    ),
    "filing.too_many_parties": Reason(
        "当事人过多。每方的其他当事人有人数上限，请分案申报。",
        "There are more parties than a case can hold. File the others apart.",
    ),
    "delegation.applied": Reason(
        "该纠纷由机构申请调解，不经法院委派。",
        "The institution applied for mediation itself, so the court delegates nothing.",
    ),
    "delegation.not_registered": Reason(
        "尚无案号。请先登记诉前调案号（已立案的，登记民初案号），再委派调解。",
        "There is no case number yet. Register it (register-pre-suit, or register-suit after docketing), "
        "then delegate.",
    ),
    "delegation.number_waits": Reason(
        "案号正在核验是否已登记在另一件纠纷上。请稍候片刻再委派。",
        "It is being checked that no other dispute has the case number. Delegate again in a moment.",
        rule="intake.number-once",
    ),
    "delegation.docketed": Reason(
        "该纠纷已经立案，不再给诉前调案号。请登记民初案号和审理程序。",
        "The suit is docketed and gets no 诉前调 number. Register the suit (register-suit).",
    ),
    "delegation.not_docketed": Reason(
        "该纠纷尚未立案。请登记诉前调案号。",
        "The dispute is not docketed. Register it before docketing (register-pre-suit).",
    ),
    "consent.answered": Reason(
        "您已答复过是否同意调解。如要结束调解，请退出调解。",
        "You have answered whether you agree. To end the mediation, leave it (leave-mediation).",
    ),
    "case.merged": Reason(
        "该案件与另一案件是同一纠纷，已合并，以另一案号继续。请在保留案件上操作；误合并的，请书记员撤销合并。",
        "This dispute came twice and was merged: it goes on under the other id. Act on that case; if the "
        "merge is wrong, have a clerk undo it.",
        rule="intake.one-dispute",
    ),
    "duplicate.not_suspected": Reason(
        "系统没有提示这两个案件疑似重复。请先查看疑似重复列表（suyuan duplicates list）。",
        "Nothing says that these two disputes may be one. Look at the suspected duplicates first "
        "(suyuan duplicates list).",
        rule="intake.one-dispute",
    ),
    "duplicate.holds_others": Reason(
        "已有案件并入该案件，不能再并入他案。请先撤销那些合并。",
        "Other cases were merged into this one. Undo those merges first.",
        rule="intake.one-dispute",
    ),
    "duplicate.suit": Reason(
        "该案件已立案，只能由审理法院终结，不能并入他案。请将另一案件并入该案，或由法院合并审理。",
        "This one is a docketed suit, which only its court ends, so it is merged into no other. Merge the "
        "other one into it, or have the court join the suits.",
        rule="intake.one-dispute",
    ),
    "duplicate.over": Reason(
        "该案件的调解已经结束，不能并入他案；其后再次申报的，是新的纠纷。",
        "The mediation of this case is over, so it is merged into no other; what is filed later is a dispute "
        "of its own.",
        rule="intake.one-dispute",
    ),
    "duplicate.not_merged": Reason(
        "该案件没有被合并，无需撤销。请核对案件号。",
        "This case is not merged into another, so there is nothing to undo. Check the id.",
        rule="intake.one-dispute",
    ),
    "withdrawal.referred": Reason(
        "案件已分流，不能在此撤回。请退出调解，或向法院撤回。",
        "The dispute was referred. Leave the mediation (leave-mediation), or withdraw at the court.",
    ),
    "withdrawal.no_ground": Reason(
        "不愿调解不是撤回理由。不同意调解的，请记录不同意调解。",
        "Being unwilling is no withdrawal. Refuse consent instead; the dispute then goes to the court.",
    ),
    "case.referred": Reason(
        "案件已分流。请在接收方办理。", "The dispute was already referred. Act where it went."
    ),
    "case.not_for_mediation": Reason(
        "案件未分流至调解，无需调解同意。", "The dispute is not routed to mediation, so no consent is asked."
    ),
    "explanation.unknown_version": Reason(
        "没有该版本的释明内容。可用 suyuan explanations 查看现有版本。",
        "There is no such version of the explanation. suyuan explanations lists those that there are.",
    ),
    "explanation.unknown_channel": Reason(
        "没有该释明渠道。可用 app、web、sms、phone、video、paper、counter。",
        "There is no such channel. Known: app, web, sms, phone, video, paper, counter.",
    ),
    "personal_data.none": Reason(
        "没有该案当事人的原始信息。", "There is no raw data of a party in this case."
    ),
    "personal_data.erased": Reason(
        "该案的个人信息已删除，无法恢复。", "The personal data of this case are erased, for good."
    ),
    "personal_data.case_open": Reason(
        "案件尚未了结，个人信息仍需使用。撤回、退回或仅作引导的案件可以删除。",
        "The case is not over, and its personal data are needed. They can be erased of a case that was "
        "withdrawn, returned or only guided.",
    ),
    "personal_data.unreadable": Reason(
        "个人信息无法解密。请运维核对 SUYUAN_PERSONAL_KEYS。",
        "The personal data cannot be decrypted. Have an operator check SUYUAN_PERSONAL_KEYS.",
    ),
    "personal_data.no_purpose": Reason(
        "未说明查阅目的。请填写目的。", "No purpose is given. Say why you read."
    ),
    "personal_data.not_recorded": Reason(
        "查阅尚未登记，请稍后再试。", "The reading is not recorded yet, so nothing is shown. Try again later."
    ),
    "personal_data.not_opened": Reason(
        "该次调取不属于您，或已超过十五分钟。请由承办调解员重新申请（suyuan do read-contact-data）。",
        "This reading is not yours, or it is older than fifteen minutes. Whoever mediates the case asks "
        "again (suyuan do read-contact-data).",
    ),
    # What bulk filing says of a row.
    "cell.missing": Reason("必填单元格为空。请填写。", "A cell that is needed is empty. Fill it in."),
    "cell.not_text": Reason(
        "数字过长或不是文本,可能已失真。请将该列设为文本格式。",
        "This is no text, or a number too long to be exact in a table. Format the column as text.",
    ),
    "cell.not_amount": Reason(
        "金额无效。请以元填写,最多两位小数,不为负。",
        "This is no amount. Write it in yuan, two decimals at most, not negative.",
    ),
    "cell.not_number": Reason("不是有效数字。请填写数字。", "This is no such number. Write digits."),
    "cell.not_date": Reason("日期无效。请写成 2025-01-31。", "This is no date. Write it as 2025-01-31."),
    "cell.not_yes_no": Reason("请填写“是”或“否”。", "Write yes or no."),
    "cell.unknown_word": Reason(
        "该列不认识此词。请按模板填写。", "This column does not know the word. Use one of the template's."
    ),
    "cell.too_long": Reason("单元格过长。请缩短。", "The cell is too long. Shorten it."),
    "cell.bad_value": Reason(
        "取值不符合要求。请按模板修正。", "The value does not fit. Correct it as docs/publish.md says."
    ),
    "row.duplicate": Reason(
        "同一编号在文件中出现两次。请只保留一行。", "The reference stands in this file twice. Keep one row."
    ),
    "row.too_long": Reason(
        "该行超过 1 MB，没有申报会这么长。请检查换行。",
        "The line is over 1 MB, which no filing is. Check where lines end.",
    ),
    "row.too_many_cells": Reason(
        "该行单元格多于列数。请检查分隔符与引号。",
        "The row has more cells than there are columns. Check separators and quotes.",
    ),
}
