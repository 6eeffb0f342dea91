"""Into which part of all counts a dispute goes."""

import hashlib
from datetime import date
from functools import lru_cache
from typing import Final

from services.alerts.rules.packing import Key, parts_of
from shared.casework.case_ids import ARCHIVE_PREFIX, SHARD_PREFIX, series_id
from shared.contracts.kinds import Cause

__all__ = ["EARLIEST", "MOST_WEEKS", "SHARDS", "archive_id", "id_of", "number_of", "shard_id", "shard_of"]

SHARDS: Final = 8
"""How many parts the counts have. The ids of what is stored depend on it."""
MOST_WEEKS: Final = 573
"""Weeks that an archive keeps: ten years to look back on from each week of the year before."""
EARLIEST: Final = date(2000, 1, 3)
"""The first week that is counted, a Monday. What claims to be older was never filed here."""


@lru_cache(maxsize=16_384)
def shard_of(institution: str, cause: str) -> int:
    """Return the number of a shard: all issues of an institution and cause are in one."""
    digest = hashlib.sha256(f"{institution}\x1f{cause}".encode()).digest()
    return int.from_bytes(digest[:4], "big") % SHARDS


def shard_id(number: int) -> str:
    """Return the id of a shard's open weeks."""
    return f"{SHARD_PREFIX}{number}"


def archive_id(number: int) -> str:
    """Return the id of a shard's closed weeks."""
    return f"{ARCHIVE_PREFIX}{number}"


def number_of(subject: str) -> int:
    """Return the number of a shard or archive."""
    return int(subject.rpartition("-")[2])


def id_of(key: Key) -> str:
    """Return the id of a series."""
    institution, cause, issue = parts_of(key)
    return series_id(institution, Cause(cause), issue)
