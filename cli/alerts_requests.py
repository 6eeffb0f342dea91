"""`suyuan alerts clocks` and `requests`: what institutions were asked, and who answers in time."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import connection, output
from cli.connection import Data
from cli.display import declared
from cli.output import AsJson

if TYPE_CHECKING:
    from services.alerts.rules.league import Line

Institution = Annotated[
    str | None, typer.Option("--institution", help="金融机构 / institution", show_default=False)
]


def clocks(institution: Institution = None, data: Data = None, as_json: AsJson = False) -> None:
    """各机构是否按时答复,含区间与漏斗界限 / who answers in time, with funnel limits."""
    from dataclasses import asdict

    found = [asdict(one) for one in output.run(_clocks(data)) if institution in (None, one.institution)]
    if as_json:
        output.show(found)
    else:
        output.draw(declared.CLOCKS, [_timed(row) for row in found])


def requests(
    institution: Institution = None,
    waiting: Annotated[bool, typer.Option("--waiting", help="仅待答复 / those without an answer")] = False,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """案件中请求机构答复的事项及其期限 / what cases ask of institutions, each with its clock."""
    rows = output.run(_requests(data, institution, waiting=waiting))
    if as_json:
        output.show(rows)
    else:
        output.draw(declared.REQUESTS, rows)


def _timed(row: Mapping[str, Any]) -> dict[str, Any]:
    if row["share"] is None:
        return {**row, "share": "", "interval": ""}
    interval = f"{row['low']:.0%}-{row['high']:.0%}"
    return {**row, "share": f"{row['share']:.0%}", "interval": interval}


async def _clocks(data: Path | None) -> list["Line"]:
    from services.alerts.rules.league import league
    from services.alerts.views import asked_of

    with connection.opened("alerts", data) as database:
        return league(await asked_of(database), datetime.now(UTC))


async def _requests(data: Path | None, institution: str | None, *, waiting: bool) -> list[dict[str, Any]]:
    from services.alerts.rules.league import asked
    from services.alerts.views import requests

    with connection.opened("alerts", data) as database:
        rows = await requests(database, institution, waiting=waiting)
    now = datetime.now(UTC)
    return [asked(row, now) for row in rows]
