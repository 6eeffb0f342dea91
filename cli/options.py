"""What somebody may do with a case now, asked of the states that the services have stored."""

from datetime import UTC, datetime
from typing import Any, Final

from cli import connection, output
from cli.display import declared
from cli.output import WrongUse

SERVICES: Final = ("intake", "mediation", "court_bridge")
"""The services that decide about cases."""
_FOR_OTHERS: Final = "actor.not_allowed"


async def of_case(id: str, who: str, data: Any) -> list[dict[str, Any]]:
    """Return each command about a case, with the reason why this actor may not send it, if there is one.

    Args:
        id: The case.
        who: ``organisation/person/role``.
        data: ``--data`` as it was given.

    Raises:
        WrongUse: ``who`` is no actor.
        SuyuanError: A service's database or network file cannot be used.
    """
    from cli.serve import build_of
    from shared.contracts.envelope import Actor
    from shared.network.load import load_network
    from shared.runtime.serve.options import options_of

    if who.count("/") != 2:
        raise WrongUse(
            code="actor.malformed",
            zh="--as 的格式为 机构/人员/角色。",
            en="--as is organisation/person/role.",
        )
    out: list[dict[str, Any]] = []
    for service in SERVICES:
        settings = connection.settings(service, data, mongo=True)
        streams = build_of(service)(settings, load_network(settings.network)).streams
        database = connection.database(service, settings)
        try:
            found = await options_of(database, streams, id, Actor.parse(who), datetime.now(UTC))
        finally:
            database.close()
        if found is not None:
            out += [{"service": service, **one} for one in found["commands"]]
    return out


def table(may: list[dict[str, Any]]) -> None:
    """Print the commands, the possible ones first; those that are for others to do are counted alone."""
    own = [one for one in may if one["possible"] or one["reason"]["code"] != _FOR_OTHERS]
    rows = sorted(own, key=lambda one: not one["possible"])
    view = output.view()
    output.draw(
        declared.POSSIBLE,
        [
            {
                "possible": one["possible"],
                "command": one["command"].rpartition(".")[2],
                "words": view.told(one["zh"], one["en"]),
                "why": "" if one["possible"] else _why(one["reason"]),
            }
            for one in rows
        ],
        f"{sum(one['possible'] for one in may)} / {len(may)}",
    )
    if others := len(may) - len(own):
        zh, en = f"另有 {others} 项由他人办理;--json 列出全部", f"{others} are for others; --json lists all"
        output.line(output.told(zh, en))


def _why(reason: dict[str, Any]) -> str:
    return f"{reason['code']} {output.told(reason['zh'], reason['en'])}"
