"""`suyuan doctor`: every setting, and whether the platform can work with them."""

import os
import shutil
import sys
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer

from cli import connection, output
from cli.connection import Data
from cli.output import AsJson
from shared.contracts.errors import SuyuanError

if TYPE_CHECKING:
    from shared.casework.calendar import Calendar
    from shared.runtime.base.settings import Settings

TIMEOUT_S: Final = 15.0
_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """One check.

    Attributes:
        check: What was looked at.
        good: Whether it is as it should be.
        zh: What was found, and what to do.
        en: The same in English.
        warning: Whether it works, but somebody should do something.
    """

    check: str
    good: bool
    zh: str
    en: str
    warning: bool = False


def doctor(data: Data = None, as_json: AsJson = False) -> None:
    """检查设置与环境 / show all settings, and check that the platform can work with them."""
    findings = [python(), _stack()]
    by_service: dict[str, Settings] = {}
    try:
        for service in _services(data):
            by_service[service] = connection.settings(service, data)
        findings.append(_source(data))
    except SuyuanError as error:
        findings.append(Finding("connection", False, error.zh, error.en))
    if by_service:
        findings += output.run(_checks(by_service, data))
        findings += _replicas(data)
    else:
        findings += [_named_network(_plain_settings()), _calendar(_plain_settings())]
    settings = next(iter(by_service.values()), None) or _plain_settings()
    if as_json:
        output.show({"settings": shown(settings), "checks": [asdict(one) for one in findings]})
    else:
        _print(settings, findings)
    if not all(one.good for one in findings):
        raise typer.Exit(output.FAILED)


def shown(settings: "Settings") -> list[dict[str, str]]:
    """Return every setting with its value, its default and its unit; secrets hidden."""
    from pydantic import SecretStr

    out = []
    for (name, value, description), field in zip(
        settings.shown(), type(settings).model_fields.values(), strict=True
    ):
        default = field.default
        if isinstance(default, SecretStr):
            default = "•••" if default.get_secret_value() else ""
        out.append({"name": name, "value": value, "default": str(default), "description": description})
    return out


def python() -> Finding:
    """Check the interpreter."""
    version = ".".join(map(str, sys.version_info[:3]))
    good = sys.version_info >= (3, 11)
    return Finding("python", good, f"{version}(需要 3.11 以上)", f"{version} (3.11 or newer is needed)")


def _stack() -> Finding:
    """Check the room for an embedded stack; a folder that is not there yet is asked of its parent."""
    path = connection.folder(None).absolute()
    while not path.exists():
        path = path.parent
    free = shutil.disk_usage(path).free // 1_000_000
    good = free >= 1000 and os.access(path, os.W_OK)
    return Finding(
        "disk", good, f"{path} 可用 {free} MB(需要 1000)", f"{free} MB free at {path} (1000 needed)"
    )


def _services(data: Path | None) -> list[str]:
    """Return the services that the settings lead to; one whose name is not said stands for itself."""
    try:
        return connection.services(None, data)
    except output.WrongUse:
        return ["portal"]


def _source(data: Path | None) -> Finding:
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


def _plain_settings() -> "Settings":
    from shared.runtime.base.settings import Settings

    return Settings()


async def _checks(by_service: "dict[str, Settings]", data: Path | None) -> list[Finding]:
    import asyncio

    settings = next(iter(by_service.values()))
    found = [_named_network(settings), _calendar(settings), *_keys(by_service)]
    steps: list[Awaitable[Finding]] = [_attempt("kafka", lambda: _kafka(settings))]
    if not connection.by_environment(data) or os.environ.get("SUYUAN_MONGO_URL"):
        for service, own in by_service.items():
            steps.append(_attempt(f"mongodb {service}", _mongo(service, own)))
    found += await asyncio.gather(*steps)
    if next(one for one in found if one.check == "kafka").good and found[0].good:
        found.append(await _attempt("topics", lambda: _topics(settings)))
    return found


def _named_network(settings: "Settings") -> Finding:
    from shared.network.load import load_network

    try:
        network = load_network(settings.network)
    except SuyuanError as error:
        return Finding("network", False, error.zh, error.en)
    text = f"{network.id}: 1 + {len(network.organisations)} + {len(network.institutions)}"
    return Finding("network", True, text, text)


def _calendar(settings: "Settings") -> Finding:
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


def _keys(by_service: "dict[str, Settings]") -> list[Finding]:
    wanted = {"intake": ("party_key",), "portal": ("token_key",)}
    out = []
    for service, names in wanted.items():
        settings = by_service.get(service)
        for name in names if settings is not None else ():
            length = len(getattr(settings, name).get_secret_value().encode())
            variable = f"SUYUAN_{name.upper()}"
            out.append(
                Finding(
                    f"key {service}",
                    length >= 32,
                    f"{variable} 有 {length} 字节(至少 32)",
                    f"{variable} has {length} bytes (32 at least)",
                )
            )
    return out


async def _attempt(check: str, step: Callable[[], Awaitable[Finding]]) -> Finding:
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


async def _kafka(settings: "Settings") -> Finding:
    from shared.runtime.serve.topics import cluster_id

    id = await cluster_id(settings)
    return Finding("kafka", True, f"{settings.kafka},集群 {id}", f"{settings.kafka}, cluster {id}")


def _mongo(service: str, settings: "Settings") -> Callable[[], Awaitable[Finding]]:
    async def step() -> Finding:
        database = connection.database(service, settings)
        try:
            await database.ping()
            await database.count("meta", {})
        finally:
            database.close()
        return Finding(
            f"mongodb {service}", True, f"{database.name},副本集", f"{database.name}, in a replica set"
        )

    return step


def _replicas(data: Path | None) -> list[Finding]:
    """Ask every replica of `suyuan up` or `demo` whether it can work; none where others run them."""
    found = None if connection.by_environment(data) else connection.read(data)
    return [] if found is None else [_replica(name, url, data) for name, url in found.ops.items()]


def _replica(name: str, url: str, data: Path | None) -> Finding:
    import httpx

    try:
        answer = httpx.get(f"{url}/readyz", timeout=3.0, trust_env=False).json()
    except (httpx.HTTPError, ValueError):
        log = connection.folder(data) / "logs" / f"{name}.log"
        return Finding(
            name,
            False,
            f"没有应答:可能正在重新启动。原因见日志 {log}。",
            f"does not answer: it may be starting again. Its log says why: {log}",
        )
    text = "; ".join(answer["reasons"])[:500]
    return Finding(name, answer["ready"], text or "就绪", text or "ready")


async def _topics(settings: "Settings") -> Finding:
    from shared.network.load import load_network
    from shared.runtime.serve.topic_check import look
    from shared.runtime.serve.topics import plan

    wanted = plan(settings, load_network(settings.network))
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


def _print(settings: "Settings", findings: list[Finding]) -> None:
    rows = shown(settings)
    output.table(
        "设置 settings",
        ("名称 name", "当前 value", "缺省 default", "说明 description"),
        [tuple(row.values()) for row in rows],
    )
    output.out.print()
    for one in findings:
        mark = "[bold red]✗[/]"
        if one.good:
            mark = "[bold yellow]![/]" if one.warning else "[bold green]✓[/]"
        output.out.print(f"{mark} {one.check}: ", end="", highlight=False)
        output.out.print(
            f"{one.zh} / {one.en}" if one.zh != one.en else one.zh, markup=False, highlight=False
        )
