"""What members signed of the days of history: on the topic for a time, and in the portal's database."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cli import connection
from shared.contracts.errors import SuyuanError

if TYPE_CHECKING:
    from shared.contracts.days import DayWitnessed


async def kept_by_portal(names: Sequence[str], data: Path | None) -> "dict[str, list[DayWitnessed]]":
    """Return the members' signatures that the portal keeps, where its database can be asked."""
    from shared.runtime.serve.access_rules import RECEIPTS
    from shared.runtime.serve.witnessing import kept_witnesses

    try:
        settings = connection.settings(RECEIPTS, data, mongo=True)
    except SuyuanError:
        return {}
    database = connection.database(RECEIPTS, settings)
    try:
        return {name: await kept_witnesses(database, name) for name in names}
    except SuyuanError:
        return {}
    finally:
        database.close()
