"""The portal's HTTP API in memory: one case, a sender that keeps what it is given, tokens for anybody."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import httpx
from fastapi import FastAPI

from services.portal.store import FIGURES
from shared.contracts.envelope import Actor
from shared.network.load import load_network
from shared.runtime.base.settings import Settings
from shared.runtime.serve.problems import MEDIA_TYPE
from shared.runtime.serve.service import HttpContext
from tests.support.cases import case_id
from tests.support.tokens import KEY, bearer, checker

NETWORK = load_network(Path(__file__).parents[3] / "deploy" / "networks" / "fengtai.yaml")
CASE = case_id("ccb", "CC-1")
CASE_ROW = {
    "_id": CASE,
    "institution": "ccb",
    "organisation": "people-mediation",
    "mediator": "m01",
    "cause": "credit_card",
}


@dataclass
class FakeSender:
    """Keeps what is sent; fails when told to."""

    sent: list[tuple[str, Any, str, dict[str, Any]]] = field(default_factory=list)
    error: Exception | None = None

    async def command(self, service: str, command: Any, subject: str, **more: Any) -> str:
        if self.error is not None:
            raise self.error
        self.sent.append((service, command, subject, more))
        return str(more["id"])

    async def filing(self, filing: Any, **more: Any) -> str:
        if self.error is not None:
            raise self.error
        self.sent.append(("intake", filing, filing.reference, more))
        return str(more["id"])


class OneCase:
    """A database with one case, and what is written to it; real queries are tested on the real one."""

    error: Exception | None = None

    def __init__(self) -> None:
        self.written: dict[tuple[str, str], dict[str, Any]] = {}
        self.asked: list[Any] = []

    async def get(self, collection: str, id: str) -> dict[str, Any] | None:
        if self.error is not None:
            raise self.error
        return dict(CASE_ROW) if (collection, id) == ("cases", CASE) else self.written.get((collection, id))

    async def put_all_if_absent(self, collection: str, documents: Mapping[str, dict[str, Any]]) -> None:
        if self.error is not None:
            raise self.error
        for id, document in documents.items():
            self.written.setdefault((collection, id), document)

    async def put_if_absent(self, collection: str, id: str, document: dict[str, Any]) -> dict[str, Any]:
        await self.put_all_if_absent(collection, {id: document})
        return self.written[collection, id]

    async def put(self, collection: str, id: str, document: dict[str, Any]) -> None:
        if self.error is not None:
            raise self.error
        self.written[collection, id] = document

    async def find(self, _: str, filter: Any, **__: Any) -> list[dict[str, Any]]:
        self.asked.append(filter)
        return []

    async def aggregate(self, collection: str, *_: Any) -> list[dict[str, Any]]:
        if collection != FIGURES:
            return []
        return [
            {"_id": {"institution": "ccb", "cause": "loan"}, "filed": 2, "settled_fen": 5},
            {"_id": {"institution": "abc", "cause": "loan"}, "filed": 3},
        ]


@dataclass
class Portal:
    app: FastAPI
    sender: FakeSender
    database: OneCase

    async def call(
        self,
        method: str,
        path: str,
        *,
        role: str = "",
        organisation: str = "ccb",
        person: str = "p",
        **more: Any,
    ) -> httpx.Response:
        who = Actor(organisation, person, role) if role else None
        headers = {**more.pop("headers", {}), **bearer(KEY, who)}
        transport = httpx.ASGITransport(app=self.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://portal") as client:
            return await client.request(method, path, headers=headers, **more)


def context() -> HttpContext:
    parts = SimpleNamespace(
        settings=Settings(), network=NETWORK, database=OneCase(), sender=FakeSender(), tokens=checker()
    )
    return cast(HttpContext, parts)


def problem(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == MEDIA_TYPE
    body = answer.json()
    assert body["status"] == answer.status_code
    assert {"type", "title", "detail", "zh", "en"} <= set(body)
    return answer.status_code, body["code"]
