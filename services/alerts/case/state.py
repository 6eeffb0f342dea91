"""What alerts knows of a dispute: where it counts, and whether it does."""

from datetime import date, datetime
from typing import Any

from services.alerts.rules import Context
from services.alerts.rules.shards import shard_id, shard_of
from shared.casework.protocol import State
from shared.casework.table import Table
from shared.contracts.asks import RequestKind
from shared.contracts.counts import DisputeCounted
from shared.contracts.kinds import ContactMeans
from shared.contracts.requests import DropGround


class Clock(State):
    """What the institution of a dispute was asked for.

    Attributes:
        request: Its kind, and its number in the case.
        request_about: Tells requests of one kind apart; empty where a later one replaces an earlier one.
        answer_by: The first instant after the time for an answer; ``None`` without a limit.
        answer_provisional: A calendar that is still to come may move it.
        offer: Silence is no failing.
        answered_at: When the institution answered; ``None`` before.
        timely: Whether it answered in time; ``False`` as well of what was overdue when it was dropped.
        received_on: When an answer came that was recorded by hand; ``None`` for one on the platform.
        means: How that one came.
        drop_ground: Why nobody waits any more; ``None`` where somebody does, or it is answered.
    """

    request: str
    request_kind: RequestKind
    request_about: str = ""
    institution: str
    asked_at: datetime
    answer_by: datetime | None
    answer_provisional: bool = False
    offer: bool = False
    rules_version: str
    answered_at: datetime | None = None
    timely: bool | None = None
    received_on: date | None = None
    means: ContactMeans | None = None
    drop_ground: DropGround | None = None
    dropped_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether an answer is awaited."""
        return self.answered_at is None and self.drop_ground is None

    @property
    def number(self) -> int:
        """Which one of its kind it is in the case."""
        return int(self.request.rpartition("-")[2])


class Counted(State):
    """A dispute that was counted, or kept out.

    Attributes:
        first: What counts now; ``None`` of a dispute of before, which counts whatever becomes of it, and of
            one that is kept out.
        merged: It counts no more: it was merged into another one.
        excluded: Why it is kept out; empty where it is not.
        way: How it came.
        claim_fen: 标的额.
        region_fault: Why what the filing says is no region, so that it counts without one; empty for none.
        clocks: What its institution was asked for, in that order.
    """

    series: str = ""
    first: DisputeCounted | None = None
    merged: bool = False
    excluded: str = ""
    way: str = ""
    claim_fen: int = 0
    region_fault: str = ""
    clocks: tuple[Clock, ...] = ()

    @property
    def open_clocks(self) -> tuple[Clock, ...]:
        """Those whose answer is awaited."""
        return tuple(one for one in self.clocks if one.is_open)

    def with_clock(self, request: str, **changes: Any) -> "Counted":
        """Return the dispute with a clock changed."""
        return self.but(
            clocks=tuple(one.but(**changes) if one.request == request else one for one in self.clocks)
        )


def _upgraded(version: int, state: dict[str, Any]) -> dict[str, Any]:
    """Return a state of before the shards with its shard."""
    first = state.get("first")
    if first is not None and "shard" not in first:
        first["shard"] = shard_id(shard_of(first["institution"], first["cause"]))
    return state


# Version 1 counted the registrations alone; version 2 knew no shards.
case: Table[Counted, Context] = Table("case", Counted, version=3, counts_from=2, upgrade=_upgraded)
