"""What an operator at this keyboard asks of a service: who it is, and whether the service has heard it."""

import asyncio
import getpass
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from shared.contracts.envelope import Actor
    from shared.runtime.base.settings import Settings
    from shared.runtime.commit.mongo import Database

SOURCE: Final = "/suyuan/cli"
POLL_S: Final = 0.2


def actor(settings: "Settings") -> "Actor":
    """Return the operator at this keyboard, of the network's court."""
    from shared.contracts.envelope import Actor
    from shared.network.load import load_network

    return Actor(load_network(settings.network).court.id, _login(), "operator")


def _login() -> str:
    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        return ""
    return "".join(sign for sign in name if sign.isascii() and (sign.isalnum() or sign in "._-"))[:80]


async def handled(database: "Database", ids: Sequence[str], wait_s: float) -> set[str]:
    """Wait until the service has taken the commands in; return those that it has."""
    from shared.runtime.base.collections import COMMANDS
    from shared.runtime.base.records import identity

    # A service that is not upgraded yet knows a command by its id alone.
    wanted = {key: id for id in ids for key in (id, identity(SOURCE, id))}
    deadline = time.monotonic() + wait_s
    while True:
        rows = await database.find(COMMANDS, {"_id": {"$in": list(wanted)}}, fields=("_id",))
        found = {wanted[row["_id"]] for row in rows}
        if len(found) == len(ids) or time.monotonic() >= deadline:
            return found
        await asyncio.sleep(POLL_S)
