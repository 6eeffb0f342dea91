"""`suyuan held`: messages that came before one that must come first."""

from datetime import UTC, datetime
from typing import Any, Final

import typer

from cli import connection, output
from cli.connection import AnyService, Data
from cli.display import declared
from cli.output import AsJson

_HOW: Final = 'suyuan gap accept SERVICE --case CASE --reason "…"'
_REMEDY: Final = (
    f"所缺消息不会再来时:\n  {_HOW}",
    f"Where the missing one will never come:\n  {_HOW}",
)

app = typer.Typer(no_args_is_help=True, help="待序消息 / messages held until the one before them comes")


@app.command("list")
def list_(service: AnyService = None, data: Data = None, as_json: AsJson = False) -> None:
    """列出待序消息:缺哪一条、等了多久 / list held messages: which one is missing, how long it has been."""
    now = datetime.now(UTC)
    rows: list[dict[str, Any]] = []
    for name in connection.services(service, data):
        rows += [{"service": name, **row} for row in output.run(_held(name, data, now))]
    if as_json:
        output.show(rows)
        return
    output.draw(declared.HELD, rows)
    if rows:
        output.line(output.told(*_REMEDY))


async def _held(service: str, data: Any, now: datetime) -> list[dict[str, Any]]:
    from shared.runtime.base.collections import HOLDS, STREAMS

    with connection.opened(service, data) as database:
        holds = await database.find(HOLDS, {}, sort=[("_id", 1)], limit=10_000)
        subjects = sorted({row["subject"] for row in holds})
        streams = {
            row["_id"]: row
            for row in await database.find(STREAMS, {"_id": {"$in": subjects}}, fields=("seen", "parked"))
        }
    return [
        {
            "case": row["subject"],
            "source": row["source"],
            "sequence": row["sequence"],
            "missing": seen(streams.get(row["subject"]) or {}, row["source"]) + 1,
            "topic": row["record"]["topic"],
            "held_at": row["held_at"].isoformat(timespec="seconds"),
            "seconds": round((now - row["held_at"]).total_seconds()),
        }
        for row in holds
    ]


def seen(stream: dict[str, Any], source: str) -> int:
    """Return the highest sequence of a source that a subject has taken, dead letters included."""
    parked = (stream.get("parked") or {}).get("seen") or {}
    return max(int((stream.get("seen") or {}).get(source, 0)), int(parked.get(source, 0)))
