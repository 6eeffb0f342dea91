"""`suyuan blocked`: cases that stand still, behind a dead letter or because their state cannot be read."""

from datetime import UTC, datetime
from typing import Any

import typer

from cli import connection, output
from cli.connection import AnyService, Data
from cli.display import declared
from cli.output import AsJson

_MOST = 10_000

app = typer.Typer(
    no_args_is_help=True, help="暂停的案件 / cases that are blocked: behind a dead letter, or unreadable"
)


@app.command("list")
def list_(service: AnyService = None, data: Data = None, as_json: AsJson = False) -> None:
    """列出暂停的案件:原因、多久 / list blocked cases: why, and since when."""
    now = datetime.now(UTC)
    rows: list[dict[str, Any]] = []
    for name in connection.services(service, data):
        rows += [{"service": name, **shown(row, now)} for row in output.run(_blocked(name, data))]
    if as_json:
        output.show(rows)
        return
    output.draw(declared.BLOCKED, rows)


def shown(row: dict[str, Any], now: datetime) -> dict[str, Any]:
    """Return what is said of a blocked case."""
    parked = row["parked"]
    since = parked.get("since")
    return {
        "case": row["_id"],
        "reason": parked.get("reason", "case.parked"),
        "letters": parked["letters"],
        "since": since.isoformat(timespec="seconds") if since else "",
        "seconds": round((now - since).total_seconds()) if since else "",
    }


async def _blocked(service: str, data: Any) -> list[dict[str, Any]]:
    from shared.runtime.base.collections import STREAMS

    with connection.opened(service, data) as database:
        return await database.find(
            STREAMS,
            {"parked.letters": {"$exists": True}},
            sort=[("_id", 1)],
            limit=_MOST,
            fields=("parked",),
        )
