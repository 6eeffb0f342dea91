"""Tokens for anybody, good for ten minutes from now at every service; and who believes them."""

from datetime import UTC, datetime, timedelta
from typing import Final

from pydantic import SecretStr

from shared.contracts.envelope import Actor
from shared.contracts.topics import SERVICES
from shared.network.keys import Key, Keys
from shared.runtime.base.keyring import Keyring
from shared.runtime.base.signing import Signer, text_of
from shared.runtime.serve.tokens import Directory, Person, TokenChecker, mint

SIGNER: Final = Signer("tokens-1", b"t" * 32)
KEY: Final = SecretStr(f"{SIGNER.id}:{text_of(b't' * 32)}")
"""The token key of tests in memory."""
PUBLIC: Final = Key(
    id=SIGNER.id,
    owner="fengtai-court",
    use="tokens",
    public=SIGNER.public,
    since=datetime(2020, 1, 1, tzinfo=UTC),
)


class Everybody:
    """A directory that lists everybody: what is tested there is not who is who."""

    async def lists(self, _: Person) -> bool:
        return True


def checker(
    service: str = "portal", directory: Directory | None = None, keys: Keys | None = None
) -> TokenChecker:
    """Return what a service reads the tokens of these tests with."""
    return TokenChecker(Keyring(keys or Keys((PUBLIC,))), service, directory or Everybody())


def bearer(key: SecretStr | str, actor: Actor | None) -> dict[str, str]:
    """Return the headers of a request by somebody; none of nobody."""
    if actor is None:
        return {}
    token = mint(
        key,
        organisation=actor.organisation,
        person=actor.person,
        role=actor.role,
        ttl=timedelta(minutes=10),
        now=datetime.now(UTC),
        audience=SERVICES,
    )
    return {"Authorization": f"Bearer {token}"}
