"""What a fetched answer covers, read from the headers of its record batches.

Kafka numbers transaction marks and aborted records like any other record, and hands out neither; so
offsets jump without a loss. The headers say what lies at each offset: whether a jump is such a one is
looked up here and not guessed.
"""

import struct
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

_HEADER = struct.Struct(">qiibIhiqqqhii")
_LENGTH_AT = 8
_OVERHEAD = 12
_MAGIC_AT = 16
_TRANSACTIONAL = 0x10
_CONTROL = 0x20


class Span(NamedTuple):
    """The offsets of one record batch.

    Attributes:
        base: First offset.
        end: Offset behind the last one.
        records: How many are in it; fewer than offsets where a log was compacted.
        hidden: Transaction marks; they are never handed out.
        transactional: Part of a transaction, which may be aborted.
    """

    base: int
    end: int
    records: int
    hidden: bool
    transactional: bool


def spans(data: bytes) -> Iterator[Span]:
    """Yield the batches of a fetched answer; the last one may be cut off, and is left out."""
    at = 0
    while len(data) - at >= _MAGIC_AT + 1:
        length = int.from_bytes(data[at + _LENGTH_AT : at + _OVERHEAD], "big", signed=True)
        if length <= 0 or at + _OVERHEAD + length > len(data):
            return
        if data[at + _MAGIC_AT] < 2:
            # Formats before 0.11: a message by itself, or a compressed set named by its last offset.
            last = int.from_bytes(data[at : at + _LENGTH_AT], "big")
            yield Span(last, last + 1, 1, False, False)
        elif _OVERHEAD + length >= _HEADER.size:
            base, _, _, _, _, attributes, delta, *_, count = _HEADER.unpack_from(data, at)
            yield Span(
                base,
                base + delta + 1,
                count,
                bool(attributes & _CONTROL),
                bool(attributes & _TRANSACTIONAL),
            )
        at += _OVERHEAD + length


def span_at(data: bytes, offset: int) -> Span | None:
    """Return the first batch that reaches beyond an offset."""
    return next((span for span in spans(data) if span.end > offset), None)


def unexplained(data: bytes, first: int, taken: Sequence[int], stop: int) -> tuple[int, int] | None:
    """Return the first stretch of offsets that was neither handed out nor is there a reason for.

    Args:
        data: The fetched answer.
        first: The offset that must come next.
        taken: Offsets of the records handed out of it, ascending, all from ``first`` on.
        stop: The offset up to which the answer was read.

    Returns:
        First offset and the one behind the last; ``None`` when everything is explained.
    """
    at = first
    for span in spans(data):
        if at >= stop:
            return None
        if span.end <= at:
            continue
        if span.base > at:
            return at, span.base
        if not span.hidden:
            end = min(span.end, stop)
            low = bisect_left(taken, at)
            got = bisect_left(taken, end) - low
            whole = span.records == span.end - span.base
            aborted = span.transactional and not got
            if whole and got < end - at and not aborted:
                return _first_jump(at, taken[low : low + got], end)
            if not whole and span.base == at and end == span.end and got < span.records and not aborted:
                return _first_jump(at, taken[low : low + got], end)
        at = span.end
    return None if at >= stop else (at, stop)


def _first_jump(at: int, taken: Sequence[int], end: int) -> tuple[int, int]:
    for offset in taken:
        if offset != at:
            return at, offset
        at = offset + 1
    return at, end
