"""Counts as compact arrays: a table of one week in an event, and a grid of all weeks in a state."""

import base64
import binascii
import zlib
from collections.abc import Mapping
from typing import Annotated, Any, Final

import numpy as np
from numpy.typing import NDArray
from pydantic import PlainSerializer, PlainValidator, WithJsonSchema

__all__ = ["Grid", "Ints", "Key", "empty", "key_of", "pack", "parts_of", "unpack"]

Ints = NDArray[np.int32]
Key = str
"""Institution, cause and issue of a series, set apart by tabs."""
_LEVEL: Final = 1
"""Counts are mostly zeros, and a week must be judged in seconds: the fastest level is nearly as small."""
_MOST_BYTES: Final = 2**31


def key_of(institution: str, cause: str, issue: str) -> Key:
    """Return the key of a series; a tab in the issue is a space."""
    return "\t".join((institution, cause, issue.replace("\t", " ").replace("\n", " ")))


def parts_of(key: Key) -> tuple[str, str, str]:
    """Return institution, cause and issue."""
    institution, cause, issue = key.split("\t")
    return institution, cause, issue


def pack(counts: Mapping[Key, int]) -> str:
    """Return the table of a week's counts as text, in the order of the keys; empty for none."""
    if not counts:
        return ""
    lines = "\n".join(f"{key}\t{counts[key]}" for key in sorted(counts))
    return base64.b64encode(zlib.compress(lines.encode(), _LEVEL)).decode()


def unpack(text: str) -> dict[Key, int]:
    """Return the counts of a packed table.

    Raises:
        ValueError: The text is no packed table.
    """
    if not text:
        return {}
    try:
        lines = zlib.decompress(base64.b64decode(text, validate=True)).decode()
    except (binascii.Error, zlib.error) as error:
        raise ValueError(f"no table of counts: {error}") from error
    rows = (line.rpartition("\t") for line in lines.split("\n"))
    return {key: int(count) for key, _, count in rows}


def empty() -> Ints:
    """Return a grid without series and weeks."""
    return np.zeros((0, 0), dtype=np.int32)


def _read(value: Any) -> Ints:
    if isinstance(value, np.ndarray):
        return value.astype(np.int32, copy=False)
    shape, _, data = str(value).partition(":")
    rows, _, columns = shape.partition("x")
    size = 4 * int(rows) * int(columns)
    if not 0 <= size <= _MOST_BYTES:
        raise ValueError(f"a grid of {shape} is too large")
    raw = zlib.decompress(base64.b64decode(data, validate=True)) if size else b""
    if len(raw) != size:
        raise ValueError(f"a grid of {shape} has {size} bytes, not {len(raw)}")
    return np.frombuffer(raw, dtype="<i4").astype(np.int32).reshape(int(rows), int(columns))


def _written(grid: Ints) -> str:
    rows, columns = grid.shape
    data = zlib.compress(np.ascontiguousarray(grid, dtype="<i4").tobytes(), _LEVEL) if grid.size else b""
    return f"{rows}x{columns}:{base64.b64encode(data).decode()}"


Grid = Annotated[
    Ints,
    PlainValidator(_read),
    PlainSerializer(_written, return_type=str),
    WithJsonSchema({"type": "string"}),
]
"""Counts of shape (series, weeks): 4 bytes each in memory, packed in the database."""
