"""An alert in words, in both languages: what, where, how much above the usual, since when."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.alerts.rules.noticing import Named
from services.alerts.rules.sharing import Shared

_FEATURES = {
    "product": ("产品", "product"),
    "region": ("地区", "region"),
    "way": ("来源", "way"),
    "claim": ("标的额", "claim in CNY"),
}


def told(
    alert: Mapping[str, Any],
    where: Named,
    shares: Sequence[Shared],
    similar: Sequence[Mapping[str, Any]],
    cases: int,
) -> tuple[list[str], list[str]]:
    """Return the sentences of an alert in Chinese and in English.

    Args:
        alert: Its row.
        where: What it is about, in both languages.
        shares: What its disputes share.
        similar: Rows of similar alerts of before.
        cases: How many of its disputes are known.
    """
    zh = [f"{where.zh}:{alert['week']} 起的一周有 {alert['count']} 件。"]
    en = [f"{where.en}: {alert['count']} disputes in the week of {alert['week']}."]
    members = [_members(alert)] if alert.get("members") else []
    for zh_part, en_part in (*members, _usual(alert), _promise(alert), _since(alert, cases)):
        zh.append(zh_part)
        en.append(en_part)
    rest = _rest(alert)
    for one in shares:
        zh_name, en_name = _FEATURES[one.feature]
        zh.append(
            f"其中 {one.among}/{one.of} 件的{zh_name}为“{one.value}”,{rest.zh}为 "
            f"{one.rest_among}/{one.rest_of} 件。"
        )
        en.append(
            f"{one.among} of {one.of} have the {en_name} “{one.value}”; of {rest.en}, "
            f"{one.rest_among} of {one.rest_of}."
        )
    for line in similar:
        zh.append(_similar(line, zh=True))
        en.append(_similar(line, zh=False))
    return zh, en


def _rest(alert: Mapping[str, Any]) -> Named:
    """Return what its disputes are compared with."""
    own, of_cause = alert["institution"] is not None, alert["cause"] is not None
    zh = "同机构" * own + "同案由" * of_cause
    en = "the institution's other disputes" if own else "all other disputes"
    return Named(f"{zh}的其他纠纷", en + " of the cause" * of_cause)


def _members(alert: Mapping[str, Any]) -> tuple[str, str]:
    named, others = alert["members"], alert["others"]
    zh, en = (f"另有 {others} 个", f", and {others} more") if others else ("", "")
    return (
        f"合计 {len(named) + others} 个序列,件数最多者在前:{'、'.join(named)}{zh and ';' + zh}。",
        f"It sums {len(named) + others} series, those with the most first: {', '.join(named)}{en}.",
    )


def _usual(alert: Mapping[str, Any]) -> tuple[str, str]:
    expected = f"{alert['expected']:.1f}"
    if alert.get("low") is None:
        return f"通常约 {expected} 件。", f"About {expected} are usual."
    low, high = f"{alert['low']:.0f}", f"{alert['high']:.0f}"
    return (
        f"通常约 {expected} 件,十个平常周中有九个在 {low} 至 {high} 件之间。",
        f"About {expected} are usual; nine quiet weeks in ten have {low} to {high}.",
    )


def _promise(alert: Mapping[str, Any]) -> tuple[str, str]:
    probability = alert.get("probability")
    if probability is None:
        return (
            f"该周超过上界 {alert['bound']:.1f}(名义水平 {alert['level']:g},不是误报率)。",
            f"That is above the bound of {alert['bound']:.1f} (nominal level {alert['level']:g}, which is no "
            "rate of false alarms).",
        )
    zh = f"平常周出现这样件数的概率为 {probability:.2g}"
    en = f"In a quiet week so many have the probability {probability:.2g}"
    if alert.get("rate") is None:
        return zh + "。", en + "."
    return (
        f"{zh};当周一并判断 {alert['tested']} 个序列,全部预警中误报不超过 {alert['rate']:.0%}(承诺值)。",
        f"{en}; {alert['tested']} series were judged together, and of all alerts at most {alert['rate']:.0%} "
        "are promised to be false.",
    )


def _since(alert: Mapping[str, Any], cases: int) -> tuple[str, str]:
    if alert.get("ended_at"):
        day = str(alert["ended_at"])[:10]
        return (
            f"预警已于 {day} 结束,最后异常的一周为 {alert['last_week']};涉及 {cases} 件。",
            f"It was over on {day}; the last week that stood out was {alert['last_week']}. {cases} disputes.",
        )
    return (
        f"预警自 {alert['week']} 起,至 {alert['last_week']} 仍异常;涉及 {cases} 件。",
        f"It lasts since {alert['week']}; the last week that stood out is {alert['last_week']}. "
        f"{cases} disputes.",
    )


def _similar(row: Mapping[str, Any], *, zh: bool) -> str:
    done = [str(one) for one in row.get("followed_up", ())]
    why, over = row.get("explanation") or "", bool(row.get("ended_at"))
    if zh:
        said = [f"说明:“{why}”" if why else "", f"跟进:{'、'.join(done)}" if done else ""]
        said.append("已结束" if over else "仍持续")
        told_so = ";".join(filter(None, said))
        return f"类似预警:{row['institution'] or '各机构合计'} {row['week']},{row['count']} 件;{told_so}。"
    said = [f"explained: “{why}”" if why else "", f"followed up: {', '.join(done)}" if done else ""]
    said.append("over" if over else "lasting")
    told_so = "; ".join(filter(None, said))
    who = row["institution"] or "all institutions"
    return f"A similar alert: {who}, {row['week']}, {row['count']}; {told_so}."
