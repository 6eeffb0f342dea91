"""Notices by HTTP to real servers here: signed, to public addresses alone, never where an answer leads."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from shared.runtime.base.signing import Signer
from shared.runtime.deliver.outward import Outward, may_reach, networks
from shared.runtime.deliver.parcels import NotSent, Parcel
from shared.runtime.deliver.webhook import Webhook
from tests.support.certificates import Authority
from tests.support.receiver import SILENT, Receiver, is_signed, receiver

NOW = datetime(2027, 1, 4, 9, tzinfo=UTC)
SIGNER = Signer("alerts-notices-1", b"\x07" * 32)
PARCEL = Parcel("sb1x-00000001", '{"type":"alerts.notice-due","zh":"预警"}', "s", "t")
HERE = networks("127.0.0.0/8, ::1/128")


def webhook(allowed: Any = HERE, seconds: float = 5.0, tls: ssl.SSLContext | None = None) -> Webhook:
    return Webhook(SIGNER, allowed, seconds, lambda: NOW, tls)


@pytest_asyncio.fixture
async def there() -> AsyncIterator[Receiver]:
    async with receiver() as made:
        yield made


async def refused(way: Webhook, target: str) -> NotSent:
    with pytest.raises(NotSent) as caught:
        await way.send(PARCEL, target)
    return caught.value


async def test_a_receiver_verifies_what_came_and_a_changed_byte_shows(there: Receiver) -> None:
    await webhook().send(PARCEL, there.url + "?a=b")
    (request,) = there.came
    assert (request.path, request.body.decode()) == ("/hook?a=b", PARCEL.body)
    assert request.headers["webhook-id"] == PARCEL.id
    assert request.headers["webhook-timestamp"] == str(int(NOW.timestamp()))
    assert request.headers["content-type"] == "application/json"
    assert request.headers["suyuan-key"] == SIGNER.id
    assert is_signed(request, SIGNER.public)
    assert not is_signed(request, Signer("other", b"\x08" * 32).public)
    request.headers["webhook-timestamp"] = "1"
    assert not is_signed(request, SIGNER.public)
    request.headers["webhook-timestamp"] = str(int(NOW.timestamp()))
    request.body += b" "
    assert not is_signed(request, SIGNER.public)


@pytest.mark.parametrize(
    ("status", "code", "for_good"),
    [
        (301, "notice.redirected", True),
        (302, "notice.redirected", True),
        (307, "notice.redirected", True),
        (410, "notice.refused", True),
        (400, "notice.answered", False),
        (401, "notice.answered", False),
        (429, "notice.answered", False),
        (500, "notice.answered", False),
        (503, "notice.answered", False),
    ],
)
async def test_only_a_2xx_confirms_and_no_answer_is_followed(
    there: Receiver, status: int, code: str, for_good: bool
) -> None:
    there.statuses, there.more = [status], "location: /elsewhere\r\n"
    error = await refused(webhook(), there.url)
    assert (error.code, error.for_good) == (code, for_good)
    assert [one.path for one in there.came] == ["/hook"]


async def test_a_receiver_that_says_nothing_is_left(there: Receiver) -> None:
    there.statuses = [SILENT]
    error = await refused(webhook(seconds=0.2), there.url)
    assert (error.code, error.for_good) == ("notice.unreachable", False)


@pytest.mark.parametrize(
    ("first", "further", "arrives"),
    [
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", b"5\r\nabcde\r\n" * 1000, True),
        (b"HTTP/1.1 200 OK\r\n", b"x: " + b"y" * 1000 + b"\r\n", False),
    ],
    ids=["body", "headers"],
)
async def test_an_answer_without_end_is_not_read(first: bytes, further: bytes, arrives: bool) -> None:
    left = asyncio.Event()

    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            writer.write(first)
            while True:
                writer.write(further)
                await writer.drain()
        except ConnectionError:
            left.set()
            writer.close()

    server = await asyncio.start_server(endless, "127.0.0.1", 0)
    target = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    if arrives:
        await webhook(seconds=60).send(PARCEL, target)
    else:
        assert (await refused(webhook(seconds=60), target)).code == "notice.unreachable"
    await left.wait()
    server.close()


async def test_nobody_there_is_tried_again() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        error = await refused(webhook(), f"http://127.0.0.1:{closed.getsockname()[1]}/")
    assert (error.code, error.for_good) == ("notice.unreachable", False)


async def test_without_the_setting_this_machine_is_not_reached(there: Receiver) -> None:
    error = await refused(webhook(allowed=()), there.url)
    assert (error.code, error.for_good) == ("notice.private_address", True)
    assert there.came == []


@pytest.mark.parametrize("host", ["localhost", "127.1", "0", "[::1]", "[::ffff:127.0.0.1]", "2130706433"])
async def test_no_other_spelling_of_this_machine_is_reached(there: Receiver, host: str) -> None:
    error = await refused(webhook(allowed=()), f"https://{host}:{there.port}/")
    assert error.code == "notice.private_address"
    assert there.came == []


async def test_only_https_leaves_this_machine(there: Receiver) -> None:
    error = await refused(webhook(), f"http://localhost:{there.port}/")
    assert error.code == "notice.private_address"
    assert there.came == []


async def test_a_certificate_that_nobody_vouches_for_is_not_believed(there: Receiver) -> None:
    error = await refused(webhook(), f"https://127.0.0.1:{there.port}/")
    assert error.code == "notice.unreachable"
    assert there.came == []


def certified(authority: Authority, days: int = 30) -> ssl.SSLContext:
    made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    made.load_cert_chain(authority.sign("hooks", days=days))
    return made


async def test_a_receiver_with_a_certificate_of_a_known_authority_has_it_by_https(tmp_path: Path) -> None:
    authority = Authority(tmp_path, "authority")
    known = ssl.create_default_context(cafile=str(authority.file))
    async with receiver(tls=certified(authority)) as there:
        await webhook(tls=known).send(PARCEL, f"https://localhost:{there.port}/hook?a=b")
    (request,) = there.came
    assert (request.path, request.body.decode()) == ("/hook?a=b", PARCEL.body)
    assert request.headers["host"] == f"localhost:{there.port}"
    assert is_signed(request, SIGNER.public)


@pytest.mark.parametrize(("name", "days"), [("elsewhere.example", 30), ("localhost", -1)])
async def test_another_names_certificate_or_one_that_is_over_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, days: int
) -> None:
    authority = Authority(tmp_path, "authority")
    known = ssl.create_default_context(cafile=str(authority.file))
    async with receiver(tls=certified(authority, days)) as there:
        _answers(monkeypatch, ["127.0.0.1"])
        error = await refused(webhook(tls=known), f"https://{name}:{there.port}/hook")
    assert (error.code, there.came) == ("notice.unreachable", [])


async def test_a_good_certificate_opens_no_way_to_this_machine(tmp_path: Path) -> None:
    authority = Authority(tmp_path, "authority")
    known = ssl.create_default_context(cafile=str(authority.file))
    async with receiver(tls=certified(authority)) as there:
        error = await refused(webhook(allowed=(), tls=known), f"https://localhost:{there.port}/hook")
    assert (error.code, there.came) == ("notice.private_address", [])


@pytest.mark.parametrize(
    "address",
    [
        *("0.0.0.0", "10.1.2.3", "100.64.0.1", "100.100.100.200", "127.0.0.1", "169.254.169.254"),
        *("172.16.0.1", "172.31.255.255", "192.0.0.192", "192.168.1.1", "198.18.0.1", "224.0.0.1"),
        *("240.0.0.1", "255.255.255.255", "168.63.129.16", "192.0.2.1", "203.0.113.9"),
        *("::", "::1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "fe80::1"),
        *("fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1", "2001:db8::1", "2002:7f00:1::", "2001:0:1::1"),
    ],
)
def test_no_private_address_may_be_reached(address: str) -> None:
    assert not may_reach(ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "114.114.114.114", "2400:3200::1", "::ffff:8.8.8.8"])
def test_a_public_address_may_be_reached(address: str) -> None:
    assert may_reach(ip_address(address))


def test_what_is_allowed_may_be_reached_and_nothing_beside_it() -> None:
    allowed = networks("10.1.0.0/16")
    assert may_reach(ip_address("10.1.255.255"), allowed)
    assert may_reach(ip_address("::ffff:10.1.0.1"), allowed)
    assert not may_reach(ip_address("10.2.0.0"), allowed)


def _answers(monkeypatch: pytest.MonkeyPatch, *looks: list[str]) -> list[str]:
    """Stand where the resolver stands: each look-up has the next answer."""
    asked: list[str] = []

    async def look(host: str, port: int, **_: Any) -> list[Any]:
        asked.append(host)
        return [(0, 0, 0, "", (one, port)) for one in looks[min(len(asked), len(looks)) - 1]]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", look)
    return asked


async def test_a_name_that_leads_elsewhere_the_next_moment_leads_nowhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    connected: list[str] = []
    outward = Outward()

    async def connect(host: str, *_: Any, **__: Any) -> Any:
        connected.append(host)
        return "stream"

    monkeypatch.setattr(outward._inner, "connect_tcp", connect)
    asked = _answers(monkeypatch, ["93.184.216.34"], ["127.0.0.1"])
    assert await outward.connect_tcp("rebinding.example", 443) == "stream"
    assert (connected, asked) == (["93.184.216.34"], ["rebinding.example"])


async def test_a_name_with_one_private_address_among_public_ones_is_not_reached(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _answers(monkeypatch, ["93.184.216.34", "10.0.0.1"])
    error = await refused(webhook(allowed=()), "https://mixed.example/")
    assert error.code == "notice.private_address"


async def test_a_name_that_nobody_knows_is_tried_again() -> None:
    error = await refused(webhook(), "https://nowhere.invalid/")
    assert (error.code, error.for_good) == ("notice.unreachable", False)
