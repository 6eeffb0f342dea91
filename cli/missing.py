"""Cases that wait for messages that never came, and letting them go on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from cli import connection, operator, short_ids
from shared.contracts.errors import SuyuanError

if TYPE_CHECKING:
    from shared.runtime.base.settings import Settings
    from shared.runtime.commit.mongo import Database

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which cases a person means: one, or all that miss messages of a source."""

    case: str | None
    source: str | None


def gaps_of(stream: Document) -> list[tuple[str, int, int]]:
    """Return source, first missing number and the one that waits behind it, for each source."""
    from shared.runtime.decide.ranges import Ranges, run_end

    parked = (stream.get("parked") or {}).get("seen") or {}
    queued = (stream.get("backlog") or {}).get("seen") or {}
    out = []
    for source, runs in (stream.get("held") or {}).items():
        held, given_up = Ranges(runs), Ranges((stream.get("discarded") or {}).get(source, ()))
        seen = stream.get("seen") or {}
        reached = max(int(one.get(source, 0)) for one in (seen, parked, queued))
        first = run_end(reached, held, given_up) + 1
        behind = [number for number, _ in held.stored() if number > first]
        if behind:
            out.append((source, first, behind[0]))
    return out


async def find(database: "Database", wanted: Wanted) -> list[Document]:
    """Return what is missing, a row for each case and source.

    Raises:
        SuyuanError: ``gap.none``.
    """
    from shared.runtime.base.collections import STREAMS

    filter_: dict[str, Any] = {"held": {"$exists": True}}
    if wanted.case is not None:
        filter_["_id"] = await short_ids.subject(database, STREAMS, wanted.case)
    fields = ("seen", "parked", "held", "discarded", "backlog")
    now = datetime.now(UTC)
    rows = [
        {
            "origin": "",
            "subject": stream["_id"],
            "source": source,
            "code": "gap.sequence",
            "detail": "",
            "first": first,
            "resume": behind,
            "missing": behind - first,
            "status": "open",
            "found_at": now,
        }
        for stream in await database.find(STREAMS, filter_, sort=[("_id", 1)], fields=fields)
        for source, first, behind in gaps_of(stream)
        if wanted.source in (None, source)
    ]
    if not rows:
        what = wanted.case or wanted.source
        raise SuyuanError(
            code="gap.none",
            zh=f"{what} 没有缺号。请用 suyuan held list 查看。",
            en=f"Nothing is missing for {what}. See suyuan held list.",
        )
    return list(rows)


async def accept(
    service: str,
    settings: "Settings",
    wanted: Wanted,
    why: str,
    wait_s: float,
    ask: Callable[[list[Any]], None] | None,
) -> list[Document]:
    """Let cases go on; return what became of each gap.

    Each is a command to the service, so that it passes through the order and the transaction of all messages.
    """
    from shared.contracts.common import AcceptMissing
    from shared.runtime.base.collections import GAPS
    from shared.runtime.serve.client import MessageSender

    database = connection.database(service, settings)
    try:
        rows = await find(database, wanted)
        if ask is not None:
            ask(rows)
        by_command: dict[str, Document] = {}
        who = operator.operator(settings)
        async with MessageSender(settings, source=operator.SOURCE, signer=who.signer) as sender:
            for row in rows:
                body = AcceptMissing(source=row["source"], before=row["resume"], reason=why)
                id_ = await sender.command(service, body, row["subject"], actor=who.actor, wait=False)
                by_command[id_] = row
        await operator.handled(database, list(by_command), wait_s)
        found = await database.find(GAPS, {"command": {"$in": list(by_command)}})
    finally:
        database.close()
    passed = {row["command"]: row for row in found}
    return [passed.get(id_, row) for id_, row in by_command.items()]
