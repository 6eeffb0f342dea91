"""`suyuan report`: the figures, as the portal has counted them, or counted anew from the events."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import output
from cli.connection import Data
from shared.contracts.errors import SuyuanError

if TYPE_CHECKING:
    from cli.figures import Progress, Told

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


def report(
    recount: Annotated[
        bool,
        typer.Option("--recount", help="按事件重新统计并核对 / count the events again, and compare"),
    ] = False,
    data: Data = None,
    as_json: output.AsJson = False,
) -> None:
    """统计数字 / the figures, as the portal has counted them."""
    if recount:
        _recount(data, as_json)
        return
    from cli.connection import settings
    from cli.figures import behind, told

    portal = settings("portal", data, mongo=True)

    async def ask() -> "tuple[Told, int]":
        found = await told(portal)
        return found, await behind(portal, found.until)

    found, waiting = output.run(ask())
    if as_json:
        output.show({**found.figures, "behind": waiting, "aside": found.aside})
        return
    print_report(found.figures, "门户统计的数字 / figures, as the portal has counted them")
    if waiting:
        output.line(f"另有 {waiting:,} 个事件门户尚未计入 / {waiting:,} more events are not counted yet")
    _print_aside(found.aside)


def print_report(
    report: Mapping[str, Any], title: str = "按事件统计的数字 / figures, counted from the events"
) -> None:
    """Print the figures for people."""
    rows: list[tuple[str, object]] = []
    for name, label in _LABELS.items():
        value = report[name]
        rows.append((label, f"{Decimal(value):,.2f}" if name == "settled_amount" else f"{value:,}"))
    rows += [(f"  结束 ended: {end}", f"{number:,}") for end, number in report["ended"].items()]
    output.table(title, ("", ""), rows)


def differences(portal: Mapping[str, Any], events: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Return the figures in which the portal and the events differ, each as both say it."""
    one, other = _flat(portal), _flat(events)
    return {
        name: (one.get(name), other.get(name)) for name in one | other if one.get(name) != other.get(name)
    }


def _recount(data: Any, as_json: bool) -> None:
    """Count the events up to where the portal is, and say whether both come to the same."""
    from cli.connection import settings
    from cli.figures import count, told

    found: Told | None = None
    why: SuyuanError | None = None
    try:
        found = output.run(told(settings("portal", data, mongo=True)))
    except SuyuanError as error:
        # The events can be counted without a portal; there is then nothing to compare them with.
        why = error
    with _bar() as progress:
        figures = output.run(
            count(settings("intake", data), None if found is None else found.until, progress)
        )
    differing = {} if found is None else differences(found.figures, figures)
    if as_json:
        agree = None if found is None else not differing
        aside = 0 if found is None else found.aside
        output.show({**figures, "agree": agree, "differences": differing, "aside": aside})
    else:
        print_report(figures)
        _print_comparison(found, why, differing)
    if differing:
        raise typer.Exit(output.FAILED)


def _print_comparison(
    found: "Told | None", why: SuyuanError | None, differing: Mapping[str, tuple[Any, Any]]
) -> None:
    if found is None:
        assert why is not None
        output.line(f"未与门户核对:{why.zh}\nnot compared with the portal: {why.en}")
        return
    if not differing:
        output.line("与门户统计一致 / the portal has counted the same")
        return
    rows = [(name, *both) for name, both in differing.items()]
    output.table("与门户不一致 / the portal differs", ("", "门户 portal", "事件 events"), rows)
    _print_aside(found.aside)


def _print_aside(aside: int) -> None:
    if aside:
        output.line(
            f"门户有 {aside:,} 条死信或待序消息未计入 / {aside:,} dead letters and held messages are not "
            "counted: suyuan dlq list -s portal, suyuan held list -s portal"
        )


@contextmanager
def _bar() -> "Iterator[Progress]":
    """Show on stderr how far the reading is."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("读取事件 reading events"),
        BarColumn(bar_width=20),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=output.err, transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _flat(report: Mapping[str, Any]) -> dict[str, Any]:
    """Return a report with the ends beside the other figures."""
    ends = {f"ended: {end}": number for end, number in report["ended"].items()}
    return {**{name: value for name, value in report.items() if name != "ended"}, **ends}
