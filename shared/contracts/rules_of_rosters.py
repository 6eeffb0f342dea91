"""The rules of who mediates a case, and for which organisation, each with its sentence."""

from typing import Final

from shared.contracts.words import Guard, Words

_ONLINE: Final = "法释〔2021〕23号"

ROSTERS: Final[dict[str, Words]] = {
    "mediation.overflow": Words(
        "等待案件超过此数，或者逾期无人受理的，移转另一调解组织",
        "Where more cases wait than this, or nobody is designated in time, another organisation takes over",
    ),
    "roster.training-years": Words(
        "培训在此年限内有效，逾期停派", "A training lists a mediator for so long; then no cases are given"
    ),
    "roster.training-alarm": Words("培训到期前如此时间预警", "So long before it ends, a training is told of"),
    "mediation.two-by-claim": Words(
        "标的额达到此数，或者疑难复杂的，可由两名调解员调解",
        "Two mediators may mediate where the claim is as large as this, or the case difficult and complex",
    ),
    "mediation.two-by-parties": Words(
        "当事人达到此数的，可由两名调解员调解",
        "Two mediators may mediate where the parties are as many as this",
    ),
    "mediation.two-mediators": Guard(
        "重大、疑难复杂或者当事人要求的案件，可由两名调解员调解，其中一人主持",
        "A major or difficult case, or one where a party asks, may have two mediators; one of them presides",
        "mediation",
        f"{_ONLINE} art 11; 法释〔2016〕14号 art 13",
    ),
    "roster.two-persons": Guard(
        "同一案件的两名调解员不得为同一人",
        "The two mediators of a case are two persons",
        "mediation",
        f"{_ONLINE} art 11",
    ),
    "mediation.complaint": Guard(
        "当事人可以向作出邀请的法院投诉调解员；查证属实的，视情形处理",
        "A party may complain of a mediator to the inviting court, which takes a measure where it is true",
        "mediation",
        f"{_ONLINE} art 29; 法释〔2016〕14号 art 28",
    ),
    "mediation.transfer": Guard(
        "法院可以另行指定调解组织",
        "The court may name another organisation",
        "mediation",
        f"{_ONLINE} arts 12, 14; 法释〔2016〕14号 art 11",
    ),
    "roster.not-again": Guard(
        "谢绝、逾期未答复、回避或被更换的调解员不再指定于同一案件",
        "Who declined, did not answer, was recused or replaced is not designated for that case again",
        "mediation",
        f"{_ONLINE} arts 12, 14",
    ),
    "roster.interest": Guard(
        "与案件金融机构有已披露利害关系的，不予指定",
        "Who disclosed an interest with the institution of the case is not designated",
        "mediation",
        f"{_ONLINE} art 13",
    ),
    "roster.language": Guard(
        "所需语言不通的，不予指定",
        "Who does not speak the language asked for is not designated",
        "mediation",
        "practice of the court",
    ),
}
"""By their ids."""
