"""The table of `suyuan retention`."""

from typing import Final

from cli.display.column import Column, Kind, Table
from shared.contracts.words import Words

_STANDING: Final = {
    "held": Words("已留存", "Held"),
    "over": Words("期满", "Over"),
    "requested": Words("待批准", "Requested"),
    "erased": Words("已删除", "Erased"),
    "kept": Words("保存中", "Kept"),
}

RETENTION: Final = Table(
    "retention-list",
    "保存与删除",
    "Retention",
    (
        Column("id", "案件", "Case", Kind.ID),
        Column("standing", "状态", "Standing", words=_STANDING),
        Column("ground", "理由", "Ground", importance=3, words="erasure_ground"),
        Column("by", "经办人", "By", Kind.TEXT, 2),
        Column("institution", "金融机构", "Institution", importance=5),
        Column("at", "时间", "When", Kind.INSTANT, 4),
    ),
    ("retention list",),
)
