"""Keys of a platform on this machine: made at its first start, in its data folder, for its owner alone."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from deploy.local.state import write_secret
from shared.contracts.topics import SERVICES
from shared.network.keys import Key, KeysFile, KeyUse
from shared.network.load import read_keys_file
from shared.network.schema import Network
from shared.runtime.base.signing import Signer, text_of

PUBLIC: Final = "keys.yaml"
PRIVATE: Final = "keys"
SENDERS: Final = ("portal", "intake", "mediation")
"""The services that send commands: what somebody asked over HTTP."""
_SINCE: Final = datetime(2020, 1, 1, tzinfo=UTC)
"""Before any time that a replay may have."""


@dataclass(frozen=True, slots=True)
class LocalKeys:
    """Where the keys of a data folder are.

    Attributes:
        folder: The data folder.
        court: Id of the court.
        operator: Id of the operator whose key is made; empty where the network has none.
    """

    folder: Path
    court: str
    operator: str

    @property
    def public(self) -> Path:
        """The keys file, for ``SUYUAN_KEYS``."""
        return self.folder / PUBLIC

    def private(self, owner: str, use: KeyUse = "messages") -> Path:
        """Return the file with a private key."""
        return self.folder / PRIVATE / f"{_id(owner, use)}.key"

    def setting(self, owner: str, use: KeyUse = "messages") -> str:
        """Return a private key as settings have it; empty where the owner has none."""
        path = self.private(owner, use)
        return path.read_text("utf-8").strip() if path.exists() else ""

    @property
    def operator_file(self) -> Path:
        """The file with the operator's key, for ``SUYUAN_OPERATOR_KEY``."""
        return self.private(self.operator)

    def wanted(self) -> Iterator[tuple[str, KeyUse]]:
        """Return which keys a local platform needs: owner and use."""
        for owner in (*SENDERS, self.court, *([self.operator] if self.operator else ())):
            yield owner, "messages"
        yield self.court, "tokens"
        for service in SERVICES:
            yield service, "history"
        yield self.court, "witness"
        yield "alerts", "notices"


def local_keys(folder: Path, network: Network) -> LocalKeys:
    """Return the keys of a data folder; those that are missing are made.

    What stands in its keys file stays, so a key that was revoked there is still revoked at the next start.
    """
    operator = next((one.id for one in network.people if one.role == "operator"), "")
    keys = LocalKeys(folder.absolute(), network.court.id, operator)
    (keys.folder / PRIVATE).mkdir(parents=True, exist_ok=True, mode=0o700)
    file = read_keys_file(keys.public) if keys.public.exists() else KeysFile(format=1)
    known = {one.id for one in file.keys}
    made = [
        _made(keys, owner, use)
        for owner, use in keys.wanted()
        if _id(owner, use) not in known or not keys.private(owner, use).exists()
    ]
    if made:
        fresh = {one.id for one in made}
        kept = tuple(one for one in file.keys if one.id not in fresh)
        write_secret(
            keys.public, KeysFile(format=1, keys=(*kept, *made), revoked_tokens=file.revoked_tokens).text()
        )
    return keys


def _made(keys: LocalKeys, owner: str, use: KeyUse) -> Key:
    seed = secrets.token_bytes(32)
    signer = Signer(_id(owner, use), seed)
    write_secret(keys.private(owner, use), f"{signer.id}:{text_of(seed)}\n")
    return Key(id=signer.id, owner=owner, use=use, public=signer.public, since=_SINCE)


def _id(owner: str, use: KeyUse) -> str:
    return owner.replace("_", "-") + ("" if use == "messages" else f"-{use}") + "-1"
