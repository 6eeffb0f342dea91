"""Reading of fetched batches where aiokafka's own way stops, or takes any amount of memory.

Kafka carries header names as bytes, and some clients let their users put anything there: aiokafka
raises on the first name that is not UTF-8, fetches the same records again and never gets past them.
And it unpacks a compressed batch whole, whatever it holds. Here its reading of fetched records gets a
bound and a second, forgiving way; what is well formed and small still takes its own fast one.
"""

import struct
from collections.abc import Iterator
from itertools import chain
from typing import Any, Final

from aiokafka.consumer import fetcher
from aiokafka.errors import CorruptRecordException, KafkaError
from aiokafka.record.default_records import DefaultRecordBatch
from aiokafka.record.memory_records import MemoryRecords

from shared.runtime.ingest import record_reader
from shared.runtime.ingest.record_reader import HEADER, Damaged
from shared.runtime.ingest.unpack import Unpackable, pieces

_OVERHEAD = struct.calcsize(">qi")
_CODEC = 0x07
_LENGTH_AT, _ATTRIBUTES_AT = 8, 21
AT_ONCE: Final = 8 * 1024 * 1024
"""Unpacked batches up to this size are read the fast way, bytes."""


class UnreadableBatch(KafkaError):  # type: ignore[misc]
    """A fetched batch that cannot be unpacked or read: whoever reads its partition gets no further.

    The consumer knows the partition. Records of the batch in front of the trouble may have been read.

    Attributes:
        base_offset: The first offset of the batch.
        last_offset: Its last one.
        reason: What is wrong with it.
    """

    def __init__(self, base_offset: int, last_offset: int, reason: str) -> None:
        super().__init__(f"the batch of offsets {base_offset} to {last_offset} cannot be read: {reason}")
        self.base_offset = base_offset
        self.last_offset = last_offset
        self.reason = reason


def install() -> None:
    """Let aiokafka's consumers of this process read on; doing it twice changes nothing."""
    fetcher.MemoryRecords = _Records


class _Records:
    """aiokafka's fetched records, whose batches can be read in the forgiving way.

    Attributes:
        data: The answer as it came.
        unpacked: Bytes of the batches that were opened, as far as they were read.
    """

    __slots__ = ("_position", "_records", "data", "unpacked")

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.unpacked = 0
        self._records = MemoryRecords(data)
        self._position = 0

    def has_next(self) -> bool:
        return bool(self._records.has_next())

    def size_in_bytes(self) -> int:
        return int(self._records.size_in_bytes())

    def next_batch(self) -> Any:
        batch = self._records.next_batch()
        if batch is None:
            return None
        start = self._position
        self._position += _OVERHEAD + struct.unpack_from(">i", self.data, start + _LENGTH_AT)[0]
        return _Batch(batch, self, start, self._position)


class _Batch:
    """A batch; whoever reads it skips the records that it has had already, by their offsets."""

    __slots__ = ("_batch", "_end", "_of", "_start")

    def __init__(self, batch: Any, of: _Records, start: int, end: int) -> None:
        self._batch = batch
        self._of = of
        self._start = start
        self._end = end

    def __getattr__(self, name: str) -> Any:
        return getattr(self._batch, name)

    def __next__(self) -> Any:
        """Return the first record: aiokafka asks so for the mark of an aborted transaction."""
        return next(self._batch)

    def __iter__(self) -> Iterator[Any]:
        batch = self._batch
        packed = batch.compression_type if batch.magic >= 2 else 0
        try:
            if packed:
                yield from self._unpacked(packed)
            else:
                self._of.unpacked += self._end - self._start
                yield from self._plain(batch, memoryview(self._of.data)[self._start : self._end])
        except (Unpackable, Damaged) as error:
            raise UnreadableBatch(batch.base_offset, batch.next_offset - 1, str(error)) from error

    def _plain(self, batch: Any, data: bytes | memoryview) -> Iterator[Any]:
        """Read an uncompressed batch the fast way, and where that stops, the forgiving one."""
        try:
            yield from batch
        except (UnicodeDecodeError, CorruptRecordException):
            if batch.magic < 2:
                raise
            yield from record_reader.records(HEADER.unpack_from(data), iter([bytes(data[HEADER.size :])]))

    def _unpacked(self, codec: int) -> Iterator[Any]:
        """Unpack a batch, and read it the fast way unless it is large."""
        data = self._of.data
        header = bytearray(data[self._start : self._start + HEADER.size])
        header[_ATTRIBUTES_AT + 1] &= ~_CODEC & 0xFF
        unpacking = self._counted(pieces(codec, data[self._start + HEADER.size : self._end]))
        parts = [bytes(header)]
        size = 0
        for piece in unpacking:
            parts.append(piece)
            size += len(piece)
            if size > AT_ONCE:
                fields = HEADER.unpack(header)
                return (yield from record_reader.records(fields, chain(parts[1:], unpacking)))
        plain = b"".join(parts)
        del parts
        return (yield from self._plain(DefaultRecordBatch(plain), plain))

    def _counted(self, unpacking: Iterator[bytes]) -> Iterator[bytes]:
        for piece in unpacking:
            self._of.unpacked += len(piece)
            yield piece
