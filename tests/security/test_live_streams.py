"""Live streams: one person took all 150 places with one token, and nobody else saw figures any more."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import cast

import pytest
from fastapi import FastAPI

from services.portal.endpoints import http
from services.portal.endpoints.live import OpenStreams
from shared.contracts.envelope import Actor
from shared.network.keys import Keys
from shared.runtime.base.keyring import Keyring
from shared.runtime.serve.problems import Problem
from shared.runtime.serve.service import HttpContext
from shared.runtime.serve.tokens import Person, TokenChecker, mint
from tests.support.http_server import connect, serving
from tests.support.tokens import PUBLIC, bearer
from tests.unit.portal.over_http import KEY, context

EACH = 3


def application() -> FastAPI:
    return http(context())


async def stream(port: int, person: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    token = bearer(KEY, Actor("fengtai-court", person, "judge"))["Authorization"]
    reader, writer = await connect(port)
    writer.write(f"GET /stream HTTP/1.1\r\nHost: x\r\nAuthorization: {token}\r\n\r\n".encode())
    return reader, writer


async def begun(port: int, person: str) -> tuple[str, asyncio.StreamWriter]:
    reader, writer = await stream(port, person)
    head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)
    return head.decode(), writer


async def test_a_person_has_three_streams_and_another_person_three_more() -> None:
    async with serving(application()) as port:
        held = []
        for person in ("a", "b"):
            heads = [await begun(port, person) for _ in range(EACH + 2)]
            held += heads
            statuses = [head.split()[1] for head, _ in heads]
            assert statuses == ["200"] * EACH + ["429"] * 2
            assert "retry-after" in heads[-1][0]
        refused, writer = await stream(port, "a")
        answer = await asyncio.wait_for(refused.readuntil(b'"code":"stream.too_many"'), 10)
        assert b"application/problem+json" in answer
        for one in (writer, *(each for _, each in held)):
            one.close()


async def test_a_stream_that_its_reader_left_is_free_again() -> None:
    async with serving(application()) as port:
        for _ in range(4):
            heads = [await begun(port, "a") for _ in range(EACH)]
            assert [head.split()[1] for head, _ in heads] == ["200"] * EACH
            for number, (_, writer) in enumerate(heads):
                if number:
                    writer.close()
                else:
                    cast(asyncio.Transport, writer.transport).abort()
            await asyncio.sleep(0.1)


async def test_many_at_once_are_no_way_past_the_limit() -> None:
    async with serving(application()) as port:
        heads = await asyncio.gather(*(begun(port, "a") for _ in range(20)))
        assert sorted(head.split()[1] for head, _ in heads) == ["200"] * EACH + ["429"] * 17


@pytest.mark.parametrize("how", ["revoked", "expired", "left"])
async def test_a_stream_ends_with_its_token(how: str) -> None:
    """Whoever lost the right to look went on to see the figures, for up to ten minutes."""
    directory, keyring = Directory(), Keyring(Keys((PUBLIC,)))
    app = http(
        cast(
            HttpContext,
            SimpleNamespace(**vars(context()) | {"tokens": TokenChecker(keyring, "portal", directory)}),
        )
    )
    token = mint(KEY, organisation="fengtai-court", person="a", role="judge", now=datetime.now(UTC), id="t-1")
    async with serving(app) as port:
        reader, writer = await connect(port)
        writer.write(f"GET /stream HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n".encode())
        await asyncio.wait_for(reader.readuntil(b"event: figures"), 10)
        match how:
            case "revoked":
                keyring.replace(Keys((PUBLIC,), frozenset({"t-1"})))
            case "expired":
                app.state.clock = lambda: datetime.now(UTC) + timedelta(days=1)
            case "left":
                directory.listed = False
        rest = await asyncio.wait_for(reader.read(), 60)
        assert rest.endswith(b"0\r\n\r\n"), "the stream comes to its end"
        writer.close()


class Directory:
    """Lists everybody until somebody leaves."""

    listed = True

    async def lists(self, _: Person) -> bool:
        return self.listed


def test_all_together_have_a_limit_and_a_refusal_counts_nothing() -> None:
    among = OpenStreams(each=2, most=3)
    a, b, c = (Person("o", name, "judge") for name in "abc")
    for one in (a, a, b):
        among.opened(one)
    with pytest.raises(Problem, match=r"stream\.too_many"):
        among.opened(a)
    with pytest.raises(Problem, match=r"http\.unavailable"):
        among.opened(c)
    among.closed(a)
    among.opened(c)
