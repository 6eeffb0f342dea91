"""Reasons of dead letters, calendars, and of partitions and cases that stand still."""

from typing import Final

from shared.contracts.reasons.reason import Reason

RECORDS: Final[dict[str, Reason]] = {
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
    "actor.no_role": Reason(
        "ce_actor 未写明角色。请写成 机构/人员/角色,如 ccb//institution_agent。",
        "ce_actor names no role. Write organisation/person/role, such as ccb//institution_agent.",
    ),
    "proof.missing": Reason(
        "该消息没有签名(ce_proof)，无法确认由谁发出，未予处理。请经门户接口或用 suyuan "
        "以本人密钥重新发送，再丢弃本死信。",
        "The message has no signature (ce_proof), so nobody knows whose it is, and it was not taken. "
        "Send it again through the portal, or with suyuan and your own key; then discard this.",
    ),
    "proof.malformed": Reason(
        "签名(ce_proof)格式不正确。请写成 密钥标识.base64url 后重新发送，再丢弃本死信。",
        "The signature (ce_proof) is not written as key.base64url. Correct it and send the message "
        "again; then discard this.",
    ),
    "proof.unknown_key": Reason(
        "签名所用的密钥未登记。请把公钥加入网络文件或密钥文件后重投；若无人认识该密钥，请丢弃并查明来源。",
        "The key of the signature is not registered. Add its public half to the network file or the "
        "keys file, then redrive; if nobody knows the key, discard this and find out where it comes "
        "from.",
    ),
    "proof.key_not_valid": Reason(
        "消息存入时，签名所用的密钥尚未生效、已过期或已吊销。请换用有效密钥重新发送，再丢弃本死信。",
        "When the broker stored the message, the key of its signature was not valid yet, over or "
        "revoked. Send it again with a valid one, then discard this.",
    ),
    "proof.wrong": Reason(
        "签名与消息不符：消息在签名后被改动，或签名取自别的消息。请查明来源并丢弃；"
        "本人发送的请重新签名发送。",
        "The signature is not one of this message: it was changed after it was signed, or the "
        "signature is that of another. Find out where it comes from and discard it; if it is yours, "
        "sign and send it again.",
    ),
    "proof.wrong_speaker": Reason(
        "该密钥不能代表所称的人员或机构，或不能用于此主题。请用本人的密钥重新发送，再丢弃本死信。",
        "The key does not speak for whom the message names, or not on this topic. Send it again with "
        "the key of who acts, then discard this.",
    ),
    "proof.too_old": Reason(
        "该命令签名后过久才送达，可能是他人重发的旧命令，未予处理。如仍需要，请重新发送，再丢弃本死信。",
        "The command came too long after it was signed: somebody may have kept it and sent it once "
        "more. If it is still meant, send it anew; then discard this.",
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
    "message.wrong_source": Reason(
        "该来源的服务不在此主题发布消息，该消息无效。请查明何人以其名义写入；确认后丢弃。",
        "The service that it says it is from does not publish on this topic, so it counts for nothing. Find "
        "out who wrote it in that name, then discard it.",
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
    "rules.changed": Reason(
        "该版本已启用并有案件适用，网络文件中同名版本的内容却已不同。请恢复原内容，改动另起新版本写在其后。",
        "This version is recorded, and cases run under it, but the network file says something else under "
        "its name. Put it back as it was, and write what is new as a version of its own behind it.",
    ),
    "rules.program_too_old": Reason(
        "已启用的版本所依据的已发布规则，本程序没有。请使用较新的程序。",
        "A version that is in force comes from published rules that this program does not have. "
        "Run the newer program.",
    ),
    "rules.unreadable": Reason(
        "已启用的规则记录无法读取。请使用写入它的程序版本。",
        "What is recorded of the rules cannot be read. Run the program that wrote it.",
    ),
    "rules.out_of_order": Reason(
        "该版本写在已启用的版本之前，启用次序不能改变。请移到最后，或删去。",
        "This version stands before one that is in force already, and their order does not change. "
        "Move it to the end, or take it out.",
    ),
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
    # Answers that the court's clerk records.
    "answer.in_future": Reason(
        "收到日期在今天之后。请填写实际收到的日期。",
        "The day of receipt is still to come. Give the day on which it came.",
    ),
    "answer.before_request": Reason(
        "收到日期早于请求之日。请核对日期。",
        "It came before it was asked for. Check the day of receipt.",
    ),
    "answer.given": Reason(
        "该事项已有同日或更早的答复。无需再录入。",
        "There is an answer of that day or before. Nothing needs to be recorded.",
    ),
    "answer.not_awaited": Reason(
        "该日已无需答复。请核对请求编号和日期。",
        "No answer was awaited any more on that day. Check the request and the day.",
    ),
    "answer.no_request": Reason(
        "本案没有该请求。suyuan alerts requests 列出全部。",
        "The case has no such request. suyuan alerts requests lists all.",
    ),
}
