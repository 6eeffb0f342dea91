"""Requests under a key of their sender: one effect, and the same answer to the same request.

Source: draft-ietf-httpapi-idempotency-key-header (another request under a key that was used is a 422).
"""

import contextlib
import hmac
from typing import Annotated, Final

from fastapi import Header
from pydantic import SecretStr

from services.portal.store import accepted, note_sent
from shared.contracts.canonical import canonical, digest
from shared.contracts.message import Command
from shared.runtime.base.ids import new_id
from shared.runtime.commit.mongo import Database, Unavailable
from shared.runtime.serve.problems import Problem
from shared.runtime.serve.tokens import Person

PREFIX: Final = "key-"
"""Begins the ids of commands that came under a key."""

Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$",
        description="同一键只生效一次 | The same key has one effect; another request under it is a 422",
    ),
]


def command_id(person: Person, key: str | None) -> str:
    """Return the id of a command: derived from the caller and the caller's key, or a fresh one.

    Each part counts with its length, so that ``a.b`` with the key ``k`` is not ``a`` with ``b.k``.
    """
    if key is None:
        return new_id()
    return PREFIX + digest("suyuan/idempotency-key", person.organisation, person.person, key).hex()


class Requests:
    """What came in, so that a request under a key is known again.

    Args:
        database: The portal's own database.
        secret: With it what was asked is digested: what people say in confidence has few possible values,
            and whoever reads the database shall not try them out.
    """

    def __init__(self, database: Database, secret: SecretStr) -> None:
        self._database = database
        self._secret = digest("suyuan/request-secret", secret.get_secret_value())

    def digest(self, person: Person, service: str, form: Command, subject: str, version: int | None) -> str:
        """Return what stands for a request: who asks, in which role, whom, what, and about what."""
        what = canonical(
            "suyuan/request",
            person.organisation,
            person.person,
            person.role,
            service,
            form.wire_type,
            subject,
            "" if version is None else str(version),
            form.model_dump_json(),
        )
        return hmac.digest(self._secret, what, "sha256").hex()

    async def is_new(self, person: Person, id: str, request: str) -> bool:
        """Note a request before it is sent; return whether it is still to be sent.

        Raises:
            Problem: 422 ``http.key_reused``: the key was used for another request.
        """
        row = await accepted(self._database, person.organisation, id, request)
        if row["request"] != request:
            raise Problem(422, "http.key_reused")
        return "sent" not in row

    async def note_sent(self, person: Person, id: str, request: str) -> None:
        """Note that a request is sent, for as long as its key is known."""
        # Unnoted, it is sent once more with its next try, and has no second effect for its id.
        with contextlib.suppress(Unavailable):
            await note_sent(self._database, person.organisation, id, request)
