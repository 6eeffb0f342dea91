"""The sentences of the rules of a mediation's talks: sessions, facts, confidence, false ones."""

from typing import Final

from shared.contracts.words import Guard, Words

_ONLINE: Final = "法释〔2021〕23号"

TALKS: Final[dict[str, Words]] = {
    "mediation.session-announced": Guard(
        "调解的时间、方式和地点事先确定；分别调解须经各方同意",
        "A session's time, form and place are told before; parties are talked to apart where all agree",
        "mediation",
        f"{_ONLINE} art 16",
    ),
    "mediation.identified-and-warned": Guard(
        "调解前核实身份并告知虚假调解的后果",
        "Before they mediate, everybody is identified, and warned of false mediation",
        "mediation",
        f"{_ONLINE} art 17",
    ),
    "mediation.service-address": Guard(
        "当事人填写送达地址确认书",
        "Each party confirms where papers reach it",
        "mediation",
        f"{_ONLINE} art 17",
    ),
    "mediation.undisputed-facts": Guard(
        "无争议事实以书面形式由各方确认",
        "Facts are undisputed once every party has confirmed them in writing",
        "mediation",
        f"{_ONLINE} arts 18, 22",
    ),
    "mediation.in-confidence": Guard(
        "调解中的让步内容保密，不得在诉讼中作为不利依据",
        "What is conceded in a mediation is confidential, and no ground against anybody in a suit",
        "mediation",
        f"{_ONLINE} art 18; 法释〔2016〕14号 art 22",
    ),
    "mediation.offers-meet": Guard(
        "密封报价仅在相合时公开中点",
        "Sealed offers are told to nobody; where they meet, their midpoint is",
        "mediation",
        f"practice of the platform; {_ONLINE} art 18",
    ),
    "mediation.false-mediation": Guard(
        "涉嫌虚假调解的，中止调解并报告，由法院或者调解组织审查处理",
        "A mediation that may be false is suspended and reported; the court or the organisation decides",
        "mediation",
        f"{_ONLINE} art 23; 法释〔2016〕14号 art 18",
    ),
    "mediation.settled-at-once": Words(
        "受理后在此时间内达成协议的，为虚假调解迹象之一",
        "An agreement within this time of the acceptance is one sign of a false mediation",
    ),
    "mediation.signs-together": Words(
        "虚假调解迹象达到此数的，提示人工核查",
        "So many signs of a false mediation together are told to people",
    ),
}
