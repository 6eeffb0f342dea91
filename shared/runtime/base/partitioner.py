"""Which partition a key belongs to: murmur2, as the Java client and aiokafka place keys."""

import struct
from functools import lru_cache

_M = 0x5BD1E995
_MASK = 0xFFFFFFFF


@lru_cache(maxsize=65536)
def partition_of(key: str, partitions: int) -> int:
    """Return the partition of a key among ``partitions``."""
    return (murmur2(key.encode()) & 0x7FFFFFFF) % partitions


def murmur2(data: bytes) -> int:
    """Hash bytes with 32-bit murmur2, seed 0x9747b28c.

    Written out because aiokafka's own works byte by byte and costs three times as much,
    which shows at several thousand new cases a second. A test holds it to aiokafka's.
    """
    length = len(data)
    h = 0x9747B28C ^ length
    whole = length & ~3
    for k in struct.unpack_from(f"<{whole >> 2}I", data):
        k = (k * _M) & _MASK
        h = ((h * _M) ^ ((k ^ (k >> 24)) * _M)) & _MASK
    if length > whole:
        h = ((h ^ int.from_bytes(data[whole:], "little")) * _M) & _MASK
    h = ((h ^ (h >> 13)) * _M) & _MASK
    return h ^ (h >> 15)
