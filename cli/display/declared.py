"""Every table that a command prints, in one place.

A new one is added here and to ``TABLES``, with rows in ``tests/support/table_rows.py``; ``make golden`` draws
it.
"""

from typing import Final

from cli.display import agreements, rosters
from cli.display.about_rules import RULES as RULES
from cli.display.about_rules import WHY as WHY
from cli.display.column import Column, Facts, Kind, Table
from shared.contracts.kinds import End
from shared.contracts.words import Words

MEDIATORS: Final = rosters.MEDIATORS
MEDIATOR: Final = rosters.MEDIATOR
AGREEMENT: Final = agreements.AGREEMENT
INSTALMENTS: Final = agreements.INSTALMENTS

_SERVICE: Final = Column("service", "服务", "Service")
_CASE: Final = Column("case", "案件", "Case", Kind.ID)
_REASON: Final = Column("reason", "原因", "Reason")
_LETTER_STATUS: Final = {
    "waiting": Words("等待", "Waiting"),
    "redriven": Words("已重投", "Redriven"),
    "discarded": Words("已丢弃", "Discarded"),
}
_OUTCOMES: Final = {
    **_LETTER_STATUS,
    "already redriven": Words("此前已重投", "Already redriven"),
    "already discarded": Words("此前已丢弃", "Already discarded"),
    "failed again": Words("再次失败", "Failed again"),
    "behind another": Words("排在另一条之后", "Behind another"),
    "no answer": Words("服务未答复", "No answer"),
}
_GAP_STATUS: Final = {
    "open": Words("未处理", "Open"),
    "accepted": Words("已放行", "Accepted"),
    "passed": Words("已越过", "Passed"),
    "closed": Words("已自愈", "Closed"),
}
_TOPIC_STATES: Final = {
    "ready": Words("有", "Ready"),
    "missing": Words("无", "Missing"),
    "wrong": Words("不符", "Wrong"),
}

_AWAY: Final = {"no answer": Words("无应答", "No answer"), "ended": Words("已结束", "Ended")}

CASES: Final = Table(
    "case-list",
    "案件",
    "Cases",
    (
        Column("id", "案件", "Case", Kind.ID),
        Column("status", "状态", "Status", words="status"),
        Column("claim_fen", "标的额(元)", "Claim (CNY)", Kind.YUAN, 2),
        Column("institution", "金融机构", "Institution", importance=3),
        Column("last_at", "最近", "Latest", Kind.INSTANT, 4),
        Column("cause", "案由", "Cause", words="cause", importance=5),
        Column("end", "结束方式", "End", words="end", importance=6),
        Column("mediator", "调解员", "Mediator", importance=7),
        Column("organisation", "调解组织", "Organisation", importance=8),
    ),
    ("case list",),
)

CASE: Final = Facts(
    "case-show",
    "案件",
    "Case",
    (
        Column("id", "案件", "Case", Kind.ID),
        Column("status", "状态", "Status", words="status"),
        Column("institution", "金融机构", "Institution", Kind.TEXT),
        Column("cause", "案由", "Cause", words="cause"),
        Column("issue", "争议事项", "Issue", Kind.TEXT),
        Column("product", "产品", "Product", Kind.TEXT),
        Column("masked_name", "被申请人", "Respondent", Kind.TEXT),
        Column("claim_fen", "标的额(元)", "Claim (CNY)", Kind.YUAN),
        Column("tier", "繁简", "Tier", words="tier"),
        Column("route", "分流方向", "Route", words="route"),
        Column("organisation", "调解组织", "Organisation", Kind.TEXT),
        Column("mediator", "调解员", "Mediator", Kind.TEXT),
        Column("co_mediator", "协同调解员", "Co-mediator", Kind.TEXT),
        Column("end", "结束方式", "End", words="end"),
        Column("settled_fen", "化解标的额(元)", "Settled (CNY)", Kind.YUAN),
        Column("agreed_fen", "约定金额(元)", "Agreed (CNY)", Kind.YUAN),
        Column("agreement_digest", "协议摘要", "Agreement digest", Kind.TEXT),
        Column("agreement_fen", "待签金额(元)", "To be signed (CNY)", Kind.YUAN),
        Column("agreement_signed", "已签署", "Signed by", Kind.TEXT),
        Column("agreement_countersigned", "调解员已签", "Countersigned", Kind.MARK),
        Column("agreement_sealed", "已盖章", "Sealed", Kind.MARK),
        Column("agreement_form", "协议形式", "Form of agreement", words="agreement_form"),
        Column("agreement_text", "文本版本", "Text version", Kind.TEXT),
        Column("agreement_how", "摘要说明", "The digest", Kind.TEXT),
        Column("performance", "履行情况", "Performance", words="performance"),
        Column("in_default", "曾违约", "Ever in default", Kind.MARK),
        Column("unpaid_fen", "未付(元)", "Unpaid (CNY)", Kind.YUAN),
        Column("enforce_by", "申请执行期限", "Enforce by", Kind.INSTANT),
        Column("case_numbers", "案号", "Case numbers", Kind.TEXT),
        Column("merged_into", "已并入", "Merged into", Kind.ID),
        Column("joined", "并入的案件", "Merged into it", Kind.TEXT),
        Column("first_at", "首次", "First event", Kind.INSTANT),
        Column("opened_at", "进入调解", "Mediation opened", Kind.INSTANT),
        Column("due_at", "期满", "Due", Kind.INSTANT),
        Column("due_provisional", "期满暂定", "Due date provisional", Kind.MARK),
        Column("paused", "期限中止", "The clock stands", words="pause_ground"),
        Column("last_at", "最近", "Latest event", Kind.INSTANT),
        Column("events", "事件数", "Events", Kind.COUNT),
        Column("refused", "被拒请求", "Refused requests", Kind.COUNT),
        Column("versions", "各服务版本", "Versions", Kind.TEXT),
    ),
    ("case show",),
)

TIMELINE: Final = Table(
    "case-timeline",
    "经过",
    "Timeline",
    (
        Column("at", "时间", "At", Kind.INSTANT),
        Column("type", "事件", "Event", words="message"),
        Column("actor", "经办", "Actor", importance=2),
        Column("told", "内容", "Content", Kind.TEXT, below=True),
    ),
    ("case show",),
)

POSSIBLE: Final = Table(
    "case-options",
    "现在可以做什么",
    "Possible now",
    (
        Column("possible", "可否", "May", Kind.MARK),
        Column("command", "请求", "Command", Kind.ID),
        Column("words", "含义", "Meaning", Kind.TEXT, 2),
        Column("why", "原因", "Reason", Kind.TEXT, below=True),
    ),
    ("case show",),
)

BROKEN: Final = Table(
    "case-verify",
    "历史不一致",
    "Broken history rows",
    (
        Column("number", "序号", "Number", Kind.COUNT),
        Column("id", "行", "Row", Kind.ID, 2),
    ),
    ("case verify",),
)

LETTERS: Final = Table(
    "dlq-list",
    "死信",
    "Dead letters",
    (
        Column("id", "标识", "Id", Kind.ID),
        _SERVICE,
        Column("case", "案件", "Case", Kind.ID, 2),
        Column("status", "状态", "Status", words=_LETTER_STATUS, importance=3),
        Column("buried_at", "已等", "Age", Kind.AGE, 4),
        Column("tries", "次数", "Tries", Kind.COUNT, 5),
        Column("type", "类型", "Type", importance=6),
        Column("why", "原因", "Reason", Kind.TEXT, below=True),
    ),
    ("dlq list",),
)

LETTER: Final = Facts(
    "dlq-show",
    "死信",
    "Dead letter",
    (
        Column("id", "标识", "Id", Kind.ID),
        Column("status", "状态", "Status", words=_LETTER_STATUS),
        Column("case", "案件", "Case", Kind.ID),
        Column("order", "次序", "Order", Kind.COUNT),
        Column("why", "原因", "Reason", Kind.TEXT),
        Column("type", "类型", "Type", Kind.TEXT),
        Column("buried_at", "成为死信", "Buried", Kind.AGE),
        Column("tries", "次数", "Tries", Kind.COUNT),
        Column("message", "消息标识", "Message", Kind.TEXT),
        Column("at", "业务时间", "Business time", Kind.INSTANT),
        Column("closed_at", "了结", "Closed", Kind.INSTANT),
        Column("key", "消息键", "Key", Kind.TEXT),
    ),
    ("dlq show",),
)

HEADERS: Final = Table(
    "dlq-headers",
    "消息头",
    "Headers",
    (
        Column("name", "名称", "Name"),
        Column("value", "值", "Value", Kind.TEXT),
    ),
    ("dlq show",),
)

REMEDIES: Final = Table(
    "dlq-redrive",
    "处理的死信",
    "Dead letters treated",
    (
        Column("id", "标识", "Id", Kind.ID),
        Column("outcome", "结果", "Outcome", words=_OUTCOMES),
        Column("case", "案件", "Case", Kind.ID, 2),
        Column("why", "原因", "Reason", Kind.TEXT, below=True),
    ),
    ("dlq redrive", "dlq discard"),
)

HELD: Final = Table(
    "held-list",
    "待序消息",
    "Held messages",
    (
        _CASE,
        _SERVICE,
        Column("sequence", "序号", "Number", Kind.COUNT),
        Column("missing", "缺号", "Missing", Kind.COUNT),
        Column("held_at", "已等", "Age", Kind.AGE, 2),
        Column("source", "来源", "Source", importance=3),
        Column("topic", "主题", "Topic", importance=4),
    ),
    ("held list",),
)

BLOCKED: Final = Table(
    "blocked-list",
    "暂停的案件",
    "Blocked cases",
    (
        _CASE,
        _SERVICE,
        _REASON,
        Column("since", "已停", "Age", Kind.AGE, 2),
        Column("letters", "死信", "Letters", Kind.COUNT, 3),
    ),
    ("blocked list",),
)

GAPS: Final = Table(
    "gap-list",
    "输入缺口",
    "Gaps in the input",
    (
        Column("place", "位置", "Where", Kind.ID),
        Column("missing", "数量", "Missing", Kind.COUNT),
        Column("status", "状态", "Status", words=_GAP_STATUS),
        Column("service", "服务", "Service", importance=2),
        Column("found_at", "发现", "Age", Kind.AGE, 3),
        Column("first", "首个缺失", "First", Kind.COUNT, 4),
        Column("resume", "首个存在", "Present", Kind.COUNT, 5),
        Column("source", "来源", "Source", importance=6),
        Column("said", "原因", "Reason", Kind.TEXT, below=True),
        Column("accepted", "放行", "Accepted", Kind.TEXT, below=True),
    ),
    ("gap list", "gap accept"),
)

TOPICS: Final = Table(
    "topics-list",
    "主题",
    "Topics",
    (
        Column("topic", "主题", "Topic", Kind.ID),
        Column("state", "状态", "State", words=_TOPIC_STATES),
        Column("partitions", "分区", "Partitions", Kind.COUNT, 2),
        Column("wanted", "应有", "Wanted", Kind.COUNT, 3),
        Column("differs", "不符", "Differences", Kind.TEXT, below=True),
    ),
    ("topics list",),
)

MADE: Final = Table(
    "topics-provision",
    "已建立",
    "Topics made",
    (Column("topic", "主题", "Topic", Kind.ID),),
    ("topics provision",),
)

PROBLEMS: Final = Table(
    "file-problems",
    "有问题的行",
    "Rows with problems",
    (
        Column("row", "行", "Row", Kind.COUNT),
        Column("reference", "编号", "Reference", Kind.ID),
        Column("column", "列", "Column"),
        Column("code", "代码", "Code", importance=2),
        Column("said", "问题", "Problem", Kind.TEXT, below=True),
    ),
    ("file",),
)

REPLAYED: Final = Facts(
    "replay",
    "重放",
    "Replay",
    (
        Column("rows", "行", "Rows", Kind.COUNT),
        Column("filed", "登记", "Filed", Kind.COUNT),
        Column("counted", "计入周序列", "Counted", Kind.COUNT),
        Column("weeks", "周", "Weeks", Kind.COUNT),
        Column("alerts", "预警", "Alerts", Kind.COUNT),
    ),
    ("replay",),
)

RAISED: Final = Table(
    "replay-alerts",
    "最近的预警",
    "Newest alerts",
    (
        Column("week", "周", "Week"),
        Column("count", "件数", "Count", Kind.COUNT),
        Column("bound", "上界", "Bound", Kind.COUNT),
        Column("institution", "金融机构", "Institution", importance=2),
        Column("issue", "争议事项", "Issue", Kind.TEXT, 3),
    ),
    ("replay",),
)

FIGURES: Final = Facts(
    "report",
    "按事件统计的数字",
    "Figures, counted from the events",
    (
        Column("filed", "申报", "Filed", Kind.COUNT),
        Column("returned", "退回", "Returned", Kind.COUNT),
        Column("mediated", "进入调解", "Mediated", Kind.COUNT),
        Column("settled", "化解", "Settled", Kind.COUNT),
        Column("settled_fen", "化解标的额(元)", "Settled amount (CNY)", Kind.YUAN),
        Column("agreed_fen", "协议金额(元)", "Agreed amount (CNY)", Kind.YUAN),
        Column("handed_over", "移送", "Handed over", Kind.COUNT),
        Column("docketed", "立案", "Docketed", Kind.COUNT),
        Column("confirmed", "司法确认", "Confirmed", Kind.COUNT),
        Column("alerts", "预警", "Alerts", Kind.COUNT),
        *(Column(f"ended_{end}", f"结束:{end.zh}", f"Ended: {end.en}", Kind.COUNT) for end in End),
    ),
    ("report", "demo"),
)

DIFFERENCES: Final = Table(
    "report-differences",
    "与门户不一致",
    "The portal differs",
    (
        Column("name", "数字", "Figure"),
        Column("portal", "门户", "Portal", Kind.COUNT),
        Column("events", "事件", "Events", Kind.COUNT),
    ),
    ("report",),
)

PARTS: Final = Table(
    "status",
    "就绪",
    "Ready",
    (
        Column("name", "进程", "Process", Kind.ID),
        Column("ready", "就绪", "Ready", Kind.MARK),
        Column("address", "地址", "Address"),
        Column("probes", "探针", "Probes", importance=2),
        Column("pid", "进程号", "Pid", importance=3),
        Column("log", "日志", "Log", importance=4),
        Column("why", "原因", "Why", Kind.TEXT, words=_AWAY, below=True),
        Column("see", "日志", "See", Kind.TEXT, below=True),
    ),
    ("status",),
)

SETTINGS: Final = Table(
    "doctor-settings",
    "设置",
    "Settings",
    (
        Column("name", "名称", "Name", Kind.ID),
        Column("value", "当前", "Value", Kind.TEXT),
        Column("default", "缺省", "Default", Kind.TEXT, 2),
        Column("description", "说明", "Description", Kind.TEXT, 3, least=60),
    ),
    ("doctor",),
)

TABLES: Final[tuple[Table | Facts, ...]] = (
    *(CASES, CASE, TIMELINE, POSSIBLE, BROKEN),
    *(LETTERS, LETTER, HEADERS, REMEDIES, HELD, BLOCKED, GAPS, TOPICS, MADE),
    *(MEDIATORS, MEDIATOR),
    *(AGREEMENT, INSTALMENTS),
    *(RULES, WHY, PROBLEMS, REPLAYED, RAISED, FIGURES, DIFFERENCES, PARTS, SETTINGS),
)
"""All of them."""
