"""The HTTP side of alerts over rows in memory."""

import operator
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, cast

import httpx

from services.alerts.endpoints import http
from shared.contracts.envelope import Actor
from shared.network.load import load_network
from shared.runtime.base.settings import DEFAULT_NETWORK, Settings
from shared.runtime.serve.service import HttpContext
from tests.support.tokens import KEY, bearer, checker

NETWORK: Final = load_network(DEFAULT_NETWORK)
NOW: Final = datetime(2026, 12, 1, tzinfo=UTC)


@dataclass
class Rows:
    """The rows of the service, with the conditions that its queries have."""

    tables: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    async def find(
        self, collection: str, filter: Any, *, sort: Any = (), limit: int = 0, **_: Any
    ) -> list[dict[str, Any]]:
        found = [dict(row) for row in self.tables.get(collection, []) if _fits(row, filter)]
        for name, way in reversed(sort):
            found.sort(key=lambda row: row[name], reverse=way < 0)
        return found[: limit or None]

    async def aggregate(self, collection: str, stages: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Rows that match, counted or summed by the fields that they are grouped by."""
        match, group = stages[0]["$match"], stages[1]["$group"]
        ((total, how),) = ((name, one["$sum"]) for name, one in group.items() if name != "_id")
        sums = Counter[tuple[Any, ...]]()
        for row in await self.find(collection, match):
            key = tuple(row.get(field[1:]) for field in group["_id"].values())
            sums[key] += 1 if how == 1 else row[how[1:]]
        return [{"_id": dict(zip(group["_id"], key, strict=True)), total: n} for key, n in sums.items()]


_HOW: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "$gte": operator.ge,
    "$lte": operator.le,
    "$gt": operator.gt,
    "$in": lambda value, edge: value in edge,
}


def _fits(row: dict[str, Any], filter: dict[str, Any]) -> bool:
    for name, wanted in filter.items():
        value = row.get(name)
        if not isinstance(wanted, dict):
            if value != wanted:
                return False
        elif not all(_HOW[how](value, edge) for how, edge in wanted.items()):
            return False
    return True


async def ask(who: Actor | None, path: str, rows: Rows) -> httpx.Response:
    """Ask as somebody."""
    async with calling(rows) as client:
        return await client.get(path, headers=bearer(KEY, who))


def calling(rows: Rows, settings: Settings | None = None) -> httpx.AsyncClient:
    """Return a client of alerts over some rows."""
    parts = (cast(Any, rows), cast(Any, None), checker("alerts"))
    context = HttpContext(settings or Settings(), NETWORK, *parts, now=lambda: NOW)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=http(context)), base_url="http://x")
