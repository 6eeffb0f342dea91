"""`suyuan organisation`: the mediation organisations, and whether they take cases.

Which there are stands in the network file, which every service reads at its start; that one takes no cases
for a while is an event on its roster.
"""

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from cli import mediator, output
from cli.acts import group_of
from cli.connection import Data
from cli.display import declared
from cli.output import AsJson

if TYPE_CHECKING:
    from services.mediation.roster import Roster

_ACTS: Final = {"resume": "resume-organisation", "suspend": "suspend-organisation"}
_OF: Final = "--organisation", "调解组织 / the mediation organisation"

app = typer.Typer(
    cls=group_of("organisation", _ACTS, _OF),
    no_args_is_help=True,
    help="调解组织:列出、查看、停止与恢复受案 / organisations: list, show, suspend, resume",
)


@app.command("list")
def list_(data: Data = None, as_json: AsJson = False) -> None:
    """列出调解组织及其受案情况 / list the organisations, and whether they take cases."""
    rows = _rows(None, data)
    if as_json:
        output.show(rows)
        return
    output.draw(declared.ORGANISATIONS, [_told(row) for row in rows])


@app.command()
def show(
    id: Annotated[str, typer.Argument(metavar="ID", help="调解组织标识 / id of the organisation")],
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """显示一个调解组织 / show an organisation."""
    (row,) = _rows(id, data)
    if as_json:
        output.show(row)
        return
    output.draw_facts(declared.ORGANISATION, _told(row))


def _rows(organisation: str | None, data: Any) -> list[dict[str, Any]]:
    """Return what is shown of each organisation.

    Raises:
        WrongUse: ``roster.unknown``.
    """
    rows: dict[str, dict[str, Any]] = {}
    for id, entry, state, first in output.run(mediator.read(organisation, data)):
        row = rows.setdefault(id, _row(id, state))
        listed = first.listed(state.mediators.but(closed=None)).members
        row["mediators"] += entry.mediator in listed
        row["seats"] += entry.capacity if entry.mediator in listed else 0
    return list(rows.values())


def _row(id: str, state: "Roster") -> dict[str, Any]:
    ground = state.mediators.closed
    return {
        "id": id,
        "standing": "takes_cases" if ground is None else "suspended",
        "ground": None if ground is None else ground.value,
        "mediators": 0,
        "seats": 0,
        "held": sum(len(cases) for cases in state.held.values()),
        "waiting": len(state.waiting),
    }


def _told(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row with its ground as a text."""
    from shared.contracts.rosters import OrganisationGround

    ground = OrganisationGround(row["ground"]) if row["ground"] else None
    return {**row, "ground_told": output.view().told(ground.zh, ground.en) if ground else None}
