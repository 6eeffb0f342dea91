"""`suyuan gap`: what is missing in the input of a service, and going on without it.

A gap is accepted in the service's own database, not by a command: a command would not reach a service whose
commands are behind the gap. The service looks for it every second.
"""

import asyncio
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import connection, missing, operator, output, short_ids
from cli.connection import AnyService, Data, ServiceName
from cli.display import declared
from cli.output import AsJson, WrongUse

if TYPE_CHECKING:
    from shared.runtime.base.settings import Settings
    from shared.runtime.ingest.gaps import Gaps

Document = Mapping[str, Any]
POLL_S = 0.2

app = typer.Typer(no_args_is_help=True, help="输入缺口:查看、放行 / gaps in the input: see them, let them go")

Service = Annotated[ServiceName, typer.Argument(metavar="SERVICE", help="哪个服务 / which service")]
Place = Annotated[
    str | None,
    typer.Argument(
        metavar="[TOPIC:PARTITION]",
        help="主题:分区,或主题 / where the gap is; a topic alone for all of its gaps",
    ),
]
Why = Annotated[str, typer.Option("--reason", help="放行理由,将被记录 / why; it is kept", min=1)]


@app.command("list")
def list_(
    service: AnyService = None,
    all_: Annotated[bool, typer.Option("--all", help="含已了结的 / also those that are over")] = False,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """列出输入缺口 / list what is missing in the input, of one service or of all."""
    rows: list[dict[str, Any]] = []
    for name in connection.services(service, data):
        rows += [{"service": name, **brief(row)} for row in output.run(_listed(name, data, all_))]
    if as_json:
        output.show(rows)
        return
    _print(rows)


@app.command()
def accept(
    service: Service,
    place: Place = None,
    reason: Why = "",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="确认放弃 / yes, go on without them")] = False,
    timeout: Annotated[float, typer.Option("--timeout", help="最长等待秒数 / longest wait, seconds")] = 30.0,
    case: Annotated[
        str | None, typer.Option("--case", help="缺号的案件 / a case that misses messages")
    ] = None,
    source: Annotated[str | None, typer.Option("--source", help="缺谁的消息 / whose messages")] = None,
    all_of_source: Annotated[
        str | None, typer.Option("--all-of-source", help="缺该来源消息的全部案件 / all cases that miss some")
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """放行缺口 / go on without what is missing; who, what, how many and why are kept for good."""
    if not reason.strip():
        raise WrongUse(
            code="gap.no_reason",
            zh="请用 --reason 说明理由,它会被永久记录。",
            en="Say with --reason why; it is kept for good.",
        )
    chosen = [place is not None, case is not None, all_of_source is not None]
    if chosen.count(True) != 1 or (source is not None and case is None):
        raise WrongUse(
            code="gap.nothing_chosen",
            zh="请指明 TOPIC:PARTITION、--case 或 --all-of-source 之一。可用 suyuan gap list 查看。",
            en="Say which: TOPIC:PARTITION, --case or --all-of-source. See suyuan gap list and held list.",
        )
    settings = connection.settings(str(service), data, mongo=True)
    if place is not None:
        rows = output.run(_accept(str(service), settings, place, reason.strip(), timeout, yes=yes))
    else:
        wanted = missing.Wanted(case, source or all_of_source)
        rows = output.run(
            missing.accept(str(service), settings, wanted, reason.strip(), timeout, None if yes else _ask)
        )
    if as_json:
        output.show([brief(row) for row in rows])
    else:
        _print([{"service": service, **brief(row)} for row in rows])
    if any(row["status"] != "passed" for row in rows):
        raise typer.Exit(output.FAILED)


async def _accept(
    service: str, settings: "Settings", place: str, why: str, wait_s: float, *, yes: bool
) -> list[Document]:
    from shared.runtime.base.collections import GAPS
    from shared.runtime.ingest.gaps import Gaps

    database = connection.database(service, settings)
    try:
        gaps = Gaps(database)
        found = await gaps.at(await short_ids.place(database, GAPS, place, "origin"))
        if not yes:
            _ask(found)
        actor, now = operator.operator(settings).actor, datetime.now(UTC)
        rows = [await gaps.accept(row, actor, why, now) for row in found]
        return await _passed(gaps, rows, wait_s)
    finally:
        database.close()


async def _passed(gaps: "Gaps", rows: list[Any], wait_s: float) -> list[Document]:
    """Wait until the service has gone on behind all of them, or the time is over."""
    from shared.runtime.ingest.gaps import ACCEPTED

    deadline = time.monotonic() + wait_s
    while any(row["status"] == ACCEPTED for row in rows) and time.monotonic() < deadline:
        await asyncio.sleep(POLL_S)
        rows = [await gaps.get(row["_id"]) or row for row in rows]
    return rows


def _ask(rows: list[Any]) -> None:
    _print([{"service": "", **brief(row)} for row in rows])
    if not typer.confirm("确认放弃? / go on without them?", err=True):
        raise typer.Abort


def _print(rows: list[dict[str, Any]]) -> None:
    view = output.view()
    output.draw(
        declared.GAPS,
        [
            {
                **row,
                **dict(zip(("place", "source"), row["origin"].split(" ← "), strict=False)),
                "missing": "?" if row["missing"] is None else row["missing"],
                "said": " ".join(
                    filter(None, (row["reason"], view.told(row["zh"], row["en"]), row["detail"]))
                ),
                "accepted": " ".join(filter(None, (row["by"], row["why"]))),
            }
            for row in rows
        ],
    )


async def _listed(service: str, data: Any, all_: bool) -> list[Any]:
    from shared.runtime.ingest.gaps import Gaps

    with connection.opened(service, data) as database:
        return await Gaps(database).listed(all_=all_)


def brief(row: Document) -> dict[str, Any]:
    """Return a gap in one line."""
    from shared.contracts.reasons import text

    reason = text(row["code"])
    by = row.get("by") or {}
    return {
        "origin": row["origin"] or f"{row['subject']} ← {row['source']}",
        "reason": row["code"],
        "detail": row["detail"],
        "zh": reason.zh,
        "en": reason.en,
        "first": row["first"],
        "resume": row["resume"],
        "missing": row["missing"],
        "status": row["status"],
        "found_at": row["found_at"].isoformat(timespec="seconds"),
        "by": "/".join(filter(None, (by.get("organisation"), by.get("person")))),
        "why": row.get("why", ""),
        "accepted_at": row["accepted_at"].isoformat(timespec="seconds") if "accepted_at" in row else None,
        "passed_at": row["passed_at"].isoformat(timespec="seconds") if "passed_at" in row else None,
    }
