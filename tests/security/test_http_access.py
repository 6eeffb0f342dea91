"""What an HTTP port tells somebody without a token: nothing that is not meant for everybody."""

from __future__ import annotations

import asyncio
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
from tests.support.http_server import connect, serving
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


HEADS = {
    "two lengths": "POST /filings HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n",
    "two holders": "GET /me HTTP/1.1\r\nAuthorization: Bearer a\r\nauthorization: Bearer b\r\n",
}


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS.keys())
async def test_what_a_proxy_may_read_otherwise_is_refused_and_nothing_behind_it_is_read(head: str) -> None:
    """A second request behind the first one was answered, which a proxy took for the body of the first."""
    async with serving(made("portal")) as port:
        reader, writer = await connect(port)
        body = "0\r\n\r\n" if "chunked" in head else ""
        behind = "GET /words HTTP/1.1\r\nHost: x\r\n\r\n"
        writer.write(f"{head}Host: x\r\n\r\n{body}{behind}".encode())
        answers = await asyncio.wait_for(reader.read(), 20)
        writer.close()
    assert answers.startswith(b"HTTP/1.1 400 ")
    assert b'"code":"http.ambiguous"' in answers
    assert answers.count(b"HTTP/1.1 ") == 1
