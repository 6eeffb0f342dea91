"""The tables of rules; ``declared`` lists them with all others."""

from typing import Final

from cli.display.column import Column, Kind, Table
from shared.contracts.words import Words

_STANDINGS: Final = {
    "published": Words("已发布", "Published"),
    "city": Words("本地规定", "The city's own"),
}

RULES: Final = Table(
    "rules",
    "规则",
    "Rules",
    (
        Column("rule", "规则", "Rule"),
        Column("limit", "限额", "Limit"),
        Column("service", "服务", "Service", importance=4),
        Column("version", "版本", "Version", importance=2),
        Column("standing", "出处", "Standing", words=_STANDINGS, importance=3),
        Column("words", "内容", "It says", Kind.TEXT, below=True),
        Column("citation", "依据", "Citation", Kind.TEXT, below=True),
    ),
    ("rules",),
)

WHY: Final = Table(
    "case-why",
    "决定依据",
    "Why",
    (
        Column("at", "时间", "At", Kind.INSTANT),
        Column("type", "事件", "Event", words="message"),
        Column("why", "依据", "Rules", Kind.TEXT, below=True),
    ),
    ("case why",),
)
