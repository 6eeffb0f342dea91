"""The keys that a process checks by: those of its start, and what the keys file says since."""

import asyncio
from datetime import datetime
from pathlib import Path

from pydantic import SecretStr

from shared.contracts.errors import SuyuanError
from shared.network.load import load_keys
from shared.network.schema import Network
from shared.runtime.base import logs
from shared.runtime.base.keyring import Keyring
from shared.runtime.base.signing import Signer

_log = logs.get("runtime")
_Stamp = tuple[int, int, int] | None


class KeysInForce:
    """The keyring of a process, and the file that it follows.

    Args:
        network: Who keys may belong to.
        path: The keys file; ``None`` for none.

    Raises:
        NetworkError: The keys file is wrong.
    """

    def __init__(self, network: Network, path: Path | None) -> None:
        self._network = network
        self._path = path
        self._seen = self._stamp()
        self.keyring = Keyring(load_keys(network, path))

    async def keep_up(self) -> None:
        """Take what the file says now, if it was changed; a key that is revoked in it counts no more.

        Raises:
            NetworkError: The file is wrong. What it said before stays in force until it is mended.
        """
        stamp = self._stamp()
        if stamp == self._seen:
            return
        keys = await asyncio.to_thread(load_keys, self._network, self._path)
        self.keyring.replace(keys)
        self._seen = stamp
        _log.info("runtime.keys.read", keys=len(keys.all), revoked_tokens=len(keys.revoked_tokens))

    def _stamp(self) -> _Stamp:
        """Return what changes when the file does, also where a link is led to another one."""
        if self._path is None:
            return None
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size


def check_signing_key(setting: SecretStr, owner: str, keyring: Keyring, now: datetime) -> None:
    """Refuse to send commands that nobody would take.

    Args:
        setting: The private key, ``id:base64url``.
        owner: Whose it must be.
        keyring: The public keys.
        now: When it must be valid.

    Raises:
        SuyuanError: ``settings.signing_key``: there is none, or the public keys do not know it as a valid
            one of this owner.
    """
    try:
        signer = Signer.of(setting.get_secret_value())
    except ValueError:
        raise _bad(f"{owner} 没有签名密钥", f"{owner} has no key to sign with") from None
    known = keyring.keys.get(signer.id)
    if known is None or (known.owner, known.use, known.public) != (owner, "messages", signer.public):
        raise _bad(f"公钥中没有 {owner} 的 {signer.id}", f"no public key of {owner} is {signer.id}")
    if not known.is_valid(now):
        raise _bad(f"{signer.id} 尚未生效、已过期或已吊销", f"{signer.id} is not valid now")


def _bad(zh: str, en: str) -> SuyuanError:
    return SuyuanError(
        code="settings.signing_key",
        zh=f"{zh}，发出的命令不会被接受。请用 suyuan keys new 建立密钥，"
        "将其写入 SUYUAN_SIGNING_KEY，公钥写入密钥文件（SUYUAN_KEYS）。",
        en=f"{en}, and nobody would take its commands. Make one with suyuan keys new, set "
        "SUYUAN_SIGNING_KEY, and add the public key to the keys file (SUYUAN_KEYS).",
    )
