"""`suyuan alerts referrals`: systemic issues that were referred, from their alerts to the answers."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from cli import connection, output, short_ids
from cli.acts import group_of
from cli.connection import Data
from cli.display import declared
from cli.output import AsJson
from shared.contracts.errors import SuyuanError

_ACTS: Final = {
    "acknowledge": "acknowledge-referral",
    "answer": "answer-referral",
    "record-answer": "record-referral-answer",
    "extend": "extend-referral",
    "withdraw": "withdraw-referral",
}
_OF: Final = "--referral", "移送编号 / id of the referral"

app = typer.Typer(
    cls=group_of("alerts referrals", _ACTS, _OF),
    no_args_is_help=True,
    help="系统性问题移送:列出、查看、签收、答复、延期、撤回"
    " / referrals: list, show, acknowledge, answer, extend, withdraw",
)
Recipient = Annotated[
    str | None, typer.Option("--recipient", help="受移送单位 / recipient", show_default=False)
]


@app.command("list")
def list_(
    recipient: Recipient = None,
    open_: Annotated[bool, typer.Option("--open", help="仅待答复 / those without an answer")] = False,
    overdue: Annotated[bool, typer.Option("--overdue", help="仅逾期未答 / those that are overdue")] = False,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """列出移送,最新在前 / list the referrals, the latest first."""
    rows = [_plain(row) for row in output.run(_listed(data, recipient))]
    rows = [row for row in rows if not (open_ and row["over"])]
    rows = [row for row in rows if not overdue or row["standing"] == "overdue"]
    if as_json:
        output.show(rows)
    else:
        output.draw(declared.REFERRALS, [_drawn(row) for row in rows])


@app.command()
def show(
    id: Annotated[str, typer.Argument(metavar="REFERRAL", help="移送编号 / id of the referral")],
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """查看一件移送:预警、期限、答复 / show a referral: its alerts, its clock, its answer."""
    row = _plain(output.run(_found(data, id)))
    if as_json:
        output.show(row)
    else:
        output.draw_facts(declared.REFERRAL, _drawn(row))


async def _listed(data: Path | None, recipient: str | None) -> list[dict[str, Any]]:
    from services.alerts.views import referrals

    with connection.opened("alerts", data) as database:
        return await referrals(database, recipient=recipient)


async def _found(data: Path | None, id: str) -> dict[str, Any]:
    from services.alerts.store import REFERRALS

    with connection.opened("alerts", data) as database:
        row = await database.get(REFERRALS, await short_ids.subject(database, REFERRALS, id))
    if row is None:
        raise SuyuanError(
            code="systemic.unknown",
            zh=f"没有移送 {id}。suyuan alerts referrals list 列出全部。",
            en=f"There is no referral {id}. suyuan alerts referrals list lists all.",
        )
    return row


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    from services.alerts.rules.league import standing_of

    found = standing_of(row, datetime.now(UTC))
    rest = {name: value for name, value in row.items() if name != "_id"}
    return {"id": row["_id"], "standing": found.value, "over": found.over, **rest}


def _drawn(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **row,
        "count": len(row["alerts"]),
        "of": ", ".join(row["institutions"]),
        "joined": "\n".join(row["alerts"]),
        "replaced": ", ".join(row["replaces"]),
    }
