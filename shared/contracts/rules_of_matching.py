"""The sentences of the rules by which intake matches the disputes of one respondent with one institution."""

from typing import Final

from shared.contracts.words import Guard, Words

MATCHING: Final[dict[str, Words]] = {
    "MAT-001": Words(
        "同一合同、案由相同且标的额相近，直接合并",
        "One contract and cause, and claims close to each other: merged at once",
    ),
    "MAT-002": Words(
        "同一合同、案由相同而标的额不同，疑似重复",
        "One contract and cause, and another claim: perhaps the same",
    ),
    "MAT-003": Words(
        "案由相同且标的额相近，疑似重复", "One cause, and claims close to each other: perhaps the same"
    ),
    "MAT-004": Words(
        "机构申报与消费者投诉并存，疑似重复", "A claim and the consumer's complaint: perhaps the same"
    ),
    "intake.match-window": Words("重复案件申报日的最大间隔", "How far apart one dispute is filed twice"),
    "intake.match-claim": Words(
        "重复案件标的额的最大差异", "How far the claims of one dispute differ, of the larger"
    ),
    "intake.one-dispute": Guard(
        "同一纠纷只计一次；是否重复存疑的由人确认，误合并可撤销",
        "A dispute counts once; a person decides where it is in doubt, and a wrong merge is undone",
        "intake",
        "practice of the platform",
    ),
    "intake.repeat-party": Guard(
        "同一当事人的其他案件仅供本案经办书记员查阅，限于必要并留痕",
        "A respondent's other disputes are for the clerks of the case, no more than needed, and recorded",
        "intake",
        "个人信息保护法 arts 6, 28-29, 55",
    ),
}
