"""Role, object and action over HTTP: every endpoint, tried by everybody, is answered as the page says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute

from services.portal.endpoints.commands import path_of, posted
from tests.support import http_table, proof_table


def routes(app: FastAPI) -> Iterator[tuple[str, APIRoute]]:
    """Yield method and route of every endpoint, those of included routers as well."""
    todo: list[Any] = list(app.routes)
    while todo:
        one = todo.pop()
        if isinstance(one, APIRoute):
            yield from ((method, one) for method in one.methods if method != "HEAD")
        else:
            todo += one.original_router.routes


def answers(call: http_table.Call, method: str, route: APIRoute) -> bool:
    return call.method == method and route.path_regex.match(call.path.partition("?")[0]) is not None


@pytest.mark.parametrize("service", ["portal", "intake", "mediation", "alerts"])
def test_every_endpoint_has_its_row_and_every_row_its_endpoint(service: str) -> None:
    own = {path_of(cls) + "/{subject}" for cls in posted()} | set(http_table.BESIDE)
    app = http_table.applications()[service]
    there = [(method, route) for method, route in routes(app) if route.path not in own]
    calls = [call for call in http_table.CALLS if call.service == service]
    assert len(there) >= 2
    for method, route in there:
        assert any(answers(call, method, route) for call in calls), f"{method} {route.path} has no row"
    for call in calls:
        assert any(answers(call, method, route) for method, route in there), call


async def test_everybody_is_answered_what_the_page_says_about_every_endpoint_and_command() -> None:
    assert await http_table.found() == http_table.written(), "run python -m tests.support.http_table"


async def test_without_a_token_nothing_is_told_but_what_is_meant_for_everybody() -> None:
    apps, open_ = http_table.applications(), set()
    for call in http_table.CALLS:
        found = await http_table.status(apps[call.service], call.method, call.path, None, json=call.body)
        if found != 401:
            open_.add(call.path)
    assert open_ == {"/", "/static/app.js", "/words", "/sealing-key"}


def test_the_page_says_what_comes_of_a_message_in_each_hand() -> None:
    assert proof_table.found() == proof_table.written(), "run python -m tests.support.proof_table"
    assert {len(row) for row in proof_table.told().values()} == {len(proof_table.TOPICS)}
