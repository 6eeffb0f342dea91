"""The tables of `suyuan alerts evaluate`."""

from collections.abc import Mapping
from math import isnan
from typing import Any, Final

from cli.display.column import Column, Kind, Table
from shared.contracts.words import Words

_COMMAND: Final = ("alerts evaluate",)

EVALUATION: Final = Table(
    "alerts-evaluation",
    "预警方法实测",
    "The detectors, measured",
    (
        Column("of", "对象", "Of", Kind.TEXT),
        Column("detector", "方法", "Detector"),
        Column("share", "比例", "Share"),
        Column("delay", "延迟(周)", "Weeks late", importance=3),
        Column("false", "误报", "False", importance=2),
        Column("raised", "发出", "Raised", importance=5),
        Column("overall", "合计误报", "False in all", importance=4),
        Column("held", "区间含真值", "Held", importance=5),
    ),
    _COMMAND,
)
RENAMED: Final = Table(
    "alerts-renamed",
    "更名后的预警",
    "Alerts after a renaming",
    (
        Column("detector", "方法", "Detector"),
        Column("raw", "按原名", "By raw label", importance=3),
        Column("bridged", "按更名", "Bridged"),
        Column("surge", "另植入突增", "With a surge", importance=2),
        Column("of", "产品", "Of", Kind.TEXT, below=True),
    ),
    _COMMAND,
)
STUDIES: Final[Mapping[str, Words]] = {
    "reliability": Words(
        "平静周达到所称概率的比例(95% 区间)", "share of quiet weeks that come to a probability, 95 % interval"
    ),
    "stress": Words(
        "别种平静序列的各周达到所称概率的比例(95% 区间)",
        "the same in quiet series of other kinds",
    ),
    "surges": Words(
        "模拟突增(1 至 10 个标准差):发现率、延迟、每序列周误报",
        "simulated surges of 1 to 10 deviations: found, weeks late, alerts a quiet week",
    ),
    "sizes": Words("按突增大小的发现率", "found, by size of the surge in deviations"),
    "rises": Words(
        "持续半年的上升,概率 0.005:发现率、延迟、误报",
        "rises of half a year at 0.005: found, weeks late, alerts a quiet week",
    ),
    "discoveries": Words(
        "两千序列:发现率、当周与全部误报占比",
        "2,000 series: found, and false shares by week and in all",
    ),
    "outbreaks": Words(
        "已知疫情:结果、延迟、其余周预警", "known outbreaks: outcome, weeks late, alerts in other weeks"
    ),
    "complaints": Words(
        "公开投诉中植入突增:发现率、延迟、本有预警",
        "surges put into public complaints: found, weeks late, weeks with an alert of their own",
    ),
    "effects": Words(
        "干预的效果:认定有差异的比例、区间含真值的比例",
        "effects of interventions: a difference found, and intervals that hold the true one",
    ),
    "renamed": Words("更名起四期内的预警", "alerts in the four weeks or months from a renaming on"),
}
"""Every study: what its rows say."""


def shown(row: Mapping[str, Any]) -> dict[str, str]:
    """Return a row as texts: shares with their intervals, and a dash where there is nothing."""
    return {name: _cell(row, name) for name in row if not name.endswith(("_low", "_high", "_count"))}


def _cell(row: Mapping[str, Any], name: str) -> str:
    value = row[name]
    if value is None or value == [] or (isinstance(value, float) and isnan(value)):
        return "-"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    low, high = row.get(f"{name}_low"), row.get(f"{name}_high")
    if low is not None and high is not None:
        return f"{_number(value)} ({_number(low)}-{_number(high)})"
    return _number(value) if isinstance(value, float) else str(value)


def _number(value: float) -> str:
    """Return two digits that count of a small number, three places of another."""
    return f"{value:.1g}" if abs(value) < 0.001 else f"{value:.3f}" if value < 1 else f"{value:.1f}"
