"""The tables of cases: a list of them, one with its timeline, and what may be done with it."""

from typing import Final

from cli.display.column import Column, Facts, Kind, Table

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
        Column("reference", "编号", "Reference", Kind.TEXT),
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
        Column("decision_reasons", "裁决理由", "Reasons of the decision", Kind.TEXT),
        Column("accept_by", "接受期限", "Accept by", Kind.INSTANT),
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
