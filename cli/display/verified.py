"""The tables of `suyuan verify`."""

from typing import Final

from cli.display.column import Column, Kind, Table
from shared.contracts.tampering import Wrong
from shared.contracts.words import Words

_WHERE: Final = {
    "database": Words("数据库", "Database"),
    "events": Words("主题", "Topic"),
    "file": Words("文件", "File"),
}

_WRONG: Final = {one.value: one.words for one in Wrong}

FOUND: Final = Table(
    "verify",
    "历史不一致",
    "What does not hold",
    (
        Column("service", "服务", "Service"),
        Column("subject", "案件", "Case", Kind.ID),
        Column("number", "序号", "Row", Kind.COUNT),
        Column("where", "何处", "Where", words=_WHERE, importance=2),
        Column("wrong", "不一致之处", "What is wrong", words=_WRONG, below=True),
        Column("detail", "差异", "Differs", Kind.TEXT, below=True),
    ),
    ("verify",),
)
