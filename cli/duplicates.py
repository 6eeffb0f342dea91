"""`suyuan duplicates`: disputes that came twice, or may have; and the other disputes of a party.

What is listed comes from intake's database; decisions are commands like any other, sent to the portal.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Final

import typer

from cli import connection, do, output, portal, short_ids
from cli.acts import group_of
from cli.connection import Data
from cli.display import declared
from cli.output import AsJson, WrongUse
from shared.contracts.errors import SuyuanError

_ACTS: Final = {"confirm": "confirm-duplicate", "deny": "deny-duplicate", "undo": "undo-merge"}
_OF: Final = "--case", "被合并或疑似重复的案件号 / id of the case that is, or may be, a duplicate"


app = typer.Typer(
    cls=group_of("duplicates", _ACTS, _OF),
    no_args_is_help=True,
    help="重复案件:列出、查看、确认、否认、撤销 / duplicates: list, show, decide, undo",
)
Case = Annotated[str, typer.Argument(metavar="CASE", help="案件号 / id of the case")]
All = Annotated[bool, typer.Option("--all", help="含已决定的 / those that are decided, too")]


@app.command("list")
def list_(every: All = False, data: Data = None, as_json: AsJson = False) -> None:
    """列出疑似重复的案件 / list the disputes that may be one more of another."""
    found = output.run(_read({} if every else {"standing": "suspected"}, data))
    if as_json:
        output.show(found)
        return
    output.draw(declared.DUPLICATES, [pair for row in found for pair in _pairs(row)])


@app.command()
def show(case: Case, data: Data = None, as_json: AsJson = False) -> None:
    """显示一个案件的重复情况 / show of which disputes a case is, or may be, a duplicate."""
    found = output.run(_read({"_id": short_ids.meant(case)}, data))
    if not found:
        raise SuyuanError(
            code="duplicate.none",
            zh=f"案件 {case} 没有疑似重复。suyuan duplicates list --all 列出全部。",
            en=f"Nothing says that the case {case} came twice. suyuan duplicates list --all lists all.",
        )
    if as_json:
        output.show(found[0])
        return
    output.draw_facts(declared.DUPLICATE, _told(found[0]))


@app.command()
def parties(
    case: Case,
    purpose: Annotated[str, typer.Option("--purpose", help="查阅目的 / what it is read for")],
    who: Annotated[
        str | None, typer.Option("--as", help="身份 / organisation/person/role", show_default=False)
    ] = None,
    token: Annotated[
        str | None, typer.Option("--token", help="令牌 / token (SUYUAN_TOKEN)", show_default=False)
    ] = None,
    url: Annotated[
        str | None,
        typer.Option("--url", help="申报服务接口地址 / address of intake's HTTP API", show_default=False),
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """查阅被申请人的其他在办案件;查阅留痕 / read the respondent's other open disputes; it is recorded."""
    import httpx

    address = url or _intake(data)
    signed = do.token_of({"who": who, "token": token, "data": data})
    headers = {"Authorization": f"Bearer {signed}"}
    with (
        httpx.Client(base_url=address, headers=headers, timeout=do.TIMEOUT_S, trust_env=False) as client,
        portal.reached(address),
    ):
        path = f"/repeat-party/{short_ids.meant(case)}"
        found = portal.body(client.post(path, json={"purpose": purpose}))
    if as_json:
        output.show(found)
        return
    output.draw(declared.PARTIES, found["disputes"])
    if more := found["others"]:
        output.line(output.told(f"另有 {more} 件,不在您的范围内", f"{more} more, which are not yours to see"))


def _intake(data: Any) -> str:
    found = connection.read(data)
    known = [] if found is None else [at for name, at in found.http.items() if name.startswith("intake")]
    if not known:
        raise WrongUse(
            code="intake.no_address",
            zh="找不到申报服务的接口地址。请用 --url 给出。",
            en="The address of intake's HTTP API is not known. Give it with --url.",
        )
    return known[0]


async def _read(wanted: Mapping[str, Any], data: Any) -> list[dict[str, Any]]:
    """Return the rows that match, the latest first."""
    from services.intake.store import DUPLICATES

    with connection.opened("intake", data) as database:
        if short_ids.is_short(id := str(wanted.get("_id", ""))):
            wanted = {"_id": await short_ids.subject(database, DUPLICATES, id)}
        rows = await database.find(DUPLICATES, wanted, sort=[("at", -1)], limit=10_000)
    return [{"id": row.pop("_id"), **row} for row in rows]


def _pairs(row: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a row for each other dispute: people decide about one at a time."""
    if row["into"]:
        return [{**row, "other": row["into"], "rules_told": ", ".join(row["rules"])}]
    if row["standing"] == "apart":
        return [{**row, "other": other, "rules_told": ""} for other in row["denied"]]
    return [{**row, "other": one["other"], "rules_told": ", ".join(one["rules"])} for one in row["suspected"]]


def _told(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row with its lists as texts."""
    suspected = row["suspected"]
    rules = row["rules"] if row["into"] else [rule for one in suspected for rule in one["rules"]]
    return {
        **row,
        "others": row["into"] or ", ".join(one["other"] for one in suspected),
        "rules_told": ", ".join(dict.fromkeys(rules)),
        "denied_told": ", ".join(row["denied"]),
    }
