"""A notice in words, in both languages: its alerts, a line each. Nothing in it names a person."""

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from shared.contracts.kinds import Cause
from shared.contracts.persons import masked
from shared.contracts.subscriptions import AlertStage, NoticeLine
from shared.network.schema import Network


class Named(NamedTuple):
    """A name in both languages."""

    zh: str
    en: str


_STAGES: Final = {
    AlertStage.RAISED: ("{week} 起的一周有 {count} 件", "{count} in the week of {week}"),
    AlertStage.LASTING: (
        "自 {since} 起持续,{week} 起的一周有 {count} 件",
        "since {since}, {count} in the week of {week}",
    ),
    AlertStage.OVER: ("自 {since} 起的预警已结束", "the alert of {since} is over"),
}


def names_of(network: Network) -> dict[str, Named]:
    """Return the names of institutions and issues, by id and code."""
    named = {one.id: one.name for one in network.institutions} | {
        one.code: one.name for one in network.labels
    }
    return {id: Named(name.zh, name.en) for id, name in named.items()}


def told(name: str, lines: Iterable[NoticeLine], names: Mapping[str, Named]) -> tuple[str, str]:
    """Return the text of a notice in Chinese and in English.

    Args:
        name: What the subscriber calls the subscription.
        lines: Its alerts.
        names: Of institutions and issues, by id and code; what has none is shown as it is.
    """
    zh, en = [f"【诉源】{name}"], [f"[Suyuan] {name}"]
    for one in lines:
        where = labels(one.institution, one.cause, one.issue and masked(one.issue), names)
        numbers = {"week": one.week.isoformat(), "since": one.since.isoformat(), "count": one.count}
        zh_stage, en_stage = (text.format(**numbers) for text in _STAGES[one.stage])
        zh_usual, en_usual = ("", "") if one.stage is AlertStage.OVER else _usual(one.expected)
        zh.append(f"{where.zh}:{zh_stage}{zh_usual}。")
        en.append(f"{where.en}: {en_stage}{en_usual}.")
    return "\n".join(zh), "\n".join(en)


def labels(
    institution: str | None, cause: Cause | None, issue: str | None, names: Mapping[str, Named]
) -> Named:
    """Return what an alert is about in words; what is not named is summed."""
    who = Named("各机构合计", "All institutions") if institution is None else _name(institution, names)
    zh = [who.zh, "各案由" if cause is None else cause.zh]
    en = [who.en, "all causes" if cause is None else cause.en.lower()]
    if issue is not None:
        name = _name(issue, names)
        zh.append(f"争议事项“{name.zh}”")
        en.append(f"issue “{name.en}”")
    return Named(",".join(zh), ", ".join(en))


def _usual(expected: float | None) -> tuple[str, str]:
    if expected is None:
        return ",多家机构同时上升", ", in a rise of several institutions"
    return f",通常约 {expected:.1f} 件", f", about {expected:.1f} are usual"


def _name(code: str, names: Mapping[str, Named]) -> Named:
    return names.get(code) or Named(code, code)
