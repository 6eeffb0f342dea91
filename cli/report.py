"""`suyuan report`: the figures, as the portal has counted them, or counted anew from the events."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import output
from cli.connection import Data
from cli.display import declared
from shared.contracts.errors import SuyuanError

if TYPE_CHECKING:
    from cli.figures import Progress, Told


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
    print_report(found.figures, output.told("门户统计的数字", "Figures, as the portal has counted them"))
    if waiting:
        output.line(
            output.told(
                f"另有 {waiting:,} 个事件门户尚未计入", f"{waiting:,} more events are not counted yet"
            )
        )
    _print_aside(found.aside)


def print_report(report: Mapping[str, Any], title: str = "") -> None:
    """Print the figures for people; ``title`` stands for "figures, counted from the events"."""
    ended = {f"ended_{end}": number for end, number in report["ended"].items()}
    amounts = {f"{one}_fen": int(Decimal(report[f"{one}_amount"]) * 100) for one in ("settled", "agreed")}
    output.draw_facts(declared.FIGURES, {**report, **ended, **amounts}, title)


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
        output.line(output.told(f"未与门户核对:{why.zh}", f"Not compared with the portal: {why.en}"))
        return
    if not differing:
        output.line(output.told("与门户统计一致", "The portal has counted the same"))
        return
    rows = [{"name": name, "portal": one, "events": other} for name, (one, other) in differing.items()]
    output.draw(declared.DIFFERENCES, rows)
    _print_aside(found.aside)


def _print_aside(aside: int) -> None:
    if aside:
        zh = f"门户有 {aside:,} 条死信或待序消息未计入:"
        en = f"Dead letters and held messages that are not counted: {aside:,}"
        output.line(output.told(zh, en) + "\n  suyuan dlq list -s portal\n  suyuan held list -s portal")


@contextmanager
def _bar() -> "Iterator[Progress]":
    """Show on stderr how far the reading is."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn(output.told("读取事件", "reading events")),
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
