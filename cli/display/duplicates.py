"""The tables of `suyuan duplicates`."""

from typing import Final

from cli.display.column import Column, Facts, Kind, Table
from shared.contracts.words import Words

_STANDING: Final = {
    "suspected": Words("疑似重复", "Suspected"),
    "merged": Words("已合并", "Merged"),
    "apart": Words("非重复", "Apart"),
}
_STATUS: Final = {
    "screened": Words("已摸排", "Screened"),
    "referred": Words("已分流", "Referred"),
}

DUPLICATES: Final = Table(
    "duplicates-list",
    "重复案件",
    "Duplicates",
    (
        Column("id", "案件", "Case", Kind.ID),
        Column("other", "另案", "Other case", Kind.ID),
        Column("standing", "状态", "Standing", words=_STANDING),
        Column("rules_told", "规则", "Rules", Kind.TEXT, 2),
        Column("institution", "金融机构", "Institution", importance=3),
        Column("cause", "案由", "Cause", words="cause", importance=4),
        Column("claim_fen", "标的额(元)", "Claim (CNY)", Kind.YUAN, 5),
        Column("at", "时间", "When", Kind.INSTANT, 6),
    ),
    ("duplicates list",),
)

DUPLICATE: Final = Facts(
    "duplicates-show",
    "重复案件",
    "Duplicate",
    (
        Column("id", "案件", "Case", Kind.ID),
        Column("standing", "状态", "Standing", words=_STANDING),
        Column("others", "另案", "Other case", Kind.TEXT),
        Column("automatic", "自动合并", "Automatic", Kind.MARK),
        Column("rules_told", "规则", "Rules", Kind.TEXT),
        Column("denied_told", "已确认非重复", "Not the same as", Kind.TEXT),
        Column("institution", "金融机构", "Institution", Kind.TEXT),
        Column("cause", "案由", "Cause", words="cause"),
        Column("claim_fen", "标的额(元)", "Claim (CNY)", Kind.YUAN),
        Column("at", "时间", "When", Kind.INSTANT),
    ),
    ("duplicates show",),
)

PARTIES: Final = Table(
    "duplicates-parties",
    "同一被申请人的其他在办案件",
    "Other open disputes of the respondent",
    (
        Column("id", "案件", "Case", Kind.ID),
        Column("institution", "金融机构", "Institution"),
        Column("cause", "案由", "Cause", words="cause"),
        Column("status", "状态", "Status", words=_STATUS),
        Column("filed_on", "申报日", "Filed on", Kind.TEXT, 2),
    ),
    ("duplicates parties",),
)
