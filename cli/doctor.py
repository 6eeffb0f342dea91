"""`suyuan doctor`: whether all is well, else what is not; every check; every setting."""

import os
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import typer

from cli import connection, findings, output, standing
from cli.connection import Data
from cli.display import declared
from cli.findings import Finding
from cli.output import AsJson
from shared.contracts.errors import SuyuanError

if TYPE_CHECKING:
    from shared.runtime.base.settings import Settings

FIRST: Final = 3
"""So many findings stand on top: who has mended them asks again."""


def doctor(data: Data = None, as_json: AsJson = False) -> None:
    """检查是否一切正常,列出全部设置 / say whether all is well, else what is not; then all settings."""
    found = [findings.python(), findings.disk(data)]
    by_service: dict[str, Settings] = {}
    try:
        for service in _services(data):
            by_service[service] = connection.settings(service, data)
        found.insert(0, findings.source(data))
    except SuyuanError as error:
        found.insert(0, Finding("connection", False, error.zh, error.en))
    if by_service:
        found += standing.replicas(data)
        found += output.run(_checks(by_service, data))
    else:
        plain = _plain_settings()
        found += [findings.named_network(plain), findings.calendar_lasts(plain)]
    shown = settings_of(_as_they_run(by_service, data) or {"": _plain_settings()})
    if as_json:
        output.show({**verdict(found), "checks": [asdict(one) for one in found], "settings": shown})
    else:
        tell(found)
        _print_settings(shown)
    if not all(one.good for one in found):
        raise typer.Exit(output.FAILED)


def verdict(found: Sequence[Finding]) -> dict[str, Any]:
    """Return whether all is well, whether all was seen, and the checks that come first where it is not.

    What does not work comes before what works and asks for somebody.
    """
    ill = [one.check for one in found if not one.good]
    warned = [one.check for one in found if one.good and one.warning]
    return {
        "well": not ill and not warned,
        "works": not ill,
        "seen": all(one.seen for one in found),
        "first": [*ill, *warned][:FIRST],
    }


def settings_of(by_service: "Mapping[str, Settings]") -> list[dict[str, Any]]:
    """Return every setting with value, default, meaning and the services that see it so; no secrets."""
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for service, settings in by_service.items():
        for name, value, default, description in _shown(settings):
            row = {"name": name, "value": value, "default": default, "description": description}
            one = rows.setdefault((name, value), {**row, "services": []})
            one["services"].append(service)
    return list(rows.values())


def _shown(settings: "Settings") -> list[tuple[str, str, str, str]]:
    from pydantic import SecretStr

    out = []
    for (name, value, description), field in zip(
        settings.shown(), type(settings).model_fields.values(), strict=True
    ):
        default = field.default
        if isinstance(default, SecretStr):
            default = "•••" if default.get_secret_value() else ""
        out.append((name, value, str(default), description))
    return out


def _as_they_run(by_service: "Mapping[str, Settings]", data: Path | None) -> "dict[str, Settings]":
    """Return the settings with the ports that the first replica of each service has here."""
    found = None if connection.by_environment(data) or not by_service else connection.read(data)
    if found is None:
        return dict(by_service)
    out = {}
    for service, settings in by_service.items():
        ports = {"ops_port": found.ops.get(f"{service}-0"), "http_port": found.http.get(f"{service}-0")}
        known = {name: int(url.rpartition(":")[2]) for name, url in ports.items() if url}
        out[service] = settings.model_copy(update=known)
    return out


def _services(data: Path | None) -> list[str]:
    """Return the services that the settings lead to; one whose name is not said stands for itself."""
    try:
        return connection.services(None, data)
    except output.WrongUse:
        return ["portal"]


def _plain_settings() -> "Settings":
    from shared.runtime.base.settings import Settings

    return Settings()


async def _checks(by_service: "dict[str, Settings]", data: Path | None) -> list[Finding]:
    """Return what servers and databases say, what waits first."""
    import asyncio

    settings = next(iter(by_service.values()))
    with_databases = not connection.by_environment(data) or bool(os.environ.get("SUYUAN_MONGO_URL"))
    steps: list[Awaitable[Finding]] = [findings.attempt("kafka", lambda: findings.kafka(settings))]
    for service, own in by_service.items() if with_databases else ():
        steps.append(findings.attempt(f"mongodb {service}", findings.mongo(service, own)))
    servers = list(await asyncio.gather(*steps))
    network = findings.named_network(settings)
    rest = [findings.calendar_lasts(settings), network, *findings.keys(by_service)]
    if servers[0].good and network.good:
        servers.append(await findings.attempt("topics", lambda: findings.topics(settings)))
    there = with_databases and all(one.good for one in servers)
    waits = await _waits(by_service) if there else []
    return [*waits, *servers, *rest]


async def _waits(by_service: "dict[str, Settings]") -> list[Finding]:
    found: list[standing.Standing] = []

    async def looked() -> Finding:
        found.extend(await standing.look(by_service, datetime.now(UTC)))
        return standing.versions(found)

    versions = await findings.attempt("versions", looked)
    if not versions.good:
        return [versions]
    return [
        *standing.waiting(found),
        await findings.attempt("lag", lambda: standing.lag(by_service, found)),
        versions,
    ]


def tell(found: Sequence[Finding]) -> None:
    """Print the verdict with the checks that come first, then the others."""
    said = verdict(found)
    if said["well"] and said["seen"]:
        output.out.print(f"[bold green]{output.told('一切正常', 'All is well')}[/]")
    elif said["well"]:
        seen = output.told("所能看到的均正常", "What can be seen from here is well")
        output.out.print(f"[bold green]{seen}[/]")
    elif said["works"]:
        output.out.print(f"[bold yellow]{output.told('可用,但请留意', 'It works, but look at this')}[/]")
    else:
        output.out.print(f"[bold red]{output.told('不正常', 'Not well')}[/]")
    by_check = {one.check: one for one in found}
    for check in said["first"]:
        _print_check(by_check.pop(check))
    if any(not one.good or one.warning for one in by_check.values()):
        output.out.print(output.told("还有其他,见下", "More below"))
    output.out.print()
    for one in by_check.values():
        _print_check(one)
    output.out.print()


def _print_check(one: Finding) -> None:
    """Print a check: a mark, what was looked at, and what was found."""
    mark, style = "✗", "bold red"
    if one.good:
        mark, style = ("!", "bold yellow") if one.warning else ("✓", "bold green")
    output.item(mark, style, f"{one.check}: {output.told(one.zh, one.en)}")


def _print_settings(shown: Sequence[Mapping[str, Any]]) -> None:
    """Print what all services share, then what one of them sees otherwise."""
    services = list(dict.fromkeys(service for row in shown for service in row["services"]))
    shared = [row for row in shown if len(row["services"]) == len(services)]
    _table(str(len(shared)), shared)
    for service in services:
        own = [row for row in shown if service in row["services"] and row not in shared]
        if own:
            output.out.print()
            _table(service, own)


def _table(title: str, rows: Sequence[Mapping[str, Any]]) -> None:
    output.draw(
        declared.SETTINGS,
        [{**row, "default": "" if row["value"] == row["default"] else row["default"]} for row in rows],
        title,
    )
