"""How large a record may be, and what is kept of one that is larger.

Every part is bounded before anything of it is decoded, cached or stored. A record over a limit keeps its
origin, the first bytes of what was too large, and its size and SHA-256: enough to find the sender and to
prove which message it was, and small enough for a dead letter.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

Headers = Sequence[tuple[str, bytes | None]]

KEY_BYTES: Final = 1024
HEADER_BYTES: Final = 8 * 1024
"""Name and value of one header."""
ATTRIBUTE_BYTES: Final = 1024
"""Name and value of an attribute of the envelope, ``ce_…``, where outsiders write it. A service repeats an
id under the longer names of its events, and an actor with the slashes that were left out: on the topics of
the services an attribute may have what any other header may, or whoever is let in here is refused there."""
HEADERS_BYTES: Final = 32 * 1024
"""All headers together, names and values."""
HEADERS: Final = 100
"""Most headers of one record."""
SUBJECT_LENGTH: Final = 120
SOURCE_LENGTH: Final = 200
SOURCES: Final = 16
"""Most sources that one subject counts the messages of."""
VALUE_BYTES: Final = 8_000_000
"""What the setting of the largest value may be at most: with all around it, it must fit a document."""
_NOTE_BYTES = 2000
FIRST_BYTES: Final = 1000
"""What is kept of a part that is too large."""

SHORTENED: Final = "suyuan-shortened"
"""Header of our own on a record that was too large: what is missing, as JSON. Nobody else may set it."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a record.

    Attributes:
        size: Bytes.
        sha256: Its digest, hexadecimal, where it was too large; of headers, over names and values in order.
    """

    size: int
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Excess:
    """Which limit a record breaks.

    Attributes:
        code: Reason code.
        detail: Size and limit.
    """

    code: str
    detail: str


def size_of(name: str, value: bytes | None) -> int:
    """Return the bytes of a header."""
    return len(name.encode(errors="surrogatepass")) + len(value or b"")


def usable(
    headers: Headers, most: int = HEADERS, room: int = HEADERS_BYTES, attribute: int = ATTRIBUTE_BYTES
) -> list[tuple[str, bytes | None]]:
    """Return the headers that are within the limits, and no more of them than may be."""
    out: list[tuple[str, bytes | None]] = []
    for name, value in headers[:most]:
        size = size_of(name, value)
        if size <= min(_limit(name, attribute), room):
            room -= size
            out.append((name, value))
    return out


def excess(
    key: bytes | None,
    value: bytes | None,
    headers: Headers,
    value_limit: int,
    attribute: int = ATTRIBUTE_BYTES,
) -> Excess | None:
    """Say which limit a record breaks; ``None`` for none."""
    sizes = [size_of(name, content) for name, content in headers]
    parts = {
        "key": Part(len(key or b"")),
        "value": Part(len(value or b"")),
        "headers": Part(sum(sizes)),
    }
    found = _first(parts, len(headers), value_limit)
    for (name, _), size in zip(headers, sizes, strict=True):
        if found is None and size > (limit := _limit(name, attribute)):
            what = f"header {name[:100]!r} has {size} bytes; the limit is {limit}"
            found = Excess("message.headers_too_large", what)
    return found


def shortened(
    key: bytes | None,
    value: bytes | None,
    headers: Headers,
    value_limit: int,
    why: Excess,
    attribute: int = ATTRIBUTE_BYTES,
) -> tuple[bytes | None, bytes | None, list[tuple[str, bytes | None]]]:
    """Return what is kept of a record over a limit: key, value, and headers with a note of the rest."""
    parts: dict[str, Part] = {}
    if value is not None and len(value) > value_limit:
        parts["value"] = Part(len(value), hashlib.sha256(value).hexdigest())
        value = value[:FIRST_BYTES]
    if key is not None and len(key) > KEY_BYTES:
        parts["key"] = Part(len(key), hashlib.sha256(key).hexdigest())
        key = key[:FIRST_BYTES]
    kept = _beside_a_note(headers, attribute)
    if len(kept) < len(headers):
        digest, size = hashlib.sha256(), 0
        for name, content in headers:
            digest.update(name.encode(errors="surrogatepass"))
            digest.update(content or b"")
            size += size_of(name, content)
        parts["headers"] = Part(size, digest.hexdigest())
    return key, value, [*kept, _note(why, parts)]


def noted(headers: Headers, count: int, parts: Mapping[str, Part]) -> list[tuple[str, bytes | None]]:
    """Return the headers that are kept of a record which was never in memory, with a note of the rest.

    Args:
        headers: Those that were small enough to be held.
        count: How many there were.
        parts: Sizes of key, value and headers, with the digests of those that were too large.
    """
    why = _first(parts, count, VALUE_BYTES) or Excess("message.headers_too_large", "a header is too large")
    return [*_beside_a_note(headers), _note(why, parts)]


def read_note(headers: Headers) -> Excess | None:
    """Read the note on a shortened record; ``None`` when there is none of ours."""
    text = next((value for name, value in headers if name == SHORTENED), None)
    try:
        said = json.loads(text or b"")
        code, detail = said["code"], said["detail"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    known = isinstance(detail, str) and isinstance(code, str) and code in CODES
    return Excess(code, detail[:300]) if known else None


def note_of(why: Excess) -> tuple[str, bytes]:
    """Return the header that says why nothing else is kept of a record."""
    return _note(why, {})


def _limit(name: str, attribute: int) -> int:
    return attribute if name.startswith("ce_") else HEADER_BYTES


def _first(parts: Mapping[str, Part], count: int, value_limit: int) -> Excess | None:
    value, key, headers = parts["value"].size, parts["key"].size, parts["headers"].size
    if value > value_limit:
        return Excess("message.too_large", f"the value has {value} bytes; the limit is {value_limit}")
    if key > KEY_BYTES:
        return Excess("message.key_too_large", f"the key has {key} bytes; the limit is {KEY_BYTES}")
    if count > HEADERS:
        return Excess("message.too_many_headers", f"there are {count} headers; the limit is {HEADERS}")
    if headers > HEADERS_BYTES:
        what = f"the headers have {headers} bytes together; the limit is {HEADERS_BYTES}"
        return Excess("message.headers_too_large", what)
    return None


def _beside_a_note(headers: Headers, attribute: int = ATTRIBUTE_BYTES) -> list[tuple[str, bytes | None]]:
    """Return the usable headers that leave room for a note, so that with it nothing is over a limit."""
    kept = usable(headers, HEADERS - 1, HEADERS_BYTES - _NOTE_BYTES, attribute)
    return [header for header in kept if header[0] != SHORTENED]


def _note(why: Excess, parts: Mapping[str, Part]) -> tuple[str, bytes]:
    said: dict[str, Any] = {"code": why.code, "detail": why.detail[:200]}
    said |= {name: {"bytes": one.size, "sha256": one.sha256} for name, one in parts.items() if one.sha256}
    return SHORTENED, json.dumps(said).encode()


DATA_ENDED: Final = "message.data_ended"
"""Reason of a record whose data have ended with their time (``commit/retention.py``)."""
CODES: Final = frozenset(
    (
        "message.too_large",
        "message.key_too_large",
        "message.too_many_headers",
        "message.headers_too_large",
        DATA_ENDED,
    )
)
"""Reasons of records of which only a part is kept."""
