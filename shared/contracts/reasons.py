"""Reason codes: they never change, and read alike in event, HTTP answer, dead letter and CLI."""

from typing import Final, NamedTuple


class Reason(NamedTuple):
    """One reason: a sentence in Chinese and one in English, with the next step."""

    zh: str
    en: str


REASONS: Final[dict[str, Reason]] = {
    # What a dead letter says.
    "message.empty": Reason(
        "消息体为空。请重新发送完整内容。", "The value is empty. Send it again with its content."
    ),
    "message.null": Reason(
        "消息体为 null。请重新发送完整内容。", "The value is null. Send it again with its content."
    ),
    "message.not_utf8": Reason(
        "消息体不是 UTF-8。请以 UTF-8 编码发送。", "The value is not UTF-8. Encode it as UTF-8."
    ),
    "message.header_not_utf8": Reason(
        "消息头不是 UTF-8 或为 null。请以 UTF-8 编码发送。",
        "A header is null or not UTF-8. Encode headers as UTF-8.",
    ),
    "message.too_large": Reason(
        "消息体超过大小上限，只保留了开头部分，不能重投。请发送方缩小后重新发送，再丢弃本死信。",
        "The value is over the size limit, and only its first bytes are kept, so it cannot be redriven. "
        "Have less sent in one, then discard this.",
    ),
    "message.key_too_large": Reason(
        "消息键超过大小上限，只保留了开头部分，不能重投。请发送方缩短后重新发送，再丢弃本死信。",
        "The key is over the size limit, and only its first bytes are kept, so it cannot be redriven. "
        "Have it sent with a shorter key, then discard this.",
    ),
    "message.headers_too_large": Reason(
        "消息头超过大小上限，未全部保留，不能重投。请发送方缩小后重新发送，再丢弃本死信。",
        "A header, or all of them together, are over the size limit and not kept, so it cannot be redriven. "
        "Have it sent with smaller headers, then discard this.",
    ),
    "message.too_many_headers": Reason(
        "消息头过多，未全部保留，不能重投。请发送方减少后重新发送，再丢弃本死信。",
        "There are too many headers, and not all are kept, so it cannot be redriven. "
        "Have it sent with fewer, then discard this.",
    ),
    "message.duplicate_header": Reason(
        "同一消息头出现两次，无法确定其值。请每个只发送一次。",
        "A header stands twice, so its value is not known. Send each of them once.",
    ),
    "message.too_many_sources": Reason(
        "同一案件的消息来源过多。请发送方固定使用一个 ce_source 后重新发送，再丢弃本死信。",
        "Too many sources speak of one subject. Have it sent with the sender's own ce_source, "
        "always the same, then discard this.",
    ),
    "message.not_json": Reason("消息体不是 JSON。请检查格式。", "The value is not JSON. Check its form."),
    "message.wrong_type": Reason(
        "字段类型或取值不符合架构。请按 JSON Schema 修正。",
        "A field does not fit the JSON Schema. Correct it.",
    ),
    "message.missing_header": Reason(
        "缺少必需的消息头。请按发布指南补全。",
        "A required header is missing. Add it as docs/publish.md says.",
    ),
    "message.bad_header": Reason(
        "消息头取值无效。请按发布指南修正。",
        "A header's value is not valid. Correct it as docs/publish.md says.",
    ),
    "message.unknown_type": Reason(
        "未知的消息类型。请核对 ce_type。", "The message type is not known. Check ce_type."
    ),
    "message.unknown_version": Reason(
        "未知的消息版本。请使用已发布的版本或先升级服务。",
        "The version of this type is not known. Use a published one, or upgrade the service and redrive.",
    ),
    "message.wrong_topic": Reason(
        "该类型的消息不属于此主题。", "A message of this type does not belong on this topic."
    ),
    "transaction.open": Reason(
        "发送方的事务一直未结束，其后的消息须等待。请检查该发送方；到期后代理会中止该事务。",
        "A producer's transaction stays open, and what stands behind it waits. See to that producer; the "
        "brokers abort the transaction after its timeout.",
    ),
    "time.in_future": Reason(
        "业务时间在未来。请检查发送方时钟；到该时间后可重投。",
        "The time lies in the future. Check the sender's clock; it can be redriven once its time has come.",
    ),
    "time.no_zone": Reason("时间没有时区。", "The time has no zone. Send it with one."),
    "filing.wrong_institution": Reason(
        "申报机构与主题不符。机构只能在自己的主题上申报。",
        "The institution is not the topic's own. An institution files on its own topic only.",
    ),
    "filing.unknown_institution": Reason(
        "网络文件中没有该机构。请先登记机构再重投。",
        "The institution is not in the network file. Add it, then redrive.",
    ),
    "decision.raised": Reason(
        "处理该消息时程序出错，案件已暂停。修复后请重投。",
        "The decision raised an error; the case is parked. Redrive after the fix.",
    ),
    "case.parked": Reason(
        "案件因前一条死信暂停，本消息按序等待。",
        "The case is parked behind an earlier dead letter; this waits in order.",
    ),
    "offsets.jumped": Reason(
        "分区中有消息尚未处理就出现了后面的消息，正从缺失处重新读取。若持续出现，请查看日志并报告。",
        "Records before this one were not applied; the partition is read again from there. "
        "If it lasts, read the log and report it.",
    ),
    "sequence.before_baseline": Reason(
        "本服务从该案件的较后事件开始读取，随后又收到较早的一条。重投将按现状补做，丢弃则略过。",
        "This service began to read the case at a later event, and an earlier one came after it. "
        "Redrive applies it now; discard leaves it out.",
    ),
    "state.unreadable": Reason(
        "当前程序版本无法读取该案件的状态，案件已暂停，状态未被改动。请升级到能读取它的版本；有死信的再重投。",
        "This version of the program cannot read the case's state; the case is blocked, its state untouched. "
        "Run a version that can; then redrive its letters, if it has any.",
    ),
    "commit.conflict": Reason(
        "同一消息反复写入冲突，系统仍在重试。副本被强行终止后，MongoDB 会保留其未完成的事务一段时间"
        "（transactionLifetimeLimitSeconds）；若持续，请检查是否有两个进程使用同一副本编号，并查看日志。",
        "It is tried on. After a replica was killed MongoDB keeps its open transaction for a while "
        "(transactionLifetimeLimitSeconds). If it lasts, look for two processes with one replica number; "
        "if there are none, report it.",
    ),
    "handled.too_short": Reason(
        "命令编号的保留期短于该主题的保留期,因此编号永久保留,以免同一命令重复生效。"
        "请增大 SUYUAN_HANDLED_DAYS(-1 为永久),或用 kafka-configs.sh 缩短该主题的 retention.ms,再重启。",
        "A command that came again after its id was forgotten would take effect twice, so ids are kept for "
        "ever. Raise SUYUAN_HANDLED_DAYS (-1 is for ever), or lower retention.ms of the topic with "
        "kafka-configs.sh, and start again.",
    ),
    "store.rejected": Reason(
        "数据库拒绝写入该消息的结果。", "The database rejects what this message leads to."
    ),
    # What is wrong with a calendar file (docs/operations.md).
    "calendar.misnamed": Reason(
        "日历文件名应为 calendar-<年份>.json。请改名或移走该文件。",
        "A calendar file is named calendar-<year>.json. Rename it, or move it away.",
    ),
    "calendar.unreadable": Reason(
        "日历文件无法读取。请检查路径和权限。", "The file cannot be read. Check the path and its permissions."
    ),
    "calendar.malformed": Reason(
        "日历文件不是规定的格式。请按运维手册修正。",
        "This is not a calendar file. Correct it as docs/operations.md says.",
    ),
    "calendar.wrong_year": Reason(
        "文件中的年份或日期与文件名不符。请核对国务院办公厅通知的年份。",
        "A year or date is not that of the file's name. Check which year's notice it is.",
    ),
    "calendar.day_twice": Reason(
        "同一日期列出两次。请只保留一行。", "A day is listed twice. Keep one of its lines."
    ),
    "calendar.not_a_change": Reason(
        "补班日本来就是工作日。请核对日期。", "A make-up day is a weekday and worked anyway. Check the date."
    ),
    "calendar.missing_days": Reason(
        "缺少法定节假日。请按通知补全。", "Statutory days off are missing. Add them as the notice says."
    ),
    "calendar.conflict": Reason(
        "与已知的该年日历不一致。请按通知修正，或移走该文件。",
        "The year is known already, and these days differ. Correct the file, or move it away.",
    ),
    "calendar.gap": Reason(
        "此前的年份尚无日历。请先加入所列年份。", "A year before it is unknown. Add the named year first."
    ),
    # What readiness says of a partition that is not read.
    "partition.unreadable": Reason(
        "该分区暂时无法读取,正在自动重试;其他分区照常处理。",
        "The partition is tried again with growing pauses; the others go on.",
    ),
    "batch.unreadable": Reason(
        "该批记录无法解包。请修复后重启服务,或执行 suyuan gap accept SERVICE TOPIC:PARTITION 放弃该批。",
        "Mend what keeps the batch from being read and restart, or let it go: "
        "suyuan gap accept SERVICE TOPIC:PARTITION --reason TEXT.",
    ),
    "gap.retention": Reason(
        "尚未处理的记录已从主题中删除。确认放弃请执行 suyuan gap accept SERVICE TOPIC:PARTITION。",
        "Records that were not applied are gone from the topic. Have them sent again, then let the gap go: "
        "suyuan gap accept SERVICE TOPIC:PARTITION --reason TEXT.",
    ),
    "gap.recreated": Reason(
        "主题已被删除并重建。请恢复原主题,"
        "或执行 suyuan gap accept SERVICE TOPIC:PARTITION 从新主题开头读取。",
        "The topic was deleted and made again. Restore the old one, or read the new one from its beginning: "
        "suyuan gap accept SERVICE TOPIC:PARTITION --reason TEXT.",
    ),
    "gap.unexplained": Reason(
        "部分偏移量缺失且无法解释。请检查 Kafka 日志,"
        "确认放弃请执行 suyuan gap accept SERVICE TOPIC:PARTITION。",
        "Look for lost data in Kafka's log, then let the gap go: "
        "suyuan gap accept SERVICE TOPIC:PARTITION --reason TEXT.",
    ),
    "gap.truncated": Reason(
        "Kafka 丢失了该分区末尾已处理的记录。请检查 Kafka;"
        "确认从现存末尾继续请执行 suyuan gap accept SERVICE TOPIC:PARTITION。",
        "Kafka lost the end of this partition, which was applied already (an unclean leader election). "
        "To read on at its end: suyuan gap accept SERVICE TOPIC:PARTITION --reason TEXT.",
    ),
    "gap.sequence": Reason(
        "案件缺少编号消息,已由运维放行,后续消息按序处理。",
        "A case goes on without messages that never came, as an operator decided.",
    ),
    "gap.unknown": Reason(
        "正在向 Kafka 查询该分区的情况,请稍候。", "Kafka is being asked; this clears up by itself."
    ),
    # What the HTTP side says.
    "token.missing": Reason(
        "缺少访问令牌。请登录后再试。", "There is no access token. Sign in, then repeat."
    ),
    "token.invalid": Reason("访问令牌无效。请重新登录。", "The access token is not valid. Sign in again."),
    "token.expired": Reason("访问令牌已过期。请重新登录。", "The access token has expired. Sign in again."),
    "http.not_found": Reason(
        "没有该页面或记录。请核对地址。", "There is no such page or record. Check the address."
    ),
    "http.method_not_allowed": Reason(
        "该地址不支持此方法。请查看接口文档。",
        "This address does not take this method. See the API's description.",
    ),
    "http.bad_payload": Reason(
        "请求内容不符合架构。请按 errors 逐项修正。",
        "The request does not fit the schema. Correct what `errors` lists.",
    ),
    "http.too_large": Reason("请求超过 1 MB。请拆分。", "The request is over 1 MB. Send less in one."),
    "http.timeout": Reason("请求超时。请稍后再试。", "The request took too long. Repeat it later."),
    "http.unavailable": Reason(
        "服务暂不可用。请稍后再试。", "The service is not available now. Repeat it later."
    ),
    "http.refused": Reason(
        "请求被拒绝。请查看接口文档。", "The request is refused. See the API's description."
    ),
    "http.unexpected": Reason(
        "程序出错。请联系平台运维。", "The program failed. Tell the platform's operators."
    ),
    # What a refusal says.
    "version.stale": Reason(
        "您看到的版本已过期。请刷新后再试。", "The version you saw is stale. Look again, then repeat."
    ),
    "case.unknown": Reason("没有该案件。请核对案件号。", "There is no such case. Check the id."),
    "case.closed": Reason("案件已结束。", "The case is closed."),
    "actor.not_allowed": Reason(
        "您无权执行该操作。", "You may not do this. Ask somebody with the right role."
    ),
    "command.unexpected": Reason("该主体不接受此命令。", "This subject does not take this command."),
    # What alerts refuses.
    "series.unknown": Reason("没有该统计序列。请核对序列号。", "There is no such series. Check the id."),
    "alert.none": Reason("该周没有预警。请核对周次。", "There is no alert for that week. Check the week."),
    # What mediation refuses.
    "referral.not_explained": Reason(
        "分流前没有释明记录。请先释明再分流。",
        "Nothing was explained before the referral. Record the explanation, then refer again.",
    ),
    "referral.consent_missing": Reason(
        "分流时缺少当事人同意。请取得全部当事人同意后再分流。",
        "A party has not agreed to mediation. Record the consent of every party, then refer again.",
    ),
    "roster.unknown": Reason(
        "网络文件中没有该调解组织。请先登记该组织再重投。",
        "The mediation organisation is not in the network file. Add it, then redrive.",
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
    "agreement.none": Reason(
        "尚无调解协议。请等待调解员提交。", "There is no agreement yet. Wait for the draft."
    ),
    "agreement.other_digest": Reason(
        "协议文本已变更。请阅读最新文本后再操作。",
        "The agreement's text is another by now. Read the current one, then repeat.",
    ),
    "agreement.not_in_force": Reason(
        "达成协议须由全部当事人签名并由调解组织盖章，不能以本命令结束。",
        "An agreement ends a mediation by the last signature and the seal. Choose another end, or sign.",
    ),
    # What intake says.
    "element.missing": Reason(
        "缺少必填要素。请补全后以更正方式重新申报。",
        "A required element is missing. Add it and file again as an amendment.",
    ),
    "element.wrong_cause": Reason(
        "填写了其他案由的要素。请只填写本案由的要素。",
        "Elements of another cause stand here. Give those of this cause only.",
    ),
    "amount.mismatch": Reason(
        "标的额与各项金额之和不符。请核对金额。", "The claim is not the sum of its parts. Check the amounts."
    ),
    "lease.rent_and_termination": Reason(
        "不能同时主张全部租金和解除合同（法释〔2020〕19号第十条）。请择一主张。",
        "All rent and termination cannot be claimed together (finance-lease rules art 10). Choose one.",
    ),
    "date.after_filing": Reason(
        "日期晚于申报日。请核对日期。", "The date lies after the filing. Check the date."
    ),
    "date.order": Reason(
        "日期先后矛盾。请核对日期。", "The date lies before one that must come first. Check the dates."
    ),
    "filing.returned": Reason(
        "申报已退回，尚未更正。请先更正申报。",
        "The filing was returned and is not corrected. Amend it first.",
    ),
    "case.referred": Reason(
        "案件已分流。请在接收方办理。", "The dispute was already referred. Act where it went."
    ),
    "case.not_for_mediation": Reason(
        "案件未分流至调解，无需调解同意。", "The dispute is not routed to mediation, so no consent is asked."
    ),
    "personal_data.none": Reason(
        "没有该案当事人的原始信息。", "There is no raw data of a party in this case."
    ),
    "personal_data.no_purpose": Reason(
        "未说明查阅目的。请填写目的。", "No purpose is given. Say why you read."
    ),
    "personal_data.not_recorded": Reason(
        "查阅尚未登记，请稍后再试。", "The reading is not recorded yet, so nothing is shown. Try again later."
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
    "row.too_many_cells": Reason(
        "该行单元格多于列数。请检查分隔符与引号。",
        "The row has more cells than there are columns. Check separators and quotes.",
    ),
    # What court_bridge says.
    "mediation.not_ended": Reason(
        "调解尚未结束，不能提交法院。请先结束调解。",
        "The mediation is not over, so nothing is filed. End it first.",
    ),
    "filing.nothing": Reason(
        "当事人自行和解或撤回，无需提交法院。",
        "The parties settled or withdrew, so there is nothing to file.",
    ),
    "filing.wrong_kind": Reason(
        "提交类型与调解结果不符。成功案件申请司法确认，其余移送。",
        "The kind does not fit the end. An agreement is confirmed; everything else is handed over.",
    ),
    "filing.accepted": Reason(
        "法院已接收该材料，无需再次提交。", "The court has accepted the filing. Do not file it again."
    ),
    "filing.unknown": Reason("没有该编号的提交。请核对提交编号。", "No filing has this id. Check the id."),
    "filing.superseded": Reason(
        "该提交已由新的提交取代。请答复最新的提交。",
        "A later filing stands in place of this one. Answer that one.",
    ),
    "bundle.incomplete": Reason(
        "移送材料不齐。请补齐所列材料后提交。",
        "Documents of the bundle are missing. Add those named, then submit.",
    ),
    "bundle.confidential": Reason(
        "移送材料不得含调解中的让步（法释〔2016〕14号第二十二条）。请去除所列材料。",
        "A handover shows no concession of the mediation (法释〔2016〕14号 art 22). Leave out what is named.",
    ),
    "confirmation.late": Reason(
        "已超过调解协议生效后三十日（民事诉讼法第二百零五条），不能申请司法确认。当事人可以起诉。",
        "The 30 days from the agreement's effect are over (CPL art 205). The parties may sue.",
    ),
    "answer.contradicts": Reason(
        "法院答复与此前答复矛盾。请向法院核实。", "The answer contradicts an earlier one. Ask the court."
    ),
    "answer.wrong_court": Reason(
        "答复并非来自受理法院。请核实来源。", "The answer is not from this court. Check its source."
    ),
    "answer.wrong_kind": Reason(
        "移送案件没有司法确认裁定。请向法院核实。", "A handover has no ruling on confirmation. Ask the court."
    ),
    "answer.no_ground": Reason(
        "驳回未说明法定理由。请向法院核实。",
        "The refusal names none of the grounds of the law. Ask the court.",
    ),
    "case_number.malformed": Reason(
        "案号格式不正确。请核对法院文书。", "This is not a case number. Check the court's document."
    ),
    "case_number.unknown_type": Reason(
        "案号类型代字不在所用范围。请核对法院文书。",
        "The type of the case number is not in use. Check the court's document.",
    ),
    "case_number.wrong_court": Reason(
        "案号的法院代字不是本院。请核对法院文书。",
        "The case number is of another court. Check the court's document.",
    ),
    "case_number.wrong_type": Reason(
        "案号类型与提交类型不符。请核对法院文书。",
        "The type of the case number does not fit the filing. Check it.",
    ),
    "case_number.second": Reason(
        "该案已有案号，又收到不同案号。请向法院核实。",
        "The case has a number already, and this is another. Ask the court.",
    ),
    "confirmation.unlawful": Reason(
        "调解协议违反法律强制性规定。", "The agreement breaks a mandatory rule of law."
    ),
    "confirmation.harms_others": Reason(
        "调解协议损害国家利益、社会公共利益或他人合法权益。",
        "The agreement harms the state, the public or the rights of others.",
    ),
    "confirmation.against_morals": Reason(
        "调解协议违背公序良俗。", "The agreement offends public order or good morals."
    ),
    "confirmation.not_voluntary": Reason("调解违反自愿原则。", "The mediation was not voluntary."),
    "confirmation.unclear": Reason("调解协议内容不明确。", "The content of the agreement is not clear."),
    "confirmation.other": Reason(
        "其他不能进行司法确认的情形。", "Another reason for which it cannot be confirmed."
    ),
}
"""Every reason by its code."""


def text(code: str) -> Reason:
    """Return the sentences of a code; a code from a later version speaks for itself."""
    return REASONS.get(code, Reason(code, code))
