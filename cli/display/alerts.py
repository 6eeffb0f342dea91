"""The tables of `suyuan alerts` and `suyuan trends`."""

from typing import Final

from cli.display.column import Column, Facts, Kind, Table
from shared.contracts.words import Words

_STANDING: Final = {
    "raised": Words("未阅", "Raised"),
    "acknowledged": Words("已阅", "Acknowledged"),
    "explained": Words("已说明", "Explained"),
    "followed_up": Words("已跟进", "Followed up"),
    "ended": Words("已结束", "Over"),
}

ALERTS: Final = Table(
    "alerts-list",
    "风险预警",
    "Alerts",
    (
        Column("id", "序列", "Series", Kind.ID),
        Column("week", "周", "Week"),
        Column("count", "件数", "Count", Kind.COUNT),
        Column("usual", "通常", "Usual", importance=2),
        Column("institution", "金融机构", "Institution", importance=2),
        Column("standing", "状态", "Standing", words=_STANDING, importance=3),
        Column("issue", "争议事项", "Issue", importance=4),
        Column("cause", "案由", "Cause", words="cause", importance=5),
        Column("probability", "概率", "Probability", importance=6),
        Column("last_week", "最后异常周", "Last week", importance=7),
        Column("members", "所含序列", "Members", importance=8),
    ),
    ("alerts list",),
)

BACKLOGS: Final = Table(
    "alerts-backlogs",
    "集中申报(不作预警)",
    "Backlogs, which are no alerts",
    (
        Column("week", "周", "Week"),
        Column("day", "申报日", "Filed on"),
        Column("count", "当日件数", "On the day", Kind.COUNT),
        Column("usual", "当日通常", "Usual", Kind.COUNT),
        Column("week_count", "全周件数", "In the week", Kind.COUNT),
        Column("institution", "金融机构", "Institution", importance=2),
        Column("issues", "争议事项", "Issues", importance=4),
        Column("cause", "案由", "Cause", words="cause", importance=5),
        Column("probability", "概率", "Probability", importance=6),
    ),
    ("alerts list",),
)

ALERT: Final = Facts(
    "alerts-show",
    "风险预警",
    "Alert",
    (
        Column("id", "序列", "Series", Kind.ID),
        Column("week", "周", "Week"),
        Column("last_week", "最后异常周", "Last week"),
        Column("institution", "金融机构", "Institution", Kind.TEXT),
        Column("cause", "案由", "Cause", words="cause"),
        Column("issue", "争议事项", "Issue", Kind.TEXT),
        Column("members", "所含序列", "Members", Kind.TEXT),
        Column("count", "件数", "Count", Kind.COUNT),
        Column("usual", "通常", "Usual", Kind.TEXT),
        Column("bound", "上界", "Bound", Kind.TEXT),
        Column("probability", "平常周出现的概率", "Probability", Kind.TEXT),
        Column("promised", "承诺的误报占比", "Promised false share", Kind.TEXT),
        Column("tested", "一并判断的序列数", "Judged together", Kind.COUNT),
        Column("level", "名义水平", "Nominal level", Kind.TEXT),
        Column("method", "方法", "Method", Kind.TEXT),
        Column("rules_version", "规则版本", "Rules version", Kind.TEXT),
        Column("standing", "状态", "Standing", words=_STANDING),
        Column("raised_at", "发出", "Raised", Kind.INSTANT),
        Column("acknowledged_at", "已阅", "Acknowledged", Kind.INSTANT),
        Column("explanation", "原因说明", "Explanation", Kind.TEXT),
        Column("answer_by", "答复期限", "Answer by", Kind.INSTANT),
        Column("timely", "按时", "Timely", Kind.MARK),
        Column("follow_ups", "后续措施", "Followed up", Kind.TEXT),
        Column("ended_at", "结束", "Over", Kind.INSTANT),
        Column("cases", "涉及件数", "Disputes", Kind.COUNT),
    ),
    ("alerts show",),
)

_FUNNEL: Final = {
    "usual": Words("相当", "Usual"),
    "below": Words("偏低", "Below"),
    "far_below": Words("明显偏低", "Far below"),
    "above": Words("偏高", "Above"),
}

CLOCKS: Final = Table(
    "alerts-clocks",
    "答复时限",
    "Answers of institutions",
    (
        Column("institution", "金融机构", "Institution"),
        Column("requests", "请求", "Requests", Kind.COUNT, 2),
        Column("timely", "按时", "Timely", Kind.COUNT),
        Column("late", "逾期答复", "Late", Kind.COUNT, 2),
        Column("overdue", "逾期未答", "Overdue", Kind.COUNT, 2),
        Column("open", "期限内", "Open", Kind.COUNT, 4),
        Column("share", "按时率", "Share"),
        Column("interval", "95% 区间", "95 % interval", importance=3),
        Column("standing", "与全体相比", "Beside all", words=_FUNNEL, importance=2),
    ),
    ("alerts clocks",),
)

_ASKED: Final = {
    "timely": Words("按时答复", "In time"),
    "late": Words("逾期答复", "Late"),
    "overdue": Words("逾期未答", "Overdue"),
    "open": Words("期限内", "Open"),
    "no_limit": Words("无期限", "No limit"),
    "dropped": Words("无需答复", "Dropped"),
}
REQUESTS: Final = Table(
    "alerts-requests",
    "案件中请求机构答复的事项",
    "What cases ask of institutions",
    (
        Column("case", "案件", "Case", Kind.ID),
        Column("institution", "金融机构", "Institution", importance=3),
        Column("request_kind", "请求事项", "Asked for", words="request_kind"),
        Column("standing", "状态", "Standing", words=_ASKED),
        Column("answer_by", "答复期限", "Answer by", Kind.INSTANT, 2),
        Column("answered_at", "答复时间", "Answered", Kind.INSTANT, 4),
        Column("received_on", "代录收到日期", "Received, by hand", importance=7),
        Column("means", "途径", "By", words="contact_means", importance=7),
        Column("offer", "可选", "Optional", Kind.MARK, 5),
        Column("request", "请求编号", "Number of the request", importance=6),
    ),
    ("alerts requests",),
)
_REFERRED: Final = {
    "awaited": Words("待答复", "Awaited"),
    "overdue": Words("逾期未答", "Overdue"),
    "answered": Words("已答复", "Answered"),
    "answered_late": Words("逾期答复", "Answered late"),
    "withdrawn": Words("已撤回", "Withdrawn"),
    "superseded": Words("已被替代", "Superseded"),
}

REFERRALS: Final = Table(
    "alerts-referrals",
    "系统性问题移送",
    "Systemic issues referred",
    (
        Column("id", "移送", "Referral", Kind.ID),
        Column("matter", "事项", "Matter", importance=3),
        Column("recipient", "受移送单位", "Recipient"),
        Column("recipient_kind", "类别", "Kind", words="recipient_kind", importance=6),
        Column("count", "预警", "Alerts", Kind.COUNT, 4),
        Column("standing", "状态", "Standing", words=_REFERRED),
        Column("answer_by", "答复期限", "Answer by", Kind.INSTANT, 2),
        Column("referral_outcome", "结果", "Outcome", words="referral_outcome", importance=5),
    ),
    ("alerts referrals list",),
)

REFERRAL: Final = Facts(
    "alerts-referral",
    "系统性问题移送",
    "Systemic issue referred",
    (
        Column("id", "移送", "Referral", Kind.ID),
        Column("matter", "事项", "Matter", Kind.TEXT),
        Column("recipient", "受移送单位", "Recipient", Kind.TEXT),
        Column("recipient_kind", "类别", "Kind", words="recipient_kind"),
        Column("question", "移送事由", "What is asked", Kind.TEXT),
        Column("of", "涉及机构", "Institutions", Kind.TEXT),
        Column("joined", "预警", "Alerts", Kind.TEXT),
        Column("standing", "状态", "Standing", words=_REFERRED),
        Column("opened_at", "移送时间", "Referred", Kind.INSTANT),
        Column("acknowledged_at", "签收", "Acknowledged", Kind.INSTANT),
        Column("answer_by", "答复期限", "Answer by", Kind.INSTANT),
        Column("answer_provisional", "期限暂定", "Provisional", Kind.MARK),
        Column("extended", "延期事由", "Extended, since", Kind.TEXT),
        Column("missed_at", "逾期自", "Overdue from", Kind.INSTANT),
        Column("answered_at", "答复", "Answered", Kind.INSTANT),
        Column("timely", "按时", "Timely", Kind.MARK),
        Column("referral_outcome", "结果", "Outcome", words="referral_outcome"),
        Column("measures", "措施", "Measures", Kind.TEXT),
        Column("grounds", "理由", "Grounds", Kind.TEXT),
        Column("withdrawn", "撤回事由", "Withdrawn, since", Kind.TEXT),
        Column("superseded_by", "被替代", "Superseded by", Kind.ID),
        Column("replaced", "替代", "Replaces", Kind.TEXT),
        Column("rules_version", "规则版本", "Rules version", Kind.TEXT),
    ),
    ("alerts referrals show",),
)

_ANSWERS: Final = {
    "fewer": Words("减少", "Fewer"),
    "more": Words("增多", "More"),
    "no_difference": Words("未见差异", "No difference found"),
    "cannot_tell": Words("无法判断", "Cannot tell"),
}
_LACKS: Final = {
    "weeks_before": Words("干预前周数太少", "Too few weeks before"),
    "weeks_after": Words("干预后周数太少", "Too few weeks after"),
    "controls": Words("没有足够的可比序列", "No series to compare with"),
    "disputes": Words("件数太少", "Too few disputes"),
}

EFFECT: Final = Facts(
    "alerts-effect",
    "干预的效果",
    "Effect of an intervention",
    (
        Column("of", "对象", "Of", Kind.TEXT),
        Column("date", "干预周", "Week of the intervention"),
        Column("answer", "结论", "Answer", words=_ANSWERS),
        Column("lacks", "缺少", "Lacks", words=_LACKS),
        Column("change", "变化", "Change", Kind.TEXT),
        Column("interval", "95% 区间", "95 % interval", Kind.TEXT),
        Column("seen_from", "可察觉的最小降幅", "Smallest fall that could be seen", Kind.TEXT),
        Column("before", "之前件数", "Disputes before", Kind.COUNT),
        Column("after", "之后件数", "Disputes after", Kind.COUNT),
        Column("expected", "之后预期", "Expected after", Kind.TEXT),
        Column("weeks_before", "之前周数", "Weeks before", Kind.COUNT),
        Column("weeks_after", "之后周数", "Weeks after", Kind.COUNT),
        Column("controls", "对照序列数", "Controls", Kind.COUNT),
        Column("compared", "对照序列", "Compared with", Kind.TEXT),
    ),
    ("alerts effect",),
)

EXCLUDED: Final = Table(
    "alerts-excluded",
    "未计入统计",
    "Kept out of the counts",
    (
        Column("id", "案件或序列", "Case or series", Kind.ID),
        Column("week", "周", "Week"),
        Column("institution", "金融机构", "Institution", importance=2),
        Column("reason", "代码", "Code", importance=2),
        Column("why", "原因", "Reason", Kind.TEXT, below=True),
    ),
    ("alerts list",),
)

RECOUNT: Final = Table(
    "alerts-recount",
    "重新统计的差异",
    "Differences to a recount",
    (
        Column("id", "序列", "Series", Kind.ID),
        Column("week", "周", "Week"),
        Column("where", "所在", "Where"),
        Column("stored", "存储", "Stored", Kind.COUNT),
        Column("recounted", "重新统计", "Recounted", Kind.COUNT),
    ),
    ("alerts recount",),
)

TRENDS: Final = Table(
    "trends",
    "趋势",
    "Trends",
    (
        Column("period", "时段", "Period"),
        Column("institution", "金融机构", "Institution", importance=2),
        Column("cause", "案由", "Cause", words="cause", importance=5),
        Column("product", "产品", "Product", importance=3),
        Column("issue", "争议事项", "Issue", importance=3),
        Column("region", "地区", "Region", importance=7),
        Column("count", "件数", "Count", Kind.COUNT),
        Column("year_before", "上年同期", "Year before", Kind.COUNT, 2),
        Column("change", "同比", "Change", importance=4),
        Column("rate", "每千户", "Per 1,000", importance=6),
    ),
    ("trends",),
)


_OPEN: Final = {
    "open": Words("生效", "Open"),
    "unconfirmed": Words("待确认", "Unconfirmed"),
    "ended": Words("已取消", "Ended"),
}
SUBSCRIPTIONS: Final = Table(
    "alerts-subscriptions",
    "预警订阅",
    "Subscriptions",
    (
        Column("id", "订阅", "Subscription", Kind.ID),
        Column("title", "名称", "Title"),
        Column("whose", "订阅人", "Whose", importance=2),
        Column("cadence", "频率", "Cadence", words="cadence", importance=2),
        Column("told_by", "途径", "Told by", words="notice_way", importance=3),
        Column("notices", "已告知", "Told", Kind.COUNT, importance=3),
        Column("standing", "状态", "Standing", words=_OPEN, importance=4),
        Column("outcome", "最近结果", "Last outcome", importance=4),
        Column("about", "范围", "About", importance=5),
        Column("least_count", "件数下限", "Least count", Kind.COUNT, importance=6),
        Column("quiet", "免打扰", "Quiet", importance=7),
        Column("target", "地址", "Address", importance=7),
    ),
    ("alerts subscriptions",),
)
