"""`suyuan case receipt`: a file that proves what the history of a case was, for whoever is concerned."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import connection, output, short_ids
from cli.connection import AnyService, Data
from cli.output import AsJson
from shared.contracts.errors import SuyuanError

if TYPE_CHECKING:
    from shared.contracts.days import DayWitnessed
    from shared.runtime.base.settings import Settings


def receipt(
    id: Annotated[str, typer.Argument(metavar="ID", help="案件 / case id")],
    out: Annotated[
        Path | None, typer.Option("--out", help="文件,缺省为标准输出 / file; standard output if not given")
    ] = None,
    rows: Annotated[
        bool, typer.Option("--rows", help="连同历史各行 / with the rows of the history themselves")
    ] = False,
    service: AnyService = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """出具案件历史的凭据 / give the receipt of a case: its history under the signed roots of closed days."""
    case, parts = output.run(_made(id, connection.services(service, data), data, rows=rows))
    if not parts:
        from shared.contracts.reasons import REASONS

        none = REASONS["receipt.none"]
        raise SuyuanError(code="receipt.none", zh=none.zh, en=none.en)
    from shared.contracts.receipts import receipt as whole

    found = whole(case, parts)
    if out is None:
        output.show(found)
        return
    out.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", "utf-8")
    if as_json:
        output.show({"case": case, "file": str(out), "services": [one["service"] for one in parts]})
    else:
        days = ", ".join(f"{one['service']} {one['day']['day']}" for one in parts)
        output.line(output.told(f"凭据已写入 {out}({days})", f"The receipt is in {out} ({days})"))


async def _made(
    given: str, services: list[str], data: Path | None, *, rows: bool
) -> tuple[str, list[dict[str, Any]]]:
    from cli.verifying.receipts import receipt_of
    from cli.verifying.witnesses import kept_by_portal
    from shared.runtime.base.collections import STREAMS

    parts = []
    kept = await kept_by_portal(services, data)
    witnesses = await _witnesses(connection.settings(services[0], data, mongo=True))
    for name in services:
        with connection.opened(name, data) as database:
            given = await short_ids.subject(database, STREAMS, given)
            seen = [*witnesses, *kept.get(name, ())]
            part = await receipt_of(name, database, given, seen, rows=rows)
        if part is not None:
            parts.append(part)
    return given, parts


async def _witnesses(settings: "Settings") -> "list[DayWitnessed]":
    from shared.contracts.days import DayWitnessed
    from shared.contracts.topics import WITNESSED
    from shared.runtime.serve.client import EventReader

    async with EventReader(settings, [WITNESSED]) as reader:
        return [
            parsed.body
            async for batch in reader.to_end()
            for parsed in batch
            if isinstance(parsed.body, DayWitnessed)
        ]
