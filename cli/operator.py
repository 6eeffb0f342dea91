"""Who is at this keyboard, for whatever keeps who did it."""

import getpass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shared.contracts.envelope import Actor
    from shared.runtime.settings import Settings


def actor(settings: "Settings") -> "Actor":
    """Return the operator at this keyboard, of the network's court."""
    from shared.contracts.envelope import Actor
    from shared.contracts.network import load_network

    return Actor(load_network(settings.network).court.id, _login(), "operator")


def _login() -> str:
    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        return ""
    return "".join(sign for sign in name if sign.isascii() and (sign.isalnum() or sign in "._-"))[:80]
