"""Reading what is sealed: dead letters and holds with the keys that stand apart from them."""

from collections.abc import Callable, Sequence

from shared.contracts.errors import SuyuanError
from shared.runtime.base.collections import DATA_KEYS
from shared.runtime.base.documents import Document
from shared.runtime.base.vault import CannotOpen, Vault
from shared.runtime.commit.mongo import Database
from shared.runtime.decide.sealed_records import hold_key, is_sealed, letter_key, opened


async def opened_letters(database: Database, vault: Vault | None, rows: Sequence[Document]) -> list[Document]:
    """Return dead letters in clear; of one whose key is destroyed or not at hand, a note says so."""
    return await _opened(database, vault, rows, letter_key)


async def opened_holds(database: Database, vault: Vault | None, rows: Sequence[Document]) -> list[Document]:
    """Return held messages in clear; of one whose key is destroyed or not at hand, a note says so."""
    return await _opened(database, vault, rows, hold_key)


async def _opened(
    database: Database, vault: Vault | None, rows: Sequence[Document], name: Callable[[str], str]
) -> list[Document]:
    wanted = [name(row["_id"]) for row in rows if is_sealed(row)]
    found = await database.find(DATA_KEYS, {"_id": {"$in": wanted}}) if wanted else []
    keys = {row["_id"]: row for row in found}
    return [opened(row, vault, keys.get(name(row["_id"])), name(row["_id"])) for row in rows]


async def check_keys(database: Database, vault: Vault | None) -> None:
    """See that this process opens what was sealed before it.

    A held message that does not open would lose what it says when its turn comes.

    Raises:
        SuyuanError: ``settings.record_keys_lost``: a key that sealed something is not among the settings,
            or is another one by now.
    """
    known: list[str] = []
    while rows := await database.find(DATA_KEYS, {"by": {"$nin": known}}, limit=1):
        row = rows[0]
        try:
            if vault is None:
                raise _lost(row["by"])
            vault.data_key(row["_id"], row)
        except CannotOpen:
            raise _lost(row["by"]) from None
        known.append(row["by"])


def _lost(id: str) -> SuyuanError:
    return SuyuanError(
        code="settings.record_keys_lost",
        zh=f"密钥 {id} 加密过死信或待序消息,但 SUYUAN_RECORD_KEYS 中没有该密钥或内容不同。"
        f"请补上({id}:密钥),新密钥写在最前。",
        en=f"The key {id} sealed dead letters or held messages, and SUYUAN_RECORD_KEYS has it no more, "
        f"or another one under its id. Add it ({id}:secret), a new one in front.",
    )
