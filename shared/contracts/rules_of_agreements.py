"""The rules of what an agreement says and how it is performed, each with its sentence."""

from typing import Final

from shared.contracts.words import Guard, Words

_ONLINE: Final = "法释〔2021〕23号"

AGREEMENTS: Final[dict[str, Words]] = {
    "mediation.instalments": Words("协议分期的最多期数", "So many instalments at most an agreement has"),
    "mediation.terms": Guard(
        "协议条款相符：各期之和为协议金额，日期有序且不早于拟定之日，各方均为本案当事人",
        "Terms agree with themselves: instalments add up, days are in order and none before the draft, "
        "and whoever pays or stands in is a party",
        "mediation",
        f"人民调解法 art 29; {_ONLINE} art 19",
    ),
    "mediation.text-of-the-terms": Guard(
        "协议文本由平台按条款生成，所签即所列",
        "The platform makes the text of the terms, so what is signed is what is listed",
        "mediation",
        f"{_ONLINE} art 19",
    ),
}
