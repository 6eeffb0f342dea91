"""`suyuan report`: the figures, counted from the events."""

from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import typer

from cli import output

_LABELS = {
    "filed": "申报 filed",
    "returned": "退回 returned",
    "mediated": "进入调解 mediated",
    "settled": "化解 settled",
    "settled_amount": "化解标的额 settled amount (CNY)",
    "handed_over": "移送 handed over",
    "docketed": "立案 docketed",
    "confirmed": "司法确认 confirmed",
    "alerts": "预警 alerts",
}


def print_report(report: dict[str, Any]) -> None:
    """Print the figures for people."""
    rows: list[tuple[str, object]] = []
    for name, label in _LABELS.items():
        value = report[name]
        rows.append((label, f"{Decimal(value):,.2f}" if name == "settled_amount" else f"{value:,}"))
    rows += [(f"  结束 ended: {end}", f"{number:,}") for end, number in report["ended"].items()]
    output.table("按事件统计的数字 / figures, counted from events", ("", ""), rows)


def report(
    as_json: output.AsJson = False,
    data: Annotated[Path | None, typer.Option(help="数据目录 / data folder of `suyuan up`")] = None,
) -> None:
    """按事件统计的数字 / the figures, counted from the events."""
    from cli.connection import settings
    from cli.figures import count

    figures = output.run(count(settings("intake", data)))
    if as_json:
        output.show(figures)
    else:
        print_report(figures)
