"""The tables of `suyuan mediator` and `suyuan organisation`."""

from typing import Final

from cli.display.column import Column, Facts, Kind, Table
from shared.contracts.words import Words

_STANDING: Final = {
    "listed": Words("在册", "Listed"),
    "untrained": Words("未培训", "Not trained"),
    "suspended": Words("停派", "Suspended"),
    "removed": Words("已出册", "Removed"),
}

MEDIATORS: Final = Table(
    "mediator-list",
    "调解员",
    "Mediators",
    (
        Column("id", "标识", "Id", Kind.ID),
        Column("shown_as", "姓名", "Name", Kind.TEXT, 2),
        Column("standing", "状态", "Standing", words=_STANDING),
        Column("held", "在办", "Held", Kind.COUNT),
        Column("capacity", "额定", "Capacity", Kind.COUNT),
        Column("weight", "权重", "Weight", Kind.COUNT, 3),
        Column("designated", "累计指定", "Designated", Kind.COUNT, 4),
        Column("specialities_told", "专长", "Specialities", Kind.TEXT, 5),
        Column("organisation", "调解组织", "Organisation", importance=6),
    ),
    ("mediator list",),
)

MEDIATOR: Final = Facts(
    "mediator-show",
    "调解员",
    "Mediator",
    (
        Column("id", "标识", "Id", Kind.ID),
        Column("shown_as", "姓名", "Name", Kind.TEXT),
        Column("organisation", "调解组织", "Organisation", Kind.TEXT),
        Column("standing", "状态", "Standing", words=_STANDING),
        Column("ground_told", "理由", "Ground", Kind.TEXT),
        Column("trained_on", "培训日期", "Trained on", Kind.TEXT),
        Column("specialities_told", "专长", "Specialities", Kind.TEXT),
        Column("languages_told", "语言", "Languages", Kind.TEXT),
        Column("interests_told", "披露的利害机构", "Interests disclosed", Kind.TEXT),
        Column("weight", "权重", "Weight", Kind.COUNT),
        Column("capacity", "额定件数", "Capacity", Kind.COUNT),
        Column("held", "在办件数", "Cases held", Kind.COUNT),
        Column("designated", "累计指定", "Ever designated", Kind.COUNT),
        Column("file_beside", "其中协同", "Of these beside another", Kind.COUNT),
        Column("file_accepted", "接受", "Accepted", Kind.COUNT),
        Column("file_declined", "谢绝", "Declined", Kind.COUNT),
        Column("declined_told", "谢绝原因", "Declined for", Kind.TEXT),
        Column("file_lapsed", "逾期未答复", "Not answered in time", Kind.COUNT),
        Column("file_replaced", "被更换", "Replaced", Kind.COUNT),
        Column("file_recused", "回避", "Recused", Kind.COUNT),
        Column("file_transferred", "移转", "Transferred", Kind.COUNT),
        Column("file_ended", "办结", "Ended", Kind.COUNT),
        Column("ended_told", "结束方式", "Ended by", Kind.TEXT),
        Column("file_agreements", "达成协议", "Agreements", Kind.COUNT),
        Column("file_mean_days", "平均用时(天)", "Mean days", Kind.TEXT),
        Column("file_complained", "被投诉", "Complaints", Kind.COUNT),
        Column("file_upheld", "查证属实", "Upheld", Kind.COUNT),
        Column("upheld_told", "属实事由", "Upheld for", Kind.TEXT),
    ),
    ("mediator show",),
)

_TAKES: Final = {
    "takes_cases": Words("受案", "Takes cases"),
    "suspended": Words("停止受案", "Suspended"),
}
_OF_ORGANISATION: Final = (
    Column("mediators", "在册调解员", "Mediators", Kind.COUNT),
    Column("seats", "额定件数", "Seats", Kind.COUNT),
    Column("held", "在办件数", "Cases held", Kind.COUNT),
    Column("waiting", "等待件数", "Waiting", Kind.COUNT),
)

ORGANISATIONS: Final = Table(
    "organisation-list",
    "调解组织",
    "Organisations",
    (
        Column("id", "标识", "Id", Kind.ID),
        Column("standing", "状态", "Standing", words=_TAKES),
        *_OF_ORGANISATION,
    ),
    ("organisation list",),
)

ORGANISATION: Final = Facts(
    "organisation-show",
    "调解组织",
    "Organisation",
    (
        Column("id", "标识", "Id", Kind.ID),
        Column("standing", "状态", "Standing", words=_TAKES),
        Column("ground_told", "理由", "Ground", Kind.TEXT),
        *_OF_ORGANISATION,
    ),
    ("organisation show",),
)
