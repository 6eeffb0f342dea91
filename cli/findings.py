"""What `suyuan doctor` looks at before anything runs: the machine, the settings, the servers, the topics."""

import os
import shutil
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cli import connection
from shared.contracts.errors import SuyuanError

if TYPE_CHECKING:
    from shared.casework.calendar import Calendar
    from shared.runtime.base.settings import Settings

TIMEOUT_S: Final = 15.0
_SHOWN: Final = 5
_NEEDED_MB: Final = 1000
_KEEPS_ITS_MEMORY: Final = {(4, 4): 30, (5, 0): 32, (6, 0): 27, (7, 0): 28, (8, 0): 17, (8, 2): 3}
"""First patch version of MongoDB with CVE-2025-14847 mended, by its series."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One check.

    Attributes:
        check: What was looked at.
        good: Whether it is as it should be.
        zh: What was found, and what to do.
        en: The same in English.
        warning: Whether it works, but somebody should do something.
        seen: Whether it could be looked at from here.
    """

    check: str
    good: bool
    zh: str
    en: str
    warning: bool = False
    seen: bool = True


def python() -> Finding:
    """Check the interpreter."""
    version = ".".join(map(str, sys.version_info[:3]))
    good = sys.version_info >= (3, 11)
    return Finding("python", good, f"{version}(需要 3.11 以上)", f"{version} (3.11 or newer is needed)")


def disk(data: Path | None) -> Finding:
    """Check the room for an embedded stack; a folder that is not there yet is asked of its parent."""
    path = connection.folder(data).absolute()
    while not path.exists():
        path = path.parent
    free = shutil.disk_usage(path).free // 1_000_000
    good = free >= _NEEDED_MB and os.access(path, os.W_OK)
    return Finding(
        "disk",
        good,
        f"{path} 可用 {free:,} MB(需要 {_NEEDED_MB:,})",
        f"{free:,} MB free at {path} ({_NEEDED_MB:,} needed)",
    )


def source(data: Path | None) -> Finding:
    if connection.by_environment(data):
        return Finding("connection", True, "来自环境变量", "from the environment")
    path = connection.folder(data) / connection.FILE
    if path.exists() and path.stat().st_mode & 0o077:
        return Finding(
            "connection",
            False,
            f"{path} 可被他人读取。请 chmod 600。",
            f"Others can read {path}: chmod 600 it.",
        )
    return Finding("connection", True, f"来自 {path}", f"from {path}")


def named_network(settings: "Settings") -> Finding:
    from shared.network.load import load_network

    try:
        network = load_network(settings.network)
    except SuyuanError as error:
        return Finding("network", False, error.zh, error.en)
    text = f"{network.id}: 1 + {len(network.organisations)} + {len(network.institutions)}"
    return Finding("network", True, text, text)


def calendar_lasts(settings: "Settings") -> Finding:
    """Check the calendar files, and say how long the known calendar lasts."""
    from shared.runtime.serve.calendars import load_calendar

    try:
        calendar = load_calendar(settings.network)
    except SuyuanError as error:
        return Finding("calendar", False, error.zh, error.en)
    return known_calendar(calendar, datetime.now(UTC), settings.network.parent)


def known_calendar(calendar: "Calendar", now: datetime, folder: Path) -> Finding:
    """Say until when working days are known; warn in time before deadlines become provisional."""
    from shared.runtime.serve.calendars import WARN_DAYS, days_left

    until, missing = calendar.final_until, calendar.years.stop
    left = days_left(until, now)
    zh = f"工作日历已知至 {until}，" + (f"还有 {left} 天" if left >= 0 else f"已过 {-left} 天")
    en = f"working days are known until {until}, " + (
        f"for {left} more days" if left >= 0 else f"{-left} days ago"
    )
    if left >= WARN_DAYS:
        return Finding("calendar", True, zh, en)
    file = folder / f"calendar-{missing}.json"
    return Finding(
        "calendar",
        True,
        f"{zh}。此后的期限为暂定。{missing} 年放假通知公布后，请升级 chinese_calendar "
        f"或放置 {file}，并重启服务。",
        f"{en}. Later deadlines are provisional. Once the notice for {missing} is out, upgrade "
        f"chinese_calendar or add {file}, and restart the services.",
        warning=True,
    )


def keys(by_service: "dict[str, Settings]") -> list[Finding]:
    special = {"intake": ("party_key", "personal_keys"), "mediation": ("sealing_keys",)}
    out = []
    for service, settings in by_service.items():
        for name in (*special.get(service, ()), "record_keys"):
            length = len(getattr(settings, name).get_secret_value().encode())
            variable = f"SUYUAN_{name.upper()}"
            unsealed = name == "record_keys" and not length
            zh = "为空,死信以原样保存" if unsealed else f"有 {length} 字节(至少 32)"
            en = (
                "is empty: dead letters are kept as they came"
                if unsealed
                else f"has {length} bytes (32 at least)"
            )
            good = unsealed or length >= 32
            check = f"letters {service}" if name == "record_keys" else f"key {service}"
            out.append(Finding(check, good, f"{variable} {zh}", f"{variable} {en}", unsealed))
    return out


async def attempt(check: str, step: Callable[[], Awaitable[Finding]]) -> Finding:
    """Take a step within the time limit; whatever goes wrong is the finding."""
    import asyncio

    try:
        async with asyncio.timeout(TIMEOUT_S):
            return await step()
    except TimeoutError:
        return Finding(check, False, f"{TIMEOUT_S:.0f} 秒内无应答", f"no answer within {TIMEOUT_S:.0f} s")
    except SuyuanError as error:
        return Finding(check, False, error.zh, error.en)
    except Exception as error:  # noqa: BLE001 - a doctor names every trouble
        text = f"{type(error).__name__}: {str(error)[:200]}"
        return Finding(check, False, text, text)


async def kafka(settings: "Settings") -> Finding:
    from shared.runtime.serve.topics import cluster_id

    id = await cluster_id(settings)
    return Finding("kafka", True, f"{settings.kafka},集群 {id}", f"{settings.kafka}, cluster {id}")


def returns_memory(version: str) -> bool:
    """Return whether MongoDB of a version answers a false length, packed with zlib, with its own memory."""
    numbers = [int(number) for number in version.split("-")[0].split(".")]
    mended = _KEEPS_ITS_MEMORY.get((numbers[0], numbers[1]))
    return numbers[:2] < [8, 3] if mended is None else numbers[2] < mended


def mongo(service: str, settings: "Settings") -> Callable[[], Awaitable[Finding]]:
    async def step() -> Finding:
        database = connection.database(service, settings)
        try:
            await database.ping()
            await database.count("meta", {})
            found = await database.version()
            open_ = returns_memory(found) and await database.offers("zlib")
        finally:
            database.close()
        if open_:
            return Finding(
                f"mongodb {service}",
                True,
                f"MongoDB {found} 会向任何能连接的人泄露内存（CVE-2025-14847）：请升级到 7.0.28、8.0.17 "
                "或更新的补丁版本，或以 --networkMessageCompressors disabled 启动 mongod。",
                f"MongoDB {found} returns its memory to anybody who can connect (CVE-2025-14847): take patch "
                "version 7.0.28, 8.0.17 or newer, or start mongod with --networkMessageCompressors disabled.",
                warning=True,
            )
        return Finding(
            f"mongodb {service}", True, f"{database.name},副本集", f"{database.name}, in a replica set"
        )

    return step


async def topics(settings: "Settings") -> Finding:
    from shared.network.load import load_network
    from shared.runtime.serve.access_rules import seen_by
    from shared.runtime.serve.topic_check import look
    from shared.runtime.serve.topics import plan

    network = load_network(settings.network)
    # A service's own user sees its own topics alone; the others are not missing.
    wanted = [one for one in plan(settings, network) if seen_by(settings.kafka_username, one.name, network)]
    found = await look(settings, wanted, [one.name for one in wanted])
    if found.missing:
        return Finding(
            "topics",
            False,
            f"缺少 {len(found.missing)} 个主题(如 {found.missing[0]})。请运行 suyuan topics provision。",
            f"{len(found.missing)} topics are missing, such as {found.missing[0]}. "
            "Run suyuan topics provision.",
        )
    differing = found.breaking or list(found.mismatches)
    if differing:
        # What breaks a promise stops the services; the rest is worth a look.
        return Finding(
            "topics",
            not found.breaking,
            f"{len(differing)} 处与设置不符:" + " ".join(one.zh for one in differing[:_SHOWN]),
            f"{len(differing)} differences: " + " ".join(one.reason for one in differing[:_SHOWN]),
        )
    if found.unseen:
        return Finding(
            "topics",
            True,
            f"{len(wanted)} 个主题齐备,但无权查看其中 {len(found.unseen)} 个的配置(DescribeConfigs)。",
            f"all {len(wanted)} topics are there; {len(found.unseen)} may not be looked into "
            "(DescribeConfigs is not allowed).",
        )
    return Finding(
        "topics",
        True,
        f"{len(wanted)} 个主题齐备,与设置一致",
        f"all {len(wanted)} topics are there, and as the settings say",
    )
