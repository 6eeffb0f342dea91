"""What people say in confidence is sealed here, before it is sent: only mediation can open it.

Mediation's public key is asked for when it is needed, and kept for a minute, so that a changed key is
soon used. Source: 法释〔2021〕23号 art 18; RFC 9180.
"""

from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Final

import httpx

from shared.contracts.envelope import Actor
from shared.contracts.message import Command
from shared.contracts.sealed import sealed_fields
from shared.runtime.base.sealing import Sealer
from shared.runtime.serve.problems import Problem

KEPT_S: Final = 60.0
"""How long a key is used before it is asked for again, seconds."""
ASKED_S: Final = 3.0
"""Longest wait for it, seconds."""
PATH: Final = "/sealing-key"

Fetch = Callable[[], Awaitable[str]]


def from_mediation(url: str) -> Fetch:
    """Return how to ask mediation for its public key.

    Args:
        url: Address of its HTTP API.
    """

    async def fetch() -> str:
        async with httpx.AsyncClient(base_url=url, timeout=ASKED_S, trust_env=False) as client:
            answer = await client.get(PATH)
            answer.raise_for_status()
            return str(answer.json()["key"])

    return fetch


class Sealing:
    """Seals the fields of commands that declare it.

    Args:
        fetch: Gets mediation's public key.
    """

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self._sealer: Sealer | None = None
        self._good_until = float("-inf")

    async def sealed(self, cls: type[Command], form: Command, case: str, actor: Actor) -> Command:
        """Return the command that is sent for a form that a person filled in.

        Raises:
            Problem: 503 ``sealing.unavailable``: mediation does not tell its key; nothing is sent in clear.
        """
        if not sealed_fields(cls):
            return form
        sealer = await self._current()
        return sealer.command(cls, form.__dict__, case, actor)

    async def _current(self) -> Sealer:
        if self._sealer is None or monotonic() >= self._good_until:
            try:
                self._sealer = Sealer.of(await self._fetch())
            except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError):
                raise Problem(503, "sealing.unavailable", headers={"Retry-After": "2"}) from None
            self._good_until = monotonic() + KEPT_S
        return self._sealer
