"""Bytes that say one thing only: each field behind its length, so that two contents never give one digest."""

import hashlib

_LENGTH_BYTES = 8


def canonical(*fields: str | bytes) -> bytes:
    """Return fields one after the other, each behind its length in bytes (8 bytes, big-endian)."""
    out = bytearray()
    for field in fields:
        raw = field.encode() if isinstance(field, str) else field
        out += len(raw).to_bytes(_LENGTH_BYTES, "big")
        out += raw
    return bytes(out)


def digest(*fields: str | bytes) -> bytes:
    """Return the SHA-256 of :func:`canonical`, 32 bytes.

    The first field names what is digested (``suyuan/history``, ``suyuan/command``), so that the digest of one
    kind is never one of another.
    """
    return hashlib.sha256(canonical(*fields)).digest()
