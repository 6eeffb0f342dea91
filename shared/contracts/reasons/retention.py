"""Reasons of keeping and disposing."""

from typing import Final

from shared.contracts.reasons.reason import Reason

RETENTION: Final[dict[str, Reason]] = {
    "case.held": Reason(
        "案件已为诉讼留存，不得删除。请待解除留存后再办理。",
        "The case is held for a suit, and nothing of it is erased. Wait until the hold is released.",
        rule="intake.hold",
    ),
    "hold.none": Reason("该案未被留存。", "Nobody holds the case."),
    "hold.of_the_court": Reason(
        "该案由法院留存，须由法院解除。",
        "The court holds the case. Ask the court to release it.",
        rule="intake.hold",
    ),
    "disposal.none": Reason(
        "没有待批准的删除申请。请先申请（suyuan retention request）。",
        "Nobody asked to erase the data. Ask first: suyuan retention request.",
    ),
    "disposal.same_person": Reason(
        "申请人与批准人不得为同一人。请由另一人批准。",
        "Who asked may not approve. Have another person approve.",
        rule="intake.two-dispose",
    ),
    "disposal.no_reason": Reason("未说明理由。请填写理由。", "No reason is given. Say why."),
    "retention.not_over": Reason(
        "保存期限尚未届满。请待期满，或者选择其他理由。",
        "The time for keeping is not over. Wait for its end, or state another ground.",
        rule="intake.retention",
    ),
    "message.data_ended": Reason(
        "死信的原始内容已按保存期限删除，不能重投。请发送方重新发送，再丢弃本死信。",
        "The record's data have ended with their time, so it cannot be redriven. Have it sent again, then "
        "discard this.",
    ),
}
