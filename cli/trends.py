"""`suyuan trends`: disputes by institution, product and issue over time, beside the year before."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import connection, output
from cli.connection import Data
from cli.display import declared
from cli.output import AsJson, WrongUse
from services.alerts.rules.exposure import exposure_of
from services.alerts.rules.trends import DIMENSIONS, Span, columns_of
from shared.contracts.kinds import Cause
from shared.runtime.serve.sheets import csv_of, xlsx_of

if TYPE_CHECKING:
    from shared.runtime.base.settings import Settings

Dimension = StrEnum("Dimension", {name.upper(): name for name in DIMENSIONS})  # type: ignore[misc]


Region = Annotated[
    str | None,
    typer.Option("--region", help="仅该地区及所辖,六位代码 / only this division and what lies in it"),
]


def trends_(
    by: Annotated[
        list[Dimension] | None,
        typer.Option("--by", help="分开统计的维度,可重复 / dimensions that stay apart; may be repeated"),
    ] = None,
    span: Annotated[Span, typer.Option("--span", help="周或月 / weeks or months")] = Span.WEEK,
    since: Annotated[
        str | None, typer.Option("--since", help="起始日期 / first day", show_default=False)
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", help="截止日期 / last day", show_default=False)
    ] = None,
    institution: Annotated[
        str | None, typer.Option("--institution", help="仅该金融机构 / only this one")
    ] = None,
    product: Annotated[str | None, typer.Option("--product", help="仅该产品 / only this product")] = None,
    issue: Annotated[str | None, typer.Option("--issue", help="仅该争议事项 / only this issue")] = None,
    cause: Annotated[Cause | None, typer.Option("--cause", help="仅该案由 / only this cause")] = None,
    region: Region = None,
    exposure: Annotated[
        Path | None,
        typer.Option(
            "--exposure",
            help="户数 CSV / accounts by institution, product",
            show_default=False,
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="写入 .csv、.json 或 .xlsx / write a file", show_default=False),
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """纠纷趋势:机构、产品、争议事项、地区,按周或月,同比 / disputes over time, beside the year before."""
    last = monday(until, "--until") if until else None
    first = monday(since, "--since") if since else None
    only = {"institution": institution, "product": product, "issue": issue, "cause": cause, "region": region}
    names = tuple(one.value for one in by or [Dimension("institution")])
    settings = connection.settings("alerts", data, mongo=True)
    rows = output.run(
        read(
            settings,
            names,
            span,
            (first, last),
            {name: str(value) for name, value in only.items() if value is not None},
            {} if exposure is None else _exposure(exposure),
        )
    )
    if out is not None:
        _write(out, rows, names)
    if as_json:
        output.show(rows)
    elif out is None:
        output.draw(declared.TRENDS, [_drawn(row) for row in rows])
    else:
        output.line(output.told(f"已写入 {len(rows)} 行:{out}", f"{len(rows)} rows written to {out}"))


async def read(
    settings: "Settings",
    by: Sequence[str],
    span: Span,
    weeks: tuple[date | None, date | None],
    only: Mapping[str, str],
    exposure: Mapping[str, float],
) -> list[dict[str, Any]]:
    """Return the rows; without days, of the last thirteen weeks that have any dispute."""
    from services.alerts.rules import ALERT_RULES
    from services.alerts.views import asked_trends
    from shared.casework.own_rules import own_rules
    from shared.network.load import load_network

    taxonomy = own_rules("alerts", ALERT_RULES, load_network(settings.network)).book.now.taxonomy
    database = connection.database("alerts", settings)
    try:
        return await asked_trends(database, tuple(by), span, weeks, only, exposure, taxonomy)
    finally:
        database.close()


def monday(text: str, option: str) -> date:
    """Return the Monday of a day that somebody wrote.

    Raises:
        WrongUse: ``trends.date``.
    """
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise WrongUse(
            code="trends.date",
            zh=f"{option} 不是日期:{text}。请写作 2026-03-02。",
            en=f"{option} is no date: {text}. Write it as 2026-03-02.",
        ) from None
    return day - timedelta(days=day.weekday())


def _exposure(path: Path) -> dict[str, float]:
    import csv

    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            return exposure_of(
                (row["institution"], row.get("product") or "", row["accounts"]) for row in rows
            )
    except (OSError, KeyError, ValueError, TypeError, AttributeError) as error:
        raise WrongUse(
            code="trends.exposure",
            zh=f"无法读取户数文件 {path}。需要 institution、product、accounts 三列,户数为正数。",
            en=f"{path} cannot be read ({type(error).__name__}). It needs institution, product, accounts "
            "as positive numbers.",
        ) from None


def _write(path: Path, rows: Sequence[Mapping[str, Any]], by: Sequence[str]) -> None:
    names = columns_of(by)
    match path.suffix.lower():
        case ".json":
            import orjson

            path.write_bytes(orjson.dumps(list(rows), option=orjson.OPT_INDENT_2))
        case ".csv":
            path.write_bytes(csv_of(names, rows))
        case ".xlsx":
            path.write_bytes(xlsx_of("trends", names, rows))
        case _:
            raise WrongUse(
                code="trends.kind",
                zh=f"不支持 {path.suffix or '无后缀'}。请使用 .csv、.json 或 .xlsx。",
                en=f"{path.suffix or 'No suffix'} is not written. Use .csv, .json or .xlsx.",
            )


def _drawn(row: Mapping[str, Any]) -> dict[str, Any]:
    change, rate = row["change_percent"], row["per_thousand"]
    return {
        **row,
        "change": "" if change is None else f"{change:+.0f} %",
        "rate": "" if rate is None else f"{rate:g}",
    }
