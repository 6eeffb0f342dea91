"""What alerts knows of a dispute: where it counts, and whether it does."""

from typing import Any

from services.alerts.rules import Context
from services.alerts.rules.shards import shard_id, shard_of
from shared.casework.protocol import State
from shared.casework.table import Table
from shared.contracts.counts import DisputeCounted


class Counted(State):
    """A dispute that was counted, or kept out.

    Attributes:
        first: What counts now; ``None`` of a dispute of before, which counts whatever becomes of it, and of
            one that is kept out.
        merged: It counts no more: it was merged into another one.
        excluded: Why it is kept out; empty where it is not.
        way: How it came.
        claim_fen: 标的额.
    """

    series: str = ""
    first: DisputeCounted | None = None
    merged: bool = False
    excluded: str = ""
    way: str = ""
    claim_fen: int = 0


def _upgraded(version: int, state: dict[str, Any]) -> dict[str, Any]:
    """Give a state of before the shards its shard."""
    first = state.get("first")
    if first is not None and "shard" not in first:
        first["shard"] = shard_id(shard_of(first["institution"], first["cause"]))
    return state


# Version 1 counted the registrations alone; version 2 knew no shards.
case: Table[Counted, Context] = Table("case", Counted, version=3, counts_from=2, upgrade=_upgraded)
