"""What `suyuan doctor` looks at while the platform runs: replicas, what waits in the databases, versions."""

import asyncio
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from cli import connection
from cli.findings import Finding

if TYPE_CHECKING:
    from shared.runtime.base.settings import Settings

HELD_S: Final = 600.0
"""A message that is held for longer misses one that does not come by itself."""
LOOK_AGAIN_S: Final = 3.0
_LIBRARIES: Final = ("faststream", "aiokafka", "motor", "chinese-calendar")
_TIMEOUT_S: Final = 3.0


# -- replicas ------------------------------------------------------------------------------------


def replicas(data: Path | None) -> list[Finding]:
    """Ask every replica of `suyuan up` or `demo` whether it can work; where others run them, say so."""
    found = None if connection.by_environment(data) else connection.read(data)
    if found is None or not found.ops:
        zh, en = "未询问:请看各副本的 /readyz", "not asked: see /readyz of each"
        return [Finding("replicas", True, zh, en, seen=False)]
    with ThreadPoolExecutor(16) as pool:
        asked = [pool.submit(_replica, name, url, data) for name, url in found.ops.items()]
        return [one.result() for one in asked]


def _replica(name: str, url: str, data: Path | None) -> Finding:
    import httpx

    mine = version("suyuan")
    try:
        with httpx.Client(base_url=url, timeout=_TIMEOUT_S, trust_env=False) as client:
            answer = client.get("/readyz").json()
            theirs = client.get("/healthz").json().get("version", "")
    except (httpx.HTTPError, ValueError):
        log = connection.folder(data) / "logs" / f"{name}.log"
        return Finding(
            name,
            False,
            f"没有应答:可能正在重新启动。原因见日志 {log}。",
            f"does not answer: it may be starting again. Its log says why: {log}",
        )
    text = "; ".join(answer["reasons"])[:500]
    if answer["ready"] and theirs != mine:
        return Finding(
            name,
            True,
            f"就绪,但版本是 {theirs},本命令是 {mine}。请重启服务。",
            f"ready, but of version {theirs}, and this command of {mine}. Start the services again.",
            warning=True,
        )
    return Finding(name, answer["ready"], text or "就绪", text or "ready")


# -- what waits ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Standing:
    """What waits in the database of one service.

    Attributes:
        service: Its name.
        letters: Dead letters that wait.
        blocked: Cases that stand still.
        held: Held messages.
        held_s: For how long the oldest of them is held, seconds.
        applied: The last offset applied, by ``topic:partition``.
        mongo: Version of the server.
    """

    service: str
    letters: int = 0
    blocked: int = 0
    held: int = 0
    held_s: float = 0.0
    applied: Mapping[str, int] = field(default_factory=dict)
    mongo: str = ""


async def look(by_service: "Mapping[str, Settings]", now: datetime) -> list[Standing]:
    """Read what waits in the databases of some services.

    Raises:
        Unavailable: A database does not answer.
    """
    return list(await asyncio.gather(*(_look(name, one, now) for name, one in by_service.items())))


async def _look(service: str, settings: "Settings", now: datetime) -> Standing:
    from shared.runtime.base.collections import HOLDS, LETTERS, STREAMS

    database = connection.database(service, settings)
    try:
        oldest = await database.find(HOLDS, {}, sort=[("held_at", 1)], limit=1, fields=("held_at",))
        return Standing(
            service,
            letters=await database.count(LETTERS, {"status": "waiting"}),
            blocked=await database.count(STREAMS, {"parked.letters": {"$exists": True}}),
            held=await database.count(HOLDS, {}),
            held_s=(now - oldest[0]["held_at"]).total_seconds() if oldest else 0.0,
            applied=await _applied(database),
            mongo=await database.version(),
        )
    finally:
        database.close()


async def _applied(database: Any) -> dict[str, int]:
    from shared.runtime.base.collections import WATERMARKS

    return {row["_id"]: int(row["offset"]) for row in await database.find(WATERMARKS, {})}


def waiting(found: Sequence[Standing]) -> list[Finding]:
    """Return what is found of dead letters, blocked cases and held messages."""
    letters, blocked = _counts(found, "letters"), _counts(found, "blocked")
    held, longest = _counts(found, "held"), max((one.held_s for one in found), default=0.0)
    out = [
        _none_or("dead letters", letters, "无等待中的死信", "none waits", "suyuan dlq list"),
        _none_or("blocked cases", blocked, "无暂停的案件", "none", "suyuan blocked list"),
    ]
    ones = _none_or("held messages", held, "无待序消息", "none", "suyuan held list")
    if held and longest < HELD_S:
        # For a moment that is how order is kept.
        zh, en = f"{ones.zh},最久 {longest:.0f} 秒", f"{ones.en}, for {longest:.0f} s"
        ones = Finding(ones.check, True, zh, en, warning=True)
    return [*out, ones]


def _counts(found: Sequence[Standing], name: str) -> dict[str, int]:
    return {one.service: number for one in found if (number := getattr(one, name))}


def _none_or(check: str, counts: Mapping[str, int], zh: str, en: str, look: str) -> Finding:
    if not counts:
        return Finding(check, True, zh, en)
    total, each = sum(counts.values()), ", ".join(f"{name} {number:,}" for name, number in counts.items())
    return Finding(check, False, f"{total:,} 条({each}):{look}", f"{total:,} ({each}): {look}")


async def lag(by_service: "Mapping[str, Settings]", before: Sequence[Standing]) -> Finding:
    """Say how many messages are not applied yet, and whether that is going on.

    Raises:
        KafkaError: No broker answers.
    """
    settings = next(iter(by_service.values()))
    origins = {origin for one in before for origin in one.applied}
    if not origins:
        return Finding("lag", True, "尚无服务读取过", "no service has read yet")
    ends = await _ends(settings, sorted({origin.rpartition(":")[0] for origin in origins}))
    first = {one.service: _unread(one.applied, ends) for one in before}
    if not any(first.values()):
        return Finding("lag", True, "全部消息均已处理", "every message is applied")
    await asyncio.sleep(LOOK_AGAIN_S)
    after = {one.service: one for one in await look(by_service, datetime.now(UTC))}
    return standstill(
        {
            one.service: (first[one.service], dict(one.applied) == dict(after[one.service].applied))
            for one in before
        }
    )


def standstill(unread: Mapping[str, tuple[int, bool]]) -> Finding:
    """Say what waits; a service that took none of it between two looks stands still.

    Args:
        unread: By service, how many messages waited, and whether none was taken since.
    """
    stands = {name: number for name, (number, still) in unread.items() if number and still}
    total = sum(number for number, _ in unread.values())
    if not stands:
        return Finding("lag", True, f"{total:,} 条待处理,正在处理", f"{total:,} wait, and are being taken")
    each = ", ".join(f"{name} {number:,}" for name, number in stands.items())
    return Finding(
        "lag",
        False,
        f"{each} 条待处理,{LOOK_AGAIN_S:.0f} 秒内未处理任何一条:suyuan status",
        f"{each} wait, and none was taken within {LOOK_AGAIN_S:.0f} s: suyuan status",
    )


async def _ends(settings: "Settings", topics: Sequence[str]) -> dict[str, int]:
    from shared.runtime.serve.client import EventReader

    async with EventReader(settings, topics) as reader:
        return await reader.ends()


def _unread(applied: Mapping[str, int], ends: Mapping[str, int]) -> int:
    return sum(max(0, ends.get(origin, 0) - 1 - offset) for origin, offset in applied.items())


# -- versions ------------------------------------------------------------------------------------


def versions(found: Sequence[Standing]) -> Finding:
    """Name the versions of what works together here."""
    mine = f"suyuan {version('suyuan')}"
    servers = sorted({f"MongoDB {one.mongo}" for one in found if one.mongo})
    text = ", ".join([mine, *servers, *(f"{name} {version(name)}" for name in _LIBRARIES)])
    return Finding("versions", True, text, text)
