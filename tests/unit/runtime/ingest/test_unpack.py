"""Batches of every codec are read whole, a bomb in one costs no memory, and no neighbour is lost for it."""

from __future__ import annotations

import hashlib
import json
import random
import struct
import tracemalloc
from collections.abc import Iterator

import pytest
from aiokafka.codec import gzip_encode, lz4_encode, snappy_encode, zstd_encode
from aiokafka.record.default_records import DefaultRecordBatchBuilder

from shared.runtime.base import limits
from shared.runtime.ingest.tolerant import UnreadableBatch, _Records
from shared.runtime.ingest.unpack import Unpackable, pieces

NUMBERS = {"none": 0, "gzip": 1, "snappy": 2, "raw snappy": 2, "lz4": 3, "zstd": 4}
PACK = {
    "gzip": lambda data: gzip_encode(data, 6),
    "snappy": snappy_encode,
    "raw snappy": lambda data: snappy_encode(data, xerial_compatible=False),
    "lz4": lz4_encode,
    "zstd": zstd_encode,
}
MB = 1_000_000
NOISE = random.Random(1).randbytes(60_000).hex().encode()
Row = tuple[bytes | None, bytes | None, list[tuple[str, bytes | None]]]


def batch(codec: str, rows: list[Row], *, base: int = 100) -> bytes:
    """Return a batch as a producer writes it, of any codec."""
    builder = DefaultRecordBatchBuilder(2, 0, 0, -1, -1, 0, 1 << 40)
    for number, (key, value, headers) in enumerate(rows):
        assert builder.append(number, 1_700_000_000_000 + number, key, value, headers) is not None
    data = builder.build()
    if codec == "none":
        packed = bytes(data)
    else:
        packed = bytes(data[:61]) + bytes(PACK[codec](bytes(data[61:])))
    out = bytearray(packed)
    struct.pack_into(">qi", out, 0, base, len(out) - 12)
    struct.pack_into(">h", out, 21, NUMBERS[codec])
    return bytes(out)


def read(data: bytes) -> list[tuple[int, bytes | None, bytes | None, dict[str, bytes | None]]]:
    return [(r.offset, r.key, r.value, dict(r.headers)) for r in each(data)]


def each(data: bytes) -> Iterator[object]:
    records = _Records(data)
    while records.has_next():
        yield from records.next_batch()


def good(number: int, size: int = 500) -> Row:
    value = NOISE[number : number + size]
    return b"k%d" % number, value, [("ce_id", b"%d" % number), ("empty", b""), ("null", None)]


@pytest.mark.parametrize("codec", NUMBERS)
@pytest.mark.parametrize(("count", "size"), [(1, 10), (1000, 500), (1000, 20_000)])
def test_every_good_record_of_a_batch_is_read_whatever_its_codec_and_size(
    codec: str, count: int, size: int
) -> None:
    """20 MB in one batch: more than is unpacked at once, and yet each of its records is whole."""
    rows = [good(number, size) for number in range(count)]
    found = read(batch(codec, rows))
    assert found == [(100 + n, key, value, dict(headers)) for n, (key, value, headers) in enumerate(rows)]


@pytest.mark.parametrize("codec", PACK)
def test_times_are_the_brokers_in_a_batch_that_it_stamped(codec: str) -> None:
    for size in (10, 20_000):
        data = bytearray(batch(codec, [good(n, size) for n in range(700)]))
        data[22] |= 0x08
        struct.pack_into(">q", data, 35, 1_800_000_000_000)
        assert {(r.timestamp, r.timestamp_type) for r in each(bytes(data))} == {(1_800_000_000_000, 1)}  # type: ignore[attr-defined]


@pytest.mark.parametrize("codec", PACK)
def test_a_bomb_is_one_record_of_which_little_is_kept_and_its_neighbours_are_whole(codec: str) -> None:
    size = (12 if codec == "raw snappy" else 60) * MB  # step by step, that is slow to trace
    bomb: Row = (b"bomb", b"\0" * size, [("ce_id", b"b"), ("ce_subject", b"s")])
    data = batch(codec, [good(0), bomb, good(2)])
    tracemalloc.start()
    before, after = good(0), good(2)
    found = []
    for record in each(data):
        found.append(record)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 30 * MB
    first, second, third = found
    assert (first.value, third.value) == (before[1], after[1])  # type: ignore[attr-defined]
    assert (second.offset, second.key) == (101, b"bomb")  # type: ignore[attr-defined]
    assert second.value == b"\0" * limits.FIRST_BYTES  # type: ignore[attr-defined]
    headers = dict(second.headers)  # type: ignore[attr-defined]
    note = json.loads(headers.pop(limits.SHORTENED))
    assert headers == {"ce_id": b"b", "ce_subject": b"s"}
    assert note["code"] == "message.too_large"
    assert note["value"] == {"bytes": size, "sha256": hashlib.sha256(b"\0" * size).hexdigest()}


def test_a_record_whose_headers_or_key_are_a_bomb_keeps_its_value() -> None:
    rows: list[tuple[Row, str]] = [
        ((b"k", b"{}", [("ce_id", b"x" * 9 * MB), ("ce_type", b"t")]), "message.headers_too_large"),
        ((b"k", b"{}", [("n" * 9 * MB, b"v"), ("ce_type", b"t")]), "message.headers_too_large"),
        ((b"k", b"{}", [("ce_type", b"t"), *[("n", b"x" * 5000)] * 2000]), "message.too_many_headers"),
        ((b"k" * 9 * MB, b"{}", [("ce_type", b"t")]), "message.key_too_large"),
    ]
    for row, code in rows:
        ((_, key, value, headers),) = read(batch("gzip", [row]))
        assert value == b"{}"
        assert key == row[0][: limits.FIRST_BYTES]  # type: ignore[index]
        assert headers["ce_type"] == b"t"
        assert json.loads(headers[limits.SHORTENED] or b"")["code"] == code
        assert sum(len(n) + len(v or b"") for n, v in headers.items()) < limits.HEADERS_BYTES + 1000


def test_header_names_that_are_not_utf_8_are_read_in_compressed_batches_too() -> None:
    for size in (10, 10 * MB):
        rows: list[Row] = [(b"k", b"v", [("??", b"1")]), (b"k", b"v" * size, [])]
        data = batch("none", rows).replace(b"??", b"\xff\xfe")
        packed = bytes(data[:61]) + gzip_encode(data[61:], 6)
        out = bytearray(packed)
        struct.pack_into(">i", out, 8, len(out) - 12)
        struct.pack_into(">h", out, 21, 1)
        assert read(bytes(out))[0] == (100, b"k", b"v", {"\\xff\\xfe": b"1"})
        assert len(read(bytes(out))) == 2


@pytest.mark.parametrize("codec", PACK)
def test_a_batch_that_cannot_be_unpacked_says_which_offsets_and_why(codec: str) -> None:
    for size in (500, 20_000):
        data = bytearray(batch(codec, [good(number, size) for number in range(600)]))
        for cut in (bytes(data[: len(data) // 2]), bytes(data[:61]) + b"\x07" * 40 + bytes(data[101:])):
            broken = bytearray(cut)
            struct.pack_into(">i", broken, 8, len(broken) - 12)
            with pytest.raises(UnreadableBatch) as caught:
                read(bytes(broken))
            assert (caught.value.base_offset, caught.value.last_offset) == (100, 699)
            assert "100 to 699" in str(caught.value)


def test_a_codec_that_is_not_known_is_named() -> None:
    data = bytearray(batch("none", [good(1)]))
    data[22] = 5
    with pytest.raises(UnreadableBatch, match="codec 5"):
        read(bytes(data))


@pytest.mark.parametrize("codec", PACK)
@pytest.mark.parametrize("size", [0, 1, 70_000, 3 * MB, 20 * MB])
def test_what_was_packed_is_unpacked(codec: str, size: int) -> None:
    words = [random.Random(n).randbytes(n % 90) * (1 + n % 7) for n in range(200)]
    data = b"".join(words * (size // 20_000 + 1))[:size]
    assert b"".join(pieces(NUMBERS[codec], bytes(PACK[codec](data)))) == data


def test_snappy_that_claims_more_than_it_can_hold_is_refused() -> None:
    with pytest.raises(Unpackable, match="cannot"):
        list(pieces(2, b"\xff\xff\xff\xff\x0f" + b"\x00a"))
