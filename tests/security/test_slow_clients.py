"""Slowloris: 205 half requests, without a token, had every other request answered with 503.

On the server that each process runs for its HTTP API and for its probes; 127.0.0.2 is another peer.
"""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Receive, Scope, Send

from services.portal.endpoints import http
from shared.runtime.base.settings import Settings
from shared.runtime.serve.connections import Connections, Limits
from shared.runtime.serve.guard import Guard
from tests.support.http_server import ask, connect, serving
from tests.unit.portal.over_http import context

ATTACKERS = 205
HALF = b"GET / HTTP/1.1\r\nHost: x\r\nX-A: "
QUICK = Settings(http_first_byte_s=0.5, http_headers_s=0.5)


async def answer_ok(scope: Scope, receive: Receive, send: Send) -> None:
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


async def half_open(port: int, address: str = "127.0.0.1") -> asyncio.StreamReader:
    reader, writer = await connect(port, address)
    writer.write(HALF)
    held.append(writer)
    return reader


held: list[asyncio.StreamWriter] = []
"""A writer that nobody holds closes its connection."""


@pytest.mark.parametrize("address", ["127.0.0.1", "127.0.0.2"])
async def test_half_requests_of_one_peer_shut_nobody_out_not_even_that_peer(address: str) -> None:
    async with serving(http(context())) as port:
        await asyncio.gather(*(half_open(port) for _ in range(ATTACKERS)))
        await asyncio.sleep(0.2)
        for _ in range(3):
            assert status(await ask(port, "/words", address=address)) == 200
        held.clear()


async def test_half_requests_of_many_peers_shut_nobody_out() -> None:
    async with serving(http(context())) as port:
        peers = [f"127.0.1.{number % 100 + 1}" for number in range(2 * ATTACKERS)]
        await asyncio.gather(*(half_open(port, peer) for peer in peers))
        await asyncio.sleep(0.2)
        assert status(await ask(port, "/words", address="127.0.0.2")) == 200
        held.clear()


async def test_what_never_says_a_word_is_sent_away() -> None:
    async with serving(answer_ok, QUICK) as port:
        reader, writer = await connect(port)
        answer = await asyncio.wait_for(reader.read(), 10)
        assert status(answer) == 408
        assert b'"code":"http.slow_request"' in answer
        writer.close()


async def test_headers_that_drip_do_not_buy_time() -> None:
    async with serving(answer_ok, QUICK) as port:
        reader, writer = await connect(port)
        writer.write(HALF)
        answer = asyncio.create_task(reader.read())
        dripped = 0
        while not answer.done() and dripped < 100:
            writer.write(b"a")
            dripped += 1
            await asyncio.sleep(0.1)
        assert dripped < 100
        assert status(await answer) == 408


async def test_a_second_request_on_a_connection_has_its_time_as_well() -> None:
    async with serving(answer_ok, QUICK) as port:
        reader, writer = await connect(port)
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert (await reader.readuntil(b"ok")).startswith(b"HTTP/1.1 200")
        writer.write(HALF)
        assert status(await asyncio.wait_for(reader.read(), 10)) == 408


@pytest.mark.parametrize(("size", "refused"), [(1000, b"408"), (10, b"413")])
async def test_a_body_that_drips_is_refused_and_its_connection_ends(size: int, refused: bytes) -> None:
    app = Guard(answer_ok, max_bytes=size, timeout_s=0.3)
    async with serving(app, QUICK) as port:
        reader, writer = await connect(port)
        writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\na")
        answer = asyncio.create_task(reader.readuntil(b"}"))
        rest: asyncio.Task[bytes] | None = None
        for _ in range(200):
            if answer.done() and rest is None:
                assert answer.result().split(b" ")[1] == refused
                rest = asyncio.create_task(reader.read())
            if rest is not None and rest.done():
                break
            writer.write(b"a")
            await asyncio.sleep(0.05)
        assert rest is not None
        assert rest.done()
        rest.exception()


async def test_an_answer_that_nobody_reads_ends() -> None:
    ended = asyncio.Event()

    async def endless(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await send({"type": "http.response.start", "status": 200, "headers": []})
            while True:
                await send({"type": "http.response.body", "body": b"x" * 1_000_000, "more_body": True})
        finally:
            ended.set()

    app = Guard(endless, max_bytes=10, send_s=0.3, streams=("/",))
    async with serving(app) as port:
        _, writer = await connect(port)
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        await asyncio.wait_for(ended.wait(), 20)
        writer.transport.abort()


async def test_what_is_being_answered_is_never_ended_for_a_newcomer() -> None:
    go_on = asyncio.Event()

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        await go_on.wait()
        await answer_ok(scope, receive, send)

    async with serving(slow, Settings(http_peer_connections=3)) as port:
        asked = [asyncio.create_task(ask(port, "/")) for _ in range(3)]
        await asyncio.sleep(0.3)
        refused = await ask(port, "/")
        assert status(refused) == 429
        assert b'"code":"http.too_many_connections"' in refused
        assert b"Retry-After" in refused
        go_on.set()
        assert {status(one) for one in await asyncio.gather(*asked)} == {200}


async def test_the_forwarding_header_is_believed_of_a_named_proxy_alone() -> None:
    async def where(scope: Scope, receive: Receive, send: Send) -> None:
        content = scope["client"][0].encode()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": content})

    for proxies, seen in (("", b"127.0.0.1"), ("127.0.0.2", b"127.0.0.1"), ("127.0.0.1", b"10.1.2.3")):
        async with serving(where, Settings(http_proxies=proxies)) as port:
            assert seen in await ask(port, "/", more="X-Forwarded-For: 10.1.2.3\r\n")


class Counted:
    def __init__(self) -> None:
        self.ended = False

    def evict(self) -> None:
        self.ended = True


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.booleans(), st.booleans()), max_size=120))
def test_no_peer_and_not_all_together_ever_have_more_than_their_places(
    steps: list[tuple[str, bool, bool]],
) -> None:
    limits = Limits(first_byte_s=1, headers_s=1, per_peer=3, most=7)
    among = Connections(limits)
    there: dict[Counted, tuple[str, bool]] = {}
    for peer, works, leaves in steps:
        one = Counted()
        if among.admit(one, peer):
            there[one] = (peer, works)
            among.mark(one, peer, waits=not works)
        else:
            busy = [there[each] for each in there if not each.ended]
            own = [work for each, work in busy if each == peer]
            assert (len(own) == 3 and all(own)) or (len(busy) == 7 and all(work for _, work in busy))
        if leaves:
            among.gone(one, peer)
            there.pop(one, None)
        assert not any(each.ended and work for each, (_, work) in there.items())
        left = [each for each in there if not each.ended]
        assert among.total == len(left) <= 7
        for name in "abcd":
            assert sum(there[each][0] == name for each in left) <= 3


def test_a_proxy_through_which_many_come_is_not_limited() -> None:
    among = Connections(Limits(1, 1, per_peer=2, trusted=frozenset({"p"})))
    made = [Counted() for _ in range(10)]
    assert all(among.admit(one, "p") for one in made)
    assert not any(one.ended for one in made)
