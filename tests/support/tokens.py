"""Tokens for anybody, good for ten minutes from now."""

from datetime import UTC, datetime, timedelta

from pydantic import SecretStr

from shared.contracts.envelope import Actor
from shared.runtime.serve.tokens import mint


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
    )
    return {"Authorization": f"Bearer {token}"}
