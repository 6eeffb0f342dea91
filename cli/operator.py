"""What an operator at this keyboard asks of a service: who it is, by which key, and whether it was heard."""

import asyncio
import stat
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from shared.contracts.errors import SuyuanError

if TYPE_CHECKING:
    from shared.contracts.envelope import Actor
    from shared.runtime.base.settings import Settings
    from shared.runtime.base.signing import Signer
    from shared.runtime.commit.mongo import Database

SOURCE: Final = "/suyuan/cli"
POLL_S: Final = 0.2


class Operator(NamedTuple):
    """Who is at this keyboard.

    Attributes:
        actor: The operator whose key it is.
        signer: The key, which signs what is asked.
    """

    actor: "Actor"
    signer: "Signer"


def operator(settings: "Settings") -> Operator:
    """Return the operator at this keyboard: the owner of the key that ``SUYUAN_OPERATOR_KEY`` names.

    Raises:
        SuyuanError: ``key.missing``, ``key.readable_by_others``, ``key.malformed``, ``key.not_registered``.
        NetworkError: The network file or the keys file is wrong.
    """
    from shared.contracts.envelope import Actor
    from shared.network.load import load_keys, load_network
    from shared.runtime.serve.client import no_key

    if settings.operator_key is None:
        raise no_key()
    signer = signer_of(settings.operator_key)
    network = load_network(settings.network)
    known = load_keys(network, settings.keys).get(signer.id)
    person = None if known is None or known.public != signer.public else network.person(known.owner)
    if person is None:
        raise SuyuanError(
            code="key.not_registered",
            zh=f"公钥中没有某位运维人员的 {signer.id}。请将其公钥加入密钥文件（SUYUAN_KEYS）或网络文件。",
            en=f"No public key of an operator is {signer.id}. Add it to the keys file (SUYUAN_KEYS) or the "
            "network file.",
        )
    return Operator(Actor(person.organisation, person.id, person.role), signer)


def signer_of(path: Path) -> "Signer":
    """Return the private key in a file.

    Raises:
        SuyuanError: ``key.missing``, ``key.readable_by_others``, ``key.malformed``.
    """
    from shared.runtime.base.signing import Signer

    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(path.stat().st_mode)
            text = file.read(1000)
    except OSError as error:
        raise SuyuanError(
            code="key.missing",
            zh=f"无法读取密钥文件 {path}（{error.strerror}）。请检查路径，或用 suyuan keys new 建立密钥。",
            en=f"The key file {path} cannot be read ({error.strerror}). Check the path, or make a key with "
            "suyuan keys new.",
        ) from None
    if mode & 0o077:
        raise SuyuanError(
            code="key.readable_by_others",
            zh=f"密钥文件 {path} 他人也能读取（{mode:04o}）。"
            "请执行 chmod 600；若可能已被读取，请吊销并另建。",
            en=f"Others may read the key file {path} ({mode:04o}). Run chmod 600 on it; "
            "revoke the key and make another if somebody may have.",
        )
    try:
        return Signer.of(text.decode().strip())
    except ValueError:
        raise SuyuanError(
            code="key.malformed",
            zh=f"{path} 不是密钥文件。请用 suyuan keys new 建立密钥。",
            en=f"{path} is no key file. Make a key with suyuan keys new.",
        ) from None


def token_key(settings: "Settings") -> "Signer":
    """Return the key that signs tokens.

    Raises:
        SuyuanError: ``settings.token_key``: there is none here.
    """
    from shared.runtime.base.signing import Signer

    try:
        return Signer.of(settings.token_key.get_secret_value())
    except ValueError:
        raise SuyuanError(
            code="settings.token_key",
            zh="此处没有令牌私钥。请以 --key 指明其文件,或设置 SUYUAN_TOKEN_KEY。",
            en="There is no token key here. Name its file with --key, or set SUYUAN_TOKEN_KEY.",
        ) from None


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
