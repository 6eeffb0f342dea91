"""What an HTTP port tells somebody without a token: nothing that is not meant for everybody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from services.intake.endpoints import http as intake
from services.mediation.endpoints import http as mediation
from services.portal.endpoints import http as portal
from shared.runtime.base.settings import Settings
from shared.runtime.serve.guard import HEADERS
from shared.runtime.serve.options import http as options
from shared.runtime.serve.service import HttpContext
from tests.support.tokens import checker
from tests.unit.portal.over_http import NETWORK, FakeSender, OneCase, problem

APPLICATIONS: dict[str, Callable[[HttpContext], FastAPI]] = {
    "intake": intake,
    "mediation": mediation,
    "portal": portal,
    "options": options,
}


def made(name: str) -> FastAPI:
    secret = SecretStr("k" * 40)
    settings = Settings(personal_keys=secret, sealing_keys=secret, party_key=secret)
    parts = (cast(Any, OneCase()), cast(Any, FakeSender()))
    return APPLICATIONS[name](HttpContext(settings, NETWORK, *parts, checker(name)))


async def call(name: str, method: str, path: str, **more: Any) -> httpx.Response:
    transport = httpx.ASGITransport(app=made(name))
    async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
        return await client.request(method, path, **more)


@pytest.mark.parametrize("name", APPLICATIONS)
@pytest.mark.parametrize("path", ["/openapi.json", "/docs", "/redoc", "/docs/oauth2-redirect"])
async def test_no_application_describes_itself_to_strangers(name: str, path: str) -> None:
    answer = await call(name, "GET", path)
    assert problem(answer)[0] in (401, 404)
    assert "paths" not in answer.json()


@pytest.mark.parametrize("name", APPLICATIONS)
async def test_every_application_has_the_guard(name: str) -> None:
    answer = await call(name, "POST", "/nowhere", content=b"x" * 2_000_000)
    assert problem(answer) == (413, "http.too_large")
    for header, value in HEADERS:
        assert answer.headers[header.decode()] == value.decode()


@pytest.mark.parametrize("path", ["/personal-data/", "/repeat-party/"])
async def test_no_purpose_stands_in_an_address(path: str) -> None:
    where = f"{path}sy1{'a' * 32}?purpose=x"
    assert (await call("intake", "GET", where)).status_code == 405
    assert (await call("intake", "POST", where)).status_code in (401, 422)
