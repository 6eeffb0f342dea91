"""A database that this project starts tells nobody what else is in its memory (CVE-2025-14847)."""

from __future__ import annotations

import socket
import struct
import zlib

import pytest

from cli.findings import returns_memory
from deploy.local.stack import StackAddresses

pytestmark = pytest.mark.kafka
_OP_COMPRESSED, _OP_MSG, _ZLIB = 2012, 2013, 2


def probe(length: int) -> bytes:
    """Return a message of some 30 bytes that claims to unpack to more: a server that believes it reads on."""
    document = struct.pack("<i", length) + b"\x10a\x00\x01\x00\x00\x00"
    packed = zlib.compress(struct.pack("<I", 0) + b"\x00" + document)
    body = struct.pack("<iiB", _OP_MSG, length + 500, _ZLIB) + packed
    return struct.pack("<iiii", 16 + len(body), 1, 0, _OP_COMPRESSED) + body


def answer(port: int, sent: bytes) -> bytes:
    """Return what the server says to somebody who did not log in; nothing where it hangs up."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(sent)
        got = b""
        try:
            while piece := connection.recv(65536):
                got += piece
                if len(got) >= 4 and len(got) >= struct.unpack_from("<i", got)[0]:
                    break
        except ConnectionResetError:
            pass
        return got


def test_a_false_length_returns_nothing_of_the_databases_memory(stack_addresses: StackAddresses) -> None:
    port = int(stack_addresses.mongo_admin_url.rpartition("@")[2].partition("/")[0].rpartition(":")[2])
    # Nothing is unpacked, so nothing is read behind its end: the server hangs up.
    assert {answer(port, probe(length)) for length in range(20, 4096, 16)} == {b""}


@pytest.mark.parametrize(
    ("version", "open_"),
    [
        ("6.0.5", True), ("6.0.27", False), ("7.0.27", True), ("7.0.28", False), ("7.2.1", True),
        ("8.0.17", False), ("8.2.3", False), ("8.2.2-rc0", True), ("8.3.0", False), ("9.0.0", False),
    ],
)  # fmt: skip
def test_doctor_knows_the_versions_that_return_memory(version: str, open_: bool) -> None:
    assert returns_memory(version) is open_
