"""Records with header names that are not UTF-8: aiokafka stops before them for ever.

Kafka carries header names as bytes, and some clients let their users put anything there. aiokafka
raises on the first such name, fetches the same records again and never gets past them: one message of
one sender would stop a partition. Here its reading of fetched records gets a second, forgiving way,
which is taken for such a batch alone.
"""

import struct
from collections.abc import Iterator
from typing import Any

from aiokafka.consumer import fetcher
from aiokafka.errors import CorruptRecordException, KafkaError
from aiokafka.record.default_records import _DefaultRecordBatchPy
from aiokafka.record.memory_records import MemoryRecords

_OVERHEAD = struct.calcsize(">qi")


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
    """aiokafka's fetched records, whose batches can be read in the forgiving way."""

    __slots__ = ("_data", "_position", "_records")

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._records = MemoryRecords(data)
        self._position = 0

    @property
    def data(self) -> bytes:
        """The answer as it came."""
        return self._data

    def has_next(self) -> bool:
        return bool(self._records.has_next())

    def size_in_bytes(self) -> int:
        return int(self._records.size_in_bytes())

    def next_batch(self) -> Any:
        batch = self._records.next_batch()
        if batch is None:
            return None
        start = self._position
        self._position += _OVERHEAD + struct.unpack_from(">i", self._data, start + 8)[0]
        return _Batch(batch, self._data, start, self._position)


class _Batch:
    """A batch; whoever reads it skips the records that it has had already, by their offsets."""

    __slots__ = ("_batch", "_data", "_end", "_start")

    def __init__(self, batch: Any, data: bytes, start: int, end: int) -> None:
        self._batch = batch
        self._data = data
        self._start = start
        self._end = end

    def __getattr__(self, name: str) -> Any:
        return getattr(self._batch, name)

    def __next__(self) -> Any:
        return next(self._batch)  # aiokafka asks a transaction's mark so whether it aborts

    def __iter__(self) -> Iterator[Any]:
        try:
            yield from self._batch
        except (UnicodeDecodeError, CorruptRecordException):
            if self._batch.magic < 2:
                raise
            yield from _Forgiving(self._data[self._start : self._end])


class _Forgiving(_DefaultRecordBatchPy):  # type: ignore[misc]
    """A batch that writes what is not UTF-8 in a name with backslashes."""

    _buffer: Any

    def _maybe_uncompress(self) -> None:
        super()._maybe_uncompress()
        self._buffer = _Bytes(self._buffer)


class _Bytes(bytearray):
    def __getitem__(self, key: Any) -> Any:
        found = super().__getitem__(key)
        return _Name(found) if isinstance(key, slice) else found


class _Name(bytes):
    def decode(self, *_: Any, **__: Any) -> str:
        return super().decode("utf-8", "backslashreplace")
