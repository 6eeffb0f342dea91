"""`suyuan alerts effect`: what an intervention did to the disputes of a clause, beside comparable ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from cli import connection, output
from cli.connection import Data
from cli.display import declared
from cli.output import AsJson, WrongUse
from cli.trends import monday

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from services.alerts.rules.effects import Effect

__all__ = ["effect"]

_LABELS: Final = ("institution", "cause", "issue", "product")


def effect(
    day: Annotated[str, typer.Option("--date", help="干预之日 / day of the intervention")],
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FILE]",
            help="自有周计数 CSV,用 --of 指定列 / weekly counts of your own; --of names the column",
            show_default=False,
        ),
    ] = None,
    of: Annotated[str, typer.Option("--of", help="文件中的列 / column of the file")] = "",
    institution: Annotated[str, typer.Option("--institution", help="金融机构 / institution")] = "",
    cause: Annotated[str, typer.Option("--cause", help="案由 / cause")] = "",
    issue: Annotated[str, typer.Option("--issue", help="争议事项 / issue")] = "",
    product: Annotated[str, typer.Option("--product", help="产品 / product")] = "",
    skip: Annotated[
        int, typer.Option("--skip", help="起效前略去的周数 / weeks left out until it works", min=0, max=52)
    ] = 0,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """建议、条款修改、培训之后纠纷是否减少,与可比序列对照 / whether an intervention worked."""
    from services.alerts.rules.effects import effect_of

    at = monday(day, "--date")
    if file is not None:
        first, name, names, counts = _of_file(file, of)
        found = effect_of(counts[0], counts[1:], (at - first).days // 7, skip)
    else:
        only = {
            key: value
            for key, value in zip(_LABELS, (institution, cause, issue, product), strict=True)
            if value
        }
        if not only:
            raise WrongUse(
                code="effect.of_nothing",
                zh="请用 --institution、--cause、--issue 或 --product 指明哪些纠纷。",
                en="Say of which disputes: --institution, --cause, --issue or --product.",
            )
        names, found = output.run(_stored(data, only, at, skip))
        name = " ".join(only.values())
    row = {"of": name, "date": at.isoformat(), **asdict(found)}
    row["controls"] = [names[number] for number in found.controls]
    if as_json:
        output.show(row)
    else:
        output.draw_facts(declared.EFFECT, _drawn(row))


def _of_file(path: Path, of: str) -> tuple[date, str, list[str], NDArray[Any]]:
    import numpy as np

    from cli.evaluation.public import read

    table = read(path)
    if of not in table.counts:
        raise WrongUse(
            code="effect.no_column",
            zh=f"文件中没有列 {of or '(空)'}。可选:{'、'.join(table.counts)}。",
            en=f"There is no column {of or '(empty)'}. There are: {', '.join(table.counts)}.",
        )
    names = [name for name in table.counts if name != of]
    return table.first, of, names, np.array([table.counts[name] for name in (of, *names)])


async def _stored(
    data: Path | None, only: Mapping[str, str], at: date, skip: int
) -> tuple[list[str], Effect]:
    from services.alerts.views import effect_on

    with connection.opened("alerts", data) as database:
        return await effect_on(database, only, at, skip, datetime.now(UTC))


def _drawn(row: Mapping[str, Any]) -> dict[str, Any]:
    def percent(value: float | None) -> str:
        return "" if value is None else f"{value:+.0%}"

    interval = "" if row["low"] is None else f"{percent(row['low'])} … {percent(row['high'])}"
    return {
        **row,
        "change": percent(row["change"]),
        "interval": interval,
        "seen_from": "" if row["seen_from"] is None else f"-{row['seen_from']:.0%}",
        "expected": "" if row["expected"] is None else f"{row['expected']:.1f}",
        "controls": len(row["controls"]),
        "compared": ", ".join(row["controls"]),
    }
