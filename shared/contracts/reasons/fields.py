"""Reasons of a single field of a message."""

from typing import Final

from shared.contracts.reasons.reason import Reason

FIELDS: Final[dict[str, Reason]] = {
    "field.missing": Reason("缺少必填字段。请补上。", "A required field is missing. Add it."),
    "field.unknown": Reason("没有该字段。请核对拼写。", "There is no such field. Check its spelling."),
    "field.wrong_kind": Reason(
        "字段值的类型不对。请按提示修正。", "The field holds a value of another kind. Correct it."
    ),
    "field.not_date": Reason("不是有效日期。请写成 2026-03-01。", "This is no date. Write it as 2026-03-01."),
    "field.not_time": Reason(
        "不是带时区的有效时间。请写成 2026-03-01T09:00:00+08:00。",
        "This is no time with a zone. Write it as 2026-03-01T09:00:00+08:00.",
    ),
    "field.unknown_code": Reason(
        "不认识该取值。请使用所列取值之一。", "The value is not known here. Use one of those listed."
    ),
    "field.out_of_range": Reason(
        "数值超出范围。请核对数值与单位。", "The number is out of range. Check it and its unit."
    ),
    "field.bad_length": Reason("长度不符合要求。请修正。", "The length does not fit. Correct it."),
    "field.bad_form": Reason("书写形式不符合要求。请修正。", "The form does not fit. Correct it."),
    "field.bad_value": Reason(
        "取值不符合 JSON Schema。请修正。", "The value does not fit the JSON Schema. Correct it."
    ),
    "field.too_many": Reason(
        "问题过多，未逐项列出。请先核对消息类型与整体结构。",
        "There are too many faults to list them. Check the type and the whole form first.",
    ),
}
