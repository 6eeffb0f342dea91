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
    "text.id_number": Reason(
        "文字中含身份证号码。请删去;当事人信息只填在当事人信息栏。",
        "The text holds an identity number. Take it out; "
        "a party's data stand in the party's own fields alone.",
    ),
    "text.bank_card": Reason(
        "文字中含银行卡号。请删去,或只写末四位;账号只填在当事人信息栏。",
        "The text holds the number of a bank card. Take it out, or write its last four digits; "
        "the account stands in the party's own fields alone.",
    ),
    "text.mobile_phone": Reason(
        "文字中含手机号码。请删去;电话只填在当事人信息栏。",
        "The text holds the number of a mobile phone. Take it out; "
        "the phone stands in the party's own fields alone.",
    ),
    "field.too_many": Reason(
        "问题过多，未逐项列出。请先核对消息类型与整体结构。",
        "There are too many faults to list them. Check the type and the whole form first.",
    ),
}
