"""`suyuan case`: list cases, show one.

Cases come from the portal's read model: from its database, or over HTTP where ``--url`` is given.
"""

import os
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from cli import connection, options, output, portal, short_ids, telling
from cli.acts import group_of
from cli.connection import Data
from cli.display import declared
from cli.output import AsJson, WrongUse
from shared.contracts.errors import SuyuanError

if TYPE_CHECKING:
    from services.portal.views import Views

PAGE: Final = 200
TIMEOUT_S: Final = 15.0

_ACTS: Final = {"hold": "hold-case", "release": "release-hold"}
_OF: Final = "--case", "案件号 / id of the case"

app = typer.Typer(
    cls=group_of("case", _ACTS, _OF),
    no_args_is_help=True,
    help="案件:列出、查看、留存、解除留存 / cases: list, show, hold for a suit, release",
)

Url = Annotated[
    str | None,
    typer.Option("--url", help="门户接口地址 / address of the portal's HTTP API", show_default=False),
]
Token = Annotated[str | None, typer.Option("--token", help="令牌 / token (SUYUAN_TOKEN)", show_default=False)]
As = Annotated[
    str | None,
    typer.Option(
        "--as", help="机构/人员/角色 / organisation/person/role: what may they do now", show_default=False
    ),
]
Institution = Annotated[str | None, typer.Option("--institution", help="金融机构 / institution")]
Cause = Annotated[str | None, typer.Option("--cause", help="案由,代码或名称 / cause, by code or word")]
Ref = Annotated[
    str | None, typer.Option("--reference", help="机构自己的编号 / the institution's own reference")
]
CaseStatus = Annotated[str | None, typer.Option("--status", help="状态,代码或名称 / status, by code or word")]
End = Annotated[str | None, typer.Option("--end", help="结束方式,代码或名称 / how it ended, by code or word")]
Limit = Annotated[int, typer.Option("--limit", help="最多行数 / most rows", min=1, max=100_000)]


@app.command("list")
def list_(
    institution: Institution = None,
    cause: Cause = None,
    status: CaseStatus = None,
    end: End = None,
    reference: Ref = None,
    limit: Limit = 50,
    url: Url = None,
    token: Token = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """列出最新案件 / list the cases with the latest events first."""
    wanted = {
        "institution": institution,
        "cause": telling.code_of("cause", cause),
        "status": telling.code_of("status", status),
        "end": telling.code_of("end", end),
    }
    wanted["reference"] = reference
    rows = output.run(_listed(url, token, data, {k: v for k, v in wanted.items() if v}, limit))
    if as_json:
        output.show(rows)
        return
    output.draw(declared.CASES, rows)


@app.command()
def show(
    id: Annotated[
        str, typer.Argument(metavar="ID", help="案件号或机构编号 / case id, or the institution's reference")
    ],
    url: Url = None,
    token: Token = None,
    who: As = None,
    institution: Institution = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """显示案件及其经过,某人现在可以做什么 / show a case, its timeline, and what somebody may do now."""
    found, events = output.run(read(id, url, token, data, institution))
    id = found["id"]
    may = output.run(options.of_case(id, who, data)) if who is not None else None
    if as_json:
        output.show({"case": found, "events": events, **({} if may is None else {"options": may})})
        return
    output.draw_facts(declared.CASE, _facts(found))
    view = output.view()
    output.draw(
        declared.TIMELINE,
        [{**one, "told": telling.told(one["type"], one.get("data"), view)} for one in events],
    )
    if may is not None:
        options.table(may)


async def _listed(
    url: str | None, token: str | None, data: Any, wanted: Mapping[str, str], limit: int
) -> list[dict[str, Any]]:
    out: list[dict[str, Any]] = []
    after: str | None = None
    async with _source(url, token, data) as source:
        while len(out) < limit:
            page = await source.page(wanted, min(PAGE, limit - len(out)), after)
            out += page["cases"]
            after = page["next"]
            if after is None:
                break
    return out


async def read(
    id: str, url: str | None, token: str | None, data: Any, institution: str | None = None
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    from shared.casework.case_ids import is_case_id

    async with _source(url, token, data) as source:
        if short_ids.is_short(id):
            page = await source.page({"id": short_ids.meant(id)}, short_ids.SHOWN + 1, None)
            id = short_ids.only(id, [row["id"] for row in page["cases"]])
        if not is_case_id(id):
            id = await _by_reference(source, id, institution)
        return await source.case(id), await source.timeline(id)


async def _by_reference(source: "_Stored | _Served", reference: str, institution: str | None) -> str:
    """Return the case of an institution's own reference.

    Raises:
        SuyuanError: ``case.unknown``: there is none; ``reference.ambiguous``: several institutions have it.
    """
    from shared.contracts.fields import REFERENCE

    if not re.fullmatch(REFERENCE, reference):
        raise _unknown(reference)
    wanted = {"reference": reference, **({"institution": institution} if institution else {})}
    found = (await source.page(wanted, PAGE, None))["cases"]
    if not found:
        raise _unknown(reference)
    if len(found) > 1:
        who = ", ".join(sorted(one["institution"] for one in found))
        raise SuyuanError(
            code="reference.ambiguous",
            zh=f"多家机构有编号 {reference}:{who}。请加 --institution。",
            en=f"Several institutions have the reference {reference}: {who}. Add --institution.",
        )
    id: str = found[0]["id"]
    return id


class _Stored:
    """Cases from the portal's own database, all of them."""

    def __init__(self, views: "Views", network: Path) -> None:
        from services.portal.views import Scope

        self._views = views
        self._network = network
        self._everything = Scope({}, signs=True)  # who reads the database reads all of it

    async def page(self, wanted: Mapping[str, str], limit: int, after: str | None) -> dict[str, Any]:
        from services.portal.views import CaseFilter
        from shared.network.load import load_network

        asked: dict[str, Any] = dict(wanted)
        if (reference := asked.pop("reference", None)) is not None:
            filed = reference, tuple(one.id for one in load_network(self._network).institutions)
            return await self._views.newest(self._everything, CaseFilter(**asked, filed=filed), limit, after)
        return await self._views.newest(self._everything, CaseFilter(**asked), limit, after)

    async def case(self, id: str) -> dict[str, Any]:
        found = await self._views.case(id, self._everything)
        if found is None:
            raise _unknown(id)
        return found

    async def timeline(self, id: str) -> list[dict[str, Any]]:
        return await self._views.timeline(id)


class _Served:
    """Cases over HTTP: those that the token's owner may see."""

    def __init__(self, client: Any) -> None:
        self._client = client

    async def page(self, wanted: Mapping[str, str], limit: int, after: str | None) -> dict[str, Any]:
        more = {} if after is None else {"after": after}
        return await self._get("/cases", {**wanted, "limit": str(limit), **more})

    async def case(self, id: str) -> dict[str, Any]:
        return await self._get(_path(id))

    async def timeline(self, id: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self._get(_path(id) + "/timeline"))["events"]
        return found

    async def _get(self, path: str, query: Mapping[str, str] | None = None) -> dict[str, Any]:
        with portal.reached(self._client.base_url):
            answer = await self._client.get(path, params=query)
        return portal.body(answer)


@asynccontextmanager
async def _source(url: str | None, token: str | None, data: Any) -> AsyncIterator[_Stored | _Served]:
    if url is not None:
        import httpx

        token = token or os.environ.get("SUYUAN_TOKEN")
        if not token:
            raise WrongUse(
                code="token.missing",
                zh="缺少访问令牌。请用 --token 或 SUYUAN_TOKEN 给出(suyuan token)。",
                en="There is no access token. Give --token or SUYUAN_TOKEN; suyuan token makes one.",
            )
        headers = {"Authorization": f"Bearer {token}"}
        async with httpx.AsyncClient(base_url=url, headers=headers, timeout=TIMEOUT_S) as client:
            yield _Served(client)
        return
    from services.portal.views import Views

    settings = connection.settings("portal", data, mongo=True)
    database = connection.database("portal", settings)
    try:
        yield _Stored(Views(database), settings.network)
    finally:
        database.close()


def _path(id: str) -> str:
    """Return the path of a case.

    Raises:
        SuyuanError: ``case.unknown``: what is no id of a case would be another path, or a query.
    """
    from shared.casework.case_ids import is_case_id

    if not is_case_id(id):
        raise _unknown(id)
    return f"/cases/{id}"


def _unknown(id: str) -> SuyuanError:
    from shared.contracts.reasons import text

    reason = text("case.unknown")
    return SuyuanError(code="case.unknown", zh=f"{id}:{reason.zh}", en=f"{id}: {reason.en}")


def _facts(found: Mapping[str, Any]) -> dict[str, object]:
    """Return what is shown of a case: parts in one line, and no flag or number that says nothing."""
    agreement = found.get("agreement") or {}
    facts = {
        name: telling.flat(value) if isinstance(value, Mapping | list | tuple) else value
        for name, value in (*found.items(), *((f"agreement_{key}", one) for key, one in agreement.items()))
        if value not in (False, 0)
    }
    facts["agreement_fen"] = agreement.get("amount_fen")
    facts["agreement_how"] = output.told(agreement["zh"], agreement["en"]) if agreement else ""
    if found.get("end"):
        facts.pop("due_provisional", None)
    return facts
