"""Every table that a command prints, in one place.

A new one is added here and to ``TABLES``, with rows in ``tests/support/table_rows.py``; ``make golden`` draws
it.
"""

from typing import Final

from cli.display import agreements, alerts, duplicates, evaluations, retention, rosters, verified
from cli.display.about_rules import RULES as RULES
from cli.display.about_rules import WHY as WHY
from cli.display.access import ACCESS as ACCESS
from cli.display.access import CHANGES as CHANGES
from cli.display.access import QUOTAS as QUOTAS
from cli.display.cases import CASE as CASE
from cli.display.cases import CASES as CASES
from cli.display.cases import POSSIBLE as POSSIBLE
from cli.display.cases import TIMELINE as TIMELINE
from cli.display.column import Column, Facts, Kind, Table
from cli.display.keys import KEYS as KEYS
from shared.contracts.kinds import End
from shared.contracts.words import Words

MEDIATORS: Final = rosters.MEDIATORS
MEDIATOR: Final = rosters.MEDIATOR
ORGANISATIONS: Final = rosters.ORGANISATIONS
ORGANISATION: Final = rosters.ORGANISATION
EVALUATION: Final = evaluations.EVALUATION
RENAMED: Final = evaluations.RENAMED
AGREEMENT: Final = agreements.AGREEMENT
INSTALMENTS: Final = agreements.INSTALMENTS
DUPLICATES: Final = duplicates.DUPLICATES
DUPLICATE: Final = duplicates.DUPLICATE
PARTIES: Final = duplicates.PARTIES
RETENTION: Final = retention.RETENTION
FOUND: Final = verified.FOUND
WITNESSING: Final = verified.WITNESSING
WITNESSED: Final = verified.WITNESSED
DIFFERING: Final = verified.DIFFERING
ALERTS: Final = alerts.ALERTS
REFERRALS: Final = alerts.REFERRALS
REFERRAL: Final = alerts.REFERRAL
EFFECT: Final = alerts.EFFECT
ALERT: Final = alerts.ALERT
BACKLOGS: Final = alerts.BACKLOGS
EXCLUDED: Final = alerts.EXCLUDED
CLOCKS: Final = alerts.CLOCKS
REQUESTS: Final = alerts.REQUESTS
RECOUNT: Final = alerts.RECOUNT
TRENDS: Final = alerts.TRENDS
SUBSCRIPTIONS: Final = alerts.SUBSCRIPTIONS

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
    *(CASES, CASE, TIMELINE, POSSIBLE, FOUND, WITNESSING, WITNESSED, DIFFERING),
    *(LETTERS, LETTER, HEADERS, REMEDIES, HELD, BLOCKED, GAPS, TOPICS, MADE),
    *(ACCESS, CHANGES, QUOTAS),
    *(MEDIATORS, MEDIATOR, ORGANISATIONS, ORGANISATION),
    *(AGREEMENT, INSTALMENTS),
    *(DUPLICATES, DUPLICATE, PARTIES, RETENTION),
    KEYS,
    *(
        ALERTS,
        ALERT,
        BACKLOGS,
        EXCLUDED,
        CLOCKS,
        REQUESTS,
        RECOUNT,
        TRENDS,
        REFERRALS,
        REFERRAL,
        EFFECT,
    ),
    SUBSCRIPTIONS,
    *(EVALUATION, RENAMED),
    *(RULES, WHY, PROBLEMS, REPLAYED, RAISED, FIGURES, DIFFERENCES, PARTS, SETTINGS),
)
"""All of them."""
