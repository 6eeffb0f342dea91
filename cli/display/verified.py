"""The tables of `suyuan verify`."""

from typing import Final

from cli.display.column import Column, Kind, Table
from shared.contracts.tampering import Wrong
from shared.contracts.words import Words

_WHERE: Final = {
    "database": Words("数据库", "Database"),
    "events": Words("主题", "Topic"),
    "file": Words("文件", "File"),
    "witness": Words("见证", "Witness"),
}

_WRONG: Final = {one.value: one.words for one in Wrong}

_STATES: Final = {
    "none": Words("无封定日", "No day yet"),
    "new": Words("首次见证", "Seen first"),
    "known": Words("无新日", "No new day"),
    "grown": Words("仅有增加", "Only grew"),
    "rewritten": Words("与此前所见不符", "Rewritten"),
    "wrong": Words("不一致", "Wrong"),
}
_SERVICE: Final = Column("service", "服务", "Service")
_NUMBER: Final = Column("number", "日序号", "Day number", Kind.COUNT)
_DAY: Final = Column("day", "封定日", "Day", importance=2)

WITNESSING: Final = Table(
    "witness-sign",
    "见证",
    "Days witnessed",
    (
        _SERVICE,
        _NUMBER,
        _DAY,
        Column("state", "核对", "Compared", words=_STATES),
        Column("detail", "说明", "Detail", Kind.TEXT, importance=3),
    ),
    ("witness sign",),
)

WITNESSED: Final = Table(
    "witness-list",
    "封定日与见证",
    "Closed days and witnesses",
    (
        _SERVICE,
        _NUMBER,
        _DAY,
        Column("days_root", "各日根摘要", "Root of the days", Kind.ID, importance=3),
        Column("witnessed", "见证至", "Witnessed up to", Kind.TEXT),
    ),
    ("witness list",),
)

DIFFERING: Final = Table(
    "rebuild",
    "与重建不同的状态",
    "States that differ",
    (
        _SERVICE,
        Column("kind", "种类", "Kind", importance=2),
        Column("subject", "案件", "Case", Kind.ID),
        Column("fields", "差异", "Differs", Kind.TEXT, below=True),
    ),
    ("rebuild",),
)

FOUND: Final = Table(
    "verify",
    "历史不一致",
    "What does not hold",
    (
        _SERVICE,
        Column("subject", "案件", "Case", Kind.ID),
        Column("number", "序号", "Row", Kind.COUNT),
        Column("where", "何处", "Where", words=_WHERE, importance=2),
        Column("wrong", "不一致之处", "What is wrong", words=_WRONG, below=True),
        Column("detail", "差异", "Differs", Kind.TEXT, below=True),
    ),
    ("verify",),
)
