"""`suyuan retention`: whose raw data may go, who asked to erase them, and who approves."""

from typing import Annotated, Any, Final

import typer

from cli import connection, output
from cli.acts import group_of
from cli.connection import Data
from cli.display import declared
from cli.output import AsJson

_ACTS: Final = {
    "request": "erase-personal-data",
    "approve": "approve-disposal",
    "refuse": "refuse-disposal",
}
_OF: Final = "--case", "案件号 / id of the case"

app = typer.Typer(
    cls=group_of("retention", _ACTS, _OF),
    no_args_is_help=True,
    help="保存与删除:列出、申请、批准、不批准 / keeping and erasing: list, request, approve, refuse",
)


@app.command("list")
def list_(
    every: Annotated[bool, typer.Option("--all", help="含已删除的 / those that are erased, too")] = False,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """列出留存、期满与待批准删除的案件 / cases that are held, over, or to be erased."""
    found = output.run(_read({} if every else {"standing": {"$in": ["held", "over", "requested"]}}, data))
    if as_json:
        output.show(found)
        return
    output.draw(declared.RETENTION, found)


async def _read(wanted: dict[str, Any], data: Any) -> list[dict[str, Any]]:
    from services.intake.store import RETENTION

    with connection.opened("intake", data) as database:
        rows = await database.find(RETENTION, wanted, sort=[("at", -1)], limit=10_000)
    return [{"id": row.pop("_id"), **row, "by": row["held_by"] or row["requested_by"]} for row in rows]
