"""`suyuan case why`: the rules behind each event of a case."""

from pathlib import Path
from typing import Annotated, Any

import typer

from cli import connection, output, rulebooks
from cli.case import Institution, Token, Url, read
from cli.connection import Data
from cli.display import declared
from cli.output import AsJson
from cli.why import explained, told
from shared.contracts.common import RulesAdopted


def why(
    id: Annotated[
        str, typer.Argument(metavar="ID", help="案件号或机构编号 / case id, or the institution's reference")
    ],
    url: Url = None,
    token: Token = None,
    institution: Institution = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """逐项说明案件的决定依据 / explain every decision of a case by its rules, limits and days."""
    found, events = output.run(read(id, url, token, data, institution))
    adopted = {} if url is not None else output.run(_adopted(data))
    rows = explained(events, adopted)
    if as_json:
        output.show({"case": found["id"], "decisions": rows})
        return
    view = output.view()
    output.draw(declared.WHY, [{**one, "why": told(one, view)} for one in rows])


async def _adopted(data: Path | None) -> dict[str, tuple[RulesAdopted, ...]]:
    """Return the city's own versions as the services recorded them."""
    from shared.casework.own_rules import OwnRules
    from shared.runtime.base.collections import STREAMS
    from shared.runtime.decide.rules import recorded

    out: dict[str, tuple[RulesAdopted, ...]] = {}
    for service, book in rulebooks.books().items():
        rules: OwnRules[Any] = OwnRules(service, book.copy(), ())
        with connection.opened(service, data) as database:
            found = recorded(rules, await database.get(STREAMS, rules.subject))
        out[service] = () if found is None else found.versions
    return out
