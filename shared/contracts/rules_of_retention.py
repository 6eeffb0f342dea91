"""The sentences of the rules of keeping and disposing: a part of ``rules.py``."""

from typing import Final

from shared.contracts.words import Guard, Words

RETENTION: Final[dict[str, Words]] = {
    "intake.retention": Words(
        "案件了结后，个人信息保存的天数", "The raw data of a case are kept for so long after its end"
    ),
    "intake.hold": Guard(
        "为诉讼留存的案件，其资料不因期限或申请而删除；法院留存的由法院解除",
        "What is held for a suit is neither disposed of nor erased; what the court holds, the court releases",
        "intake",
        "民事诉讼法 (2023) arts 67, 84; 个人信息保护法 arts 13(3), 47",
    ),
    "intake.two-dispose": Guard(
        "删除个人信息须由一人申请、另一人批准",
        "One person asks to erase personal data, and another one approves",
        "intake",
        "practice of the platform; 个人信息保护法 art 51",
    ),
}
