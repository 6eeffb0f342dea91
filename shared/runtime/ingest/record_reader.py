"""Kafka's record format, read record by record from pieces, with a bound on what is held of one.

aiokafka's own reader is faster and reads nearly everything. This one is for what it cannot: batches that
unpack to more than memory should hold, and header names that are not UTF-8.

Source: Apache Kafka, Implementation, "Message Format", record batches of magic 2.
"""

import hashlib
import struct
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from aiokafka.record.util import decode_varint

from shared.runtime.base import limits

WHOLE: Final = 8 * 1024 * 1024
"""A longer record is over some limit whatever the settings say: it is never held whole."""
UNPACKED: Final = 1024 * 1024 * 1024
"""Most bytes that one batch may unpack to; what lies beyond keeps a processor busy for minutes."""
HEADER: Final = struct.Struct(">qiibIhiqqqhii")
"""Base offset, length, leader epoch, magic, CRC, attributes, last offset delta, first and largest
timestamp, producer id and epoch, base sequence, number of records."""
_LOG_APPEND_TIME = 0x08
_LONGEST_VARINT = 10
_KEPT_VALUE = 64 * 1024
"""A value is kept whole up to this size where something else makes the record too large."""
_LONGEST_NAME = 1024

_Headers = list[tuple[str, bytes | None]]


class Damaged(Exception):
    """The bytes are no records, or end within one."""


class Read(NamedTuple):
    """A record with the attributes that aiokafka expects of one."""

    offset: int
    timestamp: int
    timestamp_type: int
    key: bytes | None
    value: bytes | None
    headers: _Headers
    checksum: None = None


def records(header: tuple[Any, ...], pieces: Iterator[bytes]) -> Iterator[Read]:
    """Yield the records of a batch.

    Args:
        header: The fields of the batch's header.
        pieces: The uncompressed bytes behind it.

    Raises:
        Damaged: They are no records, or too many bytes. Records in front of the damage were yielded.
    """
    base, attributes, first, largest, count = header[0], header[5], header[7], header[8], header[12]
    appended = attributes & _LOG_APPEND_TIME
    source = _Pieces(pieces)
    for _ in range(count):
        length = source.varint()
        if length < 0:
            raise Damaged(f"a record of {length} bytes")
        read = _whole(source.take(length)) if length <= WHOLE else _oversized(source, length)
        timestamp, offset, key, value, headers = read
        time = largest if appended else first + timestamp
        yield Read(base + offset, time, 1 if appended else 0, key, value, headers)


_Fields = tuple[int, int, bytes | None, bytes | None, _Headers]


def _whole(body: bytes) -> _Fields:
    """Read a record that is held whole."""
    try:
        timestamp, at = decode_varint(body, 1)  # behind the attributes, of which none is in use
        offset, at = decode_varint(body, at)
        key, at = _field(body, at)
        value, at = _field(body, at)
        count, at = decode_varint(body, at)
        headers: _Headers = []
        for _ in range(count):
            name, at = _field(body, at)
            content, at = _field(body, at)
            headers.append((_named(name), content))
    except (IndexError, ValueError) as error:
        raise Damaged(f"a record ends too early: {error}") from error
    if at != len(body):
        raise Damaged(f"a record of {len(body)} bytes has fields of {at}")
    return timestamp, offset, key, value, headers


def _field(body: bytes, at: int) -> tuple[bytes | None, int]:
    size, at = decode_varint(body, at)
    if size < 0:
        return None, at
    end = at + size
    if end > len(body):
        raise ValueError(f"a field of {size} bytes")
    return body[at:end], end


def _named(name: bytes | None) -> str:
    """Return a header's name; what is not UTF-8 of it is written with backslashes."""
    if name is None:
        raise ValueError("a header without a name")
    return name.decode("utf-8", "backslashreplace")


def _oversized(source: "_Pieces", length: int) -> _Fields:
    """Read a record without ever holding it: what is too large of it is counted and digested."""
    end = source.position + length
    source.take(1)
    timestamp, offset = source.varint(), source.varint()
    parts: dict[str, limits.Part] = {}
    key, parts["key"] = source.field(limits.KEY_BYTES)
    value, parts["value"] = source.field(_KEPT_VALUE)
    count = source.varint()
    headers, size, digest = list[tuple[str, bytes | None]](), 0, hashlib.sha256()
    for _ in range(count):
        name, named = source.field(_LONGEST_NAME, digest)
        content, contained = source.field(limits.HEADER_BYTES, digest)
        size += named.size + contained.size
        if named.sha256 == contained.sha256 == "" and len(headers) <= limits.HEADERS:
            headers.append((_named(name), content))
    if source.position != end:
        raise Damaged(f"a record of {length} bytes has fields of {length + source.position - end}")
    parts["headers"] = limits.Part(size, digest.hexdigest() if len(headers) < count else "")
    return timestamp, offset, key, value, limits.noted(headers, count, parts)


class _Pieces:
    """The unpacked bytes of a batch, of which only the piece at hand is in memory."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._piece = b""
        self._at = 0
        self._before = 0

    @property
    def position(self) -> int:
        """How many bytes were read."""
        return self._before + self._at

    def _more(self) -> None:
        self._before += len(self._piece)
        if self._before > UNPACKED:
            raise Damaged(f"it unpacks to more than {UNPACKED} bytes")
        piece = next(self._pieces, b"")
        if not piece:
            raise Damaged("it ends within a record")
        self._piece, self._at = piece, 0

    def varint(self) -> int:
        """Read a signed number in zigzag form."""
        result = 0
        for shift in range(0, 7 * _LONGEST_VARINT, 7):
            if self._at >= len(self._piece):
                self._more()
            byte = self._piece[self._at]
            self._at += 1
            result |= (byte & 0x7F) << shift
            if byte < 0x80:
                return (result >> 1) ^ -(result & 1)
        raise Damaged("a number of more than ten bytes")

    def take(self, size: int) -> bytes:
        """Read some bytes that may be held."""
        end = self._at + size
        if end <= len(self._piece):
            out = self._piece[self._at : end]
            self._at = end
            return out
        return b"".join(self._chunks(size))

    def _chunks(self, size: int) -> Iterator[bytes]:
        while size:
            if self._at >= len(self._piece):
                self._more()
            chunk = self._piece[self._at : self._at + size]
            self._at += len(chunk)
            size -= len(chunk)
            yield chunk

    def field(self, limit: int, every: "hashlib._Hash | None" = None) -> tuple[bytes | None, limits.Part]:
        """Read a field: whole within the limit, else its first bytes, and size and digest of it.

        Args:
            limit: Most bytes of it that may be held.
            every: A digest that takes in every byte as well.
        """
        size = self.varint()
        if size < 0:
            return None, limits.Part(0, "")
        if size <= limit:
            whole = self.take(size)
            if every is not None:
                every.update(whole)
            return whole, limits.Part(size, "")
        digest, kept = hashlib.sha256(), b""
        for chunk in self._chunks(size):
            digest.update(chunk)
            if every is not None:
                every.update(chunk)
            if len(kept) < limits.FIRST_BYTES:
                kept += chunk[: limits.FIRST_BYTES - len(kept)]
        return kept, limits.Part(size, digest.hexdigest())
