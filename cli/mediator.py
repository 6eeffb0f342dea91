"""`suyuan mediator`: who stands on a roster, and changing it.

What is shown comes from mediation's database: the register's events above the network file. Changes are
commands like any other, sent to the portal.
"""

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from cli import connection, output
from cli.acts import group_of
from cli.connection import Data
from cli.display import declared
from cli.output import AsJson, WrongUse

if TYPE_CHECKING:
    from services.mediation.roster import Roster
    from services.mediation.rules import Founding
    from shared.contracts.rosters import MediatorEntry
    from shared.contracts.words import Coded

_ACTS: Final = {
    "add": "add-mediator",
    "change": "change-mediator",
    "remove": "remove-mediator",
    "resume": "resume-mediator",
    "suspend": "suspend-mediator",
}
_OF: Final = "--organisation", "调解组织 / the mediation organisation"


app = typer.Typer(
    cls=group_of("mediator", _ACTS, _OF),
    no_args_is_help=True,
    help="调解员名册:列出、查看、变更 / mediators: list, show, change the roster",
)
Of = Annotated[str | None, typer.Option("--organisation", help=_OF[1], show_default=False)]


@app.command("list")
def list_(organisation: Of = None, data: Data = None, as_json: AsJson = False) -> None:
    """列出名册上的调解员 / list the mediators of all rosters, or of one."""
    rows = [_row(*one) for one in output.run(read(organisation, data))]
    if as_json:
        output.show(rows)
        return
    output.draw(declared.MEDIATORS, [_told(row) for row in rows])


@app.command()
def show(
    id: Annotated[str, typer.Argument(metavar="ID", help="调解员标识 / id of the mediator")],
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """显示一名调解员的登记与在办情况 / show a mediator's entry and seats."""
    found = [_row(*one) for one in output.run(read(None, data)) if one[1].mediator == id]
    file = output.run(_file(id, data))
    if not found:
        raise WrongUse(
            code="mediator.unknown",
            zh=f"没有调解员 {id}。suyuan mediator list 列出全部。",
            en=f"There is no mediator {id}. suyuan mediator list lists all.",
        )
    if as_json:
        output.show({**found[0], "file": file})
        return
    output.draw_facts(declared.MEDIATOR, {**_told(found[0]), **_file_told(file)})


async def _file(id: str, data: Any) -> dict[str, Any]:
    """Return the performance file of a mediator, as the portal counts it from events.

    Source: 法释〔2016〕14号 art 10 (as of 2016-07-01).
    """
    from services.portal.cases.mediator_file import summary
    from services.portal.rules.places import MEDIATOR_FILES

    with connection.opened("portal", data) as database:
        return summary(await database.find(MEDIATOR_FILES, {"mediator": id}))


def _file_told(file: dict[str, Any]) -> dict[str, Any]:
    """Return a file with its grounds and ends as texts."""
    from shared.contracts.complaints import ComplaintGround
    from shared.contracts.kinds import DeclineReason, End

    view = output.view()
    codes: dict[str, type[Coded]] = {"declined": DeclineReason, "ended": End, "upheld": ComplaintGround}

    def told(name: str) -> str | None:
        known = {one.value: view.told(one.zh, one.en) for one in codes[name]}
        parts = [f"{known.get(code, code)} {count}" for code, count in file[f"{name}_by"].items()]
        return ", ".join(parts) or None

    counts = {f"file_{name}": value for name, value in file.items()}
    return {**counts, **{f"{name}_told": told(name) for name in codes}}


async def registered(organisation: str, data: Any) -> list[str]:
    """Return the ids of the mediators who stand on a roster now."""
    known = await read(organisation, data)
    return [entry.mediator for _, entry, state, _ in known if entry.mediator not in state.mediators.removed]


async def read(
    organisation: str | None, data: Any
) -> list[tuple[str, "MediatorEntry", "Roster", "Founding"]]:
    """Return everybody who stands, or stood, on a roster, with what the roster knows.

    Raises:
        WrongUse: ``roster.unknown``.
    """
    from services.mediation.roster import Roster, roster
    from services.mediation.rules import founding
    from shared.network.load import load_network
    from shared.runtime.base.collections import STREAMS
    from shared.runtime.decide import states

    settings = connection.settings("mediation", data, mongo=True)
    network = load_network(settings.network)
    wanted = [one for one in network.organisations if organisation in (None, one.id)]
    if not wanted:
        raise WrongUse(
            code="roster.unknown",
            zh=f"网络 {network.id} 中没有调解组织 {organisation}。请核对标识。",
            en=f"The network {network.id} has no mediation organisation {organisation}. Check the id.",
        )
    stream = roster.bind(None)  # type: ignore[arg-type]
    database = connection.database("mediation", settings)
    try:
        stored = await database.find(STREAMS, {"_id": {"$in": [one.id for one in wanted]}})
    finally:
        database.close()
    known = {row["_id"]: states.read(stream, row)[0] for row in stored}
    out: list[tuple[str, MediatorEntry, Roster, Founding]] = []
    for one in wanted:
        state = known.get(one.id) or Roster()
        assert isinstance(state, Roster)
        first = founding(one)
        everybody = {**first.entries, **state.mediators.entries}
        out += [(one.id, everybody[id], state, first) for id in sorted(everybody)]
    return out


def _row(organisation: str, entry: "MediatorEntry", state: "Roster", first: "Founding") -> dict[str, Any]:
    """Return what is shown of a mediator."""
    id, register = entry.mediator, state.mediators
    if id in register.removed:
        standing = "removed"
    elif id in register.suspended:
        standing = "suspended"
    else:
        standing = "listed" if entry.trained else "untrained"
    ground = register.removed.get(id) or register.suspended.get(id)
    return {
        "id": id,
        "organisation": organisation,
        "standing": standing,
        "ground": ground.value if ground else None,
        "shown_as": entry.shown_as,
        "specialities": [one.value for one in entry.specialities],
        "languages": [one.value for one in entry.languages],
        "weight": entry.weight,
        "capacity": entry.capacity,
        "held": len(state.held.get(id, ())),
        "designated": state.assigned.get(id, 0),
        "trained_on": entry.trained_on.isoformat() if entry.trained_on else None,
        "interests": list(entry.interests),
    }


def _told(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row with its lists as texts."""
    from shared.contracts.kinds import Cause, Language
    from shared.contracts.rosters import RemovalGround, SuspensionGround

    view, ground = output.view(), row["ground"]
    grounds = RemovalGround if row["standing"] == "removed" else SuspensionGround
    named = grounds(ground) if ground else None
    return {
        **row,
        "specialities_told": ", ".join(view.told(one.zh, one.en) for one in map(Cause, row["specialities"])),
        "languages_told": ", ".join(view.told(one.zh, one.en) for one in map(Language, row["languages"])),
        "interests_told": ", ".join(row["interests"]),
        "ground_told": view.told(named.zh, named.en) if named else None,
    }
