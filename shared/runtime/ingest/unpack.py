"""Unpacking compressed batches piece by piece: 2 MB of Zstandard can hold 60 GB.

Every decoder here stops after a piece of bounded size, whatever the packed bytes claim, and goes on
only when the next piece is asked for.
"""

import struct
import zlib
from collections.abc import Callable, Iterator
from typing import Final

import cramjam
import lz4.frame
import zstandard

PIECE: Final = 1024 * 1024
"""How much is unpacked at once, bytes."""
_BLOCK = 8 * PIECE
"""A block of Snappy is unpacked at once up to this size, since step by step it costs fifty times as much."""
_WINDOW = 128 * 1024 * 1024
"""Largest history that a Zstandard frame may refer back to: what its highest level uses."""
_XERIAL = b"\x82SNAPPY\x00"
_XERIAL_HEADER = 16
_SNAPPY_RATIO = 22
"""The densest form of Snappy, a copy of 64 bytes written in three, stays below this."""
_SNAPPY_WINDOW = 64 * 1024
"""All Snappy encoders work in blocks of 64 KiB, so no copy refers further back."""


class Unpackable(Exception):
    """The packed bytes are damaged, cut off, or of a codec that is not known here."""


def pieces(codec: int, packed: bytes) -> Iterator[bytes]:
    """Yield what was packed, in pieces of some megabytes at most.

    Args:
        codec: Kafka's number of the codec: 1 gzip, 2 Snappy, 3 LZ4, 4 Zstandard.
        packed: The compressed bytes.

    Raises:
        Unpackable: They cannot be unpacked. Pieces in front of the damage may have been yielded.
    """
    unpack = _CODECS.get(codec)
    if unpack is None:
        raise Unpackable(f"its codec {codec} is not known to this version")
    try:
        yield from unpack(packed)
    except (
        zlib.error,
        zstandard.ZstdError,
        cramjam.DecompressionError,
        RuntimeError,
        ValueError,
        IndexError,
        struct.error,
    ) as error:
        raise Unpackable(f"{_NAMES[codec]} cannot unpack it: {str(error)[:200]}") from error


def _gzip(packed: bytes) -> Iterator[bytes]:
    while packed:
        member = zlib.decompressobj(16 + zlib.MAX_WBITS)
        while not member.eof:
            piece = member.decompress(packed, PIECE)
            packed = member.unconsumed_tail
            if piece:
                yield piece
            elif not packed and not member.eof:
                raise ValueError("it ends too early")
        packed = member.unused_data


def _lz4(packed: bytes) -> Iterator[bytes]:
    while packed:
        frame = lz4.frame.LZ4FrameDecompressor()
        while not frame.eof:
            piece = frame.decompress(packed, max_length=PIECE)
            packed = b""
            if piece:
                yield piece
            elif frame.needs_input and not frame.eof:
                raise ValueError("it ends too early")
        packed = frame.unused_data or b""


def _zstd(packed: bytes) -> Iterator[bytes]:
    reader = zstandard.ZstdDecompressor(max_window_size=_WINDOW).stream_reader(
        packed, read_size=64 * 1024, read_across_frames=True
    )
    while piece := reader.read(PIECE):
        yield piece


def _snappy(packed: bytes) -> Iterator[bytes]:
    if not packed.startswith(_XERIAL):
        yield from _snappy_block(packed)
        return
    at = _XERIAL_HEADER
    while at < len(packed):
        (size,) = struct.unpack_from(">i", packed, at)
        block = packed[at + 4 : at + 4 + size]
        if size < 0 or len(block) < size:
            raise ValueError("it ends too early")
        yield from _snappy_block(block)
        at += 4 + size


def _snappy_block(block: bytes) -> Iterator[bytes]:
    """Unpack a block at once where it is small, else element by element."""
    size = cramjam.snappy.decompress_raw_len(block)
    if size > _SNAPPY_RATIO * len(block):
        raise ValueError(f"it claims to hold {size} bytes, which its {len(block)} cannot")
    if size <= _BLOCK:
        yield bytes(cramjam.snappy.decompress_raw(block))
    else:
        yield from _snappy_elements(block, size)


def _snappy_elements(block: bytes, size: int) -> Iterator[bytes]:
    """Unpack a large block with a bounded memory of what came before.

    Source: the format description of Snappy, https://github.com/google/snappy/blob/main/format_description.txt
    """
    at = 0
    while block[at] & 0x80:
        at += 1
    at += 1
    out = bytearray()
    sent = total = 0
    while at < len(block):
        tag = block[at]
        kind = tag & 3
        at += 1
        if kind == 0:
            length = (tag >> 2) + 1
            if length > 60:
                wide = length - 60
                length = int.from_bytes(block[at : at + wide], "little") + 1
                at += wide
            out += block[at : at + length]
            at += length
            if at > len(block):
                raise ValueError("it ends too early")
        else:
            if kind == 1:
                length, offset = 4 + ((tag >> 2) & 7), ((tag >> 5) << 8) | block[at]
                at += 1
            else:
                wide = 2 if kind == 2 else 4
                length, offset = (tag >> 2) + 1, int.from_bytes(block[at : at + wide], "little")
                at += wide
            if not 0 < offset <= len(out):
                raise ValueError("it refers back too far")
            start = len(out) - offset
            if offset >= length:
                out += out[start : start + length]
            else:  # The copy overlaps what it makes: a repetition.
                out += (bytes(out[start:]) * (length // offset + 1))[:length]
        total += length
        if len(out) - sent >= PIECE:
            yield bytes(out[sent:])
            del out[:-_SNAPPY_WINDOW]
            sent = len(out)
    if total != size:
        raise ValueError(f"it holds {total} bytes, but says {size}")
    yield bytes(out[sent:])


_CODECS: Final[dict[int, Callable[[bytes], Iterator[bytes]]]] = {1: _gzip, 2: _snappy, 3: _lz4, 4: _zstd}
_NAMES: Final = {1: "gzip", 2: "Snappy", 3: "LZ4", 4: "Zstandard"}
