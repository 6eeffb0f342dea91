"""Whether two processes of a service have one replica number: they would push each other out for ever."""

import secrets
from typing import Final

from shared.runtime.base.collections import META
from shared.runtime.commit.mongo import Database

CODE: Final = "replica.twice"


class ReplicaNumber:
    """The number of this process, signed again and again in the service's database.

    A process that finds another's signature over its own knows that the other one lives. The signature that
    it finds first proves nothing: it may be that of its predecessor.

    Args:
        database: The service's own.
        number: ``SUYUAN_REPLICA``.
    """

    def __init__(self, database: Database, number: int) -> None:
        self._database = database
        self._number = number
        self._process = secrets.token_hex(8)
        self._signed = False

    async def sign(self) -> str:
        """Sign, and return why the number is not this process's alone; empty where it is.

        Raises:
            Unavailable: MongoDB is away.
        """
        id = f"replica:{self._number}"
        found = await self._database.get(META, id)
        if found is not None and found["process"] == self._process:
            return ""
        await self._database.put(META, id, {"process": self._process})
        first, self._signed = not self._signed, True
        if first or found is None:
            return ""
        return (
            f"{CODE}: another process of this service has the replica number {self._number} too; "
            "stop one of them, or give it a SUYUAN_REPLICA of its own"
        )
