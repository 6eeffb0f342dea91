"""A notice in words, in both languages: its alerts, a line each. Nothing in it names a person."""

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from shared.contracts.persons import masked
from shared.contracts.subscriptions import AlertStage, NoticeLine


class Named(NamedTuple):
    """A name in both languages."""

    zh: str
    en: str


_STAGES: Final = {
    AlertStage.RAISED: ("{week} 起的一周有 {count} 件,通常约 {usual} 件", "{count} in the week of {week}"),
    AlertStage.LASTING: (
        "自 {since} 起持续,{week} 起的一周有 {count} 件,通常约 {usual} 件",
        "since {since}, {count} in the week of {week}",
    ),
    AlertStage.OVER: ("自 {since} 起的预警已结束", "the alert of {since} is over"),
}


def told(name: str, lines: Iterable[NoticeLine], names: Mapping[str, Named]) -> tuple[str, str]:
    """Return the text of a notice in Chinese and in English.

    Args:
        name: What the subscriber calls the subscription.
        lines: Its alerts.
        names: Of institutions and issues, by id and code; what has none is shown as it is.
    """
    zh, en = [f"【诉源】{name}"], [f"[Suyuan] {name}"]
    for one in lines:
        who, issue = _name(one.institution, names), _name(masked(one.issue), names)
        numbers = {
            "week": one.week.isoformat(),
            "since": one.since.isoformat(),
            "count": one.count,
            "usual": f"{one.expected:.1f}",
        }
        zh_stage, en_stage = (text.format(**numbers) for text in _STAGES[one.stage])
        usual = "" if one.stage is AlertStage.OVER else f", about {one.expected:.1f} are usual"
        zh.append(f"{who.zh},{one.cause.zh},争议事项“{issue.zh}”:{zh_stage}。")
        en.append(f"{who.en}, {one.cause.en.lower()}, issue “{issue.en}”: {en_stage}{usual}.")
    return "\n".join(zh), "\n".join(en)


def _name(code: str, names: Mapping[str, Named]) -> Named:
    return names.get(code) or Named(code, code)
